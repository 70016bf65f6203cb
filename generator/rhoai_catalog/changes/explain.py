"""Where each value of an entity comes from: its source, a rule, or a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from rhoai_catalog import documents
from rhoai_catalog.alike import meant
from rhoai_catalog.backstage import AUTH_POINTER, AUTH_TAGS, EntityRef, ref_of
from rhoai_catalog.base import Line, stand_in
from rhoai_catalog.changes.desired import Desired
from rhoai_catalog.changes.lines import Lines
from rhoai_catalog.changes.people import Blame, people_of
from rhoai_catalog.entity import Entity
from rhoai_catalog.errors import CatalogError, ConfigError
from rhoai_catalog.explanation import Explained, Explanation
from rhoai_catalog.identity import Identity
from rhoai_catalog.merge import LINKS, Bases, Current, MergedTree, MergeOutcome, link_of, present, tree_values
from rhoai_catalog.plan import Override
from rhoai_catalog.pointer import Subtrees, join

GIVEN: Final = {
    "/apiVersion": "the format that Backstage reads",
    "/kind": "what it is shown as",
    "/metadata/name": "proposed from its names when it was new, and given for good",
    "/metadata/namespace": "defaults.entityNamespace",
}
UNKNOWN: Final = "as the last run wrote it: its source was not read now"


def explain(text: str, desired: Desired) -> Explanation:
    """Explain the entity that a reference names (`component:default/x`, or `x` where only one is called so).

    Raises ConfigError where there is none, or more than one; CatalogError where its file cannot be read.
    """
    current, tree, description = desired.current, desired.merged, desired.description
    outcomes = {ref: outcome for outcome in tree.outcomes if (ref := _ref(outcome)) is not None}
    by_hand = {p.ref: p for pieces in current.pieces.values() for p in pieces if p.ref and p.ref not in outcomes}
    deleted = {
        ref: lines[0]
        for key, lines in current.lines.items()
        if not current.in_tree(key) and (ref := EntityRef.parse(lines[0].ref)) is not None and ref not in by_hand
    }
    ref = _named(text, [*{**outcomes, **by_hand, **deleted}])
    if ref in deleted:
        line = deleted[ref]
        if (problem := current.broken.get(line.file)) is not None:
            raise CatalogError(f"{ref} is in {line.file}:{problem.line}, which {problem.message}", "mend the file")
        row = Explained(pointer="", value=None, by_hand=True)
        return Explanation(ref=str(ref), identity=line.identity, file=line.file, values=(row,))
    if ref in by_hand:
        piece = by_hand[ref]
        lines = current.lines.get(piece.key, ()) if piece.key else ()
        identity = lines[0].identity if lines else None
        return Explanation(ref=str(ref), identity=identity, file=piece.file, values=tuple(_kept(piece.text, lines)))
    outcome = outcomes[ref]
    entity = next((e for e in description.entities if e.key == outcome.key), None)
    rows = [*_values(outcome, entity), *_sections(outcome.key.identity, tree)]
    return Explanation(ref=str(ref), identity=outcome.key.identity, file=outcome.file, values=tuple(rows))


def _ref(outcome: MergeOutcome) -> EntityRef | None:
    data = outcome.old if outcome.old is not None else outcome.new
    return ref_of(data) if not outcome.is_page and data is not None else None


def _kept(text: str, lines: tuple[Line, ...]) -> Iterator[Explained]:
    """The values of an entity that this run does not describe: as it was generated, or a person's."""
    bases = Bases([line.values for line in lines])
    for pointer, value in tree_values(documents.parse(text)).items():
        ours = bases.say(pointer, stand_in(value))
        yield Explained(pointer=pointer, value=value, origin=UNKNOWN if ours else "", by_hand=not ours)


