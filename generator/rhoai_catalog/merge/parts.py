"""The files of a tree while documents, pages and base lines are put in and taken out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from rhoai_catalog.base import FOLDER, Line, base_file, write_lines
from rhoai_catalog.merge.current import Current, Piece


class Parts:
    """The texts and documents of a tree, to be changed; its base is made anew of the lines that are kept."""

    def __init__(self, tree: Current) -> None:
        self._before = tree.texts
        self.texts: dict[str, str] = {file: text for file, text in tree.texts.items() if file not in tree.pieces}
        self._pieces: dict[str, list[Piece]] = {file: list(pieces) for file, pieces in tree.pieces.items()}
        self._lines: dict[str, list[Line]] = {}

    def insert(self, piece: Piece) -> None:
        """Where it sorts by kind and name, without moving what people arranged."""
        pieces = self._pieces.setdefault(piece.file, [])
        place = next(
            (n for n, other in enumerate(pieces) if other.ref and piece.ref and other.ref > piece.ref), len(pieces)
        )
        if place == 0 and pieces and not pieces[0].text.startswith("---"):
            place = 1
        if place and not pieces[place - 1].text.endswith("\n"):
            before = pieces[place - 1]
            pieces[place - 1] = replace(before, text=f"{before.text}\n")
        pieces.insert(place, piece)

    def replace(self, piece: Piece, text: str) -> None:
        pieces = self._pieces[piece.file]
        pieces[pieces.index(piece)] = replace(piece, text=text)

    def remove(self, piece: Piece) -> None:
        self._pieces[piece.file].remove(piece)

    def keep_lines(self, lines: Iterable[Line]) -> None:
        for line in lines:
            self._lines.setdefault(base_file(line.file, line.page), []).append(line)

    def written(self) -> dict[str, str]:
        """All files; one that lost its last document is gone."""
        texts = {file: text for file, text in self.texts.items() if not file.startswith(f"{FOLDER}/")}
        for file, pieces in self._pieces.items():
            text = "".join(piece.text for piece in pieces)
            if text.strip() or (file in self._before and not self._before[file].strip()):
                texts[file] = text
        return texts | {file: write_lines(lines) for file, lines in self._lines.items()}
