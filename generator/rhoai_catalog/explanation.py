"""Where the values of an entity come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rhoai_catalog.identity import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One value of an entity as it stands in the tree, and where it comes from.

    `origin` is a source's object and field, or a rule. Where a person owns the value, `generated` is what would stand
    there otherwise (None: nothing), and `person` who wrote it, as Git knows it. `becomes` is what the next run writes.
    """

    pointer: str
    value: Any
    origin: str = ""
    by_hand: bool = False
    generated: Any = None
    becomes: Any = None
    person: str = ""
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All values of one entity, and sections of its pages that people own."""

    ref: str
    identity: Identity | None
    file: str
    values: tuple[Explained, ...] = ()
