"""Problems as a table in the summary of a workflow's job, where annotations show only ten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rhoai_catalog import limits
from rhoai_catalog.problem import Problem
from rhoai_catalog.report.counting import counted
from rhoai_catalog.text.markdown import markdown_cell, markdown_code

HEAD: Final = "| | Where | What | Rule |\n| --- | --- | --- | --- |\n"


def problems_summary(problems: Sequence[Problem]) -> str:
    """All problems as GitHub-flavoured Markdown, as far as there is room."""
    if not problems:
        return "All entities are valid.\n"
    rows = "".join(map(_row, problems[: limits.SUMMARY_ROWS]))
    more = len(problems) - limits.SUMMARY_ROWS
    rest = f"\n… and {counted(more, 'more problem')}; `rhoai-catalog validate` shows all of them.\n" if more > 0 else ""
    return f"### {counted(len(problems), 'problem')}\n\n{HEAD}{rows}{rest}"


def _row(problem: Problem) -> str:
    place = markdown_code(f"{problem.path}:{problem.line}:{problem.column}")
    return f"| {problem.level} | {place} | {markdown_cell(problem.message)} | {problem.rule} |\n"
