"""How large a model is: its number of parameters, and of a mixture of experts how many of them a token uses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rhoai_catalog.describe.facts.evidence import Evidence
from rhoai_catalog.describe.facts.places import UNITS, Values, count, prop

SIZE: Final = r"[0-9]+(?:\.[0-9]+)?b"
APART: Final = (r"(?<![A-Za-z0-9.])", r"(?![A-Za-z0-9])")
PARTLY: Final = re.compile(rf"({SIZE})-a({SIZE})".join(APART), re.IGNORECASE)  # Qwen3-30B-A3B
ACTIVE: Final = re.compile(rf"({SIZE})-[0-9]+e".join(APART), re.IGNORECASE)  # Llama-4-Scout-17B-16E, of 109
WHOLE: Final = re.compile(rf"((?:[0-9]+x)?{SIZE}|[0-9]{{2,}}m)".join(APART), re.IGNORECASE)
STATED: Final = count(prop("parameters", "model size", "size"))


def stated_parameters(evidence: Evidence) -> Iterator[Values]:
    """What people or a catalog state, `8B`, `8x7B`, `300M`; and of it the active ones that a name tells, `17B active of
    109B`. One that states no more than those says nothing of the whole.
    """
    nearest = Evidence(version=evidence.version) if evidence.version is not None else evidence
    _, active, _ = _named(nearest)  # in an outage of the catalog, as ever
    for values in STATED(evidence):
        for whole in values.texts[:1]:
            if not active or _number(whole) > _number(active):
                yield Values((f"{active} active of {whole}" if active else whole,), values.origin)


def named_parameters(evidence: Evidence) -> Iterator[Values]:
    """What the names say. Where they tell only the active ones, nothing: a model that is called 17B may need the memory
    of 109.
    """
    whole, active, origin = _named(evidence)
    if whole:
        yield Values((f"{active} active of {whole}" if active else whole,), origin)


def _named(evidence: Evidence) -> tuple[str, str, str]:
    """What the model's names say: all parameters, the active ones, and which name does."""
    for text, origin in evidence.names():
        if match := PARTLY.search(text):
            return _spelled(match[1]), _spelled(match[2]), origin
        if match := ACTIVE.search(text):
            return "", _spelled(match[1]), origin
        if match := WHOLE.search(text):
            return _spelled(match[1]), "", origin
    return "", "", ""


def _spelled(size: str) -> str:
    return size.upper().replace("X", "x")


def _number(size: str) -> float:
    """`8x7B` as all of its experts together."""
    experts, _, each = size.rpartition("x")
    return float(experts or 1) * float(each[:-1]) * UNITS[each[-1]]
