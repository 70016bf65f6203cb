"""One document of an entity file, as its own text."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rhoai_catalog import documents
from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.identity import Key


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Piece:
    """One document of a file, as its own text; `edited` unless the text is that of the base."""

    file: str
    text: str
    ref: EntityRef | None = None
    key: Key | None = None
    edited: bool = True

    @property
    def data(self) -> Mapping[str, Any]:
        """The data of a document that is an entity."""
        return data_of(self.text)


@functools.lru_cache(maxsize=4096)
def data_of(text: str) -> Mapping[str, Any]:
    """The data of a document known to be an entity."""
    data: Mapping[str, Any] = documents.parse(text)
    return data
