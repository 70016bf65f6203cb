"""What lies in catalog/ now: documents by the thing that they show, and their base."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Any, Final

from rhoai_catalog import documents
from rhoai_catalog.backstage import EntityRef, is_entity, owner_of, ref_of, source_of
from rhoai_catalog.base import FOLDER, Line, base_file, read_lines, stand_in
from rhoai_catalog.entity import Given, Known
from rhoai_catalog.errors import DocumentError
from rhoai_catalog.identity import Identity, Key, SourceKey
from rhoai_catalog.kinds import KINDS, LOCATION
from rhoai_catalog.merge.document.entity import compared_values
from rhoai_catalog.merge.document.values import ABSENT, Bases
from rhoai_catalog.merge.following import following
from rhoai_catalog.merge.piece import Piece
from rhoai_catalog.merge.unchanged import NOTHING_UNCHANGED, UnchangedParts, path
from rhoai_catalog.pointer import Subtrees
from rhoai_catalog.problem import Problem

CONFIGURATION: Final = "generator.yaml"
INDEX: Final = LOCATION.file
OWNER: Final = "/spec/owner"
PART_NAMES: Final = frozenset(kind.file for kind in KINDS)
_NO_ENTITIES: Final = frozenset({"docs", FOLDER})  # folders


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    """The tree, its documents by identity and kind, and the base lines. `broken` files freeze what is in them.

    `keys_of` are the keys of each thing. All this is without the `unchanged` parts, which are not read.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    pieces: Mapping[str, tuple[Piece, ...]] = field(default_factory=dict)
    places: Mapping[Key, Piece] = field(default_factory=dict)
    lines: Mapping[Key, tuple[Line, ...]] = field(default_factory=dict)
    broken: Mapping[str, Problem] = field(default_factory=dict)
    keys_of: Mapping[Identity, Sequence[Key]] = field(default_factory=dict)
    unchanged: UnchangedParts = NOTHING_UNCHANGED
    _digests: dict[str, str] = field(default_factory=dict, init=False, compare=False, repr=False)
    _starts: dict[str, dict[Piece, int]] = field(default_factory=dict, init=False, compare=False, repr=False)

    def untouched(self, thing: Identity) -> str | None:
        """A digest of all that the tree holds of a thing, if every document and page of it is as its base says, and no
        person had a hand in it; else None.
        """
        rows: list[str] = []
        for key in self.keys_of.get(thing, ()):
            lines = self.lines.get(key, ())
            if len(lines) != 1 or not self._is_untouched(key, lines[0]):
                return None
            rows.append(lines[0].row)
        return documents.digest("\n".join(sorted(rows)))

    def _is_untouched(self, key: Key, line: Line) -> bool:
        if not line.row or line.adopting or line.seen or line.key != key:
            return False
        if line.page:
            return line.file in self.texts and self.digest(line.file) == line.doc
        place = self.places.get(key)
        return place is not None and not place.edited and place.file == line.file

    def digest(self, file: str) -> str:
        """The digest of a file's text."""
        if file not in self._digests:
            self._digests[file] = documents.digest(self.texts[file])
        return self._digests[file]

    def known(self, base: Current | None = None) -> Known:
        """The names, files and sites that things have been given; where a person moved or renamed one, that counts.

        What only the `base` branch has keeps what it has been given there.
        """
        moving = self._known() if base is None or base is self else base._known().updated(self._known())
        return self.unchanged.known().updated(moving) if self.unchanged else moving

    def _known(self) -> Known:
        folders = {
            key.identity: lines[0].file.removesuffix(key.name)
            for key, lines in self.lines.items()
            if key.name.startswith("docs/")
        }
        refs = (piece.ref for pieces in self.pieces.values() for piece in pieces)
        unread = (
            EntityRef.parse(line.ref) for lines in self.lines.values() for line in lines if line.file in self.broken
        )
        return Known(
            given={key: self._given(key) for key in {*self.places, *self.lines} if self._has_ref(key)},
            sites={identity: path(folder) for identity, folder in folders.items()},
            taken=frozenset(filter(None, (*refs, *unread))),
            parts=frozenset(file for file in self.pieces if file != INDEX and not self._is_emptied(file)),
            files=frozenset(self.texts),
            foreign=frozenset(self._foreign()),
            edited=frozenset(key.identity for key in self.lines if self.in_tree(key) and self.is_worked_on(key)),
            owners=dict(self._owners()),
        )

    def _owners(self) -> Iterator[tuple[Key, str]]:
        """The owners that people set in place of a generated one, and those of which no base says who did."""
        for key, place in self.places.items():
            lines = self.lines.get(key, ())
            known = lines and not any(OWNER in Subtrees(line.adopting) for line in lines)
            if known and not place.edited:
                continue
            owner = owner_of(place.data)
            generated = [line.values.get(OWNER) for line in lines] if known else []
            if owner is not None and owner not in generated:
                yield key, owner

    def _foreign(self) -> Iterator[str]:
        """Entity files that no base line names, and in which nothing that was generated stands but copies of it."""
        ours = {line.file for lines in self.lines.values() for line in lines}
        lost = {
            piece.file
            for key, piece in self.places.items()
            if key not in self.lines and posixpath.basename(piece.file) in PART_NAMES
        }
        known = ours | lost
        return (file for file in self.pieces if file != INDEX and file not in known and not self._is_emptied(file))

    def _is_emptied(self, file: str) -> bool:
        """Whether a person took every document out of what was a part, or left a file in which nothing is."""
        was_part = base_file(file) in self.texts or not self.texts[file].strip()
        return was_part and not any(p.ref or documents.parse(p.text) is not None for p in self.pieces[file])

    def sources(self) -> frozenset[SourceKey]:
        """The sources of everything that has a base line."""
        return frozenset(key.identity.source for key in self.lines) | self.unchanged.sources()

    @property
    def is_ours(self) -> bool:
        """Whether there is anything that was generated, in it or before."""
        return bool(self.lines or self.unchanged)

    def _has_ref(self, key: Key) -> bool:
        return key in self.places or bool(self.lines[key][0].ref)

    def _given(self, key: Key) -> Given:
        place, lines = self.places.get(key), self.lines.get(key, ())
        ref = place.ref if place and place.ref else EntityRef.parse(lines[0].ref)
        assert ref is not None
        return Given(ref=ref, file=path(place.file if place else lines[0].file))

    def in_tree(self, key: Key) -> bool:
        """Whether the thing is there, as a document or a page."""
        return key in self.places or any(line.page and line.file in self.texts for line in self.lines.get(key, ()))

    def line_of(self, piece: Piece) -> int:
        """The line of its file, from 1, in which a document begins; 0 where it is not there."""
        before = self.lines_before(piece)
        return 0 if before is None else before + 1 + piece.text.startswith("---")

    def lines_before(self, piece: Piece) -> int | None:
        """How many lines of its file stand in front of a document; None where it is not there."""
        if piece.file not in self._starts:
            pieces = self.pieces.get(piece.file, ())
            starts = accumulate((other.text.count("\n") for other in pieces), initial=0)
            self._starts[piece.file] = dict(zip(pieces, starts, strict=False))
        return self._starts[piece.file].get(piece)

    def is_worked_on(self, key: Key) -> bool:
        """Whether anything of a thing is a person's: a value, a comment, a page, or that it is gone. Another layout of
        a document alone, as a formatter gives it, is nobody's.
        """
        place, lines = self.places.get(key), self.lines.get(key, ())
        if not self.is_edited(key) or place is None or not lines or any(line.adopting for line in lines):
            return self.is_edited(key)
        bases = [line.values for line in lines]
        _, mine = compared_values({}, place.data, bases)
        generated = Bases(bases)
        as_generated = all(generated.say(at, stand_in(mine.get(at, ABSENT))) for at in {*mine, *generated})
        return not as_generated or bool(documents.comments(place.text))

    def is_edited(self, key: Key) -> bool:
        """Whether the document or page is not as it was generated to the byte, or deleted."""
        lines = self.lines.get(key, ())
        if key in self.places:
            return self.places[key].edited
        files = [line.file for line in lines if line.page and line.file in self.texts]
        return not files or any(self.digest(file) not in {line.doc for line in lines} for file in files)