def _named(text: str, refs: list[EntityRef]) -> EntityRef:
    wanted = EntityRef.parse(text, kind="*")
    alike = [r for r in refs if wanted is not None and wanted.kind in ("*", r.kind) and _same(r, wanted)]
    if len(alike) == 1:
        return alike[0]
    if alike:
        raise ConfigError(
            f"{text} is the name of several entities", f"name one of {', '.join(map(str, sorted(alike)))}"
        )
    called = {name: str(ref) for ref in refs for name in (str(ref), ref.name)}
    near = dict.fromkeys(called[name] for name in meant(text, called, 5, like=0.5))  # a name alone has half of it
    hint = f"did you mean {' or '.join(near)}?" if near else "name it as the catalog does: kind:namespace/name"
    raise ConfigError(f"the catalog has no entity {text}", hint)


def _same(ref: EntityRef, wanted: EntityRef) -> bool:
    return (ref.namespace, ref.name) == (wanted.namespace, wanted.name)


def _values(outcome: MergeOutcome, entity: Entity | None) -> Iterator[Explained]:
    kept = {value.pointer: value for value in outcome.kept}
    now = tree_values(outcome.old if outcome.old is not None else outcome.new or {})
    described = {p: new for p, (_, new) in outcome.changed.items()} | {p: value.new for p, value in kept.items()}
    for pointer in sorted({*now, *kept, *outcome.changed}):
        value, origin = now.get(pointer), _origin(_described(pointer, described), entity)
        if pointer in kept:
            mine, new = present(kept[pointer].mine), present(kept[pointer].new)
            yield Explained(pointer=pointer, value=mine, origin=origin, by_hand=True, generated=new)
        elif pointer in outcome.changed:
            yield Explained(pointer=pointer, value=value, origin=origin, becomes=present(outcome.changed[pointer][1]))
        else:
            yield Explained(pointer=pointer, value=value, origin=origin, by_hand=not origin)


def _described(pointer: str, values: Mapping[str, Any]) -> str:
    """What the description calls a value, given its values that differ: a link by the address that it is to have."""
    link = link_of(pointer)
    url = values.get(f"{link}/url") if link else None
    return LINKS + join(url) + pointer.removeprefix(link) if isinstance(url, str) else pointer


def _origin(pointer: str, entity: Entity | None) -> str:
    """Where a generated value comes from; empty where nothing generates it."""
    if pointer in GIVEN:
        return GIVEN[pointer]
    if entity is None:
        return ""
    if pointer == AUTH_POINTER:
        return next((o for tag in AUTH_TAGS if (o := entity.origins.get(f"/metadata/tags/{tag}"))), "")
    place = pointer
    while place:
        if place in entity.origins:
            return entity.origins[place]
        place = place.rpartition("/")[0]
    return UNKNOWN if pointer in Subtrees(entity.unknown) else ""


def _sections(identity: Identity, tree: MergedTree) -> Iterator[Explained]:
    """Sections of the entity's pages that people own."""
    for outcome in tree.outcomes:
        if outcome.is_page and outcome.key.identity == identity:
            for kept in outcome.kept:
                mine, new = present(kept.mine), present(kept.new)
                yield Explained(
                    pointer=kept.pointer, value=mine, by_hand=True, generated=new, file=outcome.file, origin="its page"
                )


# -- lines and people ------------------------------------------------------------------------------------------------


def with_people(explanation: Explanation, current: Current, root: Path, blame: Blame) -> Explanation:
    """The explanation with the line of each value in the catalog at `root`, and who made it what people own."""
    lines = Lines(current)
    edits = [_edit(row, explanation) for row in explanation.values if row.by_hand]
    people = iter(people_of(edits, current, root, blame))
    told = (
        replace(row, line=_line(row, explanation, lines), person=next(people) if row.by_hand else "")
        for row in explanation.values
    )
    return replace(explanation, values=tuple(told))


def _line(row: Explained, explanation: Explanation, lines: Lines) -> int:
    if row.file:
        heading, body = lines.of_section(row.file, row.pointer)
        return next(iter(body or heading), 0)
    return lines.of_value(explanation.file, explanation.ref, row.pointer) if row.value is not None else 0


def _edit(row: Explained, explanation: Explanation) -> Override:
    return Override(
        what=row.file or explanation.ref,
        kind="" if row.file else explanation.ref.partition(":")[0],
        file=row.file or explanation.file,
        identity=explanation.identity or Identity(""),
        pointer=row.pointer,
        mine=row.value,
        state="deleted" if row.value is None else "active",
    )
