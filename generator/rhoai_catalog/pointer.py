"""JSON pointers (RFC 6901): made, split and escaped here only."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import Any

Trail = tuple[Any, str | int] | None  # the way to a value: that to its parent, and its own key; cheap at every node


def escape(key: str) -> str:
    """A key as a part of a pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def unescape(part: str) -> str:
    """A part of a pointer as the key that it is."""
    return part.replace("~1", "/").replace("~0", "~")


def join(*keys: str | int) -> str:
    """The pointer that leads through these keys; without any, the whole document."""
    return "".join(f"/{escape(str(key))}" for key in keys)


def split(pointer: str) -> list[str]:
    """The keys that a pointer leads through."""
    return [unescape(part) for part in pointer.split("/")[1:]]


def of_trail(trail: Trail) -> str:
    """The pointer of a trail."""
    keys: list[str | int] = []
    while trail is not None:
        trail, key = trail
        keys.append(key)
    return join(*reversed(keys))


class Subtrees:
    """What some pointers lead to, and all below it: `pointer in subtrees`, at about the same cost of how many ever."""

    def __init__(self, pointers: Iterable[str]) -> None:
        self._tops: list[str] = []  # sorted, and none begins another: what begins a pointer is the last not behind it
        for top in sorted(f"{pointer}/" for pointer in pointers):
            if not self._tops or not top.startswith(self._tops[-1]):
                self._tops.append(top)

    def __contains__(self, pointer: str) -> bool:
        place = bisect_right(self._tops, f"{pointer}/")
        return place > 0 and f"{pointer}/".startswith(self._tops[place - 1])
