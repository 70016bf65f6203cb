"""The plan for the people who review it: the body of the pull request, and the summary of the workflow's job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rhoai_catalog.plan import Plan
from rhoai_catalog.report import tables
from rhoai_catalog.report.budget import Section, fit
from rhoai_catalog.report.headline import verdict
from rhoai_catalog.report.health import SourceTraffic

FOOTER: Final = """\
---

- **To decline one change**, edit its file in this pull request as you want it. Your edit is kept from then on.
- **To decline all**, close this pull request. Exactly these changes are not proposed again.
- **To edit at any time**, change the files below `catalog/` where they lie; `catalog/README.md` tells what is kept.
- **To see everything**, read the summary of the run that made this, or run `rhoai-catalog plan --verbose`.
"""


def pull_request_body(plan: Plan, *, traffic: Sequence[SourceTraffic] = (), limit: int = 58_000) -> str:
    """The report in at most `limit` characters (GitHub takes 65,536). Equal plans and counts give equal bytes."""
    sections = [*_sections(plan, traffic, timing=False), Section(head=FOOTER, first=True)]
    return fit(sections, limit)


def job_summary(plan: Plan, *, traffic: Sequence[SourceTraffic] = (), limit: int = 900_000) -> str:
    """The report in at most `limit` bytes (GitHub takes 1 MiB), with what the listing cost in time."""
    return fit(_sections(plan, traffic, timing=True), limit, measure=lambda text: len(text.encode()))


def _sections(plan: Plan, traffic: Sequence[SourceTraffic], *, timing: bool) -> list[Section]:
    return [
        Section(head=f"**{verdict(plan)}**\n\n", first=True),
        *tables.attention(plan),
        *tables.changes(plan),
        *tables.values(plan),
        *tables.pages(plan),
        *tables.hand_edits(plan),
        *tables.left_out(plan),
        *tables.sources(plan, traffic, timing=timing),
        *tables.problems(plan),
    ]
