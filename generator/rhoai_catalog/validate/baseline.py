"""Problems that are known: only what is new fails, so that a catalog with a past can be checked from today on."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from rhoai_catalog.errors import ConfigError
from rhoai_catalog.pointer import join, split
from rhoai_catalog.problem import Problem

BASELINE_VERSION: Final = 1
COMPARED_FIELDS: Final = ("path", "rule", "pointer", "message")  # whatever line it moves to
Place = Callable[[str], str]  # the path of a problem -> what it is called in the baseline


def write_baseline(problems: Iterable[Problem], place: Place) -> str:
    """The problems as a file that `new_problems` reads: JSON, one problem a line, sorted."""
    rows = sorted(json.dumps(_row(problem, place), sort_keys=True) for problem in problems)
    return f'{{"version": {BASELINE_VERSION}, "problems": [\n' + ",\n".join(rows) + "\n]}\n"


def new_problems(problems: Iterable[Problem], baseline: str, name: str, place: Place) -> tuple[Problem, ...]:
    """The problems that the baseline does not know; the same one twice is known as often as it stands there.

    Raises ConfigError where the text (of the file `name`) is no baseline.
    """
    try:
        data = json.loads(baseline)
        known = Counter(_key(row) for row in data["problems"])
        sound = data["version"] == BASELINE_VERSION
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        sound = False
    if not sound:
        raise ConfigError(f"{name} is no baseline of problems", f"make it with --write-baseline {name}")
    new = []
    for problem in problems:
        asked = (_key(_row(problem, way)) for way in (place, str))  # before, a path was kept as it was asked for
        key = next((key for key in asked if known[key]), None)
        if key is not None:
            known[key] -= 1
        else:
            new.append(problem)
    return tuple(new)


def _row(problem: Problem, place: Place) -> Mapping[str, str]:
    return {**{name: getattr(problem, name) for name in COMPARED_FIELDS}, "path": place(problem.path)}


def _key(row: Mapping[str, str]) -> tuple[str, ...]:
    """What tells a problem from others; an item of a list is the same wherever in the list it stands.

    Of a duplicate the message names the other file as it was asked for.
    """
    steps = ("*" if re.fullmatch("[0-9]+", step) else step for step in split(str(row["pointer"])))
    key = {**row, "pointer": join(*steps)}
    key |= {"message": ""} if row["rule"] == "duplicate" else {}
    return tuple(str(key[name]) for name in COMPARED_FIELDS)
