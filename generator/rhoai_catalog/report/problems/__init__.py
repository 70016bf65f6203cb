"""Problems in the form that is asked for: a file a format. A new one is a function here and a row in FORMATS."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from rhoai_catalog.problem import Problem
from rhoai_catalog.report.problems.annotations import github_annotations
from rhoai_catalog.report.problems.json import problems_json
from rhoai_catalog.report.problems.junit import junit
from rhoai_catalog.report.problems.sarif import sarif
from rhoai_catalog.report.problems.text import problem_lines

FORMATS: Final[Mapping[str, Callable[[Sequence[Problem]], str]]] = {
    "text": problem_lines,
    "json": problems_json,
    "github": github_annotations,
    "sarif": sarif,
    "junit": junit,
}
