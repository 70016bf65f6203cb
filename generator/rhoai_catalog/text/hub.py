"""Text for a description in the Hub, which shows it as GitHub-flavoured Markdown and, in its lists, as it stands.

An address is linked wherever it stands in plain text, also behind a backslash or written in entities: the Hub looks for
addresses in what a reader would see. So an address becomes code, and every other mark that acts gets a backslash.
"""

from __future__ import annotations

import re
from typing import Final

_PUNCTUATION: Final = r"[!-/:-@\[-`{-~]"
_ADDRESS: Final = r"(?:https?|ftp)://|www\.|[\w.+-]@[\w-]*\."
_BLOCK: Final = r"^[ \t]*(?:(?:>|[-+*]|\d{1,9}[.)])[ \t]*)*"  # what a heading may stand in
_HEADING: Final = rf"{_BLOCK}(?=\#{{1,6}}(?:[ \t]|$))"
_UNDERLINE: Final = r"^[ \t>]*(?=(?:=+|-+)[ \t]*$)"
_TAG: Final = r"<(?=[a-z/!?]|[^\s<>]*@)"  # and addresses in angle brackets
_LINK: Final = r"\[(?=\^)|\](?=[(:])"  # and pictures, and what footnotes and references lead to
_MARK: Final = rf"{_TAG}|{_LINK}|&(?=\#?\w{{1,40}};)|\\(?={_PUNCTUATION})"

_LINKED: Final = re.compile(_ADDRESS, re.IGNORECASE)
_LIVE: Final = re.compile(
    rf"{_MARK}|{_ADDRESS}|{_HEADING}|(?<=[^\n]\n){_UNDERLINE.removeprefix('^')}", re.IGNORECASE | re.MULTILINE
)
_ACTING: Final = re.compile(rf"{_HEADING}|{_UNDERLINE}|(?={_MARK}|`|[<\\]\Z)", re.IGNORECASE | re.MULTILINE)
_WORD: Final = re.compile(r"[^\s`|<\[\]]+")
_AROUND: Final = "\"'()*_,;:.!?>"  # of an address in a sentence
_SHOWN: Final = re.compile(rf"\\({_PUNCTUATION})|`([^\s`]+)`")


def inert(text: str) -> str:
    """A text as Markdown without links, pictures, HTML and headings; what has none of them stays to the letter."""
    if not _LIVE.search(text):
        return text
    parts, end = [], 0
    for word in _WORD.finditer(text):
        if _LINKED.search(word[0]):
            address = word[0].strip(_AROUND)
            address = address if _LINKED.search(address) else word[0]
            start = word.start() + word[0].index(address)
            parts += [_escaped(text[end:start]), f"`{address}`"]
            end = start + len(address)
    return "".join([*parts, _escaped(text[end:])])


def code(text: str) -> str:
    """Text as code, between more backticks than it holds."""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    pad = " " if "`" in text else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def plain(markdown: str) -> str:
    """The text that `inert` made Markdown of."""
    return _SHOWN.sub(lambda mark: mark[1] or (mark[2] if _LINKED.search(mark[2]) else mark[0]), markdown)


def _escaped(text: str) -> str:
    return _ACTING.sub(r"\g<0>\\", text)
