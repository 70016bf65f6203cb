"""The body of the pull request, for the people who review it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rhoai_catalog.config import NOWHERE, Addresses
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.plan import Plan
from rhoai_catalog.report.plan.markdown import sections
from rhoai_catalog.report.plan.markdown.budget import ReportSection, fit
from rhoai_catalog.report.plan.markdown.introduction import introduction

FOOTER: Final = """\
---

- **To decline one change**, edit its file in this pull request as you want it. Your edit is kept from then on.
- **To decline all**, close this pull request. Exactly these changes are not proposed again.
- **To edit at any time**, change the files below `catalog/` where they lie; `catalog/README.md` tells what is kept.
- **To see everything**, read the summary of the run that made this, or run `rhoai-catalog plan --verbose`.
"""


def pull_request_body(
    plan: Plan, *, traffic: Sequence[Traffic] = (), at: Addresses = NOWHERE, limit: int = 58_000
) -> str:
    """The report in at most `limit` characters (GitHub takes 65,536). Equal plans and counts give equal bytes."""
    told = sections.report(plan, traffic, at, timing=False)
    return fit([*told[:1], *introduction(plan, at), *told[1:], ReportSection(head=FOOTER, first=True)], limit)
