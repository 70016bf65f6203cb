"""The family `model-catalog`: models with their cards, and what else a catalog offers."""

from rhoai_catalog.observe.model_catalog.checks import check
from rhoai_catalog.observe.model_catalog.reader import read

__all__ = ["check", "read"]
