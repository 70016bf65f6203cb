"""The plan as sections of GitHub-flavoured Markdown: one function per section."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rhoai_catalog.config import Addresses
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.plan import Operation, Plan
from rhoai_catalog.report.acts import carried
from rhoai_catalog.report.health import causes, listings
from rhoai_catalog.report.plan import order
from rhoai_catalog.report.plan.alike import Alike, alike
from rhoai_catalog.report.plan.concerns import SIDES, Concern, concerns
from rhoai_catalog.report.plan.headline import verdict
from rhoai_catalog.report.plan.markdown import rows
from rhoai_catalog.report.plan.markdown.budget import ReportSection, RowGroup
from rhoai_catalog.report.plan.markdown.cells import PAD, code, folded, head, linked, prose, row, table
from rhoai_catalog.report.plan.markdown.diagram import diagram
from rhoai_catalog.report.plan.remarks import remarks
from rhoai_catalog.report.plan.things import by_owner
from rhoai_catalog.report.values import cut, place
from rhoai_catalog.text.markdown import markdown_code

DECLINED_BEFORE: Final = """
These changes were in a pull request that somebody closed, and are left out. To have one offered again, reopen that pull
request, give it the label `catalog:offer-again`, or run `rhoai-catalog propose --offer-again REF`.
"""
ALIKE: Final = """
The same difference in so many things comes from one cause: an upgrade of this program, or a setting for all of them.
"""
MOST_NAMES: Final = 10
NAME_WIDTH: Final = 60
TIMING: Final = ("Pages read", "Requests", "Retries", "Seconds")


def report(plan: Plan, traffic: Sequence[Traffic], at: Addresses, *, timing: bool) -> list[ReportSection]:
    """All sections in the order of a reader. `timing`: with what differs from run to run, and each thing by itself."""
    told = alike(plan)
    return [
        ReportSection(head=f"**{verdict(plan)}**\n\n", first=True),
        *contributors(plan),
        *attention(plan, at),
        *graph(plan),
        *changes(plan, told, at),
        *values(plan, told, at),
        *equal(plan, told, at),
        *pages(plan, told, at),
        *upkeep(plan, at),
        *hand_edits(plan, at),
        *declined(plan),
        *left_out(plan, each=timing),
        *sources(plan, traffic, timing=timing),
        *problems(plan),
    ]


def contributors(plan: Plan) -> list[ReportSection]:
    """Who, besides the generator, committed to the branch: whoever approves should be somebody else."""
    names = ", ".join(prose(cut(name, NAME_WIDTH)) for name in plan.contributors[:MOST_NAMES])
    more = len(plan.contributors) - MOST_NAMES
    return (
        [ReportSection(head=f"With commits of {names}{f' and {more} more' if more > 0 else ''}.\n\n")] if names else []
    )


def attention(plan: Plan, at: Addresses) -> list[ReportSection]:
    """What changes is one table, in which each concern begins with a row of its own; the rest are lists."""
    everything = concerns(plan)
    changed = [concern for concern in everything if concern.sides]
    groups = tuple(_changed(concern, at) for concern in changed)
    heads = head(f"Entity{PAD}", f"Was{PAD}", f"Becomes{PAD}")
    listed = [_listed(concern, at) for concern in everything if not concern.sides]
    tables = [ReportSection(head=heads, groups=groups, tail="\n", first=True)] if groups else []
    return [ReportSection(head="### Needs attention\n\n", first=True), *tables, *listed] if everything else []


def _changed(concern: Concern, at: Addresses) -> RowGroup:
    names = ("", "") if concern.sides == SIDES else (f"**{name.capitalize()}**" for name in concern.sides)
    lines = tuple(rows.sides(item, at, concern.sides) for item in concern.items)
    return RowGroup(head=row(f"**{prose(concern.why)}**{_count(concern)}", *names), entries=lines)


def _listed(concern: Concern, at: Addresses) -> ReportSection:
    release = f"To release: {markdown_code(concern.release)}\n\n" if concern.release else ""
    items = RowGroup(entries=tuple(rows.item(item, at) for item in concern.items))
    heading = f"**{prose(concern.why.strip())}**{_count(concern)}\n\n{release}"
    return ReportSection(head=heading, groups=(items,), tail="\n", first=True)


def _count(concern: Concern) -> str:
    number = len({item.what for item in concern.items})
    return f" ({number:,})" if number > 1 else ""


def graph(plan: Plan) -> list[ReportSection]:
    drawn = diagram(plan)
    return [ReportSection(head=f"```mermaid\n{drawn}```\n\n", first=True)] if drawn else []


def changes(plan: Plan, told: Alike, at: Addresses) -> list[ReportSection]:
    """One table, so that all of it is of one width; each owner begins with a row of its own."""
    groups = []
    for owner, some in by_owner(plan):
        lines = tuple(rows.entity(thing, at) for thing in some if not told.covers(thing.all))
        groups += [RowGroup(head=row("", f"**{rows.title(owner)}**", "", ""), entries=lines)] if lines else []
    heading = f"### Changes\n\n{head('', f'Entity{PAD}', 'Title', f'What{PAD}')}"
    return [ReportSection(head=heading, groups=tuple(groups), tail="\n")] if groups else []


def values(plan: Plan, told: Alike, at: Addresses) -> list[ReportSection]:
    """What each changed thing was and becomes, folded."""
    changed = [thing for _, some in by_owner(plan) for thing in some if thing.lead.operation is Operation.UPDATE]
    entries = tuple(rows.values(thing, at) for thing in changed if thing.values and not told.covers(thing.all))
    return [ReportSection(head="### Values\n\n", groups=(RowGroup(entries=entries),))] if entries else []


def equal(plan: Plan, told: Alike, at: Addresses) -> list[ReportSection]:
    """What is the same change in many things: once, with an example."""
    lines = [rows.same(one, at) for one in told.changes]
    listed = table(head("The same in", f"Value{PAD}", "Was", f"Becomes{PAD}", "For example"), lines)
    return folded("The same change in many", len(lines), [RowGroup(entries=(ALIKE,)), listed])


def pages(plan: Plan, told: Alike, at: Addresses) -> list[ReportSection]:
    along = carried(plan.hand_edits)
    changed = [page for page in order.pages(plan) if not told.covers((page,))]
    lines = [rows.page(page, at, along.get(page.file, ())) for page in changed]
    return folded("Pages", len(changed), [table(head("", f"Page{PAD}", f"Sections{PAD}{PAD}"), lines)])


def upkeep(plan: Plan, at: Addresses) -> list[ReportSection]:
    """What happens to files that tell of no thing: a pull request always says what it does."""
    lines = [row(linked(code(one.file), at.file(one.file)), prose(one.what)) for one in plan.upkeep]
    return folded("Index and base", len(lines), [table(head(f"File{PAD}", f"What{PAD}"), lines)])


def hand_edits(plan: Plan, at: Addresses) -> list[ReportSection]:
    edits = order.hand_edits(plan)
    heads = head("State", "Value", f"By hand{PAD}", f"Would be generated{PAD}")
    edited = table(heads, [rows.hand_edit(edit, at) for edit in edits])
    return folded("Hand edits, kept", len(edits), [edited], open_=any(edit.state == "conflict" for edit in edits))


def declined(plan: Plan) -> list[ReportSection]:
    """What is left out since people closed a pull request with it."""
    lines = (
        row(code(one.what), code(place(one.pointer)) if one.pointer else "all of it", f"#{one.pull}")
        for one in plan.declined
    )
    again = RowGroup(entries=(DECLINED_BEFORE,))
    listed = table(head("What", "Value", "In"), lines)
    return folded("Declined before", len(plan.declined), [again, listed])


def left_out(plan: Plan, *, each: bool) -> list[ReportSection]:
    """A row for each reason, or for each thing."""
    if each:
        lines = [row(code(one.what), prose(one.reason)) for one in sorted(plan.left_out)]
    else:
        lines = [row(code(one.things[0]) + one.more, prose(one.reason)) for one in remarks(plan.left_out)]
    return folded("Left out", len(plan.left_out), [table(head("What", "Why"), lines)])


def problems(plan: Plan) -> list[ReportSection]:
    places = (
        row(code(f"{problem.path}:{problem.line}"), code(place(problem.pointer)), prose(problem.message))
        for problem in sorted(plan.problems)
    )
    listed = table(head("Where", "Value", "Problem"), places)
    return folded("Problems in files", len(plan.problems), [listed], open_=True)


def sources(plan: Plan, traffic: Sequence[Traffic], *, timing: bool) -> list[ReportSection]:
    """Source health. With `timing` also what must not reach a pull request, as it differs from run to run."""
    listed = listings(plan.scopes)
    broken = causes(listed)
    costs = {cost.source: rows.cost(cost, timing=timing) for cost in traffic}
    columns = (TIMING if timing else TIMING[:1]) if costs else ()
    lines = []
    for listing in listed:
        cost = costs.pop(listing.source, ("",) * len(columns))  # in the first row of a source
        lines.append(row(*rows.listing(listing), *cost))
    reasons = RowGroup(head="\n", entries=tuple(map(rows.reason, broken)))
    health = table(head("Source", "Kind", "Complete", "Listed", *columns), lines)
    return folded(
        "Sources",
        len({listing.source for listing in listed}),
        [reasons, health],
        open_=any(cause.one.withholds for cause in broken),
    )
