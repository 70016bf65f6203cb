"""Text for a terminal, or for the log of a workflow: no escape sequence and no workflow command."""

from __future__ import annotations

import re
from typing import Final

from rhoai_catalog.text.visible import visible

# `::name::` opens a workflow command where a line begins, `##[name]` and `##vso[name]` anywhere.
_COMMAND: Final = re.compile(r"^(\s*):(?=:)|(#)#(?=\w*\[)")


def terminal(text: str) -> str:
    """One line."""
    return _COMMAND.sub(_shown, visible(text))


def terminal_lines(text: str) -> str:
    """The lines of a text of our own, some of which may hold foreign words."""
    return "\n".join(map(terminal, text.split("\n")))


def _shown(command: re.Match[str]) -> str:
    return r"#\u0023" if command[2] else rf"{command[1]}\u003A"
