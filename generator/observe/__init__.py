"""HTTP in: the only code that talks to a cluster, a registry or a model catalog."""

from generator.observe.estate import Observation, read_estate
from generator.observe.traffic import Traffic

__all__ = ["Observation", "Traffic", "read_estate"]
