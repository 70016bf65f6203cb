"""What needs a person's attention, in the order in which it should be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from rhoai_catalog import limits
from rhoai_catalog.config import DEFAULT_PATH
from rhoai_catalog.plan import ALONE, Change, Clash, Flag, HandEdit, Held, Operation, Plan, ValueChange
from rhoai_catalog.problem import Problem
from rhoai_catalog.report.counting import counted
from rhoai_catalog.report.plan.things import Thing, things
from rhoai_catalog.report.values import cut, parting

FACT_WIDTH: Final = 120
CONFIGURATION: Final = DEFAULT_PATH.name
DECIDES: Final = "decides what is read, and which hosts get a token"
FOREIGN: Final = {CONFIGURATION: {"problem": DECIDES}}
REVERTED: Final = (
    "Reverted by people, and proposed again: a revert takes back what was generated, and the source still says it. "
    "To decline it, close this pull request, or change or delete it in its file"
)
SIDES: Final = ("was", "becomes")
BY_HAND: Final = ("by hand", "observed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that needs attention; `facts` are what to know about it, by name.

    `file` below catalog/ and `line` are where it stands; `is_gone`: only on the base branch.
    """

    what: str
    facts: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    line: int = 0
    is_gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """One reason to look, all things that it holds for, and the text or act that releases them, if any.

    `sides` are the names of the facts that are both sides of a value, where one differs.
    """

    why: str
    release: str = ""
    items: tuple[Item, ...]
    sides: tuple[str, ...] = ()


def concerns(plan: Plan) -> tuple[Concern, ...]:
    """What no run writes, flags of changes and of hand edits, what clashed, what is held or cannot be read."""
    return (
        *_configuration(plan.changes),
        *_outside(plan.outside),
        *_foreign(plan.foreign),
        *_flagged(plan),
        *_clashes(plan.clashes),
        *_reverted(plan),
        *_left_open(plan.left_open),
        *_held(plan.held),
        *_unreadable(plan.unreadable),
    )


def concerned(plan: Plan) -> frozenset[str]:
    """All things that need attention, each one once."""
    return frozenset(item.what for concern in concerns(plan) for item in concern.items)


def _outside(files: tuple[str, ...]) -> Iterable[Concern]:
    if files:
        why = "The branch changes files outside the catalog; look at each of them, for this program wrote none"
        yield Concern(why=why, items=tuple(Item(what=file) for file in files))


def _configuration(changes: tuple[Change, ...]) -> Iterable[Concern]:
    """Both sides of what the branch changes in generator.yaml; nobody else shows them to who approves."""
    values = [
        value for change in changes if change.file == CONFIGURATION and change.is_foreign for value in change.values
    ]
    items = [_setting(value) for value in values[: limits.SETTINGS]]
    if more := len(values) - len(items):
        items.append(
            Item(what=CONFIGURATION, facts={"problem": f"{counted(more, 'further setting')} changed; look at them"})
        )
    if items:
        yield Concern(why=f"The branch changes {CONFIGURATION}, which {DECIDES}", items=tuple(items), sides=SIDES)


def _setting(value: ValueChange) -> Item:
    sides = parting(value.pointer, value.old, value.new, FACT_WIDTH)
    both = {"was": sides.old or "nothing", "becomes": sides.new or "nothing"}
    return Item(what=CONFIGURATION, facts={"value": cut(sides.place, FACT_WIDTH), **both}, file=CONFIGURATION)


def _foreign(files: tuple[str, ...]) -> Iterable[Concern]:
    if files:
        why = "The branch changes files below the catalog's folder that are neither entities nor pages; look at each"
        yield Concern(why=why, items=tuple(Item(what=file, facts=FOREIGN.get(file, {})) for file in files))


def _clashes(clashes: tuple[Clash, ...]) -> Iterable[Concern]:
    items = [
        Item(what=f"{c.file}:{c.line}", facts={"stands": f"the {c.kept}'s", "lost": cut(c.lost.strip(), FACT_WIDTH)})
        for c in clashes
    ]
    if items:
        yield Concern(why="People changed the same lines in two branches; the newer ones stand", items=tuple(items))


