"""Foreign text -> Markdown that shows it and does nothing else, for TechDocs (Python-Markdown with its extensions)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from generator.backstage import web_url
from generator.describe.draft import INVISIBLE

SPECIAL: Final = re.compile(r"([\\`*_\[\]{}|])")
AT_START: Final = re.compile(r"(#{1,6}(?=\s|$)|>|[-+](?=\s)|={3,}|-{3,}|!{3}|\?{3}|:|\*\[|\d+(?=[.)]\s))")
LONG_RUN: Final = re.compile(r"([^\w\s])\1{39,}")
MACROS: Final = (  # what extensions look for in the raw page, also inside code; a zero-width space breaks them
    (re.compile(r"(-8)(<)"), "\\1\u200b\\2"),
    (re.compile(r"(:)(:(?:end-)?uml::)", re.IGNORECASE), "\\1\u200b\\2"),
    (re.compile(r"(\{)(%)"), "\\1\u200b\\2"),
    (re.compile(r"^(<{7}|>{7}|\|{7})(?=\s|$)", re.MULTILINE), "\u200b\\1"),
)


def plain(text: str) -> str:
    """The text without characters that hide, reorder or break it."""
    return LONG_RUN.sub(lambda run: run[1] * 40, INVISIBLE.sub("", text))


def inline(text: str) -> str:
    """Text that reads as itself within a paragraph."""
    text = plain(text).replace("&", "&amp;").replace("<", "&lt;").replace("://", ":&#47;/")
    return SPECIAL.sub(r"\\\1", text)


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
    return f"[{inline(title)}](<{sound}>)" if sound else inline(title)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cell.replace(chr(10), ' ') for cell in row)} |" for row in lines)


def defused(page: str) -> str:
    """A whole page without the words by which extensions read files or run programs."""
    for pattern, replacement in MACROS:
        page = pattern.sub(replacement, page)
    return page
