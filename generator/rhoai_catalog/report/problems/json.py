"""Problems for programs."""

from __future__ import annotations

from collections.abc import Sequence

from rhoai_catalog.problem import Problem
from rhoai_catalog.report.plain import plain
from rhoai_catalog.text.json import json_text


def problems_json(problems: Sequence[Problem]) -> str:
    """All fields of each problem."""
    return json_text({"version": 1, "problems": plain(list(problems))})
