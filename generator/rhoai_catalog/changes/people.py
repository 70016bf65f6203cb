"""Who wrote what stands in the tree, and who deleted what does not: as Git tells it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rhoai_catalog.backstage import REFERENCES
from rhoai_catalog.changes.lines import NOWHERE, Lines
from rhoai_catalog.merge import Current
from rhoai_catalog.plan import Override
from rhoai_catalog.pointer import split
from rhoai_catalog.review import ROBOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Blame:
    """What Git is asked. `authors`: who wrote lines of a file; `remover`: who last changed how often a text stands in
    it, or took the whole file away where the text is empty. Nothing where Git does not know.
    """

    authors: Callable[[Path, Collection[int]], Mapping[int, str]]
    remover: Callable[[Path, str], str]


def people_of(rows: Sequence[Override], current: Current, root: Path, blame: Blame) -> list[str]:
    """Who made each hand edit, in which commit; empty where nobody knows. Of each file is asked once who wrote it."""
    lines = Lines(current)
    standing = [_standing(row, lines) for row in rows]
    of_file: dict[str, set[int]] = {}
    for row, (heading, body) in zip(rows, standing, strict=True):
        of_file.setdefault(row.file, set()).update(heading, body)
    wrote = {file: blame.authors(root / file, sorted(numbers)) for file, numbers in of_file.items()}
    return [
        _remover(row, root / row.file, blame) if _is_gone(row) else _author(wrote[row.file], heading, body)
        for row, (heading, body) in zip(rows, standing, strict=True)
    ]


def _is_gone(row: Override) -> bool:
    return row.state == "deleted" or row.mine is None


def _remover(row: Override, file: Path, blame: Blame) -> str:
    return blame.remover(file, _last_words(row) if row.pointer or not row.kind else _name(row))


def _author(people: Mapping[int, str], heading: range, body: range) -> str:
    """Who wrote a body; where that was no person, who wrote its heading."""
    wrote, named = (latest({line: people[line] for line in lines if line in people}) for lines in (body, heading))
    return wrote if _is_committed_by_person(wrote) or not _is_committed_by_person(named) else named


def latest(people: Mapping[int, str]) -> str:
    """Of those who wrote lines, the last who is not the generator; its name where it is all its own, by a squash."""
    others = [person for person in people.values() if ROBOT not in person]
    return max(others, key=_day, default=next(iter(people.values()), ""))


def _is_committed_by_person(person: str) -> bool:
    return _day(person) != "" and ROBOT not in person


def _day(person: str) -> str:
    """`Ana <ana@example.net> in 1234abcd of 2026-11-29: …`"""
    return person.partition(" of ")[2][:10]


def _standing(row: Override, lines: Lines) -> tuple[range, range]:
    """The lines of the heading of what stands in the tree, if it is a section, and of its body or value."""
    if _is_gone(row):
        return NOWHERE, NOWHERE
    if not row.kind:
        return lines.of_section(row.file, row.pointer)
    first = lines.of_value(row.file, row.what, row.pointer)
    extent = row.mine.count("\n") + 1 if isinstance(row.mine, str) else 1
    return NOWHERE, range(first, min(first + extent, lines.last(row.file) + 1)) if first else NOWHERE


def _last_words(row: Override) -> str:
    """What is found in the file's history, and not in the file: the line, as it was generated."""
    names = split(row.pointer)
    if not row.kind:
        return f"# {names[-1]}\n" if names else ""
    if names[:2] == ["metadata", "links"]:
        return f"url: {names[2]}\n"
    return f"- {names[-1]}\n" if _is_member(names) else f"{names[-1]}:"


def _name(row: Override) -> str:
    return f"name: {row.what.rpartition('/')[2]}\n"


def _is_member(names: Sequence[str]) -> bool:
    return len(names) == 3 and (names[1] == "tags" or names[1] in REFERENCES)
