"""A model card, foreign Markdown -> Markdown that is safe to build and still reads as its author wrote it.

The card is parsed as CommonMark with tables, and written anew from what the parser saw: headings, text, code, lists,
tables, web links and pictures, harmless HTML. Nothing else gets through, so whatever an extension of TechDocs would
execute, include or fetch stands there as text.
"""

from __future__ import annotations

import functools
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.footnote import footnote_plugin

from rhoai_catalog import limits, tables
from rhoai_catalog.describe.facts.front_matter import split_card
from rhoai_catalog.describe.pages import foreign
from rhoai_catalog.describe.pages.anchors import Anchors
from rhoai_catalog.describe.pages.writer import Writer
from rhoai_catalog.text.prose import without_invisible

TOP: Final = 2  # the level of the highest heading
CUT: Final = "*The card is longer than this page shows.*"


@functools.lru_cache(maxsize=256)  # versions of one model share a card
def safe_card(readme: str) -> str:
    """The card without its front matter, and with its highest heading at the level of a section."""
    _, text = split_card(readme)
    text = without_invisible(text)
    kept = _shortened(text)
    try:
        written = _written(kept) if kept.count("[") <= limits.CARD_BRACKETS else foreign.paragraph(kept)
    except RecursionError:  # nested deeper than anybody reads
        written = foreign.paragraph(kept)
    return foreign.defused(written if kept == text else f"{written}\n\n{CUT}")


def _written(text: str) -> str:
    rules = [*([tables.NAME] if tables.are_bounded(text) else []), "strikethrough"]
    parser = MarkdownIt("commonmark", {"maxNesting": 40}).enable(rules)
    parser.use(footnote_plugin, inline=False)
    tree = SyntaxTreeNode(parser.parse(text))
    levels = [int(node.tag[1]) for node in tree.walk() if node.type == "heading"]
    return Writer(TOP - min(levels, default=TOP), Anchors(tree)).card(tree)


def _shortened(text: str) -> str:
    """The text up to its limits, cut between paragraphs where that is possible."""
    lines = text[: limits.CARD].split("\n", limits.CARD_LINES)
    kept = "\n".join(lines[: limits.CARD_LINES])
    return text if len(kept) == len(text) else kept.rpartition("\n\n")[0] or kept
