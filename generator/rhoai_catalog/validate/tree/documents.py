"""What is validated: documents, and the tree of files that they are in."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from rhoai_catalog.backstage import EntityRef, annotations_of, ref_of
from rhoai_catalog.validate.document.words import Finding


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
        return annotations_of(self.data) if isinstance(self.data, Mapping) else {}


class Disk(Protocol):
    """The folders that a tree is read from."""

    def has(self, path: str) -> bool:
        """Whether there is a file, or a link to one."""

    def leaves(self, path: str) -> bool:
        """Whether a path leads out of the Git repository that the tree is in."""

    def rooted(self, path: str) -> str:
        """The file that `/path` means, which begins at the root of the repository; unchanged where there is none."""


@dataclass(frozen=True, kw_only=True)
class DocumentTree:
    """Files, and the documents of those that are `looked_at`. Only of a complete and readable tree can it be said that
    something is missing.

    `disk` is what lies around them, where that can be looked at.
    """

    files: Mapping[str, str]
    looked_at: Mapping[str, str]
    documents: tuple[Document, ...]
    disk: Disk | None
    complete: bool
    readable: bool

    @functools.cached_property
    def sorted_files(self) -> Sequence[str]:
        return sorted(self.files)

    def has(self, path: str, *, otherwise: bool = False) -> bool:
        """Whether there is a file; `otherwise` is the answer where the disk cannot be looked at."""
        return self.disk.has(path) if self.disk is not None else path in self.files or otherwise

    def leaves(self, path: str) -> bool:
        """Whether a path leads out of the repository, or, where that is not known, out of the tree."""
        return self.disk.leaves(path) if self.disk is not None else path == ".." or path.startswith("../")

    def referred(self) -> Iterator[tuple[Document, EntityRef]]:
        """Every document that a reference can lead to."""
        for document in self.documents:
            ref = ref_of(document.data) if isinstance(document.data, Mapping) else None
            if ref is not None:
                yield document, ref


Findings = Iterator[tuple[Document, Finding]]