def is_entity_file(file: str) -> bool:
    """Whether a path may hold entities: YAML below catalog/, outside docs/ and the base."""
    folders = file.split("/")
    name = folders.pop()
    return name.endswith(".yaml") and name != ".yaml" and file != CONFIGURATION and not _NO_ENTITIES & {*folders}


def load(
    texts: Mapping[str, str],
    unreadable: Iterable[Problem] = (),
    renamed: Callable[[Identity], Identity] = lambda identity: identity,
    unchanged: UnchangedParts = NOTHING_UNCHANGED,
) -> Current:
    """Find every known thing in the texts. `renamed` maps the identity of a source that was renamed to its new one;
    the `unchanged` parts are not among the texts.
    """
    found: dict[Key, list[Line]] = {}
    for file in sorted(texts):
        if file.startswith(f"{FOLDER}/"):
            for line in read_lines(texts[file], file):
                found.setdefault(Key(renamed(line.identity), line.kind or line.page), []).append(line)
    lines = {
        key: _without_proof(own) if len(own) > 1 and any(line.has_pins for line in own) else tuple(own)
        for key, own in found.items()
    }
    by_doc = {line.doc: (key, line) for key, own in lines.items() for line in own if line.kind and line.doc}
    by_ref = {line.ref: key for key, own in lines.items() for line in own if line.ref}
    ours = {line.file for own in found.values() for line in own}
    broken = {problem.path: problem for problem in unreadable}
    pieces: dict[str, tuple[Piece, ...]] = {}
    for file in sorted(filter(is_entity_file, texts)):
        try:
            pieces[file] = _pieces(file, texts[file], by_doc, by_ref, renamed, file in ours)
        except DocumentError as error:
            message = f"is not YAML as Backstage reads it: {error.message}"
            broken[file] = Problem(path=file, line=error.line, column=error.column, message=message, rule="yaml")
    places = _places(pieces, lines)
    keys_of: dict[Identity, list[Key]] = {}
    for key in {**lines, **places}:
        keys_of.setdefault(key.identity, []).append(key)
    return Current(
        texts=texts,
        pieces=pieces,
        places=places,
        lines=following(lines, places, texts, broken),
        broken=broken,
        keys_of=keys_of,
        unchanged=unchanged,
    )


