"""Problems that are known: only what is new fails, so that a catalog with a past can be checked from today on."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from generator.errors import ConfigError, Problem

VERSION: Final = 1
FIELDS: Final = ("path", "rule", "pointer", "message")  # whatever line it moves to


def write_baseline(problems: Iterable[Problem]) -> str:
    """The problems as a file that `new_problems` reads: JSON, one problem a line, sorted."""
    rows = sorted(json.dumps(_row(problem), sort_keys=True) for problem in problems)
    return f'{{"version": {VERSION}, "problems": [\n' + ",\n".join(rows) + "\n]}\n"


def new_problems(problems: Iterable[Problem], baseline: str, name: str) -> tuple[Problem, ...]:
    """The problems that the baseline does not know; the same one twice is known as often as it stands there.

    Raises ConfigError where the text (of the file `name`) is no baseline.
    """
    try:
        data = json.loads(baseline)
        known = Counter(_key(row) for row in data["problems"])
        sound = data["version"] == VERSION
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        sound = False
    if not sound:
        raise ConfigError(f"{name} is no baseline of problems", f"make it with --write-baseline {name}")
    new = []
    for problem in problems:
        key = _key(_row(problem))
        if known[key]:
            known[key] -= 1
        else:
            new.append(problem)
    return tuple(new)


def _row(problem: Problem) -> Mapping[str, str]:
    return {name: getattr(problem, name) for name in FIELDS}


def _key(row: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in FIELDS)
