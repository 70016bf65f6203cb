"""Every output format: what a run knows -> the words of each medium. Nothing here touches the world.

    plan/         what would change: pull request, job summary, commit, terminal, JSON, a page for a browser
    problems/     what is wrong in files: text, JSON, SARIF, JUnit, annotations, job summary
    outcome       what `propose` did: terminal, JSON, outputs of a job; its summary is in plan/markdown/
    overrides     what people own: terminal, JSON
    adoption      what can be taken over: terminal, JSON
    explanation   where each value comes from: terminal, JSON
    doctor        what was looked at in a source: terminal
    first_run/    what `init` saw, and what is left: terminal
    handbook/     a page of it: terminal
    progress      how far reading is: terminal, log

No foreign text gets into a report but through the function of its medium in `text/`; colour is made in `style`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from rhoai_catalog.report.adoption import adoptions_json, adoptions_text
from rhoai_catalog.report.counting import named
from rhoai_catalog.report.doctor import check_lines, checks_json
from rhoai_catalog.report.explanation import explanation_json, explanation_text
from rhoai_catalog.report.first_run.text import steps_text, survey_text
from rhoai_catalog.report.health import failures, troubles
from rhoai_catalog.report.outcome import outcome_json, outcome_text, outputs
from rhoai_catalog.report.overrides import given_back_text, overrides_json, overrides_text
from rhoai_catalog.report.plan.commit import commit_message
from rhoai_catalog.report.plan.headline import labels, pull_request_title, verdict
from rhoai_catalog.report.plan.json import plan_json
from rhoai_catalog.report.plan.text import plan_text
from rhoai_catalog.report.problems import FORMATS
from rhoai_catalog.report.problems.summary import problems_summary
from rhoai_catalog.report.problems.text import problems_text, verdict_text
from rhoai_catalog.report.progress import ProgressLines, comparing, traffic_text
from rhoai_catalog.report.style import COLUMNS, fitted

if TYPE_CHECKING:
    from rhoai_catalog.report.handbook.text import handbook_text
    from rhoai_catalog.report.plan.markdown.job_summary import failure_summary, job_summary, outcome_summary
    from rhoai_catalog.report.plan.markdown.pull_request import pull_request_body
    from rhoai_catalog.report.plan.page.page import plan_page

__all__ = [
    "COLUMNS",
    "FORMATS",
    "ProgressLines",
    "adoptions_json",
    "adoptions_text",
    "check_lines",
    "checks_json",
    "commit_message",
    "comparing",
    "explanation_json",
    "explanation_text",
    "failure_summary",
    "failures",
    "fitted",
    "given_back_text",
    "handbook_text",
    "job_summary",
    "labels",
    "named",
    "outcome_json",
    "outcome_summary",
    "outcome_text",
    "outputs",
    "overrides_json",
    "overrides_text",
    "plan_json",
    "plan_page",
    "plan_text",
    "problems_summary",
    "problems_text",
    "pull_request_body",
    "pull_request_title",
    "steps_text",
    "survey_text",
    "traffic_text",
    "troubles",
    "verdict",
    "verdict_text",
]

LARGE: Final = {  # what takes many modules, which most runs do not need
    "failure_summary": "plan.markdown.job_summary",
    "handbook_text": "handbook.text",
    "job_summary": "plan.markdown.job_summary",
    "outcome_summary": "plan.markdown.job_summary",
    "plan_page": "plan.page.page",
    "pull_request_body": "plan.markdown.pull_request",
}


def __getattr__(name: str) -> object:
    """What is imported when it is asked for."""
    if name in LARGE:
        return getattr(import_module(f"{__name__}.{LARGE[name]}"), name)
    raise AttributeError(name)