def _without_proof(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Lines that prove of no text that nobody edited it: of a conflict in the base, one side of which has pins."""
    return tuple(replace(line, doc="") for line in lines)


def _pieces(
    file: str,
    text: str,
    by_doc: Mapping[str, tuple[Key, Line]],
    by_ref: Mapping[str, Key],
    renamed: Callable[[Identity], Identity],
    ours: bool,
) -> tuple[Piece, ...]:
    """The documents of a file. Raises DocumentError; also where one of `ours` holds what can be no entity."""
    pieces, line_offset = list[Piece](), 0
    for piece, digest in documents.split_with_digests(text):
        known = by_doc.get(digest)
        if known is not None:
            key, line = known
            pieces.append(Piece(file=file, text=piece, ref=EntityRef.parse(line.ref), key=key, edited=False))
        else:
            data = documents.parse(piece, line_offset=line_offset)
            if ours and not isinstance(data, Mapping | None):
                raise DocumentError("a document is no mapping of keys", line=line_offset + 1)
            pieces.append(_read(file, piece, data, by_ref, renamed))
        line_offset += piece.count("\n")
    return tuple(pieces)


def _read(file: str, text: str, data: Any, by_ref: Mapping[str, Key], renamed: Callable[[Identity], Identity]) -> Piece:
    if not is_entity(data):
        return Piece(file=file, text=text)
    ref, source = ref_of(data), source_of(data)
    key = Key(renamed(Identity(source)), str(data["kind"])) if source else by_ref.get(str(ref))
    return Piece(file=file, text=text, ref=ref, key=key)


def _places(pieces: Mapping[str, tuple[Piece, ...]], lines: Mapping[Key, tuple[Line, ...]]) -> dict[Key, Piece]:
    """Where each thing is: of several copies the one with the base's reference, in the base's file if there is one."""
    candidates: dict[Key, list[Piece]] = {}
    for in_file in pieces.values():
        for piece in in_file:
            if piece.key is not None:
                candidates.setdefault(piece.key, []).append(piece)
    places: dict[Key, Piece] = {}
    for key, copies in candidates.items():
        refs = {line.ref for line in lines.get(key, ())}
        files = {line.file for line in lines.get(key, ())}
        places[key] = max(copies, key=lambda piece: (str(piece.ref) in refs, piece.file in files))
    return places
