"""HTTP in: the only code that talks to a cluster, a registry, a model catalog or a Backstage."""

from generator.observe.checks import Check, check_sources
from generator.observe.estate import Observation, read_estate
from generator.observe.organisation import read_organisation
from generator.observe.traffic import Progress, Traffic

__all__ = ["Check", "Observation", "Progress", "Traffic", "check_sources", "read_estate", "read_organisation"]
