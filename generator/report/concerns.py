"""What needs a person's attention, in the order in which it should be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from generator.errors import Problem
from generator.plan import Change, Flag, HandEdit, Held, Plan
from generator.report.values import cut, difference, place

WIDTH: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that needs attention; `facts` are what to know about it, by name."""

    what: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """One reason to look, all things that it holds for, and the text or act that releases them, if any."""

    why: str
    release: str = ""
    items: tuple[Item, ...]


def concerns(plan: Plan) -> tuple[Concern, ...]:
    """Flags of changes and of hand edits, then what is held, then what cannot be read."""
    found = [*_flagged(plan), *_held(plan.held), *_unreadable(plan.unreadable)]
    return tuple(concern for concern in found if concern.items)


def concerned(plan: Plan) -> frozenset[str]:
    """All things that need attention, each one once."""
    return frozenset(item.what for concern in concerns(plan) for item in concern.items)


def _flagged(plan: Plan) -> Iterable[Concern]:
    for flag in Flag:
        changes = [_changed(change) for change in plan.changes if flag in change.flags]
        edits = [_edited(edit) for edit in plan.hand_edits if flag in edit.flags]
        yield Concern(why=flag.value.capitalize(), items=(*changes, *edits))


def _changed(change: Change) -> Item:
    facts = {"title": cut(change.title, WIDTH), "owner": change.owner}
    return Item(what=change.what, facts={name: value for name, value in facts.items() if value})


def _edited(edit: HandEdit) -> Item:
    sides = difference(edit.mine, edit.generated, WIDTH)
    facts = {"value": place(edit.pointer), "by hand": sides.old or "removed", "observed": sides.new or "nothing"}
    return Item(what=edit.what, facts=facts)


def _held(held: tuple[Held, ...]) -> Iterable[Concern]:
    together: dict[tuple[str, str], list[Item]] = {}
    for one in held:
        together.setdefault((one.reason, one.release), []).append(Item(what=one.what))
    for (reason, release), items in together.items():
        yield Concern(why=f"Held: {reason}", release=release, items=tuple(items))


def _unreadable(problems: tuple[Problem, ...]) -> Iterable[Concern]:
    items = (Item(what=f"{p.path}:{p.line}:{p.column}", facts={"problem": p.message}) for p in problems)
    yield Concern(why="Cannot be read, so its part stays as it is", items=tuple(items))
