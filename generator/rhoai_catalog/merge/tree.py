"""Merge every entity and page into the tree; what nobody generated is copied byte for byte."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from rhoai_catalog import documents
from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.base import Line
from rhoai_catalog.decline import NOTHING, WHOLE, Declined
from rhoai_catalog.entity import Description, Entity, Page
from rhoai_catalog.errors import DocumentError
from rhoai_catalog.identity import Identity, Key
from rhoai_catalog.merge.creation import Creations
from rhoai_catalog.merge.current import Current
from rhoai_catalog.merge.document.entity import DECLINED, IsDeclined, Merged, merge_document
from rhoai_catalog.merge.document.values import base_values
from rhoai_catalog.merge.document.writing import arranged
from rhoai_catalog.merge.ledger import alone, seen_in
from rhoai_catalog.merge.outcome import MergedTree, MergeOutcome
from rhoai_catalog.merge.pages.copying import with_edits_of
from rhoai_catalog.merge.pages.files import merge_text, page_values, sections_changed
from rhoai_catalog.merge.pages.markdown import merge_page
from rhoai_catalog.merge.parts import Parts
from rhoai_catalog.merge.piece import Piece
from rhoai_catalog.plan import Held
from rhoai_catalog.snapshot import Unknown

NOTHING_SEEN: Final[Mapping[str, Any]] = MappingProxyType({})


def merge(
    current: Current,
    description: Description,
    own_pages: Iterable[Page] = (),
    gone: Collection[Identity] = (),
    declined: Declined = NOTHING,
    orphans: Collection[Identity] = (),
) -> MergedTree:
    """Merge a description into the tree, with pages that every catalog has; take out what is `gone`, and of what nobody
    edited pages that settled things no longer have, and entities that are dropped or not needed. Changes that were
    `declined` are not made. What is gone and stays, as people edited it, are `orphans`. Everything else stays as it is.
    """
    merging = _Merging(current, declined, Creations.described(declined, current, description.entities))
    outcomes: list[MergeOutcome | None] = []
    unneeded = alone(current, description.entities)
    for entity in sorted(description.entities, key=lambda entity: (str(entity.file), entity.ref)):
        denial = declined.denial(entity.key, WHOLE, None) if entity.key in unneeded else None
        if denial or entity.key not in unneeded:
            outcome = merging.entity(entity)
            outcomes.append(replace(outcome, denial=denial) if outcome and denial else outcome)
    for page in sorted((*description.pages, *own_pages), key=lambda page: str(page.file)):
        outcomes.append(merging.page(page))
    for key in sorted(set(current.lines) - merging.seen):
        outdated = (
            key.identity in description.settled and merging.is_page(key)
        ) or key in description.dropped | description.gone
        removed = key.identity in gone or key in unneeded or (outdated and not current.is_worked_on(key))
        outcomes.append(merging.undescribed(key, removed=removed, outdated=outdated, orphan=key.identity in orphans))
    return merging.tree(filter(None, outcomes))


class _Merging:
    """The tree in the making. What becomes of a thing is said by its outcome; None where it was not looked at."""

    def __init__(self, current: Current, declined: Declined, creations: Creations) -> None:
        self.current, self.declined, self.creations = current, declined, creations
        self.parts = Parts(current)
        self.held: list[Held] = []
        self.seen: set[Key] = set()

    # -- entities ------------------------------------------------------------------------------------------------

    def entity(self, entity: Entity) -> MergeOutcome | None:
        key = entity.key
        lines, place = self.current.lines.get(key, ()), self.current.places.get(key)
        self.seen.add(key)
        frozen = {str(entity.file), *(line.file for line in lines)} & set(self.current.broken)
        if frozen and place is None:
            file = min(frozen)
            self._hold(lines, str(entity.ref), f"{file} cannot be read", f"mend catalog/{file}")
            return None
        if place is not None:
            return self._merge_entity(entity, place, lines)
        if lines:
            self.parts.keep_lines(lines)
            return self._outcome(entity, lines[0].file, state="deleted")
        if not entity.is_whole:
            return None
        text, file = documents.dump(entity.document), str(entity.file)
        if denial := self.creations.denial(key, documents.digest(text)):
            return self._outcome(entity, file, state=DECLINED, denial=denial)
        self.parts.insert(Piece(file=file, text=text, ref=entity.ref, key=key, edited=False))
        self._keep_line(entity, file, documents.digest(text), base_values(entity.document), entity.ref)
        return self._outcome(entity, file, new=entity.document, as_described=not entity.unknown)

    def _merge_entity(self, entity: Entity, place: Piece, lines: tuple[Line, ...]) -> MergeOutcome | None:
        dumped = documents.dump(entity.document)
        values = base_values(entity.document)
        known = len(lines) == 1 and lines[0].values == values  # else a person took over what was generated, or deleted
        if known and not place.edited and not entity.unknown and dumped == place.text:
            self._keep_line(entity, place.file, documents.digest(dumped), values, entity.ref)
            same = entity.document
            return self._outcome(entity, place.file, old=same, new=same, as_described=True)
        mine = place.data
        merged = merge_document(
            [line.values for line in lines],
            mine,
            entity.document,
            entity.unknown,
            self._refused(entity.key),
            frozenset.intersection(*(frozenset(line.adopting) for line in lines)) if lines else frozenset(),
        )
        seen = seen_in(merged.kept, lines, entity.unknown)
        try:
            text = self._text(place, entity, merged)
        except DocumentError as error:
            self._hold(lines, str(entity.ref), f"{place.file}: {error.message}", error.hint)
            return None
        self.parts.replace(place, text)
        digest = "" if merged.edited else documents.digest(text)
        if place.edited:
            digest = _own_digest(entity, lines, "" if merged.edited and dumped == text else dumped)
        self._keep_line(entity, place.file, digest, merged.base, place.ref, tuple(merged.adopting), seen)
        owned = merged.kept or merged.adopting or seen or entity.unknown
        return self._outcome(
            entity,
            place.file,
            old=mine,
            new=merged.data,
            changed=merged.changed,
            kept=merged.kept,
            as_described=text == dumped and not owned,
        )

    @staticmethod
    def _text(place: Piece, entity: Entity, merged: Merged) -> str:
        if place.edited:
            return documents.edit(place.text, merged.data) if merged.changed else place.text
        if not entity.unknown and not merged.kept:
            return documents.dump(entity.document)
        return documents.dump(arranged(merged.data, entity.document)) if merged.changed else place.text

    # -- pages ---------------------------------------------------------------------------------------------------

    def page(self, page: Page) -> MergeOutcome | None:
        key = page.key
        lines = self.current.lines.get(key, ())
        file = lines[0].file if lines else str(page.file)
        mine = self.current.texts.get(file)
        self.seen.add(key)
        if isinstance(page.text, Unknown) or file in self.current.broken:
            self.parts.keep_lines(lines)
            return None
        outcome = MergeOutcome(key=key, what=file, kind="", file=file)
        if mine is None and lines:
            self.parts.keep_lines(lines)
            return replace(outcome, state="deleted")
        if mine is None:
            text = self._inherited(page)
            if denial := self.creations.denial(key, documents.digest(page.text)):
                return replace(outcome, state=DECLINED, denial=denial)
            values = page_values(file, page.text)
            kept = merge_page([values], text, page.text).kept if text != page.text else ()
            self.parts.texts[file] = text
            self._write_page(page, file, page.text, values)
            return replace(outcome, new={}, kept=kept, as_described=text == page.text)
        if lines and not self.declined and documents.digest(mine) in {line.doc for line in lines}:
            changed = sections_changed(file, mine, page.text) if mine != page.text else {}
            self.parts.texts[file] = page.text
            self._write_page(page, file, page.text, page_values(file, page.text))
            return replace(outcome, old={}, new={}, changed=changed, as_described=True)
        return self._merge_page(page, mine, lines, outcome)

    def _inherited(self, page: Page) -> str:
        """The text of a new page, with what people wrote into the page that it is like."""
        assert isinstance(page.text, str)
        lines = self.current.lines.get(Key(page.like, page.name), ()) if page.like else ()
        previous = self.current.texts.get(lines[0].file) if lines else None
        edited = previous is not None and documents.digest(previous) not in {line.doc for line in lines}
        if not edited or previous is None or not page.name.endswith(".md"):
            return page.text
        try:
            return with_edits_of([line.values for line in lines], previous, page.text, page.apart)
        except DocumentError:
            return page.text

    def _merge_page(self, page: Page, mine: str, lines: tuple[Line, ...], outcome: MergeOutcome) -> MergeOutcome | None:
        assert isinstance(page.text, str)
        file, bases = outcome.file, [line.values for line in lines]
        try:
            merged = merge_text(bases, file, mine, page.text, self._refused(page.key))
        except DocumentError as error:
            self._hold(lines, file, error.message, error.hint or f"mend catalog/{file}")
            return None
        unedited, text = documents.digest(mine) in {line.doc for line in lines}, merged.text
        if unedited and not merged.kept:
            text = page.text
        self.parts.texts[file] = text
        own = text if unedited else "" if merged.edited and page.text == text else page.text
        seen = seen_in(merged.kept, lines)
        self._write_page(page, file, own, merged.base, seen)
        as_described = text == page.text == own and not merged.kept and not seen
        return replace(outcome, old={}, new={}, changed=merged.changed, kept=merged.kept, as_described=as_described)

    # -- what is not described any more ----------------------------------------------------------------------------

    def is_page(self, key: Key) -> bool:
        return any(line.page for line in self.current.lines[key])

    def undescribed(self, key: Key, *, removed: bool, outdated: bool, orphan: bool) -> MergeOutcome | None:
        """Take out what is `removed`; else it stays. Of an `orphan` the base says that its source is gone."""
        lines, place = self.current.lines[key], self.current.places.get(key)
        line = lines[0]
        outcome = MergeOutcome(key=key, what=line.ref or line.file, kind=line.kind, file=line.file)
        denial = self.declined.denial(key, WHOLE, None) if removed else None
        is_there = line.file in self.parts.texts if line.page else place is not None
        if denial or not removed or not is_there:
            self.parts.keep_lines(replace(line, seen={**line.seen, "": None}) if orphan else line for line in lines)
            is_told = self.current.in_tree(key) and (denial or outdated)
            return replace(outcome, state=DECLINED if denial else "orphan", denial=denial) if is_told else None
        if place is None:
            del self.parts.texts[line.file]
            return replace(outcome, old={})
        self.parts.remove(place)
        return replace(outcome, old=place.data)

    def _hold(self, lines: Iterable[Line], what: str, reason: str, release: str) -> None:
        """Leave a thing as it is, and say why."""
        self.parts.keep_lines(lines)
        self.held.append(Held(what=what, reason=reason, release=release))

    def _refused(self, key: Key) -> IsDeclined:
        return lambda pointer, new, called="": self.declined.denial(key, pointer, new, called)

    # -- the base ------------------------------------------------------------------------------------------------

    def _keep_line(
        self,
        entity: Entity,
        file: str,
        digest: str,
        values: Mapping[str, Any],
        ref: EntityRef | None,
        adopting: tuple[str, ...] = (),
        seen: Mapping[str, Any] = NOTHING_SEEN,
    ) -> None:
        line = Line(
            identity=entity.identity,
            kind=entity.kind,
            file=file,
            ref=str(ref),
            doc=digest,
            values=values,
            adopting=adopting,
            seen=seen,
        )
        self.parts.keep_lines([line])

    def _write_page(
        self, page: Page, file: str, doc: str, values: Mapping[str, Any], seen: Mapping[str, Any] = NOTHING_SEEN
    ) -> None:
        digest = documents.digest(doc) if doc else ""
        line = Line(identity=page.identity, page=page.name, file=file, doc=digest, values=values, seen=seen)
        self.parts.keep_lines([line])

    # -- the outcome ---------------------------------------------------------------------------------------------

    @staticmethod
    def _outcome(entity: Entity, file: str, **rest: Any) -> MergeOutcome:
        return MergeOutcome(key=entity.key, what=str(entity.ref), kind=entity.kind, file=file, **rest)

    def tree(self, outcomes: Iterable[MergeOutcome]) -> MergedTree:
        texts, entity_files = self.parts.written(), frozenset(self.parts.entity_files())
        return MergedTree(texts=texts, entity_files=entity_files, outcomes=tuple(outcomes), held=tuple(self.held))


def _own_digest(entity: Entity, lines: tuple[Line, ...], own: str) -> str:
    """The digest of the generator's own bytes of an edited document; a run that does not know all of them keeps it."""
    if entity.unknown:
        return lines[0].doc if lines else ""
    return documents.digest(own) if own else ""
