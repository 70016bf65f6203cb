"""Which section of a page is which of the base: by path and content, by content, by path, by heading, by likeness.

The base knows what the generator wrote last, and of each section only the path and the digest. A heading above may have
another text since, in the file or in the source: so a path by itself says little.
"""

from __future__ import annotations

import difflib
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Final

from rhoai_catalog import limits
from rhoai_catalog.merge.pages.sections import NUMBER, Section, section_digest
from rhoai_catalog.pointer import split

Known = Mapping[str, frozenset[str]]  # path -> digests of what the generator wrote there
ALIKE: Final = 0.5  # of the lines of two bodies, so that one counts as the other under a new heading


def matched(known: Known, parts: Sequence[Section]) -> dict[str, Section]:
    """The section of a page that each section of the base is, as far as there is one."""
    matches = _Matches(known, parts)
    matches.by(lambda key: [(key, digest) for digest in known[key]], lambda part: (part.key, part.digest))
    matches.by(lambda key: known[key], lambda part: part.digest)
    matches.by(lambda key: [key], lambda part: part.key)
    matches.by(lambda key: [title_of(key)], lambda part: title_of(part.key))
    matches.where(lambda key, part: part.body.strip() != "" and has_body_of(part, key, known[key]))
    title = min((key for key in known if key), key=lambda key: (key.count("/"), key), default=None)
    matches.where(lambda key, part: part.level == 1 and key == title)  # every page has one
    return matches.found


def renamed(known: Known, mine: Mapping[str, Section], new: Sequence[Section]) -> dict[str, Section]:
    """`matched` for the new page, and new sections that read like what people made of one of the base."""
    matches = _Matches(known, new)
    matches.found = matched(known, new)
    matches.where(lambda key, part: key in mine and _are_alike(mine[key], part))
    return matches.found


class _Matches:
    def __init__(self, known: Known, parts: Sequence[Section]) -> None:
        self.known, self.parts = known, parts
        self.found: dict[str, Section] = {}

    def by(self, tokens: Callable[[str], Iterable[Hashable]], token: Callable[[Section], Hashable]) -> None:
        """Match what has a token in common, each once, in the order of the page."""
        free: dict[Hashable, deque[str]] = {}
        for key in self._free_keys():
            for each in tokens(key):
                free.setdefault(each, deque()).append(key)
        for part in self._free_parts():
            keys = free.get(token(part), deque())
            while keys and keys[0] in self.found:
                keys.popleft()
            if keys:
                self.found[keys.popleft()] = part

    def where(self, same: Callable[[str, Section], bool]) -> None:
        """Match what is left where this holds, likewise; not where so much is left that it would take long."""
        free, parts = self._free_keys(), self._free_parts()
        if len(free) * len(parts) > limits.SECTIONS_COMPARED:
            return
        for part in parts:
            key = next((key for key in free if same(key, part)), None)
            if key is not None:
                self.found[key] = part
                free.remove(key)

    def _free_keys(self) -> list[str]:
        return [key for key in self.known if key not in self.found]

    def _free_parts(self) -> list[Section]:
        taken = {part.key for part in self.found.values()}
        return [part for part in self.parts if part.key not in taken]


class Called:
    """New sections by their path, and by level and title; the first one that is not taken counts."""

    def __init__(self, new: Sequence[Section], taken: set[str]) -> None:
        self.taken = taken
        self._by_name: dict[object, deque[tuple[int, Section]]] = {}
        for number, section in enumerate(new):
            for name in (section.key, (section.level, section.title)):
                self._by_name.setdefault(name, deque()).append((number, section))

    def as_(self, mine: Section) -> Section | None:
        """The new section that is called as one of the file."""
        first = [self._first(name) for name in (mine.key, (mine.level, mine.title))]
        found = [numbered for numbered in first if numbered is not None]
        return min(found, key=lambda numbered: numbered[0])[1] if found else None

    def _first(self, name: object) -> tuple[int, Section] | None:
        waiting = self._by_name.get(name, deque())
        while waiting and waiting[0][1].key in self.taken:
            waiting.popleft()
        return waiting[0] if waiting else None


def title_of(key: str) -> str:
    """The heading at the end of a path, without the number that tells equal paths apart."""
    return titles_of(key)[-1] if key else ""


def titles_of(key: str) -> list[str]:
    """All headings of a path."""
    return [NUMBER.sub("", name) for name in split(key)]


def has_body_of(part: Section, key: str, digests: frozenset[str]) -> bool:
    """Whether a section has the body that the generator wrote at a path, below whatever heading."""
    return section_digest(f"{'#' * part.level} {title_of(key)}\n{part.body}") in digests if part.level else False


def _are_alike(mine: Section, new: Section) -> bool:
    """Whether what a person edited is this section under a new heading."""
    a, b = (
        [line.strip() for line in part.body.splitlines() if line.strip()][: limits.LINES_COMPARED]
        for part in (mine, new)
    )
    return mine.level == new.level and bool(a and b) and difflib.SequenceMatcher(None, a, b).ratio() >= ALIKE
