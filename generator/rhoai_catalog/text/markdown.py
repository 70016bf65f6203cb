"""Text for GitHub-flavoured Markdown: it mentions nobody, closes no issue, links nothing and opens no structure."""

from __future__ import annotations

import html
import re
from typing import Final

from rhoai_catalog.text.visible import SEAM, visible

# What GitHub and Gitea link in plain text: mentions, issues, emoji, addresses, commits.
_LINKED: Final = re.compile(r"[@#!:](?=\S)|\bgh-(?=\d)|[0-9a-f]{6}(?=[0-9a-f])|www\.", re.IGNORECASE)
# What Markdown and HTML read as structure, and what opens a list or a code block where a line begins.
_STRUCTURE: Final = re.compile(rf"[&<>|`*~\[\]#@\\${SEAM}]|(?<![^\W_])_|_(?![^\W_])|:(?=//)|(?<=www)\.", re.IGNORECASE)
_OPENING: Final = re.compile(r"^(?:[-+=\s]|\d(?=\d*[.)]))")

_UNIT: Final = r"(?:&#\d+;|[^\s&])"  # a character, escaped
_LONG: Final = re.compile(rf"{_UNIT}{{25,}}")  # a word that may be broken, into pieces: where its parts end
_PIECE: Final = re.compile(rf"{_UNIT}{{8,23}}[/.,:=?-]|{_UNIT}{{1,24}}")


def markdown_cell(text: str) -> str:
    """Prose for a table cell, a list item, a heading or an HTML element."""
    parted = _LINKED.sub(rf"\g<0>{SEAM}", visible(text))
    opening = _OPENING.match(parted)
    return _entity(parted[0]) + _entities(parted[1:]) if opening else _entities(parted)


def markdown_code(text: str) -> str:
    """A value for the same places. It can be copied as it stands, save what follows an `@`."""
    return f"<code>{_entities(visible(text).replace('@', '@' + SEAM))}</code>"


def markdown_wrapping(text: str) -> str:
    """As `markdown_code`, with places where a long word may be broken: a column takes no more room than there is."""
    made = _entities(visible(text).replace("@", "@" + SEAM))
    return f"<code>{_LONG.sub(lambda word: '<wbr>'.join(_PIECE.findall(word[0])), made)}</code>"


def markdown_attribute(text: str) -> str:
    """An address in an attribute, in quotes, of an HTML element in Markdown."""
    return html.escape(visible(text), quote=True)


def mermaid_label(text: str) -> str:
    """A label, in quotes, of a diagram in mermaid, which forges draw from a fenced block.

    Letters, digits and spaces stand as they are, all else as mermaid's own numbered entities. So nothing in it ends the
    label, the line or the block, and nothing is Markdown or HTML once the label is drawn.
    """
    return '"' + "".join(c if c.isalnum() or c == " " else f"#{ord(c)};" for c in visible(text)) + '"'


def _entities(text: str) -> str:
    return _STRUCTURE.sub(lambda match: _entity(match[0]), text)


def _entity(character: str) -> str:
    return f"&#{ord(character)};"
