"""Who wrote what stands in the tree, and who deleted what does not: as Git tells it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rhoai_catalog import documents
from rhoai_catalog.backstage import REFERENCES
from rhoai_catalog.merge import Current, place_in, section_lines
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


def person_of(row: Override, current: Current, root: Path, blame: Blame) -> str:
    """Who made a hand edit, in which commit; empty where nobody knows."""
    file = root / row.file
    if row.state == "deleted" or row.mine is None:
        return blame.remover(file, _last_words(row)) if row.pointer or not row.kind else blame.remover(file, _name(row))
    if not row.kind:
        heading, body = section_lines(current.texts[row.file], row.pointer)
        wrote, named = (latest(blame.authors(file, lines)) for lines in (body, heading))
        return wrote if _is_committed_by_person(wrote) or not _is_committed_by_person(named) else named
    return latest(blame.authors(file, _lines(row, current)))


def latest(people: Mapping[int, str]) -> str:
    """Of those who wrote lines, the last who is not the generator; its name where it is all its own, by a squash."""
    others = [person for person in people.values() if ROBOT not in person]
    return max(others, key=_day, default=next(iter(people.values()), ""))


def _is_committed_by_person(person: str) -> bool:
    return _day(person) != "" and ROBOT not in person


def _day(person: str) -> str:
    """`Ana <ana@example.net> in 1234abcd of 2026-11-29: …`"""
    return person.partition(" of ")[2][:10]


def _lines(row: Override, current: Current) -> range:
    """The lines, from 1, on which the value of an entity stands."""
    before = 0
    for piece in current.pieces.get(row.file, ()):
        if str(piece.ref) == row.what:
            place = place_in(piece.data, row.pointer)
            marks = documents.positions(piece.text, {place}, line_offset=before)
            first = marks[place].line
            extent = str(row.mine).count("\n") + 1 if isinstance(row.mine, str) else 1
            return range(first, first + extent)
        before += piece.text.count("\n")
    return range(0)


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
