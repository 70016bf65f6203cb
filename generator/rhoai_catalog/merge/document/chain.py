"""An order in which keys come and go anywhere, each at the same cost however many there are."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Chain(Generic[K]):
    """Different keys in an order. None, which is no key, stands for the end: behind it is the first key."""

    def __init__(self, keys: Iterable[K] = ()) -> None:
        self._after: dict[K | None, K | None] = {None: None}
        self._before: dict[K | None, K | None] = {None: None}
        for key in keys:
            self.put(key)

    def put(self, key: K, before: K | None = None) -> None:
        """Put a key in front of another one, or at the end."""
        previous = self._before[before]
        self._after[previous] = self._before[before] = key
        self._before[key], self._after[key] = previous, before

    def take(self, key: K) -> None:
        """Take a key out. Raises KeyError if it is not there."""
        previous, following = self._before.pop(key), self._after.pop(key)
        self._after[previous], self._before[following] = following, previous

    def before(self, key: K | None) -> K | None:
        """The key in front of one; None: it is the first."""
        return self._before[key]

    def after(self, key: K | None) -> K | None:
        """The key behind one; None: it is the last."""
        return self._after[key]

    def __contains__(self, key: K) -> bool:
        return key in self._after

    def __iter__(self) -> Iterator[K]:
        key = self._after[None]
        while key is not None:
            yield key
            key = self._after[key]
