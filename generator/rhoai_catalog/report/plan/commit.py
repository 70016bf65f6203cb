"""The plan as a commit message."""

from __future__ import annotations

from typing import Final

from rhoai_catalog.plan import Plan
from rhoai_catalog.report.plan.headline import TITLE_LENGTH, pull_request_title, verdict
from rhoai_catalog.report.plan.order import MARKS
from rhoai_catalog.report.plan.things import Thing, things
from rhoai_catalog.report.values import cut
from rhoai_catalog.text.commit import commit_line

MOST_ENTITIES: Final = 40


def commit_message(plan: Plan) -> str:
    """A subject, the verdict, and a line for each thing that changes."""
    lines = [cut(commit_line(_line(thing)), TITLE_LENGTH) for thing in things(plan.changes)]
    lines += [cut(commit_line(f"~ {one.file}: {one.what}"), TITLE_LENGTH) for one in plan.upkeep if not lines]
    shown, more = lines[:MOST_ENTITIES], len(lines) - MOST_ENTITIES
    if more > 0:
        shown.append(f"… and {more:,} more")
    paragraphs = [pull_request_title(plan), verdict(plan), "\n".join(shown)]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n"


def _line(thing: Thing) -> str:
    words = ", ".join(words for words in (thing.lead.what, thing.along, thing.moved) if words)
    return f"{MARKS[thing.lead.operation]} {words}"
