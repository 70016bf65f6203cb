"""What is validated: documents, and the tree of files that they are in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.backstage import EntityRef, ref_of
from generator.validate.words import Finding


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Document:
    """One document of a file; `text` begins after `line_offset` lines."""

    file: str
    text: str
    line_offset: int
    data: Any

    @property
    def annotations(self) -> Mapping[str, Any]:
        """The annotations, if it has any that can be read."""
        metadata = self.data.get("metadata") if isinstance(self.data, dict) else None
        annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
        return annotations if isinstance(annotations, dict) else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """Files and their documents. Only of a complete and readable tree can it be said that something is missing.

    `paths` are all files there are, also those whose texts nobody reads; None: not known.
    """

    files: Mapping[str, str]
    documents: tuple[Document, ...]
    paths: Collection[str] | None = None
    complete: bool = True
    readable: bool = True

    def referred(self) -> Iterator[tuple[Document, EntityRef]]:
        """Every document that a reference can lead to."""
        for document in self.documents:
            ref = ref_of(document.data) if isinstance(document.data, Mapping) else None
            if ref is not None:
                yield document, ref


Found = Iterator[tuple[Document, Finding]]
