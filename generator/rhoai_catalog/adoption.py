"""What people or other tools made of a thing that is observed, and what taking it over would keep."""

from __future__ import annotations

from dataclasses import dataclass

from rhoai_catalog.identity import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """An entity that people or other tools made, and the thing that it shows: `why` says by what that is known.

    `generated` are the pointers of values that are as they would be generated, `kept` those that stay a person's.
    `problem` is why it cannot be adopted.
    """

    what: str
    file: str
    identity: Identity
    kind: str
    why: str
    generated: tuple[str, ...]
    kept: tuple[str, ...]
    problem: str
