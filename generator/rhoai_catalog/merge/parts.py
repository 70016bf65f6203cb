"""The files of a tree while documents, pages and base lines are put in and taken out."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping

from rhoai_catalog import documents
from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.base import FOLDER, Line, write_lines
from rhoai_catalog.kinds import rank
from rhoai_catalog.merge.chain import Chain
from rhoai_catalog.merge.current import Current, Piece

Place = tuple[str, str, int, str]


def _place(ref: EntityRef) -> Place:
    """Where a document sorts: beside the others of its thing, which share its name, in the order of their kinds."""
    return ref.namespace, ref.name, rank(ref.kind), ref.kind


class _Documents:
    """The documents of a file, in the order in which people arranged them."""

    def __init__(self, pieces: Iterable[Piece] = ()) -> None:
        self._texts = {piece: piece.text for piece in pieces}
        self._order = Chain(self._texts)
        self._peaks: list[tuple[Place, Piece]] | None = None  # documents that sort behind all in front of them

    def insert(self, piece: Piece) -> None:
        """In front of the first that sorts behind it; what stands above the first `---` line stays there."""
        peaks = self._known_peaks()
        place = bisect_right(peaks, _place(piece.ref), key=lambda peak: peak[0]) if piece.ref else len(peaks)
        following = peaks[place][1] if place < len(peaks) else None
        first = self._order.after(None)
        if following is not None and following is first and not self._texts[following].startswith("---"):
            following = self._order.after(following)
        elif piece.ref and (not place or peaks[place - 1][0] < _place(piece.ref)):
            peaks.insert(place, (_place(piece.ref), piece))
        self._order.put(piece, before=following)
        self._texts[piece] = piece.text

    def replace(self, piece: Piece, text: str) -> None:
        self._texts[piece] = text

    def remove(self, piece: Piece) -> None:
        self._order.take(piece)
        del self._texts[piece]
        self._peaks = None

    def __iter__(self) -> Iterator[Piece]:
        return iter(self._order)

    def text(self) -> str:
        texts = [self._texts[piece] for piece in self._order]
        ended = [text if text.endswith("\n") else f"{text}\n" for text in texts[:-1]]
        return "".join((*ended, *texts[-1:]))

    def _known_peaks(self) -> list[tuple[Place, Piece]]:
        if self._peaks is None:
            self._peaks = []
            for piece in self._order:
                if piece.ref and (not self._peaks or self._peaks[-1][0] < _place(piece.ref)):
                    self._peaks.append((_place(piece.ref), piece))
        return self._peaks


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
