"""Which of many things is like another one: by value, without comparing it with each; what a word was meant for."""

from __future__ import annotations

import difflib
from collections.abc import Container, Iterable, Mapping
from typing import Any, Final, Generic, TypeVar

K = TypeVar("K")

MEANT: Final = 0.6  # how alike a word is, of 1, to what it was meant for


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


def meant(word: str, words: Iterable[str], most: int = 3, *, like: float = MEANT) -> list[str]:
    """The words that somebody may have meant who wrote another one, most alike first; case does not count."""
    by_case = {each.casefold(): each for each in words}
    return [by_case[each] for each in difflib.get_close_matches(word.casefold(), by_case, most, like)]


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """`did you mean this or that?`; empty where nothing is alike."""
    found = meant(word, words)
    return f"did you mean {' or '.join(found)}?" if found else ""
