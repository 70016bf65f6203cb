"""The base lines of what people renamed since: they follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rhoai_catalog.base import Line
from rhoai_catalog.identity import Key
from rhoai_catalog.merge.document.values import tree_values, with_renamed_references
from rhoai_catalog.merge.piece import Piece


def following(lines: Mapping[Key, tuple[Line, ...]], places: Mapping[Key, Piece]) -> Mapping[Key, tuple[Line, ...]]:
    """The lines, in which a reference to what people renamed has the name of now where a document that people edited
    does not name it by that of then: they wrote the new one themselves, or want neither. Elsewhere it is a generated
    value, which the merge brings up to date.
    """
    now = {line.ref: str(places[key].ref) for key in places for line in lines.get(key, ()) if line.ref}
    renamed = {old: new for old, new in now.items() if old != new}
    if not renamed:
        return lines
    edited = [key for key in lines if key in places and places[key].edited]
    return {**lines, **{key: _renamed(lines[key], places[key], renamed) for key in edited}}


def _renamed(lines: tuple[Line, ...], place: Piece, renamed: Mapping[str, str]) -> tuple[Line, ...]:
    mine = tree_values(place.data)
    return tuple(replace(line, values=with_renamed_references(line.values, renamed, but_for=mine)) for line in lines)
