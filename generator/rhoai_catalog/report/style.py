"""Colour at a terminal: the one place that knows how it is made."""

from __future__ import annotations

import enum
import re
from typing import Final

import click

from rhoai_catalog.text.terminal import terminal

COLUMNS: Final = 100  # of a terminal that does not say, and of what is no terminal
CLEARED_LINE: Final = "\r\x1b[2K"  # back to the beginning of the line, and what stood there is gone

_OPTION: Final = re.compile(r"(?<!\S)--\w")
_WORD: Final = re.compile(r" *\S+")


class Style(enum.Enum):
    PLAIN = "plain"
    BOLD = "bold"
    DIM = "dim"
    RED = "red"
    GREEN = "green"
    YELLOW = "yellow"
    CYAN = "cyan"


def value_width(columns: int) -> int:
    """What one value has of a line, beside its name."""
    return max(columns - 28, 20)


def side_width(columns: int) -> int:
    """What each of two values has."""
    return max((columns - 36) // 2, 24)


def fitted(text: str, columns: int) -> str:
    """Lines of a report broken between words, below where they begin; one with an option in it, which somebody may
    copy, stays whole.
    """
    return "\n".join(_fitted(line, columns) for line in text.split("\n"))


def _fitted(line: str, columns: int) -> str:
    bare = click.unstyle(line)
    if len(bare) <= columns or _OPTION.search(bare):
        return line
    indent = " " * (len(bare) - len(bare.lstrip(" ")) + 2)
    return "\n".join(wrapped(line, columns, indent))


def wrapped(text: str, columns: int, indent: str = "") -> list[str]:
    """One line as those that fit, broken between words; all but the first are indented."""
    lines = [""]
    for word in _WORD.findall(text):
        before = click.unstyle(lines[-1])
        if before.strip() and len(before + click.unstyle(word)) > columns:
            lines.append(indent + word.lstrip(" "))
        else:
            lines[-1] += word
    return lines


def printed_width(text: str) -> int:
    """How many characters of a line a reader sees."""
    return len(click.unstyle(text))


def styled(text: str, style: Style, *, colour: bool) -> str:
    """One line of any text for a terminal: made safe first, then coloured where colour is wanted."""
    safe = terminal(text)
    if not colour or style is Style.PLAIN:
        return safe
    if style is Style.BOLD:
        return click.style(safe, bold=True)
    if style is Style.DIM:
        return click.style(safe, dim=True)
    return click.style(safe, fg=style.value)
