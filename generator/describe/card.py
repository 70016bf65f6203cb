"""A model card, foreign Markdown -> Markdown that is safe to build and still reads as its author wrote it.

The card is parsed as CommonMark with tables, and written anew from what the parser saw: headings, text, code, lists,
tables, web links and pictures, harmless HTML. Nothing else gets through, so whatever an extension of TechDocs would
execute, include or fetch stands there as text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from generator import documents
from generator.backstage import web_url
from generator.describe import foreign
from generator.describe.html import safe_html
from generator.errors import DocumentError

LONGEST: Final = 200_000  # characters; beyond it TechDocs takes minutes
DEEPEST: Final = 12  # levels of lists and quotes
FRONT_MATTER: Final = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
LANGUAGE: Final = re.compile(r"[A-Za-z0-9+#-]{1,20}")
RUNS_PROGRAMS: Final = ("plantuml", "puml", "uml", "dot", "graphviz", "neato", "mermaid", "math")
CUT: Final = "*The card is longer than this page shows.*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The safe text, and the front matter that was taken out of it."""

    text: str
    front_matter: Mapping[str, Any] = field(default_factory=dict)


def safe_card(readme: str, *, top: int = 2) -> Card:
    """The card with its highest heading at level `top`."""
    text = readme.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    matter = FRONT_MATTER.match(text)
    text = text[matter.end() :] if matter else text
    cut = len(text) > LONGEST
    text = text[:LONGEST].rpartition("\n\n")[0] or text[:LONGEST] if cut else text
    parser = MarkdownIt("commonmark", {"maxNesting": 40}).enable(["table", "strikethrough"])
    tree = SyntaxTreeNode(parser.parse(foreign.plain(text)))
    levels = [int(node.tag[1]) for node in tree.walk() if node.type == "heading"]
    written = _Writer(top - min(levels, default=top)).blocks(tree, 0)
    return Card(text=foreign.defused(f"{written}\n\n{CUT}" if cut else written), front_matter=_matter(matter))


def _matter(matter: re.Match[str] | None) -> Mapping[str, Any]:
    if matter is None:
        return {}
    try:
        data = documents.parse(matter[1])
    except DocumentError:
        return {}
    return {k: v for k, v in data.items() if isinstance(v, str | list)} if isinstance(data, dict) else {}


class _Writer:
    """Writes nodes of the parser as Markdown; `shift` is added to the level of headings."""

    def __init__(self, shift: int) -> None:
        self.shift = shift

    # -- blocks --------------------------------------------------------------------------------------------------

    def blocks(self, node: SyntaxTreeNode, depth: int) -> str:
        written = [self.block(child, depth) for child in node.children]
        return "\n\n".join(part for part in written if part.strip())

    def block(self, node: SyntaxTreeNode, depth: int) -> str:
        if depth > DEEPEST:
            return foreign.paragraph(_text(node))
        match node.type:
            case "heading":
                level = min(6, max(1, int(node.tag[1]) + self.shift))
                return f"{'#' * level} {' '.join(self.inlines(node).split()) or '—'}"
            case "paragraph":
                lines = self.inlines(node).split("\n")
                return "\n".join(foreign.start(line) if not line.startswith("<") else line for line in lines)
            case "fence" | "code_block":
                return _fence(node)
            case "blockquote":
                return "\n".join(f"> {line}".rstrip() for line in self.blocks(node, depth + 1).split("\n"))
            case "bullet_list" | "ordered_list":
                return self._list(node, depth)
            case "table":
                return self._table(node)
            case "hr":
                return "* * *"
            case "html_block":
                return safe_html(node.content)
            case _:
                return foreign.paragraph(_text(node))

    def _list(self, node: SyntaxTreeNode, depth: int) -> str:
        items = []
        first = int(str(node.attrs.get("start", 1)))
        for number, item in enumerate(node.children):
            mark = "-" if node.type == "bullet_list" else f"{first + number}."
            lines = self.blocks(item, depth + 1).split("\n")
            rest = [f"    {line}" if line else "" for line in lines[1:]]
            items.append("\n".join([f"{mark:<3} {lines[0]}".rstrip(), *rest]))
        loose = any("\n\n" in item for item in items)
        return ("\n\n" if loose else "\n").join(items)

    def _table(self, node: SyntaxTreeNode) -> str:
        rows = [[self._cell(cell) for cell in row.children] for part in node.children for row in part.children]
        return foreign.table(rows[0], rows[1:])

    def _cell(self, cell: SyntaxTreeNode) -> str:
        return re.sub(r"(?<!\\)\|", r"\\|", " ".join(self.inlines(cell).split()))

    # -- inlines -------------------------------------------------------------------------------------------------

    def inlines(self, node: SyntaxTreeNode) -> str:
        return "".join(self.inline(child) for child in node.children)

    def inline(self, node: SyntaxTreeNode) -> str:
        match node.type:
            case "inline":
                return self.inlines(node)
            case "text":
                return foreign.inline(node.content)
            case "softbreak":
                return "\n"
            case "hardbreak":
                return "<br>\n"
            case "code_inline":
                return foreign.code(node.content)
            case "em" | "strong" | "s":
                mark = {"em": "*", "strong": "**", "s": "~~"}[node.type]
                inner = self.inlines(node)
                return f"{mark}{inner}{mark}" if inner.strip() == inner and inner else inner
            case "link":
                url = web_url(str(node.attrs.get("href", "")))
                return f"[{self.inlines(node)}](<{url}>)" if url else self.inlines(node)
            case "image":
                url = web_url(str(node.attrs.get("src", "")))
                return f"![{foreign.inline(node.content)}](<{url}>)" if url else foreign.inline(node.content)
            case "html_inline":
                return safe_html(node.content)
            case _:
                return foreign.inline(_text(node))


def _fence(node: SyntaxTreeNode) -> str:
    """Code as it stands; the language only where it is a word, and none that would run a program."""
    language = (node.info or "").split()[0] if (node.info or "").split() else ""
    if not LANGUAGE.fullmatch(language) or language.lower() in RUNS_PROGRAMS:
        language = "text"
    longest = max((len(run) for run in re.findall(r"`+", node.content)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{node.content.rstrip()}\n{fence}"


def _text(node: SyntaxTreeNode) -> str:
    """All text below a node."""
    if not node.children:
        return str(node.content) if node.type in ("text", "code_inline", "fence", "code_block", "html_block") else "\n"
    return "".join(_text(child) for child in node.children)
