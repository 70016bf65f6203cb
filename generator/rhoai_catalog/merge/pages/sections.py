"""A Markdown page as sections: what stands from one heading to the next of any level."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from types import MappingProxyType
from typing import Final

from rhoai_catalog import limits
from rhoai_catalog.documents import digest
from rhoai_catalog.merge.pages.headings import headings, lines_of
from rhoai_catalog.pointer import join

NUMBER: Final = re.compile(r"#[0-9]+$")  # that tells equal paths apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section. `key` is its path of headings (`/Title/Licence`, as a JSON pointer); `""` is what stands before any.

    `heading` are the lines of the heading, `title` is its text; `body` is the rest.
    """

    key: str
    level: int
    title: str
    heading: str
    body: str

    @property
    def text(self) -> str:
        return self.heading + self.body

    @property
    def digest(self) -> str:
        return section_digest(self.text)


def section_digest(text: str) -> str:
    """What the base keeps of a section: its digest, trailing blank lines and kinds of line ends aside."""
    return digest(text.replace("\r\n", "\n").rstrip())


@lru_cache(maxsize=1024)  # of pages that change: each is asked for when it is merged, and when it is told
def sections_of(text: str) -> tuple[Section, ...]:
    """The sections of a page in order: together they are the whole of it. Equal paths are told apart by `#2`, `#3`."""
    parts: list[Section] = []
    used: set[str] = set()
    numbers: Counter[str] = Counter()
    path: list[tuple[int, str]] = []
    lines = lines_of(text)
    offsets = [0, *accumulate(map(len, lines))]
    all_headings = list(headings(lines))
    ends = [*(heading.line for heading in all_headings), len(lines)]
    if offsets[ends[0]]:
        parts.append(Section(key="", level=0, title="", heading="", body=text[: offsets[ends[0]]]))
        used.add("")
    for heading, end in zip(all_headings, ends[1:], strict=True):
        title = _cut(heading.title)
        path = [(level, above) for level, above in path if level < heading.level] + [(heading.level, title)]
        key = _unused(join(*(_named(title) for _, title in path)), used, numbers)
        used.add(key)
        begin, body, stop = offsets[heading.line], offsets[heading.end], offsets[end]
        part = Section(key=key, level=heading.level, title=title, heading=text[begin:body], body=text[body:stop])
        parts.append(part)
    return tuple(parts)


def _cut(title: str) -> str:
    """A title; of a long one its beginning and a digest, as the paths of all sections below have it, too."""
    return title if len(title) <= limits.TITLE else f"{title[: limits.TITLE]}…{digest(title)[:8]}"


def _named(title: str) -> str:
    """A title in a path; one that ends like a number of ours gets one, so that this is never taken for it."""
    return f"{title}#1" if NUMBER.search(title) else title


def _unused(path: str, used: Collection[str], numbers: Counter[str]) -> str:
    """The path with the next number that makes it a new key; `numbers` has the last one tried of each path."""
    numbers[path] += 1
    while (key := path if numbers[path] == 1 else f"{path}#{numbers[path]}") in used:
        numbers[path] += 1
    return key


def unused(key: str, used: Collection[str], numbers: Counter[str]) -> str:
    """The path, with another number where it is in use; `numbers` has the last one tried of each path."""
    stem = NUMBER.sub("", key)
    while key in used:
        numbers[stem] = max(numbers[stem], 1) + 1
        key = f"{stem}#{numbers[stem]}"
    return key


def sections(text: str) -> Mapping[str, str]:
    """The sections of a page by path, in order."""
    return MappingProxyType({section.key: section.text for section in sections_of(text)})


def section_lines(text: str) -> dict[str, tuple[range, range]]:
    """The lines, from 1, of the heading of each section, and of its body; none where it has none."""
    lines, first = dict[str, tuple[range, range]](), 1
    for section in sections_of(text):
        body = first + section.heading.count("\n")
        last = body + section.body.rstrip().count("\n") if section.body.strip() else body - 1
        lines[section.key] = range(first, body), range(body, last + 1)
        first = body + section.body.count("\n")
    return lines


def section_digests(text: str) -> dict[str, str]:
    """What the base keeps of a page: the digest of each section."""
    return {section.key: section.digest for section in sections_of(text)}


def page_of(parts: Sequence[str], *, crlf: bool) -> str:
    """The page that the texts of sections make: a blank line between them, and one kind of line ends throughout."""
    end, page = "\r\n" if crlf else "\n", ""
    for part in parts:
        if page and not page.endswith(end):
            page += end
        if page and not page.endswith(f"{end}{end}"):
            page += end
        page += part.replace("\r\n", "\n").replace("\n", end)
    return page
