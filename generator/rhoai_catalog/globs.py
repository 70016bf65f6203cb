"""Patterns of files as Backstage reads them in the target of a Location, which it does with minimatch.

`*`, `?`, `[a-c]`, `[!a]` and `[^a]` stand for what is in one name, and so do the groups `@(a|b)`, `?(a)`, `*(a)`,
`+(a)` and `!(a)`; `**` for any number of folders, `{a,b}` and `{1..3}` for choices, `\\*` for the character. What
begins with a dot has to be named with its dot.

A pattern is read name by name, so that `**` costs no more than the names that it is tried on.
"""

from __future__ import annotations

import posixpath
import re
import warnings
from bisect import bisect_left
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache
from itertools import islice, pairwise
from typing import Final
from urllib.parse import unquote

import bracex
from wcmatch import glob

from rhoai_catalog import limits

MAGIC: Final = re.compile(r"[*?{\[]|[@+!]\(")
LITERAL_START: Final = re.compile(r"[^*?{\[\\@+!]*")
GROUP: Final = re.compile(r"[?*+@!]\(")
WILDCARD: Final = re.compile(r"[?*+@!]\(|\*")
REPEATED: Final = re.compile(r"[*+]\(([^)]*)\)?")
CHARACTER: Final = re.compile(r"\[[^\[\]]+\]")


class PatternError(ValueError):
    """A pattern that is not followed, because that could take for ever; the text says what to write instead."""


def is_pattern(path: str) -> bool:
    return MAGIC.search(path) is not None


def path_of_target(target: str, file: str = "") -> str:
    """The path, or pattern of paths, that a target in a file means: it is resolved as a URL, so `?` begins a query."""
    path = re.split("[?#]", target, maxsplit=1)[0].replace("\\", "/")
    resolved = posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(path)))
    return f"{resolved}/" if path.endswith("/") else resolved


def matching(pattern: str, files: Sequence[str], *, hidden: bool = False) -> Iterator[str]:
    """The files, of a sorted list, that a pattern means; with `hidden` a dot is a character like any other.

    Raises PatternError.
    """
    seen: set[str] = set()
    for choice in choices(pattern):
        start = LITERAL_START.match(choice)
        prefix = start[0] if start else ""
        segments = _segments(choice)
        for file in islice(files, bisect_left(files, prefix), None):
            if not file.startswith(prefix):
                break
            if file not in seen and _matches(file.split("/"), segments, hidden):
                seen.add(file)
                yield file


def choices(pattern: str) -> Sequence[str]:
    """The pattern with each choice of its braces; a brace that does not close is a character. Raises PatternError."""
    if len(pattern) > limits.PATTERN_LENGTH:
        raise PatternError(f"it is longer than {limits.PATTERN_LENGTH} characters; write several shorter ones")
    try:
        expanded = bracex.expand(pattern, keep_escapes=True, limit=limits.PATTERN_CHOICES)
    except (bracex.ExpansionLimitException, RecursionError):
        message = (
            f"its braces give more than {limits.PATTERN_CHOICES} choices; write several patterns, or * for what differs"
        )
        raise PatternError(message) from None
    return [re.sub("/{2,}", "/", choice) for choice in expanded]


def _segments(choice: str) -> Sequence[str]:
    """The names of a pattern without braces; what ends in `**` means the files below."""
    names = choice.split("/")
    segments = [name for before, name in pairwise(["", *names]) if (before, name) != ("**", "**")]
    if segments[-1] == "**":
        segments.append("*")
    for segment in segments:
        if not _is_cheap(segment):
            raise PatternError(f"{segment[:80]} could take for ever to follow; write braces, or several patterns")
    return segments


def _is_cheap(segment: str) -> bool:
    """Whether a name is compared in a time that does not run away: stars alone do; groups only in simple cases."""
    if GROUP.search(segment) is None:
        return True
    if "\\" in segment or len(WILDCARD.findall(segment)) > limits.PATTERN_WILDCARDS:
        return False
    return all(_is_read_one_way(repeated[1]) for repeated in REPEATED.finditer(segment))


def _is_read_one_way(group: str) -> bool:
    """Whether no text is a repetition of the group in two ways, which would double with every character."""
    if CHARACTER.fullmatch(group):
        return True
    texts = sorted(group.split("|"))
    plain = all(re.fullmatch(r"[\w.-]+", text) for text in texts)
    return plain and not any(after.startswith(text) for text, after in pairwise(texts))


def _matches(names: Sequence[str], segments: Sequence[str], hidden: bool) -> bool:
    """Whether a path is what the segments ask for. Each pair of a name and a segment is looked at once."""
    ends: Set[int] = {0}  # how many of the names the segments so far may have taken
    for segment in segments:
        if segment == "**":
            ends = _with_folders(ends, names, hidden)
        else:
            ends = {end + 1 for end in ends if end < len(names) and _is_named(names[end], segment, hidden)}
    return len(names) in ends


def _with_folders(ends: Set[int], names: Sequence[str], hidden: bool) -> Set[int]:
    """Where `**` may end: it goes on until a name begins with a dot."""
    reached: set[int] = set()
    for end in range(len(names) + 1):
        if end in ends or (end - 1 in reached and (hidden or not names[end - 1].startswith("."))):
            reached.add(end)
    return reached


def _is_named(name: str, segment: str, hidden: bool) -> bool:
    return len(name) <= limits.FILE_NAME_LENGTH and _compiled(segment, hidden).fullmatch(name) is not None


@lru_cache(maxsize=1024)
def _compiled(segment: str, hidden: bool) -> re.Pattern[str]:
    flags = glob.EXTGLOB | glob.FORCEUNIX | (glob.DOTGLOB if hidden else 0)
    (expression,), _ = glob.translate(segment, flags=flags)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of `[[`, which will be what it is to us
        return re.compile(expression)
