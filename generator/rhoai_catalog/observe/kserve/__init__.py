"""The family `kserve`: a cluster, and the model servers that it shows."""

from rhoai_catalog.observe.kserve.checks import check
from rhoai_catalog.observe.kserve.reader import read

__all__ = ["check", "read"]
