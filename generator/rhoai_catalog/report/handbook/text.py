"""Markdown of our own as it is read, not as it is written: headings, wrapped paragraphs, lists, code, tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from rhoai_catalog.report.style import COLUMNS, Style, printed_width, styled, wrapped

CODE: Final = "    "  # in front of each of its lines
QUOTE: Final = "│ "
GAP: Final = "  "  # between the columns of a table
UNSEEN: Final = str.maketrans({"\u200b": "", "\u2003": ""})  # where a sample may break, and what makes its table wide

Lines = list[str]


def handbook_text(page: str, *, colour: bool, columns: int) -> str:
    """A page in lines that fit, and that are no longer than one reads."""
    tree = SyntaxTreeNode(MarkdownIt().enable("table").parse(page))
    return "\n".join(_Printer(colour=colour).blocks(tree.children, min(columns, COLUMNS))) + "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Printer:
    colour: bool

    def blocks(self, nodes: Sequence[SyntaxTreeNode], width: int) -> Lines:
        """Blocks one below the other, with a blank line between them."""
        return _apart([lines for node in nodes if (lines := self._block(node, width))])

    def _block(self, node: SyntaxTreeNode, width: int) -> Lines:
        if node.type == "heading":
            return wrapped(("" if self.colour else f"{node.markup} ") + self._inline(node, Style.BOLD), width)
        if node.type == "fence":
            lines = [] if node.info == "mermaid" else node.content.splitlines()
            return [f"{CODE}{styled(line, Style.PLAIN, colour=False)}".rstrip() for line in lines]
        if node.type == "blockquote":
            return [f"{QUOTE}{line}".rstrip() for line in self.blocks(node.children, width - len(QUOTE))]
        if node.type in ("bullet_list", "ordered_list"):
            return self._list(node, width)
        if node.type == "table":
            return self._table(node, width)
        return [] if node.type == "html_block" else wrapped(self._inline(node), width)

    def _list(self, node: SyntaxTreeNode, width: int) -> Lines:
        items = []
        for number, item in enumerate(node.children, start=int(node.attrs.get("start", 1))):
            mark = "- " if node.type == "bullet_list" else f"{number}. "
            first, *others = self.blocks(item.children, width - len(mark))
            items.append([mark + first, *(f"{' ' * len(mark)}{line}".rstrip() for line in others)])
        is_long = any(len(item.children) > 1 for item in node.children)
        return _apart(items) if is_long else [line for item in items for line in item]

    def _table(self, node: SyntaxTreeNode, width: int) -> Lines:
        """Columns that share the width; where their longest words leave none to share, a paragraph for each row."""
        head, *rows = [
            [self._inline(cell, Style.BOLD if cell.type == "th" else Style.PLAIN) for cell in row.children]
            for part in node.children
            for row in part.children
        ]
        columns = [*zip(head, *rows, strict=True)]
        natural = [max(map(printed_width, column)) for column in columns]
        least = [max(printed_width(word) for cell in column for word in cell.split(" ")) for column in columns]
        room = width - len(GAP) * (len(columns) - 1)
        for most in range(max(natural), 0, -1):
            widths = [max(low, min(high, most)) for low, high in zip(least, natural, strict=True)]
            if sum(widths) <= room:
                return self._columns(head, rows, widths)
        return _apart([_record(head, row, width) for row in rows])

    def _columns(self, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> Lines:
        printed = [_side_by_side(row, widths) for row in rows]
        rule = GAP.join("─" * width for width in widths)
        below = _apart(printed) if any(len(lines) > 1 for lines in printed) else [line for [line] in printed]
        return [*_side_by_side(head, widths), rule, *below]

    def _inline(self, node: SyntaxTreeNode, style: Style = Style.PLAIN) -> str:
        """The words of a paragraph, each with its own style, so that a line can end behind any of them."""
        return "".join(self._part(each, style) for child in node.children for each in child.children)

    def _part(self, node: SyntaxTreeNode, style: Style) -> str:
        if node.type == "code_inline":
            return self._words(node.content, Style.CYAN) if self.colour else f"`{self._words(node.content, style)}`"
        if node.type in ("softbreak", "hardbreak"):
            return " "
        if node.type == "html_inline":
            return " · " if node.content == "<br>" else ""
        if node.type == "text":
            return self._words(node.content.translate(UNSEEN), style)
        inner = "".join(self._part(child, Style.BOLD if node.type == "strong" else style) for child in node.children)
        return f"{inner} ({node.attrs['href']})" if node.type == "link" else inner

    def _words(self, text: str, style: Style) -> str:
        return " ".join(word and styled(word, style, colour=self.colour) for word in text.split(" "))


def _record(head: Sequence[str], row: Sequence[str], width: int) -> Lines:
    """The cells that say something, each with the name of its column; all but the first are indented."""
    named = [f"{name}: {cell}" if name else cell for name, cell in zip(head, row, strict=True) if cell]
    below = [wrapped(text, width - len(GAP), GAP) for text in named[1:]]
    return [*wrapped(named[0], width, GAP), *(GAP + line for lines in below for line in lines)]


def _side_by_side(row: Sequence[str], widths: Sequence[int]) -> Lines:
    cells = [wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
    lines = []
    for parts in zip_longest(*cells, fillvalue=""):
        padded = (part + " " * (width - printed_width(part)) for part, width in zip(parts, widths, strict=True))
        lines.append(GAP.join(padded).rstrip())
    return lines


def _apart(blocks: Sequence[Lines]) -> Lines:
    return [line for number, block in enumerate(blocks) for line in ([""] if number else []) + block]
