"""The plan's facts as sections of GitHub-flavoured Markdown: one function per section."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

from generator.plan import Change, Flag, HandEdit, Operation, Plan, ValueChange
from generator.report.budget import Group, Section
from generator.report.concerns import Concern, Item, concerns
from generator.report.escape import markdown_cell, markdown_code
from generator.report.headline import DONE, counted
from generator.report.health import Listing, SourceTraffic, listings
from generator.report.values import cut, difference, place

WIDTH: Final = 120
VALUES: Final = 40  # of one entity
NAMES: Final = 4  # of values in one cell
ABSENT: Final = "—"
_ORDER: Final = tuple(DONE)


def attention(plan: Plan) -> list[Section]:
    found = concerns(plan)
    heading = [Section(head="### Needs attention\n\n", first=True)] if found else []
    return heading + [_concern(concern) for concern in found]


def changes(plan: Plan) -> list[Section]:
    """A table for each owner; those that nobody owns come last."""
    entities = sorted((c for c in plan.changes if c.kind != "Page"), key=lambda c: (not c.owner, c.owner, _rank(c)))
    groups = tuple(
        Group(
            head=f"\n#### {_owner(owner)}\n\n" + _head("", "Entity", "Title", "What"), entries=tuple(map(_entity, rows))
        )
        for owner, rows in groupby(entities, key=lambda change: change.owner)
    )
    return [Section(head="### Changes\n", groups=groups, tail="\n")] if groups else []


def values(plan: Plan) -> list[Section]:
    """What each changed entity was and becomes, folded."""
    changed = [c for c in plan.changes if c.kind != "Page" and c.operation is Operation.UPDATE and c.values]
    groups = (Group(entries=tuple(_values(change) for change in changed)),)
    return [Section(head="### Values\n\n", groups=groups)] if changed else []


def pages(plan: Plan) -> list[Section]:
    found = sorted((c for c in plan.changes if c.kind == "Page"), key=lambda c: (c.what, _rank(c)))
    rows = (_row(DONE[page.operation], _code(page.what), _names(page.values)) for page in found)
    return _folded("Pages", len(found), _head("", "Page", "Sections"), rows)


def hand_edits(plan: Plan) -> list[Section]:
    edits = sorted(plan.hand_edits, key=lambda edit: (edit.state != "conflict", edit.what, edit.pointer))
    head = _head("Entity or page", "Value", "By hand", "Would be generated", "State")
    open_ = any(edit.state == "conflict" for edit in edits)
    return _folded("Hand edits, kept", len(edits), head, map(_edit, edits), open_=open_)


def left_out(plan: Plan) -> list[Section]:
    rows = (_row(_code(one.what), markdown_cell(one.reason)) for one in sorted(plan.left_out))
    return _folded("Left out", len(plan.left_out), _head("What", "Why"), rows)


def problems(plan: Plan) -> list[Section]:
    rows = (
        _row(_code(f"{problem.path}:{problem.line}"), _code(place(problem.pointer)), markdown_cell(problem.message))
        for problem in sorted(plan.problems)
    )
    return _folded("Problems in files", len(plan.problems), _head("Where", "Value", "Problem"), rows, open_=True)


def sources(plan: Plan, traffic: Sequence[SourceTraffic], *, timing: bool) -> list[Section]:
    """Source health. With `timing` also what differs from run to run, which must not reach a pull request."""
    found = listings(plan.scopes)
    broken = any(not listing.complete for listing in found)
    costs = {one.source: _cost(one, timing=timing) for one in traffic}
    columns = ("Requests", "Pages", *(("Retries", "Seconds") if timing else ())) if costs else ()
    head = _head("Source", "Kind", "Complete", "Listed", *(["Why not, and what to do"] if broken else []), *columns)
    rows = []
    for source, group in groupby(found, key=lambda listing: listing.source):
        cost = costs.get(source, ("",) * len(columns))
        for listing in group:
            rows.append(_row(_code(source), *_listing(listing, broken=broken), *cost))
            cost = ("",) * len(columns)  # that of the source, told once
    return _folded("Sources", len({listing.source for listing in found}), head, rows, open_=broken)


# -- rows --------------------------------------------------------------------------------------------------------


def _concern(concern: Concern) -> Section:
    count = f" ({len(concern.items)})" if len(concern.items) > 1 else ""
    release = f"To release: {markdown_code(concern.release)}\n\n" if concern.release else ""
    head = f"**{markdown_cell(concern.why)}**{count}\n\n{release}"
    return Section(head=head, groups=(Group(entries=tuple(map(_item, concern.items))),), tail="\n", first=True)


def _item(item: Item) -> str:
    title = [markdown_cell(item.facts["title"])] if "title" in item.facts else []
    problem = [markdown_cell(item.facts["problem"])] if "problem" in item.facts else []
    others = [f"{name} {_code(value)}" for name, value in item.facts.items() if name not in ("title", "problem")]
    return f"- {' · '.join([_code(item.what), *title, *problem, *others])}\n"


def _entity(change: Change) -> str:
    flags = [flag.value for flag in Flag if flag in change.flags and flag is not Flag.REMOVED]
    what = _names(change.values) if change.operation is Operation.UPDATE else _code(change.source)
    title = markdown_cell(cut(change.title, WIDTH))
    return _row(DONE[change.operation], _code(change.what), title, " · ".join([*([what] if what else []), *flags]))


def _values(change: Change) -> str:
    shown, more = change.values[:VALUES], len(change.values) - VALUES
    title = f" {markdown_cell(cut(change.title, WIDTH))}" if change.title else ""
    summary = f"{_code(change.what)}{title}, {counted(len(change.values), 'value')}"
    rows = "".join(map(_value, shown)) + (f"\n… and {more:,} more\n" if more > 0 else "")
    return f"<details>\n<summary>{summary}</summary>\n\n{_head('Value', 'Was', 'Becomes')}{rows}\n</details>\n\n"


def _value(value: ValueChange) -> str:
    sides = difference(value.old, value.new, WIDTH)
    if sides.summary:
        return _row(_code(place(value.pointer)), "", markdown_cell(sides.summary))
    return _row(_code(place(value.pointer)), _side(sides.old), _side(sides.new))


def _edit(edit: HandEdit) -> str:
    sides = difference(edit.mine, edit.generated, WIDTH)
    state = f"**{edit.state}**" if edit.state == "conflict" else markdown_cell(edit.state)
    texts = [markdown_cell(side or ABSENT) if sides.summary else _side(side) for side in (sides.old, sides.new)]
    return _row(_code(edit.what), _code(place(edit.pointer)), *texts, state)


def _listing(listing: Listing, *, broken: bool) -> list[str]:
    cells = [markdown_cell(listing.kind), "yes" if listing.complete else "**no**", f"{listing.listed:,}"]
    advice = ". ".join(cut(text, 2 * WIDTH) for text in (listing.reason, listing.hint) if text)
    return cells + ([markdown_cell(advice)] if broken else [])


def _cost(traffic: SourceTraffic, *, timing: bool) -> tuple[str, ...]:
    run = (f"{traffic.retries:,}", f"{traffic.seconds:.1f}") if timing else ()
    return (f"{traffic.requests:,}", f"{traffic.pages:,}", *run)


def _names(changed: Sequence[ValueChange]) -> str:
    names = list(dict.fromkeys(cut(place(value.pointer), WIDTH) for value in changed))
    more = f" and {len(names) - NAMES} more" if len(names) > NAMES else ""
    return ", ".join(map(markdown_cell, names[:NAMES])) + more


# -- Markdown ----------------------------------------------------------------------------------------------------


def _folded(title: str, count: int, head: str, rows: Iterable[str], *, open_: bool = False) -> list[Section]:
    if not count:
        return []
    opening = f"<details{' open' if open_ else ''}>\n<summary><b>{title}</b> ({count:,})</summary>\n\n"
    return [Section(head=opening + head, groups=(Group(entries=tuple(rows)),), tail="\n</details>\n\n")]


def _head(*cells: str) -> str:
    return _row(*cells) + "|" + " --- |" * len(cells) + "\n"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


def _owner(owner: str) -> str:
    return markdown_cell(cut(owner, WIDTH)) if owner else "Nobody's"


def _code(text: str) -> str:
    return markdown_code(cut(text, 2 * WIDTH)) if text else ""


def _side(text: str | None) -> str:
    return ABSENT if text is None else markdown_code(text)


def _rank(change: Change) -> int:
    return _ORDER.index(change.operation)
