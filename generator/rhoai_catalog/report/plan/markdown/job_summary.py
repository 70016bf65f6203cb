"""The summary of a workflow's job: the plan, what was done with it, or why the job failed."""

from __future__ import annotations

from collections.abc import Sequence

from rhoai_catalog.backstage import web_url
from rhoai_catalog.config import NOWHERE, Addresses
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.outcome import Outcome
from rhoai_catalog.plan import Plan
from rhoai_catalog.report.outcome import ACTIONS
from rhoai_catalog.report.plan.markdown import sections
from rhoai_catalog.report.plan.markdown.budget import fit
from rhoai_catalog.report.plan.markdown.cells import prose
from rhoai_catalog.text.markdown import markdown_cell


def job_summary(plan: Plan, *, traffic: Sequence[Traffic] = (), at: Addresses = NOWHERE, limit: int = 900_000) -> str:
    """The report in at most `limit` bytes (GitHub takes 1 MiB), with what the listing cost in time."""
    return fit(sections.report(plan, traffic, at, timing=True), limit, measure=lambda text: len(text.encode()))


def outcome_summary(outcome: Outcome, traffic: Sequence[Traffic], at: Addresses = NOWHERE) -> str:
    """What was done, with the way to the pull request, and the plan."""
    url = web_url(outcome.url)
    link = f" [#{outcome.number}](<{url}>)" if outcome.number and url else ""
    notes = "".join(f"- {prose(note)}\n" for note in outcome.notes)
    return f"{ACTIONS[outcome.action]}{link}\n\n{notes}\n{job_summary(outcome.plan, traffic=traffic, at=at)}"


def failure_summary(message: str, hint: str) -> str:
    """Why a job failed."""
    lines = [f"**error:** {markdown_cell(line)}  \n" for line in message.split("\n")]
    return "".join([*lines, f"**hint:** {markdown_cell(hint)}\n" if hint else ""])
