"""The plan in the summary of a workflow's job."""

from __future__ import annotations

from collections.abc import Sequence

from rhoai_catalog.config import NOWHERE, Addresses
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.plan import Plan
from rhoai_catalog.report.plan.markdown import sections
from rhoai_catalog.report.plan.markdown.budget import fit


def job_summary(plan: Plan, *, traffic: Sequence[Traffic] = (), at: Addresses = NOWHERE, limit: int = 900_000) -> str:
    """The report in at most `limit` bytes (GitHub takes 1 MiB), with what the listing cost in time."""
    return fit(sections.report(plan, traffic, at, timing=True), limit, measure=lambda text: len(text.encode()))
