"""Markdown that does nothing on GitLab: no line is a quick action, and no word a reference.

GitLab runs lines of a description or a comment that begin with `/`, with the rights of whoever sends them. It looks for
references in the rendered text, so neither a backslash nor an entity protects: a character of no width does.
"""

from __future__ import annotations

import html
import re
from typing import Final

from rhoai_catalog.text.visible import SEAM

_FENCE: Final = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_LINE_START: Final = r"(?<![^\n\r])"
_SLASH: Final = re.compile(rf"{_LINE_START}/")
_COMMAND: Final = re.compile(rf"{_LINE_START}/(?=\w+(?:\s|\Z))")  # /v1/models is none
_NAMED: Final = rf"[^\s{SEAM}]"
_NUMBERED: Final = r"\d|&#"
_SIGILS: Final = {
    "@": re.compile(_NAMED),
    "~": re.compile(rf"(?!~){_NAMED}"),
    "%": re.compile(_NAMED),
    "#": re.compile(_NUMBERED),
    "!": re.compile(_NUMBERED),
    "$": re.compile(_NUMBERED),
    "&": re.compile(r"\d"),
}
_TAG: Final = r"""</?[a-z][a-z0-9-]*(?:\s+[a-z_:][\w.:-]*(?:\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'=<>`]+))?)*\s*/?>"""
_TOKEN: Final = re.compile(
    rf"""(?P<still>
          <code>(?:[^<]|<wbr>)*</code> | {_TAG}
        | (?<![`\\])(`+)(?!`)[^\n\r|]+?(?<!`)\2(?!`)       # code in one line and one cell
        | (?<!\w)https?://[a-z0-9][\w.:-]*(?:[/?\#](?:[^\s<>()\[\]*~`@_]|_(?=\w))*)?  # an address
        )
      | (?P<sigil>&(?:\#\d+|\#x[0-9a-f]+|[a-z]+);|[@~%\#!$&])
      | (?P<word>(?<=[\[*])[a-z_]{{1,30}}:(?=[\w"])|\bGL-(?=\d))  # [vulnerability:1], *iteration:2, GL-3
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LINES: Final = re.compile(r"[^\n\r]*(?:\r\n?|\n|\Z)")


def inert(markdown: str) -> str:
    """Markdown in which nothing acts; what it shows stays, code in fences to the letter unless it is a command."""
    parts: list[str] = []
    prose: list[str] = []
    fence = ""
    for line in _LINES.findall(markdown):
        mark = _FENCE.match(line)
        if fence:
            parts.append(line)
            is_end = mark is not None and mark[1].startswith(fence) and line.strip() == mark[1]
            fence = "" if is_end else fence
        elif mark is not None:
            parts += [_still("".join(prose)), line]
            prose, fence = [], mark[1]
        else:
            prose.append(line)
    return without_commands("".join([*parts, _still("".join(prose))]))


def without_commands(markdown: str) -> str:
    """Markdown of ours and of people, of which no line is a command: theirs were run when they wrote them."""
    return _COMMAND.sub(f"{SEAM}/", markdown)


def _still(prose: str) -> str:
    return _TOKEN.sub(_parted, _SLASH.sub(f"{SEAM}/", prose))


def _parted(token: re.Match[str]) -> str:
    """A sigil, or a word that is one, with a seam behind it where a reference would follow."""
    if token["still"]:
        return token[0]
    if token["word"]:
        return f"{token[0]}{SEAM}"
    follows = _SIGILS.get(html.unescape(token[0]))
    return f"{token[0]}{SEAM}" if follows is not None and follows.match(token.string, token.end()) else token[0]
