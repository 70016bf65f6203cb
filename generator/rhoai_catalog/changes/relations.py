"""What is around the things that a reviewer should look at: models of a server, its APIs, other servers of a model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from rhoai_catalog import limits
from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.merge import Current, Piece, UnchangedParts, load
from rhoai_catalog.plan import Change, Flag, HandEdit

LEADING: Final = {"dependsOn": None, "providesApis": "api"}  # fields of spec -> the kind of a reference without one


def relations(
    trees: Sequence[Current], changes: Iterable[Change], edits: Iterable[HandEdit]
) -> Mapping[str, tuple[str, ...]]:
    """The references that every entity leads to which is flagged itself or leads to what is; the first tree counts."""
    flagged = _flagged(changes, edits)
    names = {what.rpartition("/")[2] for what in flagged}
    found: dict[str, tuple[str, ...]] = {}
    everything = (*trees, *(load(_worth_reading(tree.unchanged, names)) for tree in trees[:1]))
    for piece in (piece for tree in everything for pieces in tree.pieces.values() for piece in pieces):
        if piece.ref is None or str(piece.ref) in found or not _names_any(piece.text.lower(), names):
            continue
        targets = tuple(dict.fromkeys(_targets(piece)))
        if targets and not flagged.isdisjoint((str(piece.ref), *targets)):
            found[str(piece.ref)] = targets
    return dict(sorted(found.items()))


def _worth_reading(unchanged: UnchangedParts, names: set[str]) -> Mapping[str, str]:
    """The unchanged files that may lead to what is flagged."""
    there = ((file, unchanged.texts[file]) for file in unchanged.entity_files) if names else ()
    return {file: text for file, text in there if _names_any(text.lower(), names)}


def _names_any(text: str, names: set[str]) -> bool:
    """Whether it is worth reading; most parts lead to nothing that is flagged."""
    return any(map(text.__contains__, names))


def _flagged(changes: Iterable[Change], edits: Iterable[HandEdit]) -> set[str]:
    """The first of all that is flagged, in the order of the flags."""
    ranks = {flag: rank for rank, flag in enumerate(Flag)}
    things = [(ranks[flag], change.what) for change in changes for flag in change.flags]
    things += [(ranks[flag], edit.what) for edit in edits for flag in edit.flags]
    return set([*dict.fromkeys(what for _, what in sorted(things))][: limits.GRAPH_THINGS])


def _targets(piece: Piece) -> Iterator[str]:
    spec: Any = piece.data.get("spec")
    assert piece.ref is not None
    for field, kind in LEADING.items():
        listed = spec.get(field) if isinstance(spec, Mapping) else None
        for text in listed if isinstance(listed, list) else ():
            ref = EntityRef.parse(text, kind, piece.ref.namespace) if isinstance(text, str) else None
            if ref is not None:
                yield str(ref)
