"""HTTP in: the only code that talks to a cluster, a registry or a model catalog."""

from generator.observe.checks import Check, check_sources
from generator.observe.estate import Observation, read_estate
from generator.observe.traffic import Progress, Traffic

__all__ = ["Check", "Observation", "Progress", "Traffic", "check_sources", "read_estate"]
