"""Foreign text -> Markdown that shows it and does nothing else, for TechDocs (Python-Markdown with its extensions)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from rhoai_catalog import limits
from rhoai_catalog.backstage import web_url
from rhoai_catalog.text.prose import without_invisible

MARKS_TO_ESCAPE: Final = re.compile(r"([\\`*_\[\]{}|])")
MARKS_IN_HTML: Final = re.compile(r"[\\`*\[\]{}|]|(?<![^\W_])_|_(?![^\W_])")
ANY_MARK: Final = re.compile(r"[\\`*_\[\]{}|<>&~^=!#:+@-]")  # everything that anything could be begun with
EXTENDED: Final = (  # marks of extensions, and symbols that they would draw instead
    re.compile(r"[~^]"),
    re.compile(r"=(?==|/=)|(?<==)="),
    re.compile(r"(?<=(?<!\d)[1-7])/(?=[2-8](?!\d))|(?<=\bc)/(?=o\b)", re.IGNORECASE),  # dates are no fractions
    re.compile(r":(?=[A-Za-z0-9_+-]+:)"),
    re.compile(r"(?<=[\w.+-])@(?=\w)|(?<![^\W_])w(?=ww\.)", re.IGNORECASE),  # linked as they stand
    re.compile(r"\((?=(?:c|r|tm)\))|\+(?=/-)|-(?=->)|(?<=<)-(?=-)", re.IGNORECASE),
)
AT_START: Final = re.compile(r"(#{1,6}|>|[-+](?=\s|$)|[=-]+(?=\s*$)|!{3}|\?{3}|:|\*\[|/{3}|\d+(?=[.)](?:\s|$)))")
RULES: Final = {"": "---", "left": ":--", "center": ":-:", "right": "--:"}
LONG_RUN: Final = re.compile(r"([^\w\s])\1{39,}")
LONG_WORD: Final = re.compile(r"(\S{200})(?=\S{100})")
EXTENSION_WORDS: Final = (  # what extensions look for in the raw page, also inside code; a zero-width space breaks them
    (re.compile(r"(-8)(<)"), "\\1\u200b\\2"),
    (re.compile(r"(:)(:(?:end-)?uml::)", re.IGNORECASE), "\\1\u200b\\2"),
    (re.compile(r"(\{)(%)"), "\\1\u200b\\2"),
    (re.compile(r"(\{)(\+\+|--|~~|==|>>)"), "\\1\u200b\\2"),
    (re.compile(r"([`~]{3}[ \t]*\{?\.?)(?=(?:c4)?(?:plant)?uml|graphviz)", re.IGNORECASE), "\\1\u200b"),
    (re.compile(r"^(<{7}|>{7}|\|{7})(?=\s|$)", re.MULTILINE), "\u200b\\1"),
)


def plain(text: str) -> str:
    """Visible text in which neither a word nor a run of marks is longer than a builder bears."""
    return LONG_WORD.sub("\\1\u200b", LONG_RUN.sub(lambda run: run[1] * 40, without_invisible(text)))


def inline(text: str) -> str:
    """Text that reads as itself within a paragraph."""
    text = plain(text).replace("\r", " ")
    if len(MARKS_TO_ESCAPE.findall(text)) > limits.MARKS:
        return encoded(text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace("://", ":&#47;/")
    for pattern in EXTENDED:
        text = pattern.sub(lambda mark: f"&#{ord(mark[0])};", text)
    return MARKS_TO_ESCAPE.sub(r"\\\1", text)


def in_html(text: str) -> str:
    """Text within a block of HTML, which extensions may still read as Markdown, and in which no backslash escapes."""
    text = plain(text).replace("\r", " ")
    if len(MARKS_TO_ESCAPE.findall(text)) > limits.MARKS:
        return encoded(text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("://", ":&#47;/")
    for pattern in (*EXTENDED, MARKS_IN_HTML):
        text = pattern.sub(lambda mark: f"&#{ord(mark[0])};", text)
    return "\n".join(start(line) for line in text.split("\n"))


def encoded(text: str) -> str:
    """Text in which nothing is a mark of anything, neither to Markdown nor to HTML; less readable than `inline`."""
    return ANY_MARK.sub(lambda mark: f"&#{ord(mark[0])};", plain(text).replace("\r", " "))


def start(line: str) -> str:
    """A line that begins no heading, list, quote or block, whatever it begins with."""
    mark = AT_START.match(line)
    if mark is None:
        return line
    if mark[0].isdigit():
        return f"{mark[0]}&#{ord(line[mark.end()])};{line[mark.end() + 1 :]}"
    return f"&#{ord(line[0])};{line[1:]}"


def paragraph(text: str) -> str:
    """Several lines of plain text, as the paragraphs that they are."""
    lines = [start(inline(line.strip())) for line in re.split(r"\r\n|[\r\n\u2028\u2029\x85]", text)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def code(text: str) -> str:
    """Text as code in a line; a code span has no escapes, so it is fenced by more backticks than it holds."""
    text = " ".join(plain(text).split())
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}" if text else ""


def link(title: str, url: str) -> str:
    """A link where the URL is one that a person may follow, else its title."""
    sound = web_url(url)
    return f"[{inline(title)}]({destination(sound)})" if sound else inline(title)


def destination(url: str) -> str:
    """A web URL as where a link leads. No `<` is around it: where Markdown is not read, that would open a tag."""
    return re.sub("[()']", lambda mark: f"&#{ord(mark[0])};", url)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], sides: Sequence[str] = ()) -> str:
    """A table of cells that are Markdown already; `sides` align its columns (left, center, right)."""
    rules = [RULES[side] for side in (*sides, *[""] * (len(heads) - len(sides)))]
    lines = [heads, rules, *rows]
    return "\n".join(f"| {' | '.join(cell.replace(chr(10), ' ') for cell in row)} |" for row in lines)


def defused(page: str) -> str:
    """A whole page without the words by which extensions read files or run programs."""
    for pattern, replacement in EXTENSION_WORDS:
        page = pattern.sub(replacement, page)
    return page
