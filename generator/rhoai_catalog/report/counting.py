"""Numbers with their nouns."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice
from typing import Final

MOST_NAMED: Final = 3


def counted(number: int, noun: str) -> str:
    """`1 entity`, `1,200 entities`."""
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{number:,} {noun if number == 1 else plural}"


def named(names: Collection[str], noun: str) -> str:
    """`east, west`; of many the first ones: `30 sources (east, west, north and 27 more)`."""
    shown = ", ".join(islice(names, MOST_NAMED))
    more = len(names) - MOST_NAMED
    return f"{counted(len(names), noun)} ({shown} and {more:,} more)" if more > 0 else shown
