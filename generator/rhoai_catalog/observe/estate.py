"""All sources of a configuration -> one snapshot; a source that fails is incomplete and never stops the others."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from rhoai_catalog import limits
from rhoai_catalog.config import Config, Service
from rhoai_catalog.errors import ConfigError
from rhoai_catalog.families import FAMILIES
from rhoai_catalog.http.policy import Policy
from rhoai_catalog.http.traffic import Listener, Traffic
from rhoai_catalog.observation import Observation
from rhoai_catalog.observe.family import Reading, SourceConfig, SourceFacts, folder_of
from rhoai_catalog.observe.side_by_side import side_by_side
from rhoai_catalog.snapshot import CardsInUse, Scope, Snapshot, Source

InUse = Callable[[Snapshot], CardsInUse]

NAMES: Final = ("family", "source", "cluster", "registry", "catalog", "namespace", "source_id", "kind", "name", "id")


def read_estate(
    config: Config,
    *,
    only: Collection[str] = (),
    progress: Listener | None = None,
    before: Snapshot | None = None,
    policy: Policy | None = None,
    in_use: InUse | None = None,
) -> Observation:
    """Read every source, or those named in `only`, side by side, each with what it shows.

    With a snapshot from `before`, registries and catalogs are asked only for what may have changed since. `policy`
    takes the place of the one that each family has. `in_use` tells of a snapshot which catalog models anything refers
    to: only those are asked for their artifacts.
    """
    listener = progress or Listener()

    def read(source: SourceConfig, row: Source) -> _SourceRead:
        traffic = Traffic(source.key, listener, seconds=source.timeout.total_seconds())
        reading = Reading(
            traffic=traffic, policy=policy, before=before, profiles=config.profiles, in_turn=in_use is not None
        )
        try:
            facts = folder_of(source).read(source, reading)
        except ConfigError as error:
            return _SourceRead(row=row, facts=_unread(source, error))
        if facts.rest is None:
            listener.finished(traffic)
        return _SourceRead(row=row, facts=facts, traffic=traffic)

    def with_discovered(source: SourceConfig) -> list[_SourceRead]:
        first = read(source, source.source)
        shown = (d.service for d in first.facts.discovered if not any(d.is_same(one) for one in config.sources))
        return [first, *(read(service, _row(service)) for service in shown)]

    groups = side_by_side(with_discovered, config.of_names(only), limits.SOURCES_AT_ONCE)
    reads = [*(group[0] for group in groups), *(one for group in groups for one in group[1:])]
    if in_use is not None and any(read.facts.rest for read in reads):
        things = in_use(_observation(reads).snapshot)
        reads = side_by_side(lambda read: _finished(read, things, listener), reads, limits.SOURCES_AT_ONCE)
    return _observation(reads)


def _finished(read: _SourceRead, in_use: CardsInUse, listener: Listener) -> _SourceRead:
    """A source with what was left for when all were read. The time that it waited for the others is not its own."""
    if read.facts.rest is None or read.traffic is None:
        return read
    read.traffic.resume()
    facts = read.facts.rest(in_use)
    listener.finished(read.traffic)
    return replace(read, facts=facts)


def _row(service: Service) -> Source:
    return Source(
        family=service.family, name=service.name, clusters=service.clusters, registry=service.registry, discovered=True
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _SourceRead:
    """What one source held; no traffic where it was not asked."""

    row: Source
    facts: SourceFacts
    traffic: Traffic | None = None


def _observation(reads: Sequence[_SourceRead]) -> Observation:
    tables: dict[str, list[object]] = {}
    for read in reads:
        for table, rows in {"sources": (read.row,), "scopes": read.facts.scopes, **read.facts.tables}.items():
            tables.setdefault(table, []).extend(rows)
    in_order: dict[str, Any] = {table: tuple(sorted(rows, key=_place)) for table, rows in tables.items()}
    return Observation(
        snapshot=Snapshot(**in_order),
        traffic=tuple(read.traffic for read in reads if read.traffic),
        left_out=tuple(left for read in reads for left in read.facts.left_out),
    )


def _place(row: Any) -> tuple[str, ...]:
    """Where a row sorts: by every name it has."""
    values = [getattr(row, name) for name in _names(row.__class__)]
    return tuple(value if isinstance(value, str) else "" for value in values)


@functools.cache
def _names(row: type) -> Sequence[str]:
    return [name for name in NAMES if hasattr(row, name)]


def _unread(source: SourceConfig, error: ConfigError) -> SourceFacts:
    """Nothing of a source that was not asked."""
    return SourceFacts(
        scopes=tuple(
            Scope(source=source.key, kind=kind, complete=False, reason=error.message, hint=error.hint)
            for kind in FAMILIES[source.key.family].proofs
        )
    )
