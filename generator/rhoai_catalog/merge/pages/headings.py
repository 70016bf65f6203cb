"""The headings of a Markdown page, as a CommonMark parser finds them.

What stands in a list, a quote, code, a comment or the front matter is no heading of the page: a section that began
there would tear apart what belongs together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from markdown_it import MarkdownIt

from rhoai_catalog import documents, tables
from rhoai_catalog.errors import DocumentError

ENDS: Final = "\r\n"
LINE: Final = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")  # as CommonMark ends lines, and at nothing else
FRONT_MATTER: Final = re.compile(r"---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*\n", re.DOTALL)  # as MkDocs reads it
BLOCKS: Final = MarkdownIt("commonmark").disable("inline")
WITH_TABLES: Final = MarkdownIt("commonmark").disable("inline").enable(tables.NAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading: the numbers of its first line, from 0, and of the line after it; its level, from 1; its text on one
    line.
    """

    line: int
    end: int
    level: int
    title: str


def lines_of(text: str) -> Sequence[str]:
    """The lines of a page with their ends, as headings count them."""
    return LINE.findall(text)


def headings(lines: Sequence[str]) -> Iterator[Heading]:
    """The headings of a page, in order; its lines are those of `lines_of`."""
    text = "".join(f"{line.rstrip(ENDS)}\n" for line in lines)
    front_matter = _front_matter(text)
    page = text[len(front_matter) :]
    tokens = (WITH_TABLES if tables.are_bounded(page) else BLOCKS).parse(page)
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open" and opening.level == 0 and opening.map:
            title = " ".join(line.strip() for line in inline.content.split("\n"))
            line, end = (front_matter.count("\n") + number for number in opening.map)
            yield Heading(line=line, end=end, level=int(opening.tag[1:]), title=title)


def _front_matter(text: str) -> str:
    """The keys and values in YAML at the top of a page, with the lines around them."""
    match = FRONT_MATTER.match(text)
    if match is None:
        return ""
    try:
        values = documents.parse(match[1])
    except DocumentError:
        return ""
    return match[0] if isinstance(values, dict) else ""
