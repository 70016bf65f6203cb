"""What a link must not become, or nobody could tell it from another one later."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from rhoai_catalog.base import stand_in
from rhoai_catalog.merge.document.values import ABSENT, Bases, link_of


class Lookalikes:
    """The links of a document as people left them, beside those that were generated last."""

    def __init__(self, mine: Mapping[str, Any], bases: Bases) -> None:
        self.mine, self.bases = mine, bases

    def include(self, pointer: str, value: Any) -> bool:
        """Whether a link would get the address that a person gave another one; or, where its own is a person's, the
        title of one that a person deleted.
        """
        link, _, field = pointer.rpartition("/")
        if not link_of(pointer) or not isinstance(value, str):
            return False
        if field == "url":
            return value in self._addresses
        return field == "title" and value in self._deleted_titles and not self._is_generated(f"{link}/url")

    def _is_generated(self, pointer: str) -> bool:
        return self.bases.say(pointer, stand_in(self.mine.get(pointer, ABSENT)))

    @cached_property
    def _addresses(self) -> frozenset[str]:
        """Those that people gave."""
        urls = {p: url for p, url in self.mine.items() if link_of(p) and p.endswith("/url") and isinstance(url, str)}
        return frozenset(url for pointer, url in urls.items() if not self._is_generated(pointer))

    @cached_property
    def _deleted_titles(self) -> frozenset[str]:
        titles = (p for p in self.bases if link_of(p) and p.endswith("/title") and p not in self.mine)
        return frozenset(title for pointer in titles for title in self.bases.known(pointer) if isinstance(title, str))
