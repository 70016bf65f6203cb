"""HTML of a model card, reduced to tags that only lay out text, with attributes that do nothing, each one closed."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from html import escape, unescape
from html.parser import HTMLParser
from typing import Final

from rhoai_catalog import limits
from rhoai_catalog.backstage import web_url
from rhoai_catalog.describe.pages import foreign
from rhoai_catalog.describe.pages.anchors import Anchors
from rhoai_catalog.text.prose import without_invisible

INLINE: Final = frozenset("a b br code del em i img ins kbd mark s small span strong sub sup u".split())
BLOCKS: Final = frozenset(
    """blockquote caption dd details div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre summary table tbody td tfoot th thead tr
    ul""".split()
)
TAGS: Final = INLINE | BLOCKS
VOID: Final = frozenset("br hr img".split())
CONTAINERS: Final = frozenset("blockquote details div".split())  # that may go on over blocks of Markdown
DROPPED: Final = frozenset("embed iframe math noscript object script style svg template".split())
OTHERS: Final = frozenset(
    """abbr address applet area article aside audio base basefont bdi bdo big body button canvas center cite col
    colgroup data datalist dfn dialog fieldset figcaption figure font footer form frame frameset head header hgroup html
    input label legend link main map marquee menu meta meter nav optgroup option output param picture progress q rp rt
    ruby samp search section select source strike textarea time title track tt var video wbr""".split()
)
OLD: Final = frozenset(
    "acronym bgsound blink dir frame isindex image keygen listing menuitem nobr noembed noframes plaintext xmp".split()
)
KNOWN: Final = TAGS | DROPPED | OTHERS  # any other name in angle brackets is a text: `<think>`
NUMBERS: Final = frozenset(["colspan", "rowspan", "width", "height", "start"])
ADDRESSES: Final = {"a": "href", "img": "src"}
# What Markdown would still take for a mark in an attribute.
MARKDOWN_IN_VALUES: Final = re.compile(r"[`*_\[\]()!\\~^=:{}|#+-]")
DECLARATIONS: Final = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>"}
# Whole tags. No `<` is inside one, so each is looked at once; Python's parser would look at all that follows for each.
TAG: Final = r"""</?[a-z](?:(?:[^<>"']|"[^"<]*"|'[^'<]*')*+|[^<>]*+)>|<![^<>]*+>"""
MARK: Final = re.compile("|".join([*map(re.escape, DECLARATIONS), TAG]), re.IGNORECASE)
RAW: Final = {name: re.compile(f"</{name}\\b", re.IGNORECASE) for name in ("script", "style")}  # that hold no tags


class SafeHtml:
    """The harmless part of HTML, piece by piece; `open` are the tags that pieces have left open so far.

    `anchors` are those that links may lead to, `shift` is added to the level of headings, which begin at the second.
    """

    def __init__(self, anchors: Anchors, shift: int) -> None:
        self.anchors, self.shift = anchors, shift
        self.open: list[str] = []

    def block(self, text: str) -> str:
        """A block. Of what it leaves open only containers stay open, in nothing else; in them Markdown is read on."""
        written = self._written(text)
        return "".join([written, *self.close(_reading(self.open))]).strip("\n")

    def inline(self, text: str) -> str:
        """One tag within a paragraph: no block may begin or end there."""
        return self._written(text, INLINE)

    def close(self, count: int) -> list[str]:
        """The end tags that leave only the first `count` tags open."""
        closing = [f"</{name}>" for name in reversed(self.open[count:])]
        del self.open[count:]
        return closing

    def _written(self, text: str, allowed: frozenset[str] = TAGS) -> str:
        parser = _Parser(self.open, allowed, self.anchors, self.shift)
        place = 0
        while mark := MARK.search(text, place):
            parser.handle_data(unescape(text[place : mark.start()]))
            place = mark.end()
            if mark[0].upper() in DECLARATIONS:
                place = _behind(text, place, DECLARATIONS[mark[0].upper()])
            elif not mark[0].startswith("<!"):
                place = _raw_end(text, place, parser.read(mark[0]))
        parser.handle_data(unescape(text[place:]))
        return parser.result()


def is_no_tag(name: str) -> bool:
    """Whether a name in angle brackets means nothing to a browser: a text such as `<beta>`."""
    return bool(name) and name not in KNOWN | OLD


def _reading(tags: list[str]) -> int:
    """How many tags, from the outermost, have Markdown read in them: within any other tag none of it is."""
    return sum(1 for _ in itertools.takewhile(CONTAINERS.__contains__, tags))


def _behind(text: str, place: int, end: str) -> int:
    """Where the text goes on behind a comment or the like; nowhere where it does not end."""
    last = text.find(end, place)
    return len(text) if last < 0 else last + len(end)


def _raw_end(text: str, place: int, opened: str) -> int:
    """Where the text goes on behind a tag that was opened: of a script at its end, if it has one."""
    if opened not in RAW:
        return place
    end = RAW[opened].search(text, place)
    return end.start() if end else len(text)


class _Parser(HTMLParser):
    def __init__(self, open_tags: list[str], allowed: frozenset[str], anchors: Anchors, shift: int) -> None:
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self.text: list[str] = []  # since the last tag that is written: what is dropped between may part no mark
        self.open, self.allowed, self.anchors, self.shift = open_tags, allowed, anchors, shift
        self.dropping = 0

    def _at_level(self, tag: str) -> str:
        """A heading of the level that it has on the page."""
        level = int(tag[1]) + self.shift if re.fullmatch("h[1-6]", tag) else 0
        return f"h{min(6, max(2, level))}" if level else tag

    def read(self, tag: str) -> str:
        """Write one whole tag; gives the name of what it opens."""
        self.feed(tag)
        opened = "" if tag.startswith("</") or tag.endswith("/>") else self.lasttag
        self.close()
        self.reset()  # also from the mode of scripts, whose contents are never fed
        return opened

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag = self._at_level(tag)
        if tag in DROPPED:
            self.dropping += 1
        elif tag not in KNOWN:
            self.handle_data(self.get_starttag_text() or f"<{tag}>")
        elif tag in self.allowed and not self.dropping and len(self.open) < limits.OPEN_TAGS:
            kept = list(_attributes(tag, attrs, self.anchors))
            if tag not in ADDRESSES or kept:
                self._place(tag)
                reads = tag in CONTAINERS and _reading(self.open) == len(self.open)
                container = ' markdown="1"' if reads else ""
                self._write(f"<{tag}{''.join(kept)}{container}>")
                if tag not in VOID:
                    self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID or tag not in KNOWN:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """An end tag closes what was opened inside, too; one that closes nothing is none."""
        tag = self._at_level(tag)
        if tag in DROPPED:
            self.dropping = max(0, self.dropping - 1)
        elif tag not in KNOWN:
            self.handle_data(f"</{tag}>")
        elif tag in self.open and tag in self.allowed and not self.dropping:
            while self.open:
                last = self.open.pop()
                self._write(f"</{last}>")
                if last == tag:
                    if tag in BLOCKS and _reading(self.open) == len(self.open):
                        self._begin_line("\n\n")
                    return

    def handle_data(self, data: str) -> None:
        if not self.dropping:
            self.text.append(data)

    def _place(self, tag: str) -> None:
        """A block begins on a line of its own, as Python-Markdown takes it for one, and in no paragraph and no span."""
        if tag not in BLOCKS:
            return
        reading = _reading(self.open)
        read = self.open[reading : reading + 1] == ["p"] or INLINE.issuperset(self.open[reading:])
        while "p" in self.open or (read and len(self.open) > reading):
            self._write(f"</{self.open.pop()}>")
        self._write("")
        self._begin_line("\n\n" if read else "\n")

    def _begin_line(self, gap: str) -> None:
        """Go on at the start of a line, also where the author wrote blanks there."""
        while self.written and not self.written[-1].strip(" \t"):
            self.written.pop()
        last = self.written.pop().rstrip(" \t") if self.written else ""
        self.written.append(last if not last or last.endswith("\n") else f"{last}{gap}")

    def _write(self, tag: str) -> None:
        self.written += [foreign.in_html("".join(self.text)), tag]
        self.text.clear()

    def result(self) -> str:
        """All that was written."""
        self._write("")
        return "".join(self.written)


def _attributes(tag: str, attrs: list[tuple[str, str | None]], anchors: Anchors) -> Iterable[str]:
    """Attributes that lay out, and the address of a link or picture; without that, a link or picture is nothing."""
    given = next((value or "" for name, value in attrs if name == ADDRESSES.get(tag)), "")
    address = (anchors.target(given) if tag == "a" else "") or web_url(given)
    if tag in ADDRESSES and not address:
        return
    for name, value in attrs:
        value = without_invisible(value or "")
        number = name in NUMBERS and re.fullmatch(r"\d{1,4}(%|px)?", value)
        if name == ADDRESSES.get(tag):
            yield f' {name}="{_meaningless(address or "")}"'
        elif name == "dir" and value.lower() in ("ltr", "rtl", "auto"):
            yield f' dir="{value.lower()}"'
        elif number or (name == "align" and value.lower() in ("left", "center", "right")):
            yield f' {name}="{value}"'
        elif name == "alt" and tag == "img":
            yield f' alt="{_meaningless(" ".join(value.split())[:200])}"'


def _meaningless(value: str) -> str:
    return MARKDOWN_IN_VALUES.sub(lambda mark: f"&#{ord(mark[0])};", escape(value))
