"""A report that must fit: whole entries are left out, never half ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

Measure = Callable[[str], int]
RESERVE: Final = 50  # for the line that says how many are left out


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Entries below one head (a heading, the head of a table). Without an entry the head is not shown either."""

    head: str = ""
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a report. `first`: it gets its room before those that are not, and in full."""

    head: str
    groups: tuple[Group, ...] = ()
    tail: str = ""
    first: bool = False

    @property
    def text(self) -> str:
        return self.head + "".join(group.head + "".join(group.entries) for group in self.groups) + self.tail


def fit(sections: Sequence[Section], limit: int, measure: Measure = len) -> str:
    """The sections in their order, in at most `limit` as `measure` counts.

    Where not everything fits, every head stays, and what room there is is shared fairly: short sections come in
    full, long ones get equal parts of the rest.
    """
    whole = "".join(section.text for section in sections)
    if measure(whole) <= limit:
        return whole
    room, kept = _with_heads(sections, limit - RESERVE, measure)
    texts: dict[int, str] = {}
    order = sorted(kept, key=lambda index: _turn(sections[index], measure))
    for taken, index in enumerate(order):
        section = sections[index]
        share = room if section.first else room // (len(order) - taken)
        texts[index], used = _filled(section, share, measure)
        room -= used
    dropped = [index for index in range(len(sections)) if index not in texts]
    if dropped:
        texts[dropped[0]] = _more(sum(len(group.entries) for index in dropped for group in sections[index].groups))
    return "".join(text for _, text in sorted(texts.items()))


def _turn(section: Section, measure: Measure) -> int:
    return 0 if section.first else measure(section.text)


def _with_heads(sections: Sequence[Section], limit: int, measure: Measure) -> tuple[int, list[int]]:
    """The room that is left beside the heads, and which sections have one."""
    room, kept = limit, []
    for index in sorted(range(len(sections)), key=lambda index: not sections[index].first):
        cost = measure(sections[index].head + sections[index].tail) + RESERVE
        if cost <= room:
            room -= cost
            kept.append(index)
    return room, kept


def _filled(section: Section, room: int, measure: Measure) -> tuple[str, int]:
    """The section with the entries that fit into the room beside its head, and what they take."""
    parts, used, left_out = [], 0, 0
    for group in section.groups:
        head = group.head
        for entry in group.entries:
            cost = measure(head + entry)
            if used + cost > room:
                left_out += 1
                continue
            parts.append(head + entry)
            used += cost
            head = ""
    return section.head + "".join(parts) + _more(left_out) + section.tail, used


def _more(count: int) -> str:
    return f"\n… and {count:,} more\n\n" if count else ""
