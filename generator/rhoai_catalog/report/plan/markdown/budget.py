"""A report that must fit: whole entries are left out, never half ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

Measure = Callable[[str], int]
RESERVE: Final = 50  # for the line that says how many are left out


@dataclass(frozen=True, slots=True, kw_only=True)
class RowGroup:
    """Entries below one head (a heading, the head of a table). Without an entry the head is not shown either."""

    head: str = ""
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSection:
    """A part of a report. `first`: it gets more room than those that are not, and leaves them what it does not need."""

    head: str
    groups: tuple[RowGroup, ...] = ()
    tail: str = ""
    first: bool = False

    @property
    def text(self) -> str:
        return self.head + "".join(group.head + "".join(group.entries) for group in self.groups) + self.tail


def fit(sections: Sequence[ReportSection], limit: int, measure: Measure = len) -> str:
    """The sections in their order, in at most `limit` as `measure` counts.

    Where not everything fits, every head stays, and what room there is is shared fairly among the groups: short ones
    come in full, long ones get equal parts of the rest, those of first sections larger ones.
    """
    whole = "".join(section.text for section in sections)
    if measure(whole) <= limit:
        return whole
    room, kept = _with_heads(sections, limit - RESERVE, measure)
    shares = _shares(sections, kept, room, measure)
    texts: dict[int, str] = {}
    spare = 0
    for index in sorted(kept, key=lambda index: not sections[index].first):
        texts[index], spare = _filled(sections[index], shares[index], spare, measure)
    dropped = [index for index in range(len(sections)) if index not in texts]
    if dropped:
        texts[dropped[0]] = _more(sum(len(group.entries) for index in dropped for group in sections[index].groups))
    return "".join(text for _, text in sorted(texts.items()))


def _shares(
    sections: Sequence[ReportSection], kept: Sequence[int], room: int, measure: Measure
) -> dict[int, list[int]]:
    """The room of each group, by section: those of first sections may take two thirds of it, others what is left."""
    shares: dict[int, list[int]] = {index: [] for index in kept}
    for first in (True, False):
        groups = [
            (index, group) for index in kept if sections[index].first is first for group in sections[index].groups
        ]
        costs = [measure(group.head) + sum(map(measure, group.entries)) for _, group in groups]
        given = _parts(costs, room * 2 // 3 if first else room)
        room -= sum(given)
        for (index, _), share in zip(groups, given, strict=True):
            shares[index].append(share)
    return shares


def _parts(costs: Sequence[int], room: int) -> list[int]:
    """What each may take of a room: what it costs, or an equal part of what cheaper ones leave."""
    parts = [0] * len(costs)
    for done, place in enumerate(sorted(range(len(costs)), key=costs.__getitem__)):
        parts[place] = min(costs[place], room // (len(costs) - done))
        room -= parts[place]
    return parts


def _with_heads(sections: Sequence[ReportSection], limit: int, measure: Measure) -> tuple[int, list[int]]:
    """The room that is left beside the heads, and which sections have one."""
    room, kept = limit, []
    for index in sorted(range(len(sections)), key=lambda index: not sections[index].first):
        cost = measure(sections[index].head + sections[index].tail) + RESERVE
        if cost <= room:
            room -= cost
            kept.append(index)
    return room, kept


def _filled(section: ReportSection, shares: Sequence[int], spare: int, measure: Measure) -> tuple[str, int]:
    """The section with the entries that fit into the shares of its groups, and the room that these leave."""
    parts, left_out = [], 0
    for group, share in zip(section.groups, shares, strict=True):
        head, spare = group.head, spare + share
        for entry in group.entries:
            cost = measure(head + entry)
            if cost > spare:
                left_out += 1
                continue
            parts.append(head + entry)
            spare -= cost
            head = ""
    return section.head + "".join(parts) + _more(left_out) + section.tail, spare


def _more(count: int) -> str:
    return f"\n… and {count:,} more\n\n" if count else ""
