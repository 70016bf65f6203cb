"""Which family a model server is of: by its program, then by its image, whose last parts count.

A word somewhere in a name is no proof.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from rhoai_catalog import limits
from rhoai_catalog.observe.kserve.facts.families import NOBODY, ROWS, TRANSFORMER, ServingFamily
from rhoai_catalog.observe.kserve.facts.process import Process

FAMILIES: Final = {row.name: row for row in ROWS}  # of rows with one name, the last is the family's own
PROGRAMS: Final = tuple((re.compile(row.program), row) for row in ROWS if row.program)
IMAGES: Final = tuple((re.compile(row.image), row) for row in ROWS if row.image)
BY_MARK: Final = {mark: row for row in ROWS for mark in row.marks}
OF_FORMAT: Final = {  # which family KServe, or the platform, takes for a format, where no runtime can be seen
    "caikit": "caikit",
    "huggingface": "huggingface",
    "lightgbm": "lightgbm",
    "openvino_ir": "ovms",
    "paddle": "paddle",
    "pmml": "pmml",
    "sklearn": "sklearn",
    "triton": "triton",
    "vllm": "vllm",
    "xgboost": "xgboost",
}
OF_FORMAT_V2: Final = {**OF_FORMAT, **dict.fromkeys(("lightgbm", "mlflow", "sklearn", "xgboost"), "mlserver")}
REFERENCE: Final = re.compile(r"(?P<repository>.*?)(:(?P<tag>[^/:@]*))?(@sha[0-9]+:[0-9a-f]*)?")


def recognised(process: Process) -> ServingFamily | None:
    """The row that a program, or its image, shows; of two of one name, that of the image's tag."""
    program, image = _by_program(process.line), _by_image(process.image)
    return image if program is None or (image is not None and image.name == program.name and image.tag) else program


def row_of(family: str | None, process: Process) -> ServingFamily:
    """The row of a server whose family is known, or of what stands in front of it."""
    found = recognised(process)
    if process.in_front and found is None:
        return TRANSFORMER
    return found if found is not None and found.name == family else FAMILIES.get(family or "", NOBODY)


@lru_cache(maxsize=limits.RUNTIMES)  # thousands of servers run a few programs
def _by_program(line: str) -> ServingFamily | None:
    return next((row for program, row in PROGRAMS if program.search(line)), None)


@lru_cache(maxsize=limits.RUNTIMES)
def _by_image(image: str) -> ServingFamily | None:
    reference = REFERENCE.fullmatch(image.lower())
    if reference is None:
        return None
    repository, tag = reference["repository"], reference["tag"] or ""
    shown = (row for pattern, row in IMAGES if pattern.search(repository))
    return next((row for row in shown if not row.tag or re.search(row.tag, tag)), None)
