"""Text on one line in which everything is seen: what does not print, hides or reorders stands as \\uXXXX."""

from __future__ import annotations

import re
from typing import Final

SEAM: Final = "\u200b"  # zero width: parts what a forge would take for a link; `visible` leaves none of the text's own

_SHORT: Final = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_NOT_ASCII: Final = re.compile(r"[^ -~]+")
_BLANK: Final = re.compile(  # letters and marks by their category, but nobody sees them
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0e\uffa0\U000e0100-\U000e01ef]"
)


def visible(text: str) -> str:
    """The text on one line, with control, bidirectional, zero-width and unassigned characters shown as \\uXXXX."""
    return _NOT_ASCII.sub(lambda match: _shown(match[0]), text)


def _shown(text: str) -> str:
    return text if text.isprintable() and not _BLANK.search(text) else "".join(map(_character, text))


def _character(character: str) -> str:
    if character.isprintable() and not _BLANK.match(character):
        return character
    code = ord(character)
    return _SHORT.get(character) or (f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}")
