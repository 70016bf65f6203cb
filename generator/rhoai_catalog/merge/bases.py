"""What the base lines of one thing say together: of several sound ones all are base."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from rhoai_catalog.base import is_pinned
from rhoai_catalog.merge.values import ABSENT

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Bases:
    """Each pointer with the values that the lines have there, as they come; ABSENT where one of them has none.

    `adopted` are the values of lines that say nothing else.
    """

    def __init__(self, lines: Sequence[Mapping[str, Any]], adopted: Mapping[str, Any] = NOTHING) -> None:
        self._values: dict[str, list[Any]] = {pointer: [] for pointer in adopted}
        for line in lines:
            for pointer, value in line.items():
                self._values.setdefault(pointer, []).append(value)
        for pointer, values in self._values.items():
            if len(values) < len(lines):
                values.append(adopted.get(pointer, ABSENT))
        self._elsewhere = [ABSENT] if lines else []

    def say(self, pointer: str, value: Any) -> bool:
        """Whether a line has this value; ABSENT: has none."""
        return any(is_same(known, value) for known in self._values.get(pointer, self._elsewhere))

    def known(self, pointer: str) -> list[Any]:
        """The values that lines have."""
        return [value for value in self._values.get(pointer, ()) if value is not ABSENT]

    def is_pinned(self, pointer: str) -> bool:
        return any(map(is_pinned, self.known(pointer)))

    def __contains__(self, pointer: str) -> bool:
        return pointer in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)


def is_same(a: Any, b: Any) -> bool:
    """Whether two values are equal, and of one type."""
    return type(a) is type(b) and bool(a == b)
