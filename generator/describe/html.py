"""HTML of a model card, reduced to tags that only lay out text, with attributes that do nothing."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser
from typing import Final

from generator.backstage import web_url

TAGS: Final = frozenset(
    (
        *("a", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "div", "dl", "dt", "em", "hr", "i"),
        *(
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "img",
            "ins",
            "kbd",
            "li",
            "mark",
            "ol",
            "p",
            "pre",
            "s",
            "small",
            "span",
        ),
        *("strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul"),
    )
)
VOID: Final = frozenset(["br", "hr", "img"])
DROPPED: Final = frozenset(
    ["script", "style", "iframe", "object", "embed", "template", "noscript", "svg", "math", "head"]
)
NUMBERS: Final = frozenset(["colspan", "rowspan", "width", "height"])
ADDRESSES: Final = {"a": "href", "img": "src"}


def safe_html(text: str) -> str:
    """The harmless part of a piece of HTML: a block, or one tag. Tags that it leaves open stay open."""
    parser = _Parser()
    parser.feed(text)
    parser.close()
    return "".join(parser.written).strip("\n")


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self.dropping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in DROPPED:
            self.dropping += 1
        elif tag in TAGS and not self.dropping:
            kept = "".join(f' {name}="{escape(value)}"' for name, value in _attributes(tag, attrs))
            if tag not in ADDRESSES or kept:
                self.written.append(f"<{tag}{kept}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in DROPPED:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in DROPPED:
            self.dropping = max(0, self.dropping - 1)
        elif tag in TAGS and tag not in VOID and not self.dropping:
            self.written.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self.dropping:
            self.written.append(_entities(data))


def _attributes(tag: str, attrs: list[tuple[str, str | None]]) -> list[tuple[str, str]]:
    kept = []
    for name, value in attrs:
        value = value or ""
        if name == ADDRESSES.get(tag):
            if url := web_url(value):
                kept.append((name, url))
        elif (
            (name in NUMBERS and value.rstrip("%px").isdigit())
            or (name == "align" and value.lower() in ("left", "center", "right"))
            or (name == "alt" and tag == "img")
        ):
            kept.append((name, " ".join(value.split())[:200]))
    return kept if tag not in ADDRESSES or any(name == ADDRESSES[tag] for name, _ in kept) else []


def _entities(text: str) -> str:
    """Text that neither HTML nor Markdown takes for anything else."""
    return "".join(f"&#{ord(c)};" if c in "<>&`*_[]{}\\|~^=!#:" else c for c in text)
