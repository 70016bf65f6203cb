"""What stands at a line of a file of the tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rhoai_catalog.base import FOLDER, read_lines
from rhoai_catalog.identity import Key
from rhoai_catalog.merge import Current, load


def things_at(texts: Mapping[str, str], places: Iterable[tuple[str, int]]) -> frozenset[Key]:
    """The entities and pages at lines (from 1) of files, and those whose base stands there."""
    tree = load(texts)
    return frozenset(key for file, line in places if file in texts for key in _at(tree, file, line))


def _at(tree: Current, file: str, line: int) -> Iterator[Key]:
    if file.startswith(f"{FOLDER}/"):
        rows = tree.texts[file].splitlines()[line - 1 : line]
        yield from (known.key for row in rows for known in read_lines(row, file))
    yield from (key for key, lines in tree.lines.items() if lines[0].page and lines[0].file == file)
    last = 0
    for piece in tree.pieces.get(file, ()):
        last += piece.text.count("\n")
        if line <= last:
            yield from (piece.key,) if piece.key else ()
            return
