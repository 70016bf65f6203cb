"""All sources of a configuration -> one snapshot; a source that fails is incomplete and never stops the others."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.config import Cluster, Config, Service
from rhoai_catalog.entity import LeftOut
from rhoai_catalog.errors import ConfigError
from rhoai_catalog.families import FAMILIES, MODEL_REGISTRY
from rhoai_catalog.http.traffic import Progress, Silent, Traffic
from rhoai_catalog.observe.kserve.discovery import DiscoveredService
from rhoai_catalog.observe.kserve.reader import read_cluster
from rhoai_catalog.observe.model_catalog.reader import CatalogFacts, read_catalog
from rhoai_catalog.observe.model_registry.reader import RegistryFacts, read_registry
from rhoai_catalog.snapshot import Scope, Snapshot, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What was seen, what it cost by source, rows that could not be used, and who can own (None: not known)."""

    snapshot: Snapshot
    traffic: tuple[Traffic, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    owners: frozenset[EntityRef] | None = None


def read_estate(
    config: Config, *, only: Collection[str] = (), progress: Progress | None = None, before: Snapshot | None = None
) -> Observation:
    """Read every source, or those named in `only`; then what the clusters among them show.

    With a snapshot from `before`, registries are asked only for what may have changed since.
    """
    reading = _Reading(progress or Silent(), before, config.profiles)
    wanted = [source for source in config.sources if not only or source.name in only]
    for cluster in (source for source in wanted if isinstance(source, Cluster)):
        reading.cluster(cluster)
    for service in (source for source in wanted if isinstance(source, Service)):
        reading.service(service, service.source)
    configured = [source for source in config.sources if isinstance(source, Service)]
    for cluster, found in reading.discovered:
        if not any(source.key == found.key or found.is_at(source.url) for source in configured):
            reading.found(cluster, found)
    return reading.observation()


class _Reading:
    """Collects the rows of all sources."""

    def __init__(self, progress: Progress, before: Snapshot | None, profiles: Collection[str]) -> None:
        self.progress, self.before, self.profiles = progress, before, profiles
        self.tables: dict[str, list[object]] = {}
        self.traffic: list[Traffic] = []
        self.left_out: list[LeftOut] = []
        self.discovered: list[tuple[Cluster, DiscoveredService]] = []

    def cluster(self, cluster: Cluster) -> None:
        traffic = self._traffic(cluster.key)
        facts = read_cluster(cluster, traffic)
        self.progress.finished(traffic)
        self._add("sources", [facts.source])
        self._add("scopes", facts.scopes)
        self._add("namespaces", facts.namespaces)
        self._add("inference_services", facts.inference_services)
        self._add("inference_graphs", facts.inference_graphs)
        self.left_out += facts.left_out
        self.discovered += [(cluster, service) for service in facts.discovered]

    def found(self, cluster: Cluster, found: DiscoveredService) -> None:
        """A service that the cluster shows is read with the cluster's own token and CA."""
        clusters = (cluster.name,)
        service = Service(
            family=found.family,
            name=found.name,
            url=found.url,
            credentials=cluster.credentials,
            ca_file=cluster.ca_file,
            clusters=clusters,
            registry=found.registry,
        )
        source = Source(
            family=found.family, name=found.name, clusters=clusters, registry=found.registry, discovered=True
        )
        self.service(service, source)

    def service(self, service: Service, source: Source) -> None:
        self._add("sources", [source])
        try:
            token = service.credentials.token()
        except ConfigError as error:
            self._add("scopes", _unread(service, error))
            return
        traffic = self._traffic(service.key)
        if service.family == MODEL_REGISTRY:
            self._facts(read_registry(service, traffic, token=token, before=self.before))
        else:
            self._facts(read_catalog(service, traffic, token=token, profiles=self.profiles))
        self.progress.finished(traffic)

    def _facts(self, facts: RegistryFacts | CatalogFacts) -> None:
        """Every table of a source goes into the snapshot's table of that name."""
        for item in dataclasses.fields(facts):
            if item.name == "left_out":
                self.left_out += facts.left_out
            else:
                self._add(item.name, getattr(facts, item.name))

    def observation(self) -> Observation:
        tables: dict[str, Any] = {table: tuple(sorted(rows, key=_place)) for table, rows in self.tables.items()}
        return Observation(snapshot=Snapshot(**tables), traffic=tuple(self.traffic), left_out=tuple(self.left_out))

    def _add(self, table: str, rows: Collection[object]) -> None:
        self.tables.setdefault(table, []).extend(rows)

    def _traffic(self, source: str) -> Traffic:
        self.traffic.append(Traffic(source, self.progress))
        return self.traffic[-1]


def _place(row: object) -> tuple[str, ...]:
    """Where a row sorts: by every name it has."""
    names = ("family", "source", "cluster", "registry", "catalog", "namespace", "source_id", "kind", "name", "id")
    values = (getattr(row, name, None) for name in names)
    return tuple(value if isinstance(value, str) else "" for value in values)


def _unread(service: Service, error: ConfigError) -> list[Scope]:
    return [
        Scope(source=service.key, kind=kind, complete=False, reason=error.message, hint=error.hint)
        for kind in FAMILIES[service.family].proofs
    ]
