"""The files of a tree while documents, pages and base lines are put in and taken out."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping

from rhoai_catalog import documents
from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.base import FOLDER, Line, write_lines
from rhoai_catalog.kinds import rank
from rhoai_catalog.merge.current import Current
from rhoai_catalog.merge.piece import Piece


def _place(ref: EntityRef) -> tuple[str, str, int, str]:
    """Where a document sorts: beside the others of its thing, which share its name, in the order of their kinds."""
    return ref.namespace, ref.name, rank(ref.kind), ref.kind


class _Documents:
    """The documents of a file, in the order in which people arranged them; those that come find their places last."""

    def __init__(self, pieces: Iterable[Piece]) -> None:
        self._texts = {piece: piece.text for piece in pieces}
        self._coming: dict[Piece, str] = {}

    def insert(self, piece: Piece) -> None:
        """An entity, in front of the first that sorts behind it; what stands above the first `---` line stays there."""
        assert piece.ref is not None
        self._coming[piece] = piece.text

    def replace(self, piece: Piece, text: str) -> None:
        (self._coming if piece in self._coming else self._texts)[piece] = text

    def remove(self, piece: Piece) -> None:
        del (self._coming if piece in self._coming else self._texts)[piece]

    def __iter__(self) -> Iterator[Piece]:
        return iter((*self._texts, *self._coming))

    def text(self) -> str:
        text = ""
        for document in self._ordered():
            text += "\n" if text and not text.endswith("\n") else ""
            text += "---\n" if text and not document.startswith("---") else ""
            text += document
        return text

    def _ordered(self) -> Iterator[str]:
        coming = deque(sorted((_place(piece.ref), text) for piece, text in self._coming.items() if piece.ref))
        for number, (piece, text) in enumerate(self._texts.items()):
            while coming and piece.ref and coming[0][0] < _place(piece.ref) and (number or text.startswith("---")):
                yield coming.popleft()[1]
            yield text
        yield from (text for _, text in coming)


class Parts:
    """The texts and documents of a tree, to be changed; its base is made anew of the lines that are kept."""

    def __init__(self, tree: Current) -> None:
        self._before = tree.texts
        self.texts: dict[str, str] = {file: text for file, text in tree.texts.items() if file not in tree.pieces}
        self._pieces: Mapping[str, Iterable[Piece]] = tree.pieces
        self._documents: dict[str, _Documents] = {}  # of the files that change
        self._lines: dict[str, list[Line]] = {}

    def insert(self, piece: Piece) -> None:
        """Where it sorts by name and kind, without moving what people arranged."""
        self._changing(piece.file).insert(piece)

    def replace(self, piece: Piece, text: str) -> None:
        if text != piece.text:
            self._changing(piece.file).replace(piece, text)

    def remove(self, piece: Piece) -> None:
        self._changing(piece.file).remove(piece)

    def _changing(self, file: str) -> _Documents:
        if file not in self._documents:
            self._documents[file] = _Documents(self._pieces.get(file, ()))
        return self._documents[file]

    def keep_lines(self, lines: Iterable[Line]) -> None:
        for line in lines:
            self._lines.setdefault(line.belongs, []).append(line)

    def entity_files(self) -> Iterator[str]:
        """The files that hold entities and nothing else."""
        for file, pieces in {**self._pieces, **self._documents}.items():
            known = [piece.ref is not None for piece in pieces if piece.ref or documents.parse(piece.text) is not None]
            if known and all(known):
                yield file

    def written(self) -> dict[str, str]:
        """All files; one that lost its last document is gone."""
        texts = {file: text for file, text in self.texts.items() if not file.startswith(f"{FOLDER}/")}
        texts |= {file: self._before[file] for file in self._pieces if file not in self._documents}
        for file, pieces in self._documents.items():
            text = pieces.text()
            if text.strip() or (file in self._before and not self._before[file].strip()):
                texts[file] = text
        return texts | {file: write_lines(lines) for file, lines in self._lines.items()}
