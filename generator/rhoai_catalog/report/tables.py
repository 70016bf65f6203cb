"""The plan's facts as sections of GitHub-flavoured Markdown: one function per section."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rhoai_catalog.plan import Change, Flag, HandEdit, Operation, Plan, ValueChange
from rhoai_catalog.report import order
from rhoai_catalog.report.budget import Group, Section
from rhoai_catalog.report.concerns import Concern, Item, concerns
from rhoai_catalog.report.headline import counted
from rhoai_catalog.report.health import Listing, SourceTraffic, listings
from rhoai_catalog.report.order import DONE
from rhoai_catalog.report.values import cut, difference, field_name, place, section_name
from rhoai_catalog.text.escape import markdown_cell, markdown_code

WIDTH: Final = 120
VALUES: Final = 40  # of one entity
NAMES: Final = 4  # of values in one cell
ABSENT: Final = "—"
TIMING: Final = ("Pages read", "Requests", "Retries", "Seconds")


def attention(plan: Plan) -> list[Section]:
    found = concerns(plan)
    heading = [Section(head="### Needs attention\n\n", first=True)] if found else []
    return heading + [_concern(concern) for concern in found]


def changes(plan: Plan) -> list[Section]:
    """A table for each owner."""
    head = _head("", "Entity", "Title", "What")
    groups = tuple(
        _table(f"#### {markdown_cell(cut(owner, WIDTH))}\n\n{head}", map(_entity, rows))
        for owner, rows in order.by_owner(plan)
    )
    return [Section(head="### Changes\n", groups=groups, tail="\n")] if groups else []


def values(plan: Plan) -> list[Section]:
    """What each changed entity was and becomes, folded."""
    changed = [change for _, rows in order.by_owner(plan) for change in rows if change.operation is Operation.UPDATE]
    entries = tuple(_values(change) for change in changed if change.values)
    return [Section(head="### Values\n\n", groups=(Group(entries=entries),))] if entries else []


def pages(plan: Plan) -> list[Section]:
    found = order.pages(plan)
    rows = (_row(DONE[page.operation], _code(page.what), _listed(map(section_name, _pointers(page)))) for page in found)
    return _folded("Pages", len(found), [_table(_head("", "Page", "Sections"), rows)])


def hand_edits(plan: Plan) -> list[Section]:
    edits = sorted(plan.hand_edits, key=lambda edit: (edit.state != "conflict", edit.what, edit.pointer))
    table = _table(_head("State", "Value", "By hand", "Would be generated"), map(_edit, edits))
    return _folded("Hand edits, kept", len(edits), [table], open_=any(edit.state == "conflict" for edit in edits))


def left_out(plan: Plan) -> list[Section]:
    rows = (_row(_code(one.what), _prose(one.reason)) for one in sorted(plan.left_out))
    return _folded("Left out", len(plan.left_out), [_table(_head("What", "Why"), rows)])


def problems(plan: Plan) -> list[Section]:
    rows = (
        _row(_code(f"{problem.path}:{problem.line}"), _code(place(problem.pointer)), _prose(problem.message))
        for problem in sorted(plan.problems)
    )
    table = _table(_head("Where", "Value", "Problem"), rows)
    return _folded("Problems in files", len(plan.problems), [table], open_=True)


def sources(plan: Plan, traffic: Sequence[SourceTraffic], *, timing: bool) -> list[Section]:
    """Source health. With `timing` also what differs from run to run, which must not reach a pull request."""
    found = listings(plan.scopes)
    broken = [listing for listing in found if not listing.complete]
    costs = {one.source: _cost(one, timing=timing) for one in traffic}
    columns = (TIMING if timing else TIMING[:1]) if costs else ()
    rows, told = [], set()
    for listing in found:
        cost = costs.get(listing.source) if listing.source not in told else None  # that of the source, told once
        rows.append(_row(*_listing(listing), *(cost or ("",) * len(columns))))
        told.add(listing.source)
    table = _table(_head("Source", "Kind", "Complete", "Listed", *columns), rows)
    reasons = Group(head="\n", entries=tuple(map(_reason, broken)))
    count = len({listing.source for listing in found})
    return _folded("Sources", count, [reasons, table], open_=bool(broken))


# -- rows --------------------------------------------------------------------------------------------------------


def _concern(concern: Concern) -> Section:
    count = f" ({len(concern.items)})" if len(concern.items) > 1 else ""
    release = f"To release: {markdown_code(concern.release)}\n\n" if concern.release else ""
    head = f"**{_prose(concern.why.strip())}**{count}\n\n{release}"
    return Section(head=head, groups=(Group(entries=tuple(map(_item, concern.items))),), tail="\n", first=True)


def _item(item: Item) -> str:
    title = [_prose(item.facts["title"])] if "title" in item.facts else []
    problem = [_prose(item.facts["problem"])] if "problem" in item.facts else []
    others = [f"{name} {_code(value)}" for name, value in item.facts.items() if name not in ("title", "problem")]
    return f"- {' · '.join([_code(item.what), *title, *problem, *others])}\n"


def _entity(change: Change) -> str:
    flags = [flag.value for flag in Flag if flag in change.flags and flag is not Flag.REMOVED]
    source = markdown_cell(change.identity.source)
    what = {
        Operation.CREATE: f"from {source}",
        Operation.UPDATE: _listed(map(field_name, _pointers(change))),
        Operation.REMOVE: markdown_cell(f"generator.yaml: {change.reason}") if change.reason else f"gone from {source}",
    }
    title = markdown_cell(cut(change.title, WIDTH))
    return _row(DONE[change.operation], _code(change.what), title, " · ".join([what[change.operation], *flags]))


def _values(change: Change) -> str:
    shown, more = change.values[:VALUES], len(change.values) - VALUES
    title = f" {markdown_cell(cut(change.title, WIDTH))}" if change.title else ""
    summary = f"{_code(change.what)}{title}, {counted(len(change.values), 'value')}"
    rows = "".join(map(_value, shown)) + (f"\n… and {more:,} more\n" if more > 0 else "")
    return f"<details>\n<summary>{summary}</summary>\n\n{_head('Value', 'Was', 'Becomes')}{rows}\n</details>\n\n"


def _value(value: ValueChange) -> str:
    sides = difference(value.pointer, value.old, value.new, WIDTH)
    if sides.summary:
        return _row(_code(sides.place), "", markdown_cell(sides.summary))
    return _row(_code(sides.place), _side(sides.old), _side(sides.new))


def _edit(edit: HandEdit) -> str:
    sides = difference(edit.pointer, edit.mine, edit.generated, WIDTH)
    state = f"**{edit.state}**" if edit.state == "conflict" else markdown_cell(edit.state)
    texts = [markdown_cell(side or ABSENT) if sides.summary else _side(side) for side in (sides.old, sides.new)]
    return _row(state, f"{_code(edit.what)}<br>{_code(sides.place)}", *texts)


def _listing(listing: Listing) -> list[str]:
    complete = "yes" if listing.complete else "**no**"
    return [_code(listing.source), markdown_cell(listing.kind), complete, f"{listing.listed:,}"]


def _reason(listing: Listing) -> str:
    advice = "<br>".join(_prose(text) for text in (listing.reason, listing.hint) if text)
    return f"- {_code(listing.source)} {markdown_cell(listing.kind)}: {advice or 'not listed completely'}\n"


def _cost(traffic: SourceTraffic, *, timing: bool) -> tuple[str, ...]:
    run = (f"{traffic.requests:,}", f"{traffic.retries:,}", f"{traffic.seconds:.1f}") if timing else ()
    return (f"{traffic.pages:,}", *run)


def _pointers(change: Change) -> list[str]:
    return [value.pointer for value in change.values]


def _listed(names: Iterable[str]) -> str:
    once = list(dict.fromkeys(cut(name, WIDTH) for name in names))
    more = f" and {len(once) - NAMES} more" if len(once) > NAMES else ""
    return ", ".join(map(markdown_cell, once[:NAMES])) + more


# -- Markdown ----------------------------------------------------------------------------------------------------


def _folded(title: str, count: int, groups: Sequence[Group], *, open_: bool = False) -> list[Section]:
    if not count:
        return []
    head = f"<details{' open' if open_ else ''}>\n<summary><b>{title}</b> ({count:,})</summary>\n"
    return [Section(head=head, groups=tuple(groups), tail="\n</details>\n\n")]


def _table(head: str, rows: Iterable[str]) -> Group:
    return Group(head=f"\n{head}", entries=tuple(rows))


def _head(*cells: str) -> str:
    return _row(*cells) + "|" + " --- |" * len(cells) + "\n"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


def _code(text: str) -> str:
    return markdown_code(cut(text, 2 * WIDTH)) if text else ""


def _prose(text: str) -> str:
    return markdown_cell(cut(text, 2 * WIDTH))


def _side(text: str | None) -> str:
    return ABSENT if text is None else markdown_code(text)
