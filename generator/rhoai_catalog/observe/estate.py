"""All sources of a configuration -> one snapshot; a source that fails is incomplete and never stops the others."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.config import Config, Service
from rhoai_catalog.entity import LeftOut
from rhoai_catalog.errors import ConfigError
from rhoai_catalog.families import FAMILIES
from rhoai_catalog.http.policy import Policy
from rhoai_catalog.http.traffic import Listener, Traffic
from rhoai_catalog.observe.family import DiscoveredService, Reading, SourceConfig, SourceFacts, folder_of
from rhoai_catalog.snapshot import Scope, Snapshot, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What was seen, what it cost by source, rows that could not be used, and who can own (None: not known)."""

    snapshot: Snapshot
    traffic: tuple[Traffic, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    owners: frozenset[EntityRef] | None = None


def read_estate(
    config: Config,
    *,
    only: Collection[str] = (),
    progress: Listener | None = None,
    before: Snapshot | None = None,
    policy: Policy | None = None,
) -> Observation:
    """Read every source, or those named in `only`; then what the sources among them show.

    With a snapshot from `before`, registries are asked only for what may have changed since. `policy` takes the place
    of the one that each family has.
    """
    estate = _EstateReader(progress or Listener(), before, config.profiles, policy)
    rows = {row.key: row for row in config.expected()}
    for source in config.sources:
        if not only or source.name in only:
            estate.read(source, rows[source.key])
    for discovered in estate.discovered:
        if not any(_is_same(discovered, source) for source in config.sources):
            estate.read(discovered.service, _row(discovered.service))
    return estate.observation()


def _is_same(discovered: DiscoveredService, source: SourceConfig) -> bool:
    """Whether the configuration names what was discovered: by its name, or at an address that leads to it."""
    return source.key == discovered.service.key or (isinstance(source, Service) and discovered.is_at(source.url))


def _row(service: Service) -> Source:
    return Source(
        family=service.family, name=service.name, clusters=service.clusters, registry=service.registry, discovered=True
    )


class _EstateReader:
    """Collects the rows of all sources."""

    def __init__(
        self, progress: Listener, before: Snapshot | None, profiles: Collection[str], policy: Policy | None
    ) -> None:
        self.progress = progress
        self.reading = Reading(traffic=Traffic("", progress), policy=policy, before=before, profiles=profiles)
        self.tables: dict[str, list[object]] = {}
        self.traffic: list[Traffic] = []
        self.left_out: list[LeftOut] = []
        self.discovered: list[DiscoveredService] = []

    def read(self, source: SourceConfig, row: Source) -> None:
        traffic = Traffic(source.key, self.progress)
        try:
            facts = folder_of(source).read(source, replace(self.reading, traffic=traffic))
        except ConfigError as error:
            facts = _unread(source, error)
        else:
            self.traffic.append(traffic)
            self.progress.finished(traffic)
        for table, rows in {"sources": (row,), "scopes": facts.scopes, **facts.tables}.items():
            self.tables.setdefault(table, []).extend(rows)
        self.left_out += facts.left_out
        self.discovered += facts.discovered

    def observation(self) -> Observation:
        tables: dict[str, Any] = {table: tuple(sorted(rows, key=_place)) for table, rows in self.tables.items()}
        return Observation(snapshot=Snapshot(**tables), traffic=tuple(self.traffic), left_out=tuple(self.left_out))


def _place(row: object) -> tuple[str, ...]:
    """Where a row sorts: by every name it has."""
    names = ("family", "source", "cluster", "registry", "catalog", "namespace", "source_id", "kind", "name", "id")
    values = (getattr(row, name, None) for name in names)
    return tuple(value if isinstance(value, str) else "" for value in values)


def _unread(source: SourceConfig, error: ConfigError) -> SourceFacts:
    """Nothing of a source that was not asked."""
    return SourceFacts(
        scopes=tuple(
            Scope(source=source.key, kind=kind, complete=False, reason=error.message, hint=error.hint)
            for kind in FAMILIES[source.key.family].proofs
        )
    )
