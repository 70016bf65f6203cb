"""The family `model-registry`: registered models, their versions and artifacts."""

from rhoai_catalog.observe.model_registry.checks import check
from rhoai_catalog.observe.model_registry.reader import read

__all__ = ["check", "read"]
