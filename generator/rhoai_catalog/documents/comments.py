"""The comments of a document, which are people's: an edit of the text keeps each of them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import yaml

from rhoai_catalog.documents.lenient import scalars

Splice = tuple[int, int, str]  # start, end, replacement; characters of the text
_Span = tuple[str, int, int]  # a text, and what of it counts: from the start up to the end
INDENT: Final = re.compile(r"[ \t]*")
_MARK: Final = re.compile(r"(?:^|(?<=[\s,\[\]{}]))#[^\r\n]*", re.MULTILINE)


@dataclass(frozen=True, slots=True, order=True)
class Comment:
    start: int
    end: int
    text: str


def comments_of(text: str, node: yaml.Node | None) -> tuple[Comment, ...]:
    """The comments of a text whose root is `node`: what begins with `#` and stands in no scalar."""
    spans = sorted(_span(text, scalar) for scalar in scalars(node))
    starts = [start for start, _ in spans]
    found, place = [], 0
    while match := _MARK.search(text, place):
        number = bisect_right(starts, match.start()) - 1
        if number >= 0 and match.start() < spans[number][1]:  # it is part of a text, behind which a comment may follow
            place = max(match.start() + 1, spans[number][1])
            continue
        found.append(Comment(match.start(), match.end(), match[0].rstrip()))
        place = match.end()
    return tuple(found)


def _span(text: str, scalar: yaml.ScalarNode) -> tuple[int, int]:
    """Where a scalar stands; of a block without the line of its `|`, on which a comment may stand."""
    start, end = scalar.start_mark.index, scalar.end_mark.index
    if scalar.style in ("|", ">"):
        start = min(_line_end(text, start) + 1, end)
    return start, end


def keeping(splices: Sequence[Splice], text: str, all_comments: Sequence[Comment], newline: str) -> list[Splice]:
    """The splices, with the comments that would go by them on lines of their own, above what takes their place.

    `all_comments` are in the order of the text.
    """
    kept: list[Splice] = []
    starts = [comment.start for comment in all_comments]
    for start, end, replacement in splices:
        first, last = bisect_left(starts, start), bisect_left(starts, end)
        inside = [*all_comments[first:last]]
        if "\n" in replacement and text[start:end]:  # nothing may stand behind a value of several lines
            after = all_comments[last : bisect_left(starts, _line_end(text, end))]
            behind = [comment for comment in after if not text[end : comment.start].strip()]
            inside += behind
            end = max([end, *(comment.end for comment in behind)])
        if not inside:
            kept.append((start, end, replacement))
            continue
        line_start = text.rfind("\n", 0, start) + 1
        indent = INDENT.match(text, line_start)
        lines = "".join(f"{indent[0] if indent else ''}{comment.text}{newline}" for comment in inside)
        if line_start == start:
            kept.append((start, end, lines + replacement))
        else:
            kept += [(start, end, replacement), (line_start, line_start, lines)]
    return kept


def spliced(text: str, splices: Sequence[Splice]) -> str:
    """The text with every splice made, the last first; one that reaches into the next takes off what that one left."""
    spans, place = list[_Span](), len(text)  # what stands behind the place, the first at the end
    for start, end, replacement in sorted(splices, reverse=True):
        if end <= place:
            spans.append((text, end, place))
        else:
            _take_off(spans, end - place)
        spans.append((replacement, 0, len(replacement)))
        place = start
    return text[:place] + "".join(source[start:end] for source, start, end in reversed(spans))


def _take_off(spans: list[_Span], length: int) -> None:
    """Take so many characters off what the spans stand for."""
    while length > 0 and spans:
        source, start, end = spans.pop()
        if start + length < end:
            spans.append((source, start + length, end))
        length -= end - start


def _line_end(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end
