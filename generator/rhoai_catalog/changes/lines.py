"""On which lines of the files of a tree something stands."""

from __future__ import annotations

from functools import lru_cache

from rhoai_catalog import documents
from rhoai_catalog.merge import Current, Piece, Places, section_lines

NOWHERE = range(0)


class Lines:
    """The lines, from 1, of values and sections. Each file is looked through once, if what is asked for is sorted."""

    def __init__(self, current: Current) -> None:
        self._current = current
        self._pieces: dict[tuple[str, str], Piece] = {}
        for pieces in current.pieces.values():
            for piece in pieces:
                self._pieces.setdefault((piece.file, str(piece.ref)), piece)
        self._sections = lru_cache(maxsize=1)(section_lines)
        self._values = lru_cache(maxsize=1)(self._places_and_marks)
        self.last = lru_cache(maxsize=1)(self._last)

    def of_value(self, file: str, ref: str, pointer: str) -> int:
        """The line on which a value of an entity stands; 0: nowhere."""
        piece = self._pieces.get((file, ref))
        if piece is None:
            return 0
        places, marks = self._values(piece)
        return marks.of(places.of(pointer)).line

    def of_section(self, file: str, key: str) -> tuple[range, range]:
        """The lines of the heading of a section, and of its body."""
        return self._sections(self._current.texts.get(file, "")).get(key, (NOWHERE, NOWHERE))

    def _last(self, file: str) -> int:
        """How many lines a file has."""
        text = self._current.texts.get(file, "")
        return text.count("\n") + (not text.endswith("\n"))

    def _places_and_marks(self, piece: Piece) -> tuple[Places, documents.Positions]:
        before = self._current.lines_before(piece) or 0
        return Places(piece.data), documents.Positions(piece.text, line_offset=before)
