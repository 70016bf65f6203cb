"""A model card, foreign Markdown -> Markdown that is safe to build and still reads as its author wrote it.

The card is parsed as CommonMark with tables, and written anew from what the parser saw: headings, text, code, lists,
tables, web links and pictures, harmless HTML. Nothing else gets through, so whatever an extension of TechDocs would
execute, include or fetch stands there as text.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from rhoai_catalog import documents
from rhoai_catalog.describe.pages import foreign
from rhoai_catalog.describe.pages.writer import Writer
from rhoai_catalog.errors import DocumentError
from rhoai_catalog.text.prose import without_invisible

LONGEST: Final = 200_000  # characters; beyond it TechDocs takes minutes
MOST_LINES: Final = 6_000  # as every one may be a block
FRONT_MATTER: Final = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
LONGEST_MATTER: Final = 20_000  # characters; a longer one is taken out, but not used
CUT: Final = "*The card is longer than this page shows.*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The safe text, and the front matter that was taken out of it."""

    text: str
    front_matter: Mapping[str, Any] = field(default_factory=dict)


@functools.lru_cache(maxsize=256)  # versions of one model share a card
def safe_card(readme: str, *, top: int = 2) -> Card:
    """The card with its highest heading at level `top`."""
    matter, text = _front_matter(_normal(readme))
    text = without_invisible(text)
    kept = _shortened(text)
    try:
        written = _written(kept, top)
    except RecursionError:  # nested deeper than anybody reads
        written = foreign.paragraph(kept)
    return Card(text=foreign.defused(written if kept == text else f"{written}\n\n{CUT}"), front_matter=matter)


@functools.lru_cache(maxsize=256)
def front_matter(readme: str) -> Mapping[str, Any]:
    """What stands between two rules at the top of a card, as Hugging Face has it: its texts and lists, by key."""
    return _front_matter(_normal(readme))[0]


def _normal(readme: str) -> str:
    return readme[: 2 * LONGEST].replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")


def _written(text: str, top: int) -> str:
    parser = MarkdownIt("commonmark", {"maxNesting": 40}).enable(["table", "strikethrough"])
    tree = SyntaxTreeNode(parser.parse(text))
    levels = [int(node.tag[1]) for node in tree.walk() if node.type == "heading"]
    return Writer(top - min(levels, default=top)).card(tree)


def _shortened(text: str) -> str:
    """The text up to its limits, cut between paragraphs where that is possible."""
    lines = text[:LONGEST].split("\n", MOST_LINES)
    kept = "\n".join(lines[:MOST_LINES])
    return text if len(kept) == len(text) else kept.rpartition("\n\n")[0] or kept


def _front_matter(text: str) -> tuple[Mapping[str, Any], str]:
    """The front matter, and the text behind it; lines between two rules that are no mapping are text."""
    found = FRONT_MATTER.match(text)
    try:
        data = documents.parse(found[1]) if found and len(found[1]) <= LONGEST_MATTER else {} if found else None
    except DocumentError:
        data = {}
    if found is None or not isinstance(data, Mapping):
        return {}, text
    return {key: value for key, value in data.items() if isinstance(value, str | list)}, text[found.end() :]
