"""Problems for people: a line for each, or at a terminal with the line of the file that each is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from rhoai_catalog.problem import Problem
from rhoai_catalog.report.counting import counted
from rhoai_catalog.report.style import Style, styled
from rhoai_catalog.text.terminal import terminal

STYLES: Final = {"error": Style.RED, "warning": Style.YELLOW, "note": Style.CYAN}
SHOWN_WIDTH: Final = 96  # columns of a line that is shown


def problem_lines(problems: Sequence[Problem]) -> str:
    """A line for each problem: `path:line:column: pointer: message`; what is no error says so."""
    return "\n".join(terminal(f"{p}{'' if p.level == 'error' else f' ({p.level})'}") for p in problems)


def problems_text(problems: Sequence[Problem], texts: Mapping[str, str], *, colour: bool) -> str:
    """Grouped by file: place, what is wrong, the rule, and below it the line with a mark under the place.

    `texts` maps the path of a file to its text.
    """
    blocks = []
    for path, group in groupby(problems, key=lambda problem: problem.path):
        members = list(group)
        lines = texts.get(path, "").split("\n")
        width = max(len(f"{p.line}:{p.column}") for p in members)
        blocks.append(styled(path, Style.BOLD, colour=colour))
        for problem in members:
            blocks.append(_problem(problem, width, colour=colour))
            blocks += _shown(problem, lines, width, colour=colour)
        blocks.append("")
    return "\n".join(blocks)


def _problem(problem: Problem, width: int, *, colour: bool) -> str:
    place = f"{problem.line}:{problem.column}".rjust(width)
    level = styled(problem.level.ljust(7), STYLES[problem.level], colour=colour)
    where = f"{problem.pointer}: " if problem.pointer else ""
    rule = styled(f"[{problem.rule}]", Style.DIM, colour=colour)
    return f"  {place}  {level}  {terminal(where + problem.message)}  {rule}"


def _shown(problem: Problem, lines: Sequence[str], width: int, *, colour: bool) -> Iterator[str]:
    """The line that a problem is about, around the place where it is long, and a mark below."""
    line = lines[problem.line - 1] if problem.line <= len(lines) else ""
    if not line.strip():
        return
    place = problem.column - 1
    start = max(0, place - SHOWN_WIDTH // 2)
    shown = terminal(line[start : start + SHOWN_WIDTH])
    before = len(terminal(line[start:place]))
    mark = styled("^" * max(1, len(_marked(shown[before:]))), STYLES[problem.level], colour=colour)
    margin = " " * (width + 4) + styled("|", Style.DIM, colour=colour)
    yield f"{margin} {shown}"
    yield f"{margin} {' ' * before}{mark}"


def _marked(text: str) -> str:
    """What the mark underlines: the key and its value, or the value, up to the end of the line or of its list."""
    return re.split(r"\s#|[,\]}]", text)[0].rstrip()


def verdict_text(problems: Sequence[Problem], files: int, known: int, templates: int) -> str:
    """One line about what `validate` looked at, and what it passed over: known problems, templates of entities."""
    passed = [counted(known, "known problem")] if known else []
    passed += [f"{counted(templates, 'template')} passed over"] if templates else []
    verdict = "no file with Backstage entities was found"
    if files:
        levels = [counted(n, level) for level in STYLES if (n := sum(p.level == level for p in problems))]
        outcome = ", ".join(levels) or ("nothing new" if known else "all valid")
        verdict = f"{counted(files, 'file')} with entities: {outcome}"
    return f"{verdict} ({', '.join(passed)})" if passed else verdict
