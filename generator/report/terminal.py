"""The plan for a person at a terminal of 100 columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from generator.plan import Change, Flag, HandEdit, Operation, Plan, ValueChange
from generator.report.concerns import Concern, concerns
from generator.report.escape import terminal
from generator.report.headline import MARKS, verdict
from generator.report.health import SourceTraffic, listings
from generator.report.values import cut, difference, place

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


def plan_text(plan: Plan, *, colour: bool, verbose: bool, traffic: Sequence[SourceTraffic] = ()) -> str:
    """The plan, grouped; the totals are the last line. `verbose` shows every value in full."""
    blocks = [
        _attention(plan),
        *_entities(plan, verbose=verbose),
        _titled("Pages", _pages(plan)),
        _titled("Hand edits, kept", _hand_edits(plan, verbose=verbose)),
        _titled("Left out", [("", f"  {one.what}: {one.reason}") for one in sorted(plan.left_out)]),
        _titled("Sources", _sources(plan, traffic, verbose=verbose)),
        _titled("Problems in files", [("", f"  {problem}") for problem in sorted(plan.problems)]),
        [(BOLD, verdict(plan))],
    ]
    return "\n".join(_printed(block, colour=colour) for block in blocks if block)


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
        yield "", f"      {item.what}"
        for name, value in item.facts.items():
            yield DIM, f"        {name}: {value}"
    if concern.release:
        yield BOLD, f"      to release: {concern.release}"


def _entities(plan: Plan, *, verbose: bool) -> Iterator[list[Line]]:
    entities = sorted(
        (c for c in plan.changes if c.kind != "Page"), key=lambda change: (not change.owner, change.owner)
    )
    for owner, changes in groupby(entities, key=lambda change: change.owner):
        yield _titled(owner or "Nobody's", (line for change in changes for line in _entity(change, verbose=verbose)))


def _entity(change: Change, *, verbose: bool) -> Iterator[Line]:
    title = f"  {cut(change.title, NARROW)}" if change.title else ""
    flags = "".join(f"  ({flag.value})" for flag in Flag if flag in change.flags and flag is not Flag.REMOVED)
    yield COLOURS[change.operation], f"  {MARKS[change.operation]} {change.what}{title}{flags}"
    shown = change.values if verbose else change.values[:SHOWN] if change.operation is Operation.UPDATE else ()
    for value in shown:
        yield "", f"      {place(value.pointer)}: {_change(value, WIDE if verbose else NARROW)}"
    if change.operation is Operation.UPDATE and len(shown) < len(change.values):
        yield DIM, f"      … and {len(change.values) - len(shown)} more values"


def _change(value: ValueChange, width: int) -> str:
    sides = difference(value.old, value.new, width)
    if sides.summary:
        return sides.summary
    if sides.old is None:
        return f"+ {sides.new}"
    return f"- {sides.old}" if sides.new is None else f"{sides.old} -> {sides.new}"


def _pages(plan: Plan) -> Iterator[Line]:
    for page in sorted((c for c in plan.changes if c.kind == "Page"), key=lambda change: change.what):
        sections = ", ".join(cut(place(value.pointer), NARROW) for value in page.values[:SHOWN])
        yield COLOURS[page.operation], f"  {MARKS[page.operation]} {page.what}{f'  ({sections})' if sections else ''}"


def _hand_edits(plan: Plan, *, verbose: bool) -> Iterator[Line]:
    edits = sorted(plan.hand_edits, key=lambda edit: (edit.what, edit.pointer))
    for what, group in groupby(edits, key=lambda edit: edit.what):
        yield "", f"  {what}"
        for edit in group:
            yield from _hand_edit(edit, WIDE if verbose else NARROW)


def _hand_edit(edit: HandEdit, width: int) -> Iterator[Line]:
    sides = difference(edit.mine, edit.generated, width)
    state = "" if edit.state == "active" else f"  [{edit.state}]"
    text = f"      {place(edit.pointer)}: {sides.old or 'removed'}, not {sides.new or 'absent'}{state}"
    yield YELLOW if edit.state == "conflict" else "", text


def _sources(plan: Plan, traffic: Sequence[SourceTraffic], *, verbose: bool) -> Iterator[Line]:
    for listing in listings(plan.scopes):
        if not listing.complete:
            yield RED, f"  ! {listing.source} {listing.kind}: not complete, {listing.reason or 'no reason known'}"
            if listing.hint:
                yield "", f"      {listing.hint}"
        elif verbose:
            yield "", f"    {listing.source} {listing.kind}: {listing.listed:,} listed"
    for cost in traffic if verbose else ():
        counts = f"{cost.requests:,} requests, {cost.pages:,} pages, {cost.retries:,} retries"
        yield DIM, f"    {cost.source}: {counts}, {cost.seconds:.1f} s"
