"""Where links within a card lead: the headings that they name, by the ids that GitHub and Hugging Face give them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import unquote

from markdown_it.tree import SyntaxTreeNode

IN_HTML: Final = re.compile(r"""href\s*=\s*["']?#([^"'\s>]{1,200})""", re.IGNORECASE)
DROPPED: Final = re.compile(r"[^\w\- ]")


class Anchors:
    """The headings of one card that links of it lead to."""

    def __init__(self, tree: SyntaxTreeNode) -> None:
        self._of_heading: dict[int, str] = {}
        wanted = set(_wanted(tree))
        taken: dict[str, int] = {}
        for node in tree.walk() if wanted else ():
            if node.type == "heading":
                name = _slug(_text(node))
                count = taken[name] = taken.get(name, -1) + 1
                if (unique := f"{name}-{count}" if count else name) in wanted:
                    self._of_heading[id(node)] = unique
        self.known = frozenset(self._of_heading.values())

    def of(self, heading: SyntaxTreeNode) -> str:
        """The id that a heading needs; empty where no link leads to it."""
        return self._of_heading.get(id(heading), "")

    def target(self, address: str) -> str:
        """The address of a link within the card; empty where it leads nowhere in it."""
        name = _named(address[1:]) if address.startswith("#") else ""
        return f"#{name}" if name in self.known else ""


def _wanted(tree: SyntaxTreeNode) -> Iterable[str]:
    for node in tree.walk():
        if node.type == "link" and str(node.attrs.get("href", "")).startswith("#"):
            yield _named(str(node.attrs["href"])[1:])
        elif node.type in ("html_inline", "html_block"):
            yield from map(_named, IN_HTML.findall(node.content))


def _named(fragment: str) -> str:
    return unquote(fragment).lower().removeprefix("user-content-")


def _slug(text: str) -> str:
    return DROPPED.sub("", text.lower().strip()).replace(" ", "-")


def _text(node: SyntaxTreeNode) -> str:
    if not node.children:
        return str(node.content) if node.type in ("text", "code_inline") else ""
    return "".join(_text(child) for child in node.children)
