"""The plan for a person at a terminal of 100 columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sized
from itertools import groupby
from typing import Final

from rhoai_catalog import limits
from rhoai_catalog.plan import DeclinedChange, Flag, HandEdit, Operation, Plan
from rhoai_catalog.report.acts import CARRIED, act, carried, state
from rhoai_catalog.report.counting import counted
from rhoai_catalog.report.health import listings
from rhoai_catalog.report.plan import order
from rhoai_catalog.report.plan.concerns import Concern, concerns
from rhoai_catalog.report.plan.headline import verdict
from rhoai_catalog.report.plan.order import MARKS
from rhoai_catalog.report.plan.remarks import remarks
from rhoai_catalog.report.plan.things import Thing, Value, by_owner
from rhoai_catalog.report.style import Style, styled
from rhoai_catalog.report.values import cut, difference, field_name, place, section_name

NARROW: Final = 32  # characters for one side of a value
WIDE: Final = 400
MOST_VALUES: Final = 4  # of one entity, unless verbose

WITHHELD: Final = Style.RED, "not listed completely"
IN_TROUBLE: Final = Style.YELLOW, "not listed completely, for trouble of its own that nothing here depends on"
STYLES: Final = {Operation.CREATE: Style.GREEN, Operation.UPDATE: Style.YELLOW, Operation.REMOVE: Style.RED}

Line = tuple[Style, str]  # text that is not escaped yet


def plan_text(plan: Plan, *, colour: bool, verbose: bool) -> str:
    """The plan, grouped; the totals are the last line. `verbose` shows every value in full."""
    blocks = [
        _attention(plan, verbose=verbose),
        *(_titled(owner, _changes(rows, verbose=verbose)) for owner, rows in by_owner(plan)),
        _titled("Pages", _pages(plan)),
        _titled("Index and base", _upkeep(plan, verbose=verbose)),
        _titled("Hand edits, kept", _hand_edits(plan, verbose=verbose)),
        _titled("Declined before", (_declined(one) for one in plan.declined)),
        _titled("Left out", _left_out(plan, verbose=verbose)),
        _titled("Sources", _sources(plan, verbose=verbose)),
        _titled("Problems in files", [(Style.PLAIN, f"  {problem}") for problem in sorted(plan.problems)]),
        [(Style.BOLD, verdict(plan))],
    ]
    return "\n".join(_printed(block, colour=colour) for block in blocks if block).rstrip("\n")


def _printed(block: Iterable[Line], *, colour: bool) -> str:
    return "".join(styled(text.rstrip(" "), style, colour=colour) + "\n" for style, text in block)


def _titled(title: str, lines: Iterable[Line]) -> list[Line]:
    below = list(lines)
    return [(Style.BOLD, title), *below] if below else []


def _attention(plan: Plan, *, verbose: bool) -> list[Line]:
    told = (line for concern in concerns(plan) for line in _concern(concern, verbose=verbose))
    return _titled("Needs attention", told)


def _concern(concern: Concern, *, verbose: bool) -> Iterator[Line]:
    yield Style.RED, f"  ! {concern.why}"
    for item in concern.items if verbose else concern.items[: limits.TERMINAL_ITEMS]:
        facts = dict(item.facts)
        title, owner, along = (facts.pop(name, "") for name in ("title", "owner", "also"))
        yield Style.PLAIN, "  ".join(part for part in (f"      {item.what}", cut(title, NARROW), along, owner) if part)
        for name, value in facts.items():
            yield Style.DIM, f"        {name}: {value}"
    yield from _more(concern.items, "      ", verbose=verbose)
    if concern.release:
        yield Style.BOLD, f"      to release: {concern.release}"


def _more(things: Sized, indent: str, *, verbose: bool) -> Iterator[Line]:
    if not verbose and len(things) > limits.TERMINAL_ITEMS:
        yield Style.DIM, f"{indent}… and {len(things) - limits.TERMINAL_ITEMS:,} more; --verbose tells all"


def _changes(changes: Iterable[Thing], *, verbose: bool) -> Iterator[Line]:
    for change in changes:
        yield from _entity(change, verbose=verbose)


def _entity(thing: Thing, *, verbose: bool) -> Iterator[Line]:
    change, values = thing.lead, thing.values
    flags = "".join(f"  {words}" for words in (thing.along, thing.moved) if words)
    flags += "  (by hand)" if thing.by_hand else ""
    flags += "".join(f"  ({flag.value})" for flag in thing.flags if flag is not Flag.REMOVED)
    yield STYLES[change.operation], f"  {MARKS[change.operation]} {change.what}  {cut(change.title, NARROW)}{flags}"
    width, most = (WIDE, len(values)) if verbose else (NARROW, MOST_VALUES)
    if verbose or change.operation is Operation.UPDATE:
        yield from ((Style.PLAIN, f"      {_value(value, thing, width)}") for value in values[:most])
        more = len(values) - most
        yield from [(Style.DIM, f"      … and {counted(more, 'more value')}")] if more > 0 else []


def _value(told: Value, thing: Thing, width: int) -> str:
    value = told.change
    sides = difference(value.pointer, value.old, value.new, width)
    name = field_name(value.pointer) if width == NARROW else sides.place
    name += "" if thing.lead.kind in told.kinds or not thing.changes else f" of its {told.kinds[0]}"
    name += " (by hand)" if value.by_hand else ""
    if sides.summary:
        return f"{name}: {sides.summary}"
    if sides.old is None:
        return f"{name}: + {sides.new}"
    return f"{name}: - {sides.old}" if sides.new is None else f"{name}: {sides.old} -> {sides.new}"


def _pages(plan: Plan) -> Iterator[Line]:
    along = carried(plan.hand_edits)
    for page in order.pages(plan):
        sections = ", ".join(cut(section_name(value.pointer), NARROW) for value in page.values[:MOST_VALUES])
        sections = f"{CARRIED}: {sections}" if page.file in along else sections
        yield STYLES[page.operation], f"  {MARKS[page.operation]} {page.what}{f'  ({sections})' if sections else ''}"


def _upkeep(plan: Plan, *, verbose: bool) -> Iterator[Line]:
    for file, group in groupby(plan.upkeep, key=lambda one: one.file):
        told = [one.what for one in group]
        more = [] if verbose or len(told) == 1 else [f"… and {len(told) - 1:,} more"]
        yield from ((Style.PLAIN, f"  ~ {file}: {what}") for what in (told if verbose else [*told[:1], *more]))


def _hand_edits(plan: Plan, *, verbose: bool) -> Iterator[Line]:
    edits = sorted(plan.hand_edits, key=lambda edit: (edit.state != "conflict", edit.what, edit.pointer))
    for what, group in groupby(edits, key=lambda edit: edit.what):
        yield Style.PLAIN, f"  {what}"
        for edit in group:
            yield from _hand_edit(edit, WIDE if verbose else NARROW)


def _hand_edit(edit: HandEdit, width: int) -> Iterator[Line]:
    sides = act(edit, width)
    mine = f": {sides.old or 'removed'}" if sides.old or sides.new else ""
    generated = f"  (generated: {sides.new})" if sides.new else ""
    told = f"  [{state(edit)}]" if state(edit) != "active" else ""
    is_value = width == NARROW and not edit.file.endswith(".md")
    name = field_name(edit.pointer) if is_value else sides.place
    yield Style.YELLOW if edit.state == "conflict" else Style.PLAIN, f"      {name}{mine}{generated}{told}"


def _declined(one: DeclinedChange) -> Line:
    where = f" {place(one.pointer)}" if one.pointer else ""
    return Style.PLAIN, f"  {one.what}{where}, in #{one.pull}"


def _left_out(plan: Plan, *, verbose: bool) -> Iterator[Line]:
    if verbose:
        yield from ((Style.PLAIN, f"  {one.what}: {one.reason}") for one in sorted(plan.left_out))
        return
    told = remarks(plan.left_out)
    yield from ((Style.PLAIN, f"  {one.things[0]}{one.more}: {one.reason}") for one in told[: limits.TERMINAL_ITEMS])
    yield from _more(told, "  ", verbose=verbose)


def _sources(plan: Plan, *, verbose: bool) -> Iterator[Line]:
    for listing in listings(plan.scopes):
        if not listing.complete:
            style, what = WITHHELD if listing.withholds else IN_TROUBLE
            yield style, f"  ! {listing.source} {listing.kind}: {what}"
            yield from ((Style.PLAIN, f"      {text}") for text in (listing.reason, listing.hint) if text)
        elif verbose:
            yield Style.PLAIN, f"    {listing.source} {listing.kind}: {listing.listed:,} listed"
