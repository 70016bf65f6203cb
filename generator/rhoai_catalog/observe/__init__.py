"""HTTP in: the only code that talks to a cluster, a registry, a model catalog or a Backstage."""

from rhoai_catalog.check import Check
from rhoai_catalog.observe.backstage.organisation import read_organisation
from rhoai_catalog.observe.checks import check_sources
from rhoai_catalog.observe.estate import Observation, read_estate

__all__ = ["Check", "Observation", "check_sources", "read_estate", "read_organisation"]
