"""Changes that are the same in many things, told once.

After an upgrade of the program a thousand entities differ in the same words. What a thing was described from before is
not in the tree, so nothing here asks for a cause: it compares what stands there with what would stand there. That holds
whatever is remembered or lost, and a setting for the whole estate is told alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rhoai_catalog import limits
from rhoai_catalog.plan import Change, Operation, Plan, ValueChange
from rhoai_catalog.pointer import split

Sameness = tuple[str, str, str, str]  # kind, where, what goes, what comes


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """A change, as the first of the things has it, and all that have it."""

    value: ValueChange
    things: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """What many things have alike, those with most of them first; `whole`: things that change in nothing else."""

    changes: tuple[Same, ...]
    whole: frozenset[str]

    def covers(self, changes: Sequence[Change]) -> bool:
        """Whether all of these are told by it."""
        return all(change.what in self.whole for change in changes)


def alike(plan: Plan) -> Alike:
    """What at least ten things (limits.ALIKE) have alike. What is flagged, or a person's, is always told by itself."""
    updates = [c for c in plan.changes if c.operation is Operation.UPDATE and c.values and not c.flags]
    shapes = {change.what: [_sameness(change, value) for value in change.values] for change in updates}
    numbers = Counter(same for found in shapes.values() for same in set(found) if same is not None)
    many = {same for same, number in numbers.items() if number >= limits.ALIKE}
    whole = [change for change in updates if all(same in many for same in shapes[change.what])]
    having: dict[Sameness, list[Change]] = {}
    values: dict[Sameness, ValueChange] = {}
    for change in whole:
        for same, value in zip(shapes[change.what], change.values, strict=True):
            if same is not None:
                having.setdefault(same, []).append(change)
                values.setdefault(same, value)
    rows = [Same(value=values[same], things=tuple(dict.fromkeys(things))) for same, things in having.items()]
    return Alike(
        changes=tuple(sorted(rows, key=lambda row: -len(row.things))),
        whole=frozenset(change.what for change in whole),
    )


def _sameness(change: Change, value: ValueChange) -> Sameness | None:
    """By what a change of a value is the same in two things: the lines that go and come, not those that stay."""
    if value.by_hand or change.by_hand or change.moved_from:
        return None
    old, new = _lines(value.old), _lines(value.new)
    goes, comes = [line for line in old if line not in new], [line for line in new if line not in old]
    where = value.pointer if change.kind else (split(value.pointer) or [""])[-1]  # the title of a page is its own
    return change.kind, where, "\n".join(goes), "\n".join(comes)


def _lines(value: Any) -> dict[str, None]:
    return dict.fromkeys(value.splitlines() if isinstance(value, str) else [repr(value)])
