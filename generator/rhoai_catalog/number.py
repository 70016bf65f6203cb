"""Whole numbers in texts: to Python, more are digits than count, and too many of them are none."""

from __future__ import annotations

import re
from typing import Final

_NUMBER: Final = re.compile(r"[0-9]{1,19}")  # what a database counts with


def is_number(text: str) -> bool:
    """Whether a text is a whole number that a database may have given a row, or a clock a moment."""
    return _NUMBER.fullmatch(text) is not None


def number(text: str, otherwise: int = 0) -> int:
    """The number that a text is, to compare; something else where it is none."""
    return int(text) if is_number(text) else otherwise
