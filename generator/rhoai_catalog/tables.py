"""Tables of Markdown, in which a short row costs its reader as much as a full one, whatever the text takes."""

from __future__ import annotations

from typing import Final

from rhoai_catalog import limits

NAME: Final = "table"  # the parser's rule


def are_bounded(text: str) -> bool:
    """Whether all tables of a text, of lines that end in `\\n`, have as few cells as limits want it. Whatever may be a
    table counts as one: lines without a blank one between, each with as many cells as the longest.
    """
    cells = columns = rows = 0
    for line in (*text.split("\n"), ""):
        if line.strip():
            columns, rows = max(columns, line.count("|")), rows + 1
        else:
            cells += columns * rows
            columns = rows = 0
    return cells <= limits.CELLS
