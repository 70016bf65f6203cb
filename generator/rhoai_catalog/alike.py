"""Which of many things is like another one: found by its value, without comparing it with each of them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any, Generic, TypeVar

K = TypeVar("K")


class ByValue(Generic[K]):
    """Keys by the value of each, plain data, to be taken one by one: of equal values the first that is still free."""

    def __init__(self, values: Iterable[tuple[K, Any]]) -> None:
        keys: dict[Any, list[K]] = {}
        for key, value in values:
            if value == value:  # .nan equals nothing
                keys.setdefault(hashable(value), []).append(key)
        self._keys = {value: iter(own) for value, own in keys.items()}

    def first(self, value: Any, taken: Container[K]) -> K | None:
        """The first key of a value that is not taken. What is taken stays so, and what is given has to be taken."""
        return next((key for key in self._keys.get(hashable(value), ()) if key not in taken), None)


def hashable(value: Any) -> Any:
    """Equal for equal data, and fit to be the key of a dictionary."""
    if isinstance(value, Mapping):
        return frozenset((key, hashable(inner)) for key, inner in value.items())
    return tuple(map(hashable, value)) if isinstance(value, list) else value
