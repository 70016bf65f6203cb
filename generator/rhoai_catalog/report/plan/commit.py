"""The plan as a commit message."""

from __future__ import annotations

from typing import Final

from rhoai_catalog.plan import Plan
from rhoai_catalog.report.plan.headline import TITLE_LENGTH, pull_request_title, verdict
from rhoai_catalog.report.plan.order import MARKS, entities
from rhoai_catalog.report.values import cut
from rhoai_catalog.text.commit import commit_line

MOST_ENTITIES: Final = 40


def commit_message(plan: Plan) -> str:
    """A subject, the verdict, and a line for each changed entity."""
    lines = [cut(commit_line(f"{MARKS[change.operation]} {change.what}"), TITLE_LENGTH) for change in entities(plan)]
    shown, more = lines[:MOST_ENTITIES], len(lines) - MOST_ENTITIES
    if more > 0:
        shown.append(f"… and {more:,} more")
    paragraphs = [pull_request_title(plan), verdict(plan), "\n".join(shown)]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n"
