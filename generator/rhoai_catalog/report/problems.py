"""Problems for people: at a terminal with the line that each is about, and as a table in a job summary."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final

from rhoai_catalog.problem import Problem
from rhoai_catalog.report.headline import counted
from rhoai_catalog.text.escape import markdown_cell, markdown_code, terminal

LEVELS: Final = {"error": "\x1b[31m", "warning": "\x1b[33m", "note": "\x1b[36m"}
RESET, BOLD, DIM = "\x1b[0m", "\x1b[1m", "\x1b[2m"
WIDTH: Final = 96  # columns of a line that is shown
MOST_ROWS: Final = 300  # of a table; a summary may have 1 MiB


def problems_text(problems: Sequence[Problem], texts: Mapping[str, str], *, colour: bool) -> str:
    """Grouped by file: place, what is wrong, the rule, and below it the line with a mark under the place."""
    blocks = []
    for path, group in groupby(problems, key=lambda problem: problem.path):
        lines = texts.get(path, "").split("\n")
        found = list(group)
        width = max(len(f"{p.line}:{p.column}") for p in found)
        blocks += [
            _styled(terminal(path), BOLD, colour),
            *(_problem(p, lines, width, colour=colour) for p in found),
            "",
        ]
    return "\n".join(blocks)


def _problem(problem: Problem, lines: Sequence[str], width: int, *, colour: bool) -> str:
    place = f"{problem.line}:{problem.column}".rjust(width)
    level = _styled(problem.level.ljust(7), LEVELS[problem.level], colour)
    where = f"{terminal(problem.pointer)}: " if problem.pointer else ""
    first = f"  {place}  {level}  {where}{terminal(problem.message)}  {_styled(f'[{problem.rule}]', DIM, colour)}"
    line = lines[problem.line - 1] if problem.line <= len(lines) else ""
    if not line.strip():
        return first
    start = max(0, problem.column - 1 - WIDTH // 2)  # a long line is shown around the place
    before, after = terminal(line[start : problem.column - 1]), terminal(line[problem.column - 1 : start + WIDTH])
    margin = " " * (width + 4) + _styled("|", DIM, colour)
    mark = _styled("^" * max(1, len(_word(after))), LEVELS[problem.level], colour)
    return f"{first}\n{margin} {before}{after}\n{margin} {' ' * len(before)}{mark}"


def _word(text: str) -> str:
    """What the mark underlines: the key and its value, or the value, up to the end of the line or of its list."""
    return re.split(r"\s#|[,\]}]", text)[0].rstrip()


def _styled(text: str, style: str, colour: bool) -> str:
    return f"{style}{text}{RESET}" if colour else text


def problems_summary(problems: Sequence[Problem]) -> str:
    """All problems as GitHub-flavoured Markdown, for the summary of a job: its annotations show only ten."""
    if not problems:
        return "All entities are valid.\n"
    rows = "".join(
        f"| {p.level} | {markdown_code(f'{p.path}:{p.line}:{p.column}')} | {markdown_cell(p.message)} | {p.rule} |\n"
        for p in problems[:MOST_ROWS]
    )
    more = len(problems) - MOST_ROWS
    rest = f"\n… and {counted(more, 'more problem')}; `rhoai-catalog validate` shows all of them.\n" if more > 0 else ""
    return (
        f"### {counted(len(problems), 'problem')}\n\n| | Where | What | Rule |\n| --- | --- | --- | --- |\n{rows}{rest}"
    )


def verdict_text(problems: Sequence[Problem], files: int, known: int = 0, templates: int = 0) -> str:
    """One line about what `validate` looked at, and what it passed over: known problems, templates of entities."""
    told = [counted(n, level) for level in LEVELS if (n := sum(p.level == level for p in problems))]
    passed = [counted(known, "known problem")] if known else []
    passed += [f"{counted(templates, 'template')} passed over"] if templates else []
    if not files:
        found = "no file with Backstage entities was found"
        return f"{found} ({', '.join(passed)})" if passed else found
    looked = f"{counted(files, 'file')} with entities"
    verdict = ", ".join(told) or ("nothing new" if known else "all valid")
    return f"{looked}: {verdict} ({', '.join(passed)})" if passed else f"{looked}: {verdict}"
