"""The plan for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sized
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from rhoai_catalog import limits
from rhoai_catalog.plan import DeclinedChange, Flag, HandEdit, Operation, Plan
from rhoai_catalog.report.acts import CARRIED, act, carried, state
from rhoai_catalog.report.counting import counted, named
from rhoai_catalog.report.health import causes, listings
from rhoai_catalog.report.plan import order
from rhoai_catalog.report.plan.concerns import Concern, concerns
from rhoai_catalog.report.plan.headline import verdict
from rhoai_catalog.report.plan.order import MARKS
from rhoai_catalog.report.plan.remarks import remarks
from rhoai_catalog.report.plan.things import Thing, Value, by_owner
from rhoai_catalog.report.style import COLUMNS, Style, side_width, styled
from rhoai_catalog.report.values import cut, difference, field_name, place, section_name

WIDE: Final = 400
MOST_VALUES: Final = 4  # of one entity, unless verbose

WITHHELD: Final = Style.RED, "not listed completely"
IN_TROUBLE: Final = Style.YELLOW, "not listed completely, for trouble of its own that nothing here depends on"
STYLES: Final = {Operation.CREATE: Style.GREEN, Operation.UPDATE: Style.YELLOW, Operation.REMOVE: Style.RED}

Line = tuple[Style, str]  # text that is not escaped yet


@dataclass(frozen=True, slots=True, kw_only=True)
class SideWidth:
    """How many characters each of two values has in a line, unless everything is told."""

    side: int
    verbose: bool

    @property
    def value(self) -> int:
        return WIDE if self.verbose else self.side


def plan_text(plan: Plan, *, colour: bool, verbose: bool, columns: int = COLUMNS) -> str:
    """The plan, grouped; the totals are the last line. `verbose` shows every value in full."""
    room = SideWidth(side=side_width(columns), verbose=verbose)
    blocks = [
        _attention(plan, room),
        *(_titled(owner, _changes(rows, room)) for owner, rows in by_owner(plan)),
        _titled("Pages", _pages(plan, room)),
        _titled("Index and base", _upkeep(plan, room)),
        _titled("Hand edits, kept", _hand_edits(plan, room)),
        _titled("Declined before", (_declined(one) for one in plan.declined)),
        _titled("Left out", _left_out(plan, room)),
        _titled("Sources", _sources(plan, room)),
        _titled("Problems in files", [(Style.PLAIN, f"  {problem}") for problem in sorted(plan.problems)]),
        [(Style.BOLD, verdict(plan))],
    ]
    return "\n".join(_printed(block, colour=colour) for block in blocks if block).rstrip("\n")


def _printed(block: Iterable[Line], *, colour: bool) -> str:
    return "".join(styled(text.rstrip(" "), style, colour=colour) + "\n" for style, text in block)


def _titled(title: str, lines: Iterable[Line]) -> list[Line]:
    below = list(lines)
    return [(Style.BOLD, title), *below] if below else []


def _attention(plan: Plan, room: SideWidth) -> list[Line]:
    told = (line for concern in concerns(plan) for line in _concern(concern, room))
    return _titled("Needs attention", told)


def _concern(concern: Concern, room: SideWidth) -> Iterator[Line]:
    yield Style.RED, f"  ! {concern.why}"
    for item in concern.items if room.verbose else concern.items[: limits.TERMINAL_ITEMS]:
        facts = dict(item.facts)
        title, owner, along = (facts.pop(name, "") for name in ("title", "owner", "also"))
        yield (
            Style.PLAIN,
            "  ".join(part for part in (f"      {item.what}", cut(title, room.side), along, owner) if part),
        )
        for name, value in facts.items():
            yield Style.DIM, f"        {name}: {value}"
    yield from _more(concern.items, "      ", room)
    if concern.release:
        yield Style.BOLD, f"      to release: {concern.release}"


def _more(things: Sized, indent: str, room: SideWidth) -> Iterator[Line]:
    if not room.verbose and len(things) > limits.TERMINAL_ITEMS:
        yield Style.DIM, f"{indent}… and {len(things) - limits.TERMINAL_ITEMS:,} more; --verbose tells all"


def _changes(changes: Iterable[Thing], room: SideWidth) -> Iterator[Line]:
    for change in changes:
        yield from _entity(change, room)


def _entity(thing: Thing, room: SideWidth) -> Iterator[Line]:
    change, values = thing.lead, thing.values
    flags = "".join(f"  {words}" for words in (thing.along, thing.moved) if words)
    flags += "  (by hand)" if thing.by_hand else ""
    flags += "".join(f"  ({flag.value})" for flag in thing.flags if flag is not Flag.REMOVED)
    yield STYLES[change.operation], f"  {MARKS[change.operation]} {change.what}  {cut(change.title, room.side)}{flags}"
    most = len(values) if room.verbose else MOST_VALUES
    if room.verbose or change.operation is Operation.UPDATE:
        yield from ((Style.PLAIN, f"      {_value(value, thing, room)}") for value in values[:most])
        more = len(values) - most
        yield from [(Style.DIM, f"      … and {counted(more, 'more value')}")] if more > 0 else []


def _value(told: Value, thing: Thing, room: SideWidth) -> str:
    value = told.change
    sides = difference(value.pointer, value.old, value.new, room.value)
    name = sides.place if room.verbose else field_name(value.pointer)
    name += "" if thing.lead.kind in told.kinds or not thing.changes else f" of its {told.kinds[0]}"
    name += " (by hand)" if value.by_hand else ""
    if sides.summary:
        return f"{name}: {sides.summary}"
    if sides.old is None:
        return f"{name}: + {sides.new}"
    return f"{name}: - {sides.old}" if sides.new is None else f"{name}: {sides.old} -> {sides.new}"


def _pages(plan: Plan, room: SideWidth) -> Iterator[Line]:
    along = carried(plan.hand_edits)
    for page in order.pages(plan):
        sections = ", ".join(cut(section_name(value.pointer), room.side) for value in page.values[:MOST_VALUES])
        sections = f"{CARRIED}: {sections}" if page.file in along else sections
        yield STYLES[page.operation], f"  {MARKS[page.operation]} {page.what}{f'  ({sections})' if sections else ''}"


def _upkeep(plan: Plan, room: SideWidth) -> Iterator[Line]:
    for file, group in groupby(plan.upkeep, key=lambda one: one.file):
        told = [one.what for one in group]
        more = [] if room.verbose or len(told) == 1 else [f"… and {len(told) - 1:,} more"]
        yield from ((Style.PLAIN, f"  ~ {file}: {what}") for what in (told if room.verbose else [*told[:1], *more]))


def _hand_edits(plan: Plan, room: SideWidth) -> Iterator[Line]:
    for what, group in groupby(order.hand_edits(plan), key=lambda edit: edit.what):
        yield Style.PLAIN, f"  {what}"
        for edit in group:
            yield from _hand_edit(edit, room)


def _hand_edit(edit: HandEdit, room: SideWidth) -> Iterator[Line]:
    sides = act(edit, room.value)
    mine = f": {sides.old or 'removed'}" if sides.old or sides.new else ""
    generated = f"  (generated: {sides.new})" if sides.new else ""
    told = f"  [{state(edit)}]" if state(edit) != "active" else ""
    is_value = not room.verbose and not edit.file.endswith(".md")
    name = field_name(edit.pointer) if is_value else sides.place
    yield Style.YELLOW if edit.state == "conflict" else Style.PLAIN, f"      {name}{mine}{generated}{told}"


def _declined(one: DeclinedChange) -> Line:
    where = f" {place(one.pointer)}" if one.pointer else ""
    return Style.PLAIN, f"  {one.what}{where}, in #{one.pull}"


def _left_out(plan: Plan, room: SideWidth) -> Iterator[Line]:
    if room.verbose:
        yield from ((Style.PLAIN, f"  {one.what}: {one.reason}") for one in sorted(plan.left_out))
        return
    told = remarks(plan.left_out)
    yield from ((Style.PLAIN, f"  {one.things[0]}{one.more}: {one.reason}") for one in told[: limits.TERMINAL_ITEMS])
    yield from _more(told, "  ", room)


def _sources(plan: Plan, room: SideWidth) -> Iterator[Line]:
    listed = listings(plan.scopes)
    for cause in causes(listed):
        style, what = WITHHELD if cause.one.withholds else IN_TROUBLE
        if room.verbose:
            yield from ((style, f"  ! {one.source} {one.kind}: {what}") for one in cause.listings)
        else:
            yield style, f"  ! {named(cause.sources, 'source')} {named(cause.kinds, 'kind')}: {what}"
        yield from ((Style.PLAIN, f"      {text}") for text in (cause.reason, cause.one.hint) if text)
    for one in listed:
        if one.complete and room.verbose:
            yield Style.PLAIN, f"    {one.source} {one.kind}: {one.listed:,} listed"
