"""The plan in one line: verdict, title, labels. Nothing hostile gets into any of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from rhoai_catalog.kinds import KINDS, LOCATION
from rhoai_catalog.plan import Flag, Label, Operation, Plan
from rhoai_catalog.report.counting import counted
from rhoai_catalog.report.plan.concerns import concerned
from rhoai_catalog.report.plan.order import DONE, pages
from rhoai_catalog.report.plan.things import count, counts

TITLE_LENGTH: Final = 100
INDEX: Final = LOCATION.file

_LEADING: Final = ("model", "server")
_FOLLOWING: Final = (*dict.fromkeys(row.noun for row in KINDS if row.noun not in _LEADING), "page")
_SECURITY: Final = frozenset({Flag.AUTHENTICATION_OFF, Flag.EXPOSED, Flag.AUTHENTICATION_EDITED, Flag.URL_EDITED})


def verdict(plan: Plan) -> str:
    """`12 added · 40 changed · 2 removed · 3 need attention · sources 4/5 complete`; pages count by themselves, and a
    server with its API is one. What happens beside is told where nothing else does.
    """
    sources = {scope.source for scope in plan.scopes}
    complete = sources - {scope.source for scope in plan.scopes if not scope.complete}
    attention = len(concerned(plan))
    parts = [f"{count(plan, operation):,} {done}" for operation, done in DONE.items()]
    parts += [counted(len(pages(plan)), "page")] if pages(plan) else []
    parts += [f"{moved} moved"] if (moved := sum(bool(change.moved_from) for change in plan.changes)) else []
    parts += ["index changed"] if any(one.file == INDEX for one in plan.upkeep) else []
    parts += [f"{attention:,} {'needs' if attention == 1 else 'need'} attention"]
    parts += [f"sources {len(complete)}/{len(sources)} complete"] if sources else []
    return " · ".join(parts)


def pull_request_title(plan: Plan) -> str:
    """`Update the AI catalog: 3 models added, 2 servers changed`, at most 100 characters.

    What comes along with models and servers is told only where neither changes.
    """
    numbers = counts(plan)
    leading = [parts for nouns in (_LEADING, _FOLLOWING) if (parts := _parts(numbers, nouns))]
    others = len(plan.outside) + len(plan.foreign)
    more = [f"{counted(others, 'other file')} changed"] if others else []
    title = _titled([*(leading[0] if leading else _beside(plan)), *more])
    if len(title) <= TITLE_LENGTH:
        return title
    counts_alone = [f"{count(plan, operation):,} {done}" for operation, done in DONE.items() if count(plan, operation)]
    return _titled([*counts_alone, *more])


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


def _parts(numbers: Counter[tuple[str, Operation]], nouns: Sequence[str]) -> list[str]:
    """`1 model and 2 servers added`, and so on, for what there is."""
    parts = []
    for operation, done in DONE.items():
        named = [counted(numbers[noun, operation], noun) for noun in nouns if numbers[noun, operation]]
        parts += [f"{' and '.join(named)} {done}"] if named else []
    return parts


def _beside(plan: Plan) -> list[str]:
    """What there is beside things and pages."""
    names = {one.file: "the index" if one.file == INDEX else "what was generated last" for one in plan.upkeep}
    return [*names.values()]


def _titled(parts: list[str]) -> str:
    return "Update the AI catalog" + (f": {', '.join(parts)}" if parts else "")
