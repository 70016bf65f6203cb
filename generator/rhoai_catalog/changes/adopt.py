"""Entities made by hand or by the older tools -> which observed thing each of them shows already."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote

from rhoai_catalog.adoption import Adoption
from rhoai_catalog.base import Line, stand_in
from rhoai_catalog.changes.overrides import base_files
from rhoai_catalog.entity import Description, Entity
from rhoai_catalog.identity import Key
from rhoai_catalog.merge import Current, Piece, base_values, compared_values

ARTIFACTS: Final = "rhoai-catalog/artifact-uris"
GIVEN: Final = frozenset({"/metadata/name", "/metadata/namespace"})  # it keeps them, as everything does
URLS: Final = ("rhdh.modelcatalog.io/external-route-url", "rhdh.modelcatalog.io/internal-service-url")


def adoptable(current: Current, description: Description) -> tuple[Adoption, ...]:
    """What nobody has a base for and stands for something that was observed: by address, by artifact, else by name.

    Two entities for one thing, or two things for one entity, are told and left alone (`problem`).
    """
    free = [
        piece
        for pieces in current.pieces.values()
        for piece in pieces
        if piece.ref is not None and piece.key is None and piece.ref.kind != "location"
    ]
    new = [e for e in description.entities if e.key not in current.places and e.key not in current.lines]
    pairs = [(piece, entity, why) for entity in new for piece in free if (why := _why(piece, entity))]
    rows = []
    for piece, entity, why in pairs:
        things = {str(e.key) for p, e, _ in pairs if p is piece}
        entities = {str(p.ref) for p, e, _ in pairs if e is entity}
        problem = ""
        if len(things) > 1:
            problem = f"it may show {len(things)} things"
        elif len(entities) > 1:
            problem = f"{len(entities)} entities may show the same: {', '.join(sorted(entities))}"
        rows.append(_adoption(piece, entity, why, problem))
    return tuple(sorted(rows, key=lambda row: (row.file, row.what)))


def _artifacts(entity: Entity) -> set[str]:
    annotation = entity.document["metadata"].get("annotations", {}).get(ARTIFACTS, "")
    return {unquote(uri) for uri in str(annotation).split()}


def _why(piece: Piece, entity: Entity) -> str:
    """By what an entity shows the thing of a generated one; empty if it does not."""
    mine, new = piece.data, entity.document
    if mine.get("kind") != new["kind"]:
        return ""
    theirs = {url.rstrip("/") for url in _urls(new)}
    if theirs & {url.rstrip("/") for url in _urls(mine)}:
        return "its address"
    links = {str(link.get("url")) for link in _links(mine)}
    if links & _artifacts(entity):
        return "the address of its artifact"
    assert piece.ref is not None
    return "its name" if _squeezed(piece.ref.name) in _names(entity) and _same_type(mine, new) else ""


def _urls(document: Mapping[str, Any]) -> Iterator[str]:
    annotations = document["metadata"].get("annotations")
    for name in URLS if isinstance(annotations, Mapping) else ():
        if isinstance(annotations.get(name), str):
            yield annotations[name]
    yield from (str(link["url"]) for link in _links(document) if link.get("title") == "API" and link.get("url"))


def _links(document: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    links = document["metadata"].get("links")
    return [link for link in links if isinstance(link, Mapping)] if isinstance(links, list) else []


def _names(entity: Entity) -> set[str]:
    """What people and the older tools call such a thing: `<namespace>_<name>`, `<model>-<version>`, and the like."""
    parts = [part for part in entity.identity.parts if part not in ("InferenceService", "LLMInferenceService")]
    return {_squeezed("-".join(parts)), _squeezed(entity.ref.name)}


def _squeezed(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _same_type(mine: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    spec = mine.get("spec")
    return new["kind"] == "API" or (isinstance(spec, Mapping) and spec.get("type") == new["spec"].get("type"))


def _adoption(piece: Piece, entity: Entity, why: str, problem: str) -> Adoption:
    ours, generated = _values(piece, entity)
    return Adoption(
        what=str(piece.ref),
        file=piece.file,
        identity=entity.identity,
        kind=entity.kind,
        why=why,
        generated=tuple(sorted(generated)),
        kept=tuple(sorted(ours - GIVEN)),
        problem=problem,
    )


def _values(piece: Piece, entity: Entity) -> tuple[set[str], dict[str, Any]]:
    """The pointers of what stays a person's, and the values that are as they would be generated."""
    generated = base_values(entity.document)
    _, mine = compared_values({}, piece.data, [generated])
    same = {p: stand_in(v) for p, v in mine.items() if p in generated and generated[p] == stand_in(v)}
    return set(mine) - set(same), same


# -- what is written ---------------------------------------------------------------------------------------------------


def provisional(current: Current, chosen: Iterable[Adoption]) -> dict[str, str]:
    """The texts with base lines that say only what each entity shows: then it is described by the name that it has."""
    lines = (_line(row, {}, ()) for row in chosen)
    return {**current.texts, **base_files(current, {line.key: (line,) for line in lines})}


def adopted(current: Current, description: Description, chosen: Iterable[Adoption]) -> dict[str, str]:
    """The base files after which entities are generated: what is as it would be generated counts as that, what is
    missing comes with the next run, all else is a person's. `current` has the provisional lines.
    """
    entities = {entity.key: entity for entity in description.entities}
    changed: dict[Key, tuple[Line, ...]] = {}
    for row in chosen:
        key = Key(row.identity, row.kind)
        entity, place = entities.get(key), current.places.get(key)
        if entity is not None and place is not None:
            changed[key] = (_line(row, _values(place, entity)[1], tuple(entity.unknown)),)
    return base_files(current, changed)


def _line(row: Adoption, values: Mapping[str, Any], adopting: tuple[str, ...]) -> Line:
    return Line(
        identity=row.identity, kind=row.kind, file=row.file, ref=row.what, doc="", values=values, adopting=adopting
    )
