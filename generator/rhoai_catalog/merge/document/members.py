"""A list that is a set, as a person arranged it, while members come and go."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rhoai_catalog.merge.document.chain import Chain


class Members:
    """The texts of a list. What comes stands before the first greater one where the list is sorted, else at its end.

    `name` says what a text means: texts of one name are one member. A list that is sorted stays so, and its order needs
    no places any more. What is no text is in no order, until it goes.
    """

    def __init__(self, texts: Iterable[str], name: Callable[[str], str]) -> None:
        self._name = name
        self._texts: dict[int, str] = {}  # by number, as they came
        self._numbers: dict[str, list[int]] = {}  # by name
        self._last = 0
        self._order: Chain[int] = Chain()
        self._falls = 0  # how many texts are smaller than the one in front of them
        self._odd = 0  # how many are no texts
        for text in texts:
            self._put(self._numbered(text))

    def add(self, text: str) -> None:
        """Put a text where it belongs."""
        number = self._numbered(text)
        if not self._is_sorted():
            self._put(number)

    def discard(self, name: str) -> None:
        """Take out all texts of a name."""
        for number in self._numbers.pop(name, ()):
            if not self._is_sorted():
                self._take(number)
            self._odd -= not isinstance(self._texts.pop(number), str)

    def texts(self) -> list[str]:
        """The list as it is now."""
        return sorted(self._texts.values()) if self._is_sorted() else [*self._texts.values()]

    def __bool__(self) -> bool:
        return bool(self._texts)

    def _is_sorted(self) -> bool:
        return not self._falls and not self._odd

    def _numbered(self, text: str) -> int:
        self._last += 1
        self._texts[self._last] = text
        self._numbers.setdefault(self._name(text), []).append(self._last)
        self._odd += not isinstance(text, str)
        return self._last

    def _put(self, number: int) -> None:
        self._order.put(number)
        self._falls += self._is_fall(self._order.before(number), number)

    def _take(self, number: int) -> None:
        before, after = self._order.before(number), self._order.after(number)
        self._order.take(number)
        self._falls += self._is_fall(before, after) - self._is_fall(before, number) - self._is_fall(number, after)

    def _is_fall(self, one: int | None, other: int | None) -> bool:
        return one is not None and other is not None and str(self._texts[one]) > str(self._texts[other])
