"""The plan as sections of GitHub-flavoured Markdown: one function per section."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.plan import Operation, Plan
from rhoai_catalog.report.health import listings
from rhoai_catalog.report.plan import order
from rhoai_catalog.report.plan.concerns import Concern, concerns
from rhoai_catalog.report.plan.headline import verdict
from rhoai_catalog.report.plan.markdown import rows
from rhoai_catalog.report.plan.markdown.budget import Group, Section
from rhoai_catalog.report.plan.markdown.cells import code, folded, head, prose, row, table
from rhoai_catalog.report.plan.remarks import remarks
from rhoai_catalog.report.values import cut, place
from rhoai_catalog.text.markdown import markdown_code

DECLINED_BEFORE: Final = """
These changes were in a pull request that somebody closed, and are left out. To have one offered again, reopen that pull
request, give it the label `catalog:offer-again`, or run `rhoai-catalog propose --offer-again REF`.
"""
MOST_NAMES: Final = 10
NAME_WIDTH: Final = 60
TIMING: Final = ("Pages read", "Requests", "Retries", "Seconds")


def report(plan: Plan, traffic: Sequence[Traffic], *, timing: bool) -> list[Section]:
    """All sections in the order of a reader. `timing`: with what differs from run to run, and each thing by itself."""
    return [
        Section(head=f"**{verdict(plan)}**\n\n", first=True),
        *contributors(plan),
        *attention(plan),
        *changes(plan),
        *values(plan),
        *pages(plan),
        *hand_edits(plan),
        *declined(plan),
        *left_out(plan, each=timing),
        *sources(plan, traffic, timing=timing),
        *problems(plan),
    ]


def contributors(plan: Plan) -> list[Section]:
    """Who, besides the generator, committed to the branch: whoever approves should be somebody else."""
    names = ", ".join(prose(cut(name, NAME_WIDTH)) for name in plan.contributors[:MOST_NAMES])
    more = len(plan.contributors) - MOST_NAMES
    return [Section(head=f"With commits of {names}{f' and {more} more' if more > 0 else ''}.\n\n")] if names else []


def attention(plan: Plan) -> list[Section]:
    sections = [_concern(concern) for concern in concerns(plan)]
    return [Section(head="### Needs attention\n\n", first=True), *sections] if sections else []


def _concern(concern: Concern) -> Section:
    count = f" ({len(concern.items)})" if len(concern.items) > 1 else ""
    release = f"To release: {markdown_code(concern.release)}\n\n" if concern.release else ""
    items = Group(entries=tuple(map(rows.item, concern.items)))
    return Section(head=f"**{prose(concern.why.strip())}**{count}\n\n{release}", groups=(items,), tail="\n", first=True)


def changes(plan: Plan) -> list[Section]:
    """A table for each owner."""
    heads = head("", "Entity", "Title", "What")
    groups = tuple(
        table(f"#### {rows.title(owner)}\n\n{heads}", map(rows.entity, changed))
        for owner, changed in order.by_owner(plan)
    )
    return [Section(head="### Changes\n", groups=groups, tail="\n")] if groups else []


def values(plan: Plan) -> list[Section]:
    """What each changed entity was and becomes, folded."""
    changed = [change for _, some in order.by_owner(plan) for change in some if change.operation is Operation.UPDATE]
    entries = tuple(rows.values(change) for change in changed if change.values)
    return [Section(head="### Values\n\n", groups=(Group(entries=entries),))] if entries else []


def pages(plan: Plan) -> list[Section]:
    changed = order.pages(plan)
    return folded("Pages", len(changed), [table(head("", "Page", "Sections"), map(rows.page, changed))])


def hand_edits(plan: Plan) -> list[Section]:
    edits = sorted(plan.hand_edits, key=lambda edit: (edit.state != "conflict", edit.what, edit.pointer))
    edited = table(head("State", "Value", "By hand", "Would be generated"), map(rows.hand_edit, edits))
    return folded("Hand edits, kept", len(edits), [edited], open_=any(edit.state == "conflict" for edit in edits))


def declined(plan: Plan) -> list[Section]:
    """What is left out since people closed a pull request with it."""
    lines = (
        row(code(one.what), code(place(one.pointer)) if one.pointer else "all of it", f"#{one.pull}")
        for one in plan.declined
    )
    again = Group(entries=(DECLINED_BEFORE,))
    listed = table(head("What", "Value", "In"), lines)
    return folded("Declined before", len(plan.declined), [again, listed])


def left_out(plan: Plan, *, each: bool) -> list[Section]:
    """A row for each reason, or for each thing."""
    if each:
        lines = [row(code(one.what), prose(one.reason)) for one in sorted(plan.left_out)]
    else:
        lines = [row(code(one.things[0]) + one.more, prose(one.reason)) for one in remarks(plan.left_out)]
    return folded("Left out", len(plan.left_out), [table(head("What", "Why"), lines)])


def problems(plan: Plan) -> list[Section]:
    places = (
        row(code(f"{problem.path}:{problem.line}"), code(place(problem.pointer)), prose(problem.message))
        for problem in sorted(plan.problems)
    )
    listed = table(head("Where", "Value", "Problem"), places)
    return folded("Problems in files", len(plan.problems), [listed], open_=True)


def sources(plan: Plan, traffic: Sequence[Traffic], *, timing: bool) -> list[Section]:
    """Source health. With `timing` also what must not reach a pull request, as it differs from run to run."""
    listed = listings(plan.scopes)
    broken = [listing for listing in listed if not listing.complete]
    costs = {cost.source: rows.cost(cost, timing=timing) for cost in traffic}
    columns = (TIMING if timing else TIMING[:1]) if costs else ()
    lines = []
    for listing in listed:
        cost = costs.pop(listing.source, ("",) * len(columns))  # in the first row of a source
        lines.append(row(*rows.listing(listing), *cost))
    reasons = Group(head="\n", entries=tuple(map(rows.reason, broken)))
    health = table(head("Source", "Kind", "Complete", "Listed", *columns), lines)
    return folded(
        "Sources",
        len({listing.source for listing in listed}),
        [reasons, health],
        open_=any(listing.withholds for listing in broken),
    )
