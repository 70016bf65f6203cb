"""The plan in one line: verdict, title, commit message, labels. Nothing hostile gets into any of them."""

from __future__ import annotations

from collections import Counter
from typing import Final

from generator.plan import Flag, Operation, Plan
from generator.report.concerns import concerned
from generator.report.escape import commit_line
from generator.report.values import cut

TITLE_LENGTH: Final = 100
COMMIT_LINES: Final = 40
DONE: Final = {Operation.CREATE: "added", Operation.UPDATE: "changed", Operation.REMOVE: "removed"}
MARKS: Final = {Operation.CREATE: "+", Operation.UPDATE: "~", Operation.REMOVE: "-"}

_NOUNS: Final = {"Resource": "model", "Component": "server", "API": "API", "Page": "page"}
_SECURITY: Final = frozenset({Flag.AUTHENTICATION_OFF, Flag.EXPOSED, Flag.AUTHENTICATION_EDITED, Flag.URL_EDITED})


def verdict(plan: Plan) -> str:
    """`12 added · 40 changed · 2 removed · 3 need attention · sources 4/5 complete`."""
    pages = sum(change.kind == "Page" for change in plan.changes)
    sources = {scope.source for scope in plan.scopes}
    complete = sources - {scope.source for scope in plan.scopes if not scope.complete}
    return " · ".join(
        [f"{plan.count(operation)} {done}" for operation, done in DONE.items()]
        + ([counted(pages, "page")] if pages else [])
        + [f"{len(concerned(plan))} need attention"]
        + ([f"sources {len(complete)}/{len(sources)} complete"] if sources else [])
    )


def pull_request_title(plan: Plan) -> str:
    """`Update the AI catalog: 3 models added, 2 servers changed`, at most 100 characters."""
    counts = Counter((_noun(change.kind), change.operation) for change in plan.changes)
    nouns = [*_NOUNS.values(), "entity"]
    parts = [
        f"{counted(counts[noun, operation], noun)} {done}"
        for noun in nouns
        for operation, done in DONE.items()
        if counts[noun, operation]
    ]
    title = _titled(parts)
    if len(title) > TITLE_LENGTH:
        totals = Counter(change.operation for change in plan.changes)
        title = _titled([f"{totals[operation]} {done}" for operation, done in DONE.items() if totals[operation]])
    return title


def commit_message(plan: Plan) -> str:
    """A subject, the verdict, and a line for each changed entity."""
    lines = [
        cut(commit_line(f"{MARKS[change.operation]} {change.what}"), TITLE_LENGTH)
        for change in plan.changes
        if change.kind != "Page"
    ]
    shown, more = lines[:COMMIT_LINES], len(lines) - COMMIT_LINES
    if more > 0:
        shown.append(f"… and {more:,} more")
    paragraphs = [pull_request_title(plan), verdict(plan), "\n".join(shown)]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n"


def labels(plan: Plan) -> tuple[str, ...]:
    """The labels that the pull request should carry, and no other of their family."""
    flags = {flag for item in (*plan.changes, *plan.hand_edits) for flag in item.flags}
    found = {
        "catalog:deletions": any(change.operation is Operation.REMOVE for change in plan.changes),
        "catalog:security": bool(flags & _SECURITY),
        "catalog:conflict": any(edit.state == "conflict" for edit in plan.hand_edits),
        "catalog:blocked": bool(plan.held or plan.unreadable),
    }
    return tuple(label for label, applies in found.items() if applies)


def counted(number: int, noun: str) -> str:
    """`1 entity`, `1,200 entities`."""
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{number:,} {noun if number == 1 else plural}"


def _noun(kind: str) -> str:
    return _NOUNS.get(kind, "entity")


def _titled(parts: list[str]) -> str:
    return "Update the AI catalog" + (f": {', '.join(parts)}" if parts else "")
