"""Problems as annotations of a workflow on GitHub."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rhoai_catalog.problem import Problem
from rhoai_catalog.text.annotation import workflow_command

MOST_ANNOTATIONS: Final = 10  # GitHub shows no more of a kind and step
COMMANDS: Final = {"error": "error", "warning": "warning", "note": "notice"}


def github_annotations(problems: Sequence[Problem]) -> str:
    """An annotation for each of the first problems, and one that counts the others."""
    lines = [_annotation(problem) for problem in problems[:MOST_ANNOTATIONS]]
    more = len(problems) - MOST_ANNOTATIONS
    if more > 0:
        lines.append(workflow_command("notice", f"{more} more problems; the job summary shows all of them"))
    return "\n".join(lines)


def _annotation(problem: Problem) -> str:
    place = {"file": problem.path, "line": str(problem.line), "col": str(problem.column), "title": problem.rule}
    return workflow_command(COMMANDS[problem.level], f"{problem.pointer or '/'}: {problem.message}", place)
