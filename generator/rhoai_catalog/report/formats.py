"""Problems -> text for people, JSON, and the annotations of a workflow on GitHub."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from rhoai_catalog.problem import Problem
from rhoai_catalog.report.junit import junit
from rhoai_catalog.report.sarif import sarif
from rhoai_catalog.validate.document.words import visible

MAX_ANNOTATIONS: Final = 10  # GitHub shows no more of a kind and step


def text(problems: Sequence[Problem]) -> str:
    """A line for each problem: `path:line:column: pointer: message`; what is no error says so."""
    return "\n".join(f"{visible(str(p))}{'' if p.level == 'error' else f' ({p.level})'}" for p in problems)


def as_json(problems: Sequence[Problem]) -> str:
    rows = [dataclasses.asdict(problem) for problem in problems]
    return json.dumps({"version": 1, "problems": rows}, indent=2, sort_keys=True)


def github(problems: Sequence[Problem]) -> str:
    lines = [_annotation(problem) for problem in problems[:MAX_ANNOTATIONS]]
    more = len(problems) - MAX_ANNOTATIONS
    if more > 0:
        lines.append(f"::notice::{more} more problems; the job summary shows all of them")
    return "\n".join(lines)


def _annotation(problem: Problem) -> str:
    place = f"file={_property(problem.path)},line={problem.line},col={problem.column}"
    message = f"{problem.pointer or '/'}: {problem.message}"
    command = {"note": "notice"}.get(problem.level, problem.level)
    return f"::{command} {place},title={_property(problem.rule)}::{_data(message)}"


def _data(value: str) -> str:
    """The message of a workflow command; what follows a raw line break would be a command of its own."""
    return visible(value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


FORMATS: Final[Mapping[str, Callable[[Sequence[Problem]], str]]] = {
    "text": text,
    "json": as_json,
    "github": github,
    "sarif": sarif,
    "junit": junit,
}
