"""The plan in one line: verdict, title, labels. Nothing hostile gets into any of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from rhoai_catalog.kinds import noun
from rhoai_catalog.plan import Flag, Label, Operation, Plan
from rhoai_catalog.report.counting import counted
from rhoai_catalog.report.plan.concerns import concerned
from rhoai_catalog.report.plan.order import DONE, pages

TITLE_LENGTH: Final = 100

_LEADING: Final = ("model", "server")
_FOLLOWING: Final = ("API", "entity", "page")
_SECURITY: Final = frozenset({Flag.AUTHENTICATION_OFF, Flag.EXPOSED, Flag.AUTHENTICATION_EDITED, Flag.URL_EDITED})


def verdict(plan: Plan) -> str:
    """`12 added · 40 changed · 2 removed · 3 need attention · sources 4/5 complete`; pages count by themselves."""
    sources = {scope.source for scope in plan.scopes}
    complete = sources - {scope.source for scope in plan.scopes if not scope.complete}
    attention = len(concerned(plan))
    parts = [f"{plan.count(operation):,} {done}" for operation, done in DONE.items()]
    parts += [counted(len(pages(plan)), "page")] if pages(plan) else []
    parts += [f"{attention:,} {'needs' if attention == 1 else 'need'} attention"]
    parts += [f"sources {len(complete)}/{len(sources)} complete"] if sources else []
    return " · ".join(parts)


def pull_request_title(plan: Plan) -> str:
    """`Update the AI catalog: 3 models added, 2 servers changed`, at most 100 characters.

    What comes along with models and servers is told only where neither changes.
    """
    counts = Counter((noun(change.kind) if change.kind else "page", change.operation) for change in plan.changes)
    leading = [parts for nouns in (_LEADING, _FOLLOWING) if (parts := _parts(counts, nouns))]
    title = _titled(leading[0] if leading else [])
    if len(title) <= TITLE_LENGTH:
        return title
    return _titled([f"{plan.count(operation):,} {done}" for operation, done in DONE.items() if plan.count(operation)])


def labels(plan: Plan) -> tuple[str, ...]:
    """The labels that the pull request should carry, and no other of their family."""
    flags = {flag for change in plan.changes for flag in change.flags}
    flags |= {flag for edit in plan.hand_edits for flag in edit.flags}
    applies = {
        Label.DELETIONS: any(change.operation is Operation.REMOVE for change in plan.changes),
        Label.SECURITY: bool(flags & _SECURITY),
        Label.CONFLICT: bool(plan.clashes) or any(edit.state == "conflict" for edit in plan.hand_edits),
        Label.BLOCKED: bool(plan.held or plan.unreadable),
        Label.SAFE: plan.is_safe,
    }
    return tuple(label.value for label, wanted in applies.items() if wanted)


def _parts(counts: Counter[tuple[str, Operation]], nouns: Sequence[str]) -> list[str]:
    """`1 model and 2 servers added`, and so on, for what there is."""
    parts = []
    for operation, done in DONE.items():
        numbers = [counted(counts[noun, operation], noun) for noun in nouns if counts[noun, operation]]
        parts += [f"{' and '.join(numbers)} {done}"] if numbers else []
    return parts


def _titled(parts: list[str]) -> str:
    return "Update the AI catalog" + (f": {', '.join(parts)}" if parts else "")
