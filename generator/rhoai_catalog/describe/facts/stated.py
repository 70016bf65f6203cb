"""What somebody said, and where."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stated:
    """A text, and the place in a source where it stands."""

    text: str
    origin: str
