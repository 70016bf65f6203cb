"""The order in which a reader meets the changes: by owner, then what is new, what differs, what goes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from rhoai_catalog.plan import Change, Operation, Plan

DONE: Final = {Operation.CREATE: "added", Operation.UPDATE: "changed", Operation.REMOVE: "removed"}
MARKS: Final = {Operation.CREATE: "+", Operation.UPDATE: "~", Operation.REMOVE: "-"}
NO_OWNER: Final = "No owner"

_RANKS: Final = {operation: rank for rank, operation in enumerate(DONE)}


def entities(plan: Plan) -> tuple[Change, ...]:
    return tuple(change for change in plan.changes if not change.is_page)


def by_owner(plan: Plan) -> Iterator[tuple[str, list[Change]]]:
    """The changed entities of each owner; those that nobody owns come last."""
    ordered = sorted(entities(plan), key=lambda change: (not change.owner, change.owner, _RANKS[change.operation]))
    for owner, changes in groupby(ordered, key=lambda change: change.owner):
        yield owner or NO_OWNER, list(changes)


def pages(plan: Plan) -> tuple[Change, ...]:
    return tuple(sorted((change for change in plan.changes if change.is_page), key=lambda change: change.what))
