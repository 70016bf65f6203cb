"""Foreign text for entities, pages and definitions: files that people read and edit.

There a text loses what hides, reorders or breaks it. It keeps what languages and emoji need, such as the zero-width
joiner, which a report (`visible`) shows as \\u200D.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from typing import Final

from rhoai_catalog import limits

INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\u115f\u1160\u3164\uffa0\ud800-\udfff\U000e0000-\U000e007f]"  # fillers, which are blank; letters of tags
)

_LETTERS: Final = str.maketrans(
    {"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D"}
    | {"ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L", "ħ": "h", "Ħ": "H", "ı": "i", "ŋ": "ng"}
)
_LINE_END: Final = re.compile(r"\r\n|[\r\n\u2028\u2029\x85]")


def without_invisible(text: str) -> str:
    """The text without characters that hide, reorder or break it; its line breaks stay."""
    return INVISIBLE.sub("", text)


def line(text: str) -> str:
    """A text as one line, without what hides, reorders or breaks it."""
    return " ".join(filter(None, map(without_invisible, text.split())))


def paragraphs(text: str) -> str:
    """A text with its line breaks, without characters that hide, reorder or break it, up to what a reviewer bears."""
    lines = _LINE_END.split(text[: limits.PROSE])[: limits.PROSE_LINES]
    return "\n".join(without_invisible(row).rstrip() for row in lines).strip()


def is_cut(text: str) -> bool:
    """Whether `paragraphs` gives less than the whole of a text."""
    text = text.strip()
    return len(text) > limits.PROSE or len(_LINE_END.split(text)) > limits.PROSE_LINES


def printable(text: str) -> str:
    """A text on one line of as many characters, with a space for each that does not print: for comments of code."""
    return "".join(character if character.isprintable() else " " for character in text)


def latin(text: str) -> str:
    """A text with its letters as `a-z` where they are such with a mark: `Ubersetzer` for `Übersetzer`."""
    if text.isascii():
        return text
    letters = map(decomposed, text.translate(_LETTERS))  # one by one: marks of a text are sorted in quadratic time
    return "".join(letter for letter in itertools.chain.from_iterable(letters) if not unicodedata.combining(letter))


@functools.lru_cache(maxsize=4096)
def decomposed(character: str) -> str:
    """NFKD of one character: many texts are made of few."""
    return unicodedata.normalize("NFKD", character)
