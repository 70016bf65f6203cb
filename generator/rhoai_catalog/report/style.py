"""Colour at a terminal: the one place that knows how it is made."""

from __future__ import annotations

import enum
from typing import Final

import click

from rhoai_catalog.text.terminal import terminal

CLEARED_LINE: Final = "\r\x1b[2K"  # back to the beginning of the line, and what stood there is gone


class Style(enum.Enum):
    PLAIN = "plain"
    BOLD = "bold"
    DIM = "dim"
    RED = "red"
    GREEN = "green"
    YELLOW = "yellow"
    CYAN = "cyan"


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
