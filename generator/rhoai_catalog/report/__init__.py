"""Plan -> the words of each medium: pull request, commit, job summary, terminal, JSON. Nothing here touches the world.

`escape` has one function per medium; no text of the plan gets into a report but through it.
"""

from rhoai_catalog.report.explanation import explanation_json, explanation_text
from rhoai_catalog.report.formats import FORMATS
from rhoai_catalog.report.headline import commit_message, labels, pull_request_title, verdict
from rhoai_catalog.report.health import SourceTraffic, failures
from rhoai_catalog.report.machine import plan_json
from rhoai_catalog.report.markdown import job_summary, pull_request_body
from rhoai_catalog.report.problems import problems_summary, problems_text, verdict_text
from rhoai_catalog.report.progress import Progress
from rhoai_catalog.report.text import check_text, plan_text, traffic_text
from rhoai_catalog.text.escape import (
    annotation,
    annotation_property,
    commit_line,
    markdown_cell,
    markdown_code,
    terminal,
)

__all__ = [
    "FORMATS",
    "Progress",
    "SourceTraffic",
    "annotation",
    "annotation_property",
    "check_text",
    "commit_line",
    "commit_message",
    "explanation_json",
    "explanation_text",
    "failures",
    "job_summary",
    "labels",
    "markdown_cell",
    "markdown_code",
    "plan_json",
    "plan_text",
    "problems_summary",
    "problems_text",
    "pull_request_body",
    "pull_request_title",
    "terminal",
    "traffic_text",
    "verdict",
    "verdict_text",
]
