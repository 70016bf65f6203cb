"""Hostile text made safe: one function per medium.

What a cluster, a registry or a person wrote may try to be a mention, a closing keyword, a table, a workflow command or
a terminal sequence. Here it becomes text again: readable, on one line, with everything invisible shown as \\uXXXX.
"""

from __future__ import annotations

import re
from typing import Final

SEAM: Final = "\u200b"  # zero width: parts what a forge would take for a link; `visible` leaves none of the text's own

_SHORT: Final = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_NOT_ASCII: Final = re.compile(r"[^ -~]")
_BLANK: Final = re.compile(  # letters and marks by their category, but nobody sees them
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0e\uffa0\U000e0100-\U000e01ef]"
)

# What GitHub and Gitea link in plain text: mentions, issues, emoji, addresses, commits.
_LINKED: Final = re.compile(r"[@#!:](?=\S)|\bgh-(?=\d)|[0-9a-f]{6}(?=[0-9a-f])|www\.", re.IGNORECASE)
# What Markdown and HTML read as structure, and what opens a list or a code block where a line begins.
_STRUCTURE: Final = re.compile(rf"[&<>|`*~\[\]#@\\${SEAM}]|(?<![^\W_])_|_(?![^\W_])|:(?=//)|(?<=www)\.", re.IGNORECASE)
_OPENING: Final = re.compile(r"^(?:[-+=\s]|\d(?=\d*[.)]))")

# What a commit message does: mentions people, closes issues, skips CI, and in its last lines credits authors.
_ACTING: Final = re.compile(r"[@#!*\[](?=\S)|:(?=//)|\bgh-(?=\d)", re.IGNORECASE)
_TRAILER: Final = re.compile(r"^\s*[\w-]+\s*(?=:)")

# `::name::` opens a workflow command where a line begins, `##[name]` and `##vso[name]` anywhere.
_COMMAND: Final = re.compile(r"^(\s*):(?=:)|(#)#(?=\w*\[)")


def visible(text: str) -> str:
    """The text on one line, with control, bidirectional, zero-width and unassigned characters shown as \\uXXXX."""
    return _NOT_ASCII.sub(lambda match: _shown(match[0]), text)


def _shown(character: str) -> str:
    if character.isprintable() and not _BLANK.match(character):
        return character
    code = ord(character)
    return _SHORT.get(character) or (f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}")


def markdown_cell(text: str) -> str:
    """Prose for a table cell, a list item, a heading or an HTML element of GitHub-flavoured Markdown."""
    parted = _LINKED.sub(rf"\g<0>{SEAM}", visible(text))
    opening = _OPENING.match(parted)
    return _entity(parted[0]) + _entities(parted[1:]) if opening else _entities(parted)


def markdown_code(text: str) -> str:
    """A value for the same places. It can be copied as it stands, save what follows an `@`."""
    return f"<code>{_entities(visible(text).replace('@', '@' + SEAM))}</code>"


def _entities(text: str) -> str:
    return _STRUCTURE.sub(lambda match: _entity(match[0]), text)


def _entity(character: str) -> str:
    return f"&#{ord(character)};"


def terminal(text: str) -> str:
    """Text for a terminal, or for the log of a workflow: no escape sequence and no workflow command."""
    return _COMMAND.sub(lambda match: rf"{match[1]}\u003A" if match[2] is None else r"#\u0023", visible(text))


def commit_line(text: str) -> str:
    """One line of a commit message that is no trailer, mentions nobody, closes nothing and skips no check."""
    return _TRAILER.sub(rf"\g<0>{SEAM}", _ACTING.sub(rf"\g<0>{SEAM}", visible(text)))


def annotation(text: str) -> str:
    """The message of a workflow command; its lines stay lines."""
    lines = (visible(line).replace("%", "%25") for line in re.split(r"\r\n|\r|\n", text))
    return "%0A".join(lines)


def annotation_property(text: str) -> str:
    """The value of a property of a workflow command, such as its file or its title."""
    return visible(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
