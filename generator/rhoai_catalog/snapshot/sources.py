"""Which sources a snapshot speaks of: several snapshots as one, and what is missing in it."""

from __future__ import annotations

import dataclasses
import functools
import operator
from collections.abc import Iterable
from typing import Any, Final

from rhoai_catalog.errors import GeneratorError
from rhoai_catalog.families import FAMILIES
from rhoai_catalog.identity import SourceKey
from rhoai_catalog.snapshot.facts import DISCOVERY, Scope, Snapshot, Source

NOT_GIVEN: Final = ("it is in none of the given snapshots", "give a snapshot of each source")
LOST: Final = (
    "it was found in the cluster before, and is not any more",
    "look at its Service and Route, or name its address in generator.yaml",
)


def covering(snapshot: Snapshot, expected: Iterable[Source]) -> Snapshot:
    """The snapshot for exactly the expected sources and those discovered: one that is missing is incomplete.

    What was discovered once is expected as long as the tree shows it.
    """
    wanted = {source.key: source for source in expected}
    wanted |= {s.key: s for s in snapshot.sources if s.discovered and wanted.get(s.key, s).discovered}
    seen = {source.key for source in snapshot.sources}
    missing = tuple(
        Scope(source=key, kind=kind, complete=False, reason=reason, hint=hint)
        for key, source in sorted(wanted.items())
        if key not in seen
        for reason, hint in [LOST if source.discovered else NOT_GIVEN]
        for kind in _proofs(source)
    )
    tables: dict[str, Any] = {item.name: getattr(snapshot, item.name) for item in dataclasses.fields(Snapshot)}
    for table, rows in tables.items():
        tables[table] = tuple(row for row in rows if _source_key(row) in wanted)
    tables["sources"] = tuple(source for _, source in sorted(wanted.items()))
    return Snapshot(**{**tables, "scopes": (*tables["scopes"], *missing)})


def merged(snapshots: Iterable[Snapshot]) -> Snapshot:
    """Several snapshots as one: of two of the same source the complete one counts; two complete ones are an error."""
    by_source: dict[str, list[Snapshot]] = {}
    for snapshot in snapshots:
        for source in snapshot.sources:
            by_source.setdefault(source.key, []).append(snapshot)
    chosen: dict[str, Snapshot] = {}
    for key, candidates in by_source.items():
        complete = [s for s in candidates if not any(scope.is_withheld for scope in s.scopes if scope.source == key)]
        if len(complete) > 1:
            raise GeneratorError(
                f"{key} is complete in {len(complete)} of the given snapshots", "give each source once"
            )
        chosen[key] = (complete or candidates)[0]
    given = list({id(snapshot): snapshot for _, snapshot in sorted(chosen.items())}.values())
    tables: dict[str, Any] = {}
    for table in (item.name for item in dataclasses.fields(Snapshot)):
        rows = [
            (key, row)
            for snapshot in given
            for row in getattr(snapshot, table)
            if chosen.get(key := _source_key(row)) is snapshot
        ]
        tables[table] = tuple(row for _, row in sorted(rows, key=operator.itemgetter(0)))
    return Snapshot(**tables)


def _proofs(source: Source) -> tuple[str, ...]:
    """The kinds of which nothing is known where a source is missing."""
    family = FAMILIES[source.family]
    return (*family.proofs, *([DISCOVERY] if family.discovers else []))


def _source_key(row: Any) -> SourceKey:
    """The source of a row: each names it in a field of its own."""
    if isinstance(row, Source):
        return row.key
    if isinstance(row, Scope):
        return SourceKey(row.source)
    kind: Any = type(row)
    family, column = _named_by(kind)
    return SourceKey.of(family, getattr(row, column))


@functools.cache
def _named_by(kind: type[Any]) -> tuple[str, str]:
    """The family of the sources of such rows, and the field that names one."""
    columns = {item.name for item in dataclasses.fields(kind)}
    return next((family.name, family.column) for family in FAMILIES.values() if family.column in columns)
