"""Text for commit messages."""

from __future__ import annotations

import re
from typing import Final

from rhoai_catalog.text.visible import SEAM, visible

# What a commit message does: mentions people, closes issues, skips CI, and in its last lines credits authors.
_ACTING: Final = re.compile(r"[@#!*\[](?=\S)|:(?=//)|\bgh-(?=\d)", re.IGNORECASE)
_TRAILER: Final = re.compile(r"^\s*[\w-]+\s*(?=:)")


def commit_line(text: str) -> str:
    """One line of a commit message that is no trailer, mentions nobody, closes nothing and skips no check."""
    return _TRAILER.sub(rf"\g<0>{SEAM}", _ACTING.sub(rf"\g<0>{SEAM}", visible(text)))
