"""Patterns of files as Backstage's Locations have them: `**`, `*`, `?`, `[...]` and `{a,b}`, segment by segment."""

from __future__ import annotations

import fnmatch
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

MAGIC: Final = re.compile(r"[*?{\[]")
MOST_ALTERNATIVES: Final = 256  # of one pattern


def is_pattern(path: str) -> bool:
    return MAGIC.search(path) is not None


def matching(pattern: str, files: Sequence[str]) -> Iterator[str]:
    """The files, of a sorted list, that a pattern means."""
    found: set[str] = set()
    for alternative in alternatives(pattern):
        magic = MAGIC.search(alternative)
        prefix = alternative[: magic.start()] if magic else alternative
        wanted = alternative.split("/")
        for file in islice(files, bisect_left(files, prefix), None):
            if not file.startswith(prefix):
                break
            if file not in found and _matches(file.split("/"), wanted):
                found.add(file)
                yield file


def alternatives(pattern: str) -> Iterator[str]:
    """The pattern with each choice of its braces, the first MOST_ALTERNATIVES of them."""
    yield from islice(_alternatives(pattern), MOST_ALTERNATIVES)


def _alternatives(pattern: str) -> Iterator[str]:
    """Every choice; a brace that does not close is a character."""
    found = re.search(r"\{([^{}]*)\}", pattern)
    if found is None:
        yield pattern
        return
    for choice in found[1].split(","):
        yield from _alternatives(pattern[: found.start()] + choice + pattern[found.end() :])


def _matches(names: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether a path is what the segments ask for; `**` is any number of folders. Each pair is looked at once."""
    places = {0}  # how many of the names the segments so far may have taken
    for segment in wanted:
        if segment == "**":
            places = set(range(min(places), len(names) + 1)) if places else set()
        else:
            places = {n + 1 for n in places if n < len(names) and fnmatch.fnmatchcase(names[n], segment)}
    return len(names) in places
