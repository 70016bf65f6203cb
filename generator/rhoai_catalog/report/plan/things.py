"""What changes as a reader counts it: a server is one thing, with its API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from rhoai_catalog.kinds import noun
from rhoai_catalog.plan import ALONE, Change, Flag, Operation, Plan, ValueChange
from rhoai_catalog.report.plan.order import DONE, NO_OWNER


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A change of a value, in all entities of the thing that have the same one."""

    change: ValueChange
    kinds: tuple[str, ...]

    def whose(self, thing: Thing) -> str:
        """`of its API`, `also of its API`: where it stands in other entities than the one that stands for the thing."""
        lead = thing.lead.kind
        others = ", ".join(f"its {kind}" for kind in self.kinds if kind != lead)
        return f"{'also ' if lead in self.kinds else ''}of {others}" if others else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """The change of one thing: that of the entity that stands for it, and those of its other entities.

    `changes`: whether the entity that stands for it changes itself; else `lead` only names it.
    """

    lead: Change
    parts: tuple[Change, ...] = ()
    changes: bool = True

    @property
    def all(self) -> tuple[Change, ...]:
        return (self.lead, *self.parts) if self.changes else self.parts

    @property
    def flags(self) -> tuple[Flag, ...]:
        flags = {flag for change in self.all for flag in change.flags}
        return tuple(flag for flag in Flag if flag in flags)

    @property
    def by_hand(self) -> bool:
        return all(change.by_hand for change in self.all)

    @property
    def values(self) -> tuple[Value, ...]:
        """Each change of a value once: what stands in the server and in its API as well is one."""
        kinds: dict[tuple[str, str], list[str]] = {}
        first: dict[tuple[str, str], ValueChange] = {}
        for change in self.all:
            for value in change.values:
                same = value.pointer, repr((value.old, value.new, value.by_hand))
                first.setdefault(same, value)
                kinds.setdefault(same, []).append(change.kind)
        return tuple(Value(change=value, kinds=tuple(kinds[same])) for same, value in first.items())

    @property
    def moved(self) -> str:
        """`moved from a.yaml`, where a person moved it."""
        files = dict.fromkeys(change.moved_from for change in self.all if change.moved_from)
        return f"moved from {', '.join(files)}" if files else ""

    def cause(self, values: str, escaped: Callable[[str], str]) -> str:
        """Where the change comes from, and by which `values`: `from kserve/east, with tags`; what is not ours of it is
        `escaped` for a medium, as the values are already.
        """
        change, source = self.lead, escaped(self.lead.identity.source)
        if self.by_hand:
            return f"by hand: {values}" if values else "by hand"
        if change.operation is Operation.CREATE:
            return f"from {source}, with {values}" if values else f"from {source}"
        if change.operation is Operation.UPDATE:
            return values
        if change.reason:
            return escaped(change.reason if change.reason == ALONE else f"generator.yaml: {change.reason}")
        return f"gone from {source}"

    @property
    def along(self) -> str:
        """What happens to its other entities: `with its API`, `its API is removed`."""
        words = []
        for part in self.parts:
            name = f"its {part.kind}"
            if part.what.partition(":")[2] != self.lead.what.partition(":")[2]:
                name += f" {part.what}"
            is_same = self.changes and part.operation is self.lead.operation
            words.append(f"with {name}" if is_same else f"{name} is {DONE[part.operation]}")
        return ", ".join(words)


def things(changes: Iterable[Change]) -> tuple[Thing, ...]:
    """The changed entities, each with those that are part of it, in the order of a reader; pages are none."""
    entities = [change for change in changes if not change.is_page]
    parts: dict[str, list[Change]] = {}
    for change in entities:
        if change.part_of:
            parts.setdefault(change.part_of, []).append(change)
    leads = {change.what for change in entities if not change.part_of}
    found = []
    for change in entities:
        if not change.part_of:
            found.append(Thing(lead=change, parts=tuple(parts.pop(change.what, ()))))
        elif change.part_of not in leads and change.part_of in parts:
            found.append(Thing(lead=_named(change), parts=tuple(parts.pop(change.part_of)), changes=False))
    return tuple(found)


def _named(part: Change) -> Change:
    """What stands for a thing, of which only a part changes."""
    return Change(
        operation=Operation.UPDATE,
        what=part.part_of,
        kind=part.part_of.partition(":")[0],
        file=part.file,
        identity=part.identity,
        title=part.title,
        owner=part.owner,
        line=part.line,
    )


def by_owner(plan: Plan) -> Iterator[tuple[str, list[Thing]]]:
    """The changed things of each owner, what is new first and what goes last; those that nobody owns come last."""
    ranks = {operation: rank for rank, operation in enumerate(DONE)}
    ordered = sorted(
        things(plan.changes), key=lambda thing: (not thing.lead.owner, thing.lead.owner, ranks[thing.lead.operation])
    )
    for owner, some in groupby(ordered, key=lambda thing: thing.lead.owner):
        yield owner or NO_OWNER, list(some)


def counts(plan: Plan) -> Counter[tuple[str, Operation]]:
    """How many of each noun come, change and go; a page is a `page`."""
    counted = Counter((noun(thing.lead.kind), thing.lead.operation) for thing in things(plan.changes))
    counted.update(("page", change.operation) for change in plan.changes if change.is_page)
    return counted


def count(plan: Plan, operation: Operation) -> int:
    """How many things come, change or go, as every report says it."""
    return sum(number for (noun, done), number in counts(plan).items() if done is operation and noun != "page")
