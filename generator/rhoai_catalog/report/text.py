"""The plan for a person at a terminal of 100 columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from rhoai_catalog.plan import Change, Flag, HandEdit, Operation, Plan, ValueChange
from rhoai_catalog.report import order
from rhoai_catalog.report.concerns import Concern, concerns
from rhoai_catalog.report.headline import counted, verdict
from rhoai_catalog.report.health import SourceCheck, SourceTraffic, listings
from rhoai_catalog.report.order import MARKS
from rhoai_catalog.report.values import cut, difference, field_name, section_name
from rhoai_catalog.text.escape import terminal

NARROW: Final = 32  # characters for one side of a value
WIDE: Final = 400
SHOWN: Final = 4  # values of one entity, unless verbose

RESET: Final = "\x1b[0m"
BOLD: Final = "\x1b[1m"
DIM: Final = "\x1b[2m"
RED: Final = "\x1b[31m"
GREEN: Final = "\x1b[32m"
YELLOW: Final = "\x1b[33m"
COLOURS: Final = {Operation.CREATE: GREEN, Operation.UPDATE: YELLOW, Operation.REMOVE: RED}

Line = tuple[str, str]  # colour (or none), text that is not escaped yet


def plan_text(plan: Plan, *, colour: bool, verbose: bool) -> str:
    """The plan, grouped; the totals are the last line. `verbose` shows every value in full."""
    blocks = [
        _attention(plan),
        *(_titled(owner, _changes(rows, verbose=verbose)) for owner, rows in order.by_owner(plan)),
        _titled("Pages", _pages(plan)),
        _titled("Hand edits, kept", _hand_edits(plan, verbose=verbose)),
        _titled("Left out", [("", f"  {one.what}: {one.reason}") for one in sorted(plan.left_out)]),
        _titled("Sources", _sources(plan, verbose=verbose)),
        _titled("Problems in files", [("", f"  {problem}") for problem in sorted(plan.problems)]),
        [(BOLD, verdict(plan))],
    ]
    return "\n".join(_printed(block, colour=colour) for block in blocks if block).rstrip("\n")


def _printed(block: Iterable[Line], *, colour: bool) -> str:
    """The one place where text becomes terminal output: escaped first, coloured then."""
    safe = ((style, terminal(text).rstrip()) for style, text in block)
    return "".join(f"{style}{text}{RESET}\n" if colour and style else f"{text}\n" for style, text in safe)


def _titled(title: str, lines: Iterable[Line]) -> list[Line]:
    found = list(lines)
    return [(BOLD, title), *found] if found else []


def _attention(plan: Plan) -> list[Line]:
    return _titled("Needs attention", (line for concern in concerns(plan) for line in _concern(concern)))


def _concern(concern: Concern) -> Iterator[Line]:
    yield RED, f"  ! {concern.why}"
    for item in concern.items:
        facts = dict(item.facts)
        title, owner = facts.pop("title", ""), facts.pop("owner", "")
        yield "", "  ".join(part for part in (f"      {item.what}", cut(title, NARROW), owner) if part)
        for name, value in facts.items():
            yield DIM, f"        {name}: {value}"
    if concern.release:
        yield BOLD, f"      to release: {concern.release}"


def _changes(changes: Iterable[Change], *, verbose: bool) -> Iterator[Line]:
    for change in changes:
        yield from _entity(change, verbose=verbose)


def _entity(change: Change, *, verbose: bool) -> Iterator[Line]:
    flags = "".join(f"  ({flag.value})" for flag in Flag if flag in change.flags and flag is not Flag.REMOVED)
    yield COLOURS[change.operation], f"  {MARKS[change.operation]} {change.what}  {cut(change.title, NARROW)}{flags}"
    width, most = (WIDE, len(change.values)) if verbose else (NARROW, SHOWN)
    if verbose or change.operation is Operation.UPDATE:
        yield from (("", f"      {_value(value, width)}") for value in change.values[:most])
        more = len(change.values) - most
        yield from [(DIM, f"      … and {counted(more, 'more value')}")] if more > 0 else []


def _value(value: ValueChange, width: int) -> str:
    sides = difference(value.pointer, value.old, value.new, width)
    name = field_name(value.pointer) if width == NARROW else sides.place
    if sides.summary:
        return f"{name}: {sides.summary}"
    if sides.old is None:
        return f"{name}: + {sides.new}"
    return f"{name}: - {sides.old}" if sides.new is None else f"{name}: {sides.old} -> {sides.new}"


def _pages(plan: Plan) -> Iterator[Line]:
    for page in order.pages(plan):
        sections = ", ".join(cut(section_name(value.pointer), NARROW) for value in page.values[:SHOWN])
        yield COLOURS[page.operation], f"  {MARKS[page.operation]} {page.what}{f'  ({sections})' if sections else ''}"


def _hand_edits(plan: Plan, *, verbose: bool) -> Iterator[Line]:
    edits = sorted(plan.hand_edits, key=lambda edit: (edit.what, edit.pointer))
    for what, group in groupby(edits, key=lambda edit: edit.what):
        yield "", f"  {what}"
        for edit in group:
            yield from _hand_edit(edit, WIDE if verbose else NARROW)


def _hand_edit(edit: HandEdit, width: int) -> Iterator[Line]:
    sides = difference(edit.pointer, edit.mine, edit.generated, width)
    mine = f": {sides.old or 'removed'}" if sides.old or sides.new else ""
    generated = f"  (generated: {sides.new})" if sides.new else ""
    state = f"  [{edit.state}]" if edit.state != "active" else ""
    name = field_name(edit.pointer) if width == NARROW else sides.place
    yield YELLOW if edit.state == "conflict" else "", f"      {name}{mine}{generated}{state}"


def _sources(plan: Plan, *, verbose: bool) -> Iterator[Line]:
    for listing in listings(plan.scopes):
        if not listing.complete:
            yield RED, f"  ! {listing.source} {listing.kind}: not listed completely"
            yield from (("", f"      {text}") for text in (listing.reason, listing.hint) if text)
        elif verbose:
            yield "", f"    {listing.source} {listing.kind}: {listing.listed:,} listed"


def check_text(check: SourceCheck, *, colour: bool) -> str:
    """One line of `doctor`, and what to do below it where something is not well."""
    family, _, name = check.source.partition("/")
    message = check.message.removeprefix(f"cluster {name}: ").removeprefix(f"{family} {name}: ")
    mark = "ok  " if check.well else "FAIL"
    if colour:
        mark = f"\x1b[3{2 if check.well else 1}m{mark}\x1b[0m"
    line = f"{mark} {terminal(check.source)}: {terminal(message)}"
    return line if check.well or not check.hint else f"{line}\n       {terminal(check.hint)}"


def traffic_text(traffic: Sequence[SourceTraffic]) -> str:
    """What the listing of each source cost, a line for each."""
    return "\n".join(terminal(_cost(cost)) for cost in traffic)


def _cost(cost: SourceTraffic) -> str:
    counts = f"{cost.requests:,} requests, {cost.pages:,} pages, {cost.retries:,} retries"
    return f"{cost.source}: {counts}, {cost.seconds:.1f} s"
