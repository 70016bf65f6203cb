"""Before and after, side by side: rows of two cells, line by line, with what differs marked."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final

from rhoai_catalog import limits
from rhoai_catalog.report.counting import counted
from rhoai_catalog.report.plan.page.element import Html, element, joined

AROUND: Final = 3  # equal lines that are shown before and after others
_WORD: Final = re.compile(r"\w+|\W")


def rows(old: str | None, new: str | None) -> Html:
    """Rows of a table for the two sides of a value; None: there is nothing on that side."""
    before, after = _lines(old), _lines(new)
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    a, b = before[start : len(before) - end], after[start : len(after) - end]
    parts = [
        *_equal(before[:start], first=True),
        *_different(a[: limits.PAGE_LINES], b[: limits.PAGE_LINES]),
        *_more(max(len(a), len(b)) - limits.PAGE_LINES),
        *_equal(before[len(before) - end :], last=True),
    ]
    return joined(parts)


def _lines(text: str | None) -> list[str]:
    if text is None:
        return []
    cut = text[: limits.PAGE_VALUE] + ("…" if len(text) > limits.PAGE_VALUE else "")
    return cut.removesuffix("\n").split("\n")


def _common(before: Sequence[str], after: Sequence[str]) -> int:
    pairs = zip(before, after, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(before), len(after)))


def _different(before: list[str], after: list[str]) -> Iterator[Html]:
    matcher = difflib.SequenceMatcher(None, before, after)
    for tag, a, a_end, b, b_end in matcher.get_opcodes():
        if tag == "equal":
            yield from _equal(before[a:a_end])
        else:
            yield from (_row(*pair) for pair in zip_longest(before[a:a_end], after[b:b_end]))


def _equal(lines: Sequence[str], *, first: bool = False, last: bool = False) -> Iterator[Html]:
    """Equal lines, but those far from others."""
    head, tail = (0 if first else AROUND), (0 if last else AROUND)
    folded = len(lines) - head - tail
    if folded <= 1:
        head, folded = len(lines), 0
    yield from map(_same, lines[:head])
    if folded:
        yield _note(f"{counted(folded, 'equal line')}")
    yield from map(_same, lines[head + folded :])


def _more(lines: int) -> Iterator[Html]:
    if lines > 0:
        yield _note(f"… and {counted(lines, 'more line')}")


def _note(words: str) -> Html:
    return element("tr", element("td", words, colspan="2"), class_="note")


def _same(line: str) -> Html:
    return element("tr", element("td", line), element("td", line), class_="same")


def _row(old: str | None, new: str | None) -> Html:
    if old is None or new is None:
        return element("tr", _cell("del", old), _cell("ins", new))
    start, end = _middle(old, new)
    return element("tr", _cell("del", old, start, end), _cell("ins", new, start, end))


def _cell(mark: str, line: str | None, start: int = 0, end: int = 0) -> Html:
    """A line, of which all between its first `start` and its last `end` characters differs."""
    if line is None:
        return element("td", class_="none")
    stop = len(line) - end
    differing = element(mark, line[start:stop]) if line[start:stop] else ""
    return element("td", line[:start], differing, line[stop:], class_=mark)


def _middle(old: str, new: str) -> tuple[int, int]:
    """How many characters two lines share at their beginnings and ends, in whole words; none where it is little."""
    a, b = _WORD.findall(old), _WORD.findall(new)
    first = _common(a, b)
    last = _common(a[first:][::-1], b[first:][::-1])
    start, end = len("".join(a[:first])), len("".join(a[len(a) - last :]))
    return (start, end) if 4 * (start + end) >= max(len(old), len(new)) else (0, 0)