def _reverted(plan: Plan) -> Iterable[Concern]:
    places = {change.what: change for change in plan.changes}
    items = []
    for one in plan.reverted:
        number = {"proposed in": f"#{one.pull}"} if one.pull else {}
        facts = {"reverted by": cut(one.person, FACT_WIDTH), "in": one.commit[:8], **number}
        place = places[one.what]
        items.append(Item(what=one.what, facts=facts, file=place.file, line=place.line, is_gone=place.is_removal))
    if items:
        yield Concern(why=REVERTED, items=tuple(items))


def _left_open(pulls: Mapping[str, int]) -> Iterable[Concern]:
    items = [Item(what=f"#{number}", facts={"branch": branch}) for branch, number in sorted(pulls.items())]
    if items:
        why = "Still open, from branches that repository.branch named before; merge or close it, which declines nothing"
        yield Concern(why=why, items=tuple(items))


def _flagged(plan: Plan) -> Iterable[Concern]:
    changed = [(thing, thing.flags) for thing in things(plan.changes)]
    for flag in Flag:
        flagged = [thing for thing, flags in changed if flag in flags]
        edits = [_edited(edit) for edit in plan.hand_edits if flag in edit.flags]
        for reason in sorted({_reason(thing, flag) for thing in flagged}):
            alike = [thing for thing in flagged if _reason(thing, flag) == reason]
            items = [item for thing in alike for item in _changed(thing, flag)]
            yield Concern(
                why=f"{flag.value[0].upper()}{flag.value[1:]}{_because(reason)}", items=tuple(items), sides=SIDES
            )
        if edits:
            yield Concern(why=f"Edited by hand: {flag.value}", items=tuple(edits), sides=BY_HAND)


def _reason(thing: Thing, flag: Flag) -> str:
    return next(change.reason for change in thing.all if flag in change.flags)


def _because(reason: str) -> str:
    if reason == ALONE:
        return f": {reason}"
    return f": generator.yaml no longer covers it ({reason})" if reason else ""


def _changed(thing: Thing, flag: Flag) -> Iterator[Item]:
    """The thing with both sides of each value that the flag is about: the server's own, where its API has it too."""
    lead, flagged = thing.lead, next(change for change in thing.all if flag in change.flags)
    facts = {"title": cut(lead.title, FACT_WIDTH), "owner": lead.owner, "also": thing.along}
    facts |= {"by hand": "a person did this on the branch"} if _is_by_hand(flagged, flag) else {}
    gone = lead.operation is Operation.REMOVE
    for both in [_sides(value) for value in flagged.values if value.flag is flag] or [{}]:
        kept = {name: fact for name, fact in {**facts, **both}.items() if fact}
        yield Item(what=lead.what, facts=kept, file=lead.file, line=lead.line, is_gone=gone)


def _sides(value: ValueChange) -> Mapping[str, str]:
    sides = parting(value.pointer, value.old, value.new, FACT_WIDTH)
    return {"was": sides.old or "", "becomes": sides.new or "nothing"}


def _is_by_hand(change: Change, flag: Flag) -> bool:
    """Whether a person, and not the estate, is what a flag is about."""
    about = [value.by_hand for value in change.values if value.flag is flag]
    return all(about) if about else change.by_hand


def _edited(edit: HandEdit) -> Item:
    sides = parting(edit.pointer, edit.mine, edit.generated, FACT_WIDTH)
    facts = {"value": sides.place, "by hand": sides.old or "removed", "observed": sides.new or "nothing"}
    return Item(what=edit.what, facts=facts, file=edit.file, line=edit.line)


def _held(held: tuple[Held, ...]) -> Iterable[Concern]:
    items_of: dict[tuple[str, str], list[Item]] = {}
    for one in held:
        items_of.setdefault((one.reason, one.release), []).append(Item(what=one.what))
    groups = [*items_of.items()]
    for (reason, release), items in groups[: limits.BODY_REASONS]:
        yield Concern(why=f"Held: {reason}", release=release, items=tuple(items))
    others = [
        Item(what=item.what, facts={"problem": reason, **({"to release": release} if release else {})})
        for (reason, release), items in groups[limits.BODY_REASONS :]
        for item in items
    ]
    if others:
        yield Concern(why=f"Held for {len(groups) - limits.BODY_REASONS:,} further reasons", items=tuple(others))


def _unreadable(problems: tuple[Problem, ...]) -> Iterable[Concern]:
    items = [Item(what=f"{p.path}:{p.line}:{p.column}", facts={"problem": p.message}) for p in sorted(problems)]
    if items:
        yield Concern(why="Cannot be read, so its part stays as it is", items=tuple(items))
