"""A model card, foreign Markdown -> Markdown that is safe to build and still reads as its author wrote it.

The card is parsed as CommonMark with tables, and written anew from what the parser saw: headings, text, code, lists,
tables, web links and pictures, harmless HTML. Nothing else gets through, so whatever an extension of TechDocs would
execute, include or fetch stands there as text.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.footnote import footnote_plugin

from rhoai_catalog import limits
from rhoai_catalog.describe.facts.front_matter import split_card
from rhoai_catalog.describe.pages import foreign
from rhoai_catalog.describe.pages.anchors import Anchors
from rhoai_catalog.describe.pages.writer import Writer
from rhoai_catalog.text.prose import without_invisible

CUT: Final = "*The card is longer than this page shows.*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The safe text, and the front matter that was taken out of it."""

    text: str
    front_matter: Mapping[str, Any] = field(default_factory=dict)


@functools.lru_cache(maxsize=256)  # versions of one model share a card
def safe_card(readme: str, *, top: int = 2) -> Card:
    """The card with its highest heading at level `top`."""
    matter, text = split_card(readme)
    text = without_invisible(text)
    kept = _shortened(text)
    try:
        written = _written(kept, top) if kept.count("[") <= limits.CARD_BRACKETS else foreign.paragraph(kept)
    except RecursionError:  # nested deeper than anybody reads
        written = foreign.paragraph(kept)
    return Card(text=foreign.defused(written if kept == text else f"{written}\n\n{CUT}"), front_matter=matter)


def _written(text: str, top: int) -> str:
    parser = MarkdownIt("commonmark", {"maxNesting": 40}).enable(["table", "strikethrough"])
    parser.use(footnote_plugin, inline=False)
    tree = SyntaxTreeNode(parser.parse(text))
    levels = [int(node.tag[1]) for node in tree.walk() if node.type == "heading"]
    return Writer(top - min(levels, default=top), Anchors(tree)).card(tree)


def _shortened(text: str) -> str:
    """The text up to its limits, cut between paragraphs where that is possible."""
    lines = text[: limits.CARD].split("\n", limits.CARD_LINES)
    kept = "\n".join(lines[: limits.CARD_LINES])
    return text if len(kept) == len(text) else kept.rpartition("\n\n")[0] or kept
