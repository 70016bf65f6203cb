"""All sources of a configuration -> one snapshot; a source that fails is incomplete and never stops the others."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any

from generator.config import Cluster, Config, Service
from generator.errors import ConfigError
from generator.observe.discovery import DiscoveredService
from generator.observe.kubernetes import read_cluster_token
from generator.observe.kserve import ClusterFacts, read_cluster
from generator.observe.model_catalog import CatalogFacts, read_catalog
from generator.observe.model_registry import RegistryFacts, read_registry
from generator.observe.traffic import Traffic
from generator.snapshot import KSERVE, MODEL_CATALOG, MODEL_REGISTRY, Scope, Snapshot, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What was seen, and what it cost by source."""

    snapshot: Snapshot
    traffic: tuple[Traffic, ...]
