"""Two trees -> what differs between them, value by value and section by section, and which of it people wrote.

Nothing is asked of commits: a value is generated where the later tree's own base says so, whoever committed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any, Final, Self

from rhoai_catalog import documents
from rhoai_catalog.backstage import AUTH_POINTER
from rhoai_catalog.base import FOLDER, Line, stand_in
from rhoai_catalog.config import DEFAULT_PATH, changed_keys
from rhoai_catalog.errors import DocumentError
from rhoai_catalog.identity import Identity, Key
from rhoai_catalog.kinds import SERVER_KINDS
from rhoai_catalog.merge import ABSENT, Bases, Current, Piece, compared_values, present, section_digests, sections
from rhoai_catalog.plan import EXTERNAL_URL, INTERNAL_URL, Change, Flag, Operation, ValueChange
from rhoai_catalog.pointer import join

NOBODY: Final = Identity("")  # whose source nobody knows
ANNOTATIONS: Final = "/metadata/annotations"
LINKS: Final = "/metadata/links/"
LICENCE: Final = ANNOTATIONS + join("rhoai-catalog/license")
MODEL_NAME: Final = ANNOTATIONS + join("rhdh.modelcatalog.io/model-name")
SERVED_NAMES: Final = ANNOTATIONS + join("rhoai-catalog/served-model-names")
SITE: Final = (".md", ".yml")  # files that merge by sections, or by values
ORDER: Final = {Operation.REMOVE: 0, Operation.CREATE: 1, Operation.UPDATE: 2}  # of a reader
CHANGED_FLAGS: Final = {
    "/spec/owner": Flag.OWNER,
    "/spec/lifecycle": Flag.LIFECYCLE,
    LICENCE: Flag.LICENCE,
    MODEL_NAME: Flag.MODEL_NAME,  # of a version: another server, perhaps another team's, comes first
}


def difference(before: Current, after: Current) -> tuple[Change, ...]:
    """Every entity, page and other file that differs, as a change from `before` to `after`; the index and the base,
    which follow from the others, are told only where a person wrote into them. In the order of a reader.
    """
    changed = frozenset(f for f in {*before.texts, *after.texts} if before.texts.get(f) != after.texts.get(f))
    changes = [*_entities(before, after, changed), *_others(before, after, changed)]
    return tuple(sorted(changes, key=lambda change: (ORDER[change.operation], change.is_page, change.what)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _States:
    """Two states of a document by its values, or of a page by its sections, and what base lines say of the later one.

    `pointers` are all that any of them has, in the order of a reader; `digests` are those of the later sections.
    """

    pointers: Iterable[str]
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    bases: Bases
    digests: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_document(cls, old: Mapping[str, Any], new: Mapping[str, Any], lines: Iterable[Line]) -> Self:
        values = [line.values for line in lines]
        (before, after), bases = compared_values(old, new, values), Bases(values)
        return cls(pointers=sorted({*before, *after, *bases}), before=before, after=after, bases=bases)

    @classmethod
    def of_page(cls, old: str, new: str, lines: Iterable[Line]) -> Self:
        before, after, bases = sections(old), sections(new), Bases([line.values for line in lines])
        pointers = dict.fromkeys([*before, *after, *bases])
        return cls(pointers=pointers, before=before, after=after, bases=bases, digests=section_digests(new))

    def changes(self) -> Iterator[ValueChange]:
        """What differs between both."""
        for pointer in self.pointers:
            old, new = self.before.get(pointer, ABSENT), self.after.get(pointer, ABSENT)
            if old != new or type(old) is not type(new):
                yield self._change(pointer, present(old))

    def written(self) -> Iterator[ValueChange]:
        """What a person wrote into something new that is generated, or took out of it."""
        return (self._change(pointer) for pointer in self.pointers if not self._is_generated(pointer))

    def _change(self, pointer: str, old: Any = None) -> ValueChange:
        return ValueChange(
            pointer=pointer,
            old=old,
            new=self.after.get(pointer),
            by_hand=not self._is_generated(pointer),
            digest=self.digests.get(pointer, ""),
        )

    def _is_generated(self, pointer: str) -> bool:
        return self.bases.say(pointer, self.digests.get(pointer) or stand_in(self.after.get(pointer, ABSENT)))


# -- entities --------------------------------------------------------------------------------------------------------


def _entities(before: Current, after: Current, changed: frozenset[str]) -> Iterator[Change]:
    old, new = _pieces(before, changed), _pieces(after, changed)
    for name in sorted({*old, *new}):
        was, becomes = old.get(name), new.get(name)
        if was is not None and becomes is not None and was.text == becomes.text:
            continue
        change = _entity(was, becomes, _lines(after, was, becomes))
        if change is not None and (change.by_hand or not _is_location(was, becomes)):
            line = after.line_of(becomes) if becomes is not None else before.line_of(was) if was is not None else 0
            yield replace(change, line=line, part_of=_leader(change.key, after, before))


def _pieces(tree: Current, changed: frozenset[str]) -> dict[str, Piece]:
    """The documents of changed files by what they show, or by reference where no source shows them."""
    pieces: dict[str, Piece] = {}
    for file in sorted(changed & tree.pieces.keys()):
        for piece in tree.pieces[file]:
            if piece.ref is not None:
                is_ours = piece.key is not None and tree.places.get(piece.key) is piece
                pieces["\0".join(piece.key) if is_ours and piece.key else str(piece.ref)] = piece
    return pieces


def _is_location(*pieces: Piece | None) -> bool:
    return all(piece is None or (piece.ref is not None and piece.ref.kind == "location") for piece in pieces)


def _leader(key: Key, *trees: Current) -> str:
    """The reference of the entity that stands for the thing of which this one is a part, if it is another one."""
    if key.name not in SERVER_KINDS:
        return ""
    leaders = (Key(key.identity, kind) for kind in SERVER_KINDS[: SERVER_KINDS.index(key.name)])
    return next((str(tree.places[lead].ref) for lead in leaders for tree in trees if lead in tree.places), "")


def _lines(tree: Current, *pieces: Piece | None) -> tuple[Line, ...]:
    key = next((piece.key for piece in pieces if piece is not None and piece.key), None)
    return tree.lines.get(key, ()) if key else ()


def _entity(was: Piece | None, becomes: Piece | None, lines: tuple[Line, ...]) -> Change | None:
    old, new = (piece.data if piece is not None else {} for piece in (was, becomes))
    piece = becomes or was
    assert piece is not None and piece.ref is not None
    values: tuple[ValueChange, ...] = ()
    if was is None:
        operation, by_hand = Operation.CREATE, not lines
        values = tuple(_States.of_document({}, new, lines).written()) if lines else ()
    elif becomes is None:
        operation, by_hand = Operation.REMOVE, bool(lines) or was.key is None
    else:
        operation, values = Operation.UPDATE, tuple(_flagged(_States.of_document(old, new, lines).changes(), old))
        by_hand = bool(values) and all(value.by_hand for value in values)
        if not values and was.file == becomes.file:
            return None
    document = new or old
    metadata, spec = document.get("metadata") or {}, document.get("spec") or {}
    return Change(
        operation=operation,
        what=str(piece.ref),
        kind=str(document.get("kind")),
        file=piece.file,
        identity=piece.key.identity if piece.key else NOBODY,
        title=str(metadata.get("title") or ""),
        owner=str(spec.get("owner") or ""),
        values=values,
        flags=(Flag.REMOVED,) if operation is Operation.REMOVE else _flags(values),
        content=lines[0].doc if lines and operation is Operation.CREATE else "",
        by_hand=by_hand,
        moved_from=was.file if was is not None and becomes is not None and was.file != becomes.file else "",
    )


def _flags(values: tuple[ValueChange, ...]) -> tuple[Flag, ...]:
    return tuple(dict.fromkeys(value.flag for value in values if value.flag is not None))


def _flagged(values: Iterable[ValueChange], document: Mapping[str, Any]) -> Iterator[ValueChange]:
    """The changes of a document's values, each with why to look at it."""
    licences = _licences(document)
    return (replace(value, flag=_flag(value.pointer, value.old, value.new, licences)) for value in values)


def _flag(pointer: str, old: Any, new: Any, licences: frozenset[str]) -> Flag | None:
    """Why to look at a value that is no longer `old`."""
    if pointer == AUTH_POINTER:
        return Flag.AUTHENTICATION_OFF if old == "auth-required" else None
    if pointer == EXTERNAL_URL and old is None:
        return Flag.EXPOSED
    if pointer in (EXTERNAL_URL, INTERNAL_URL) and old is not None:
        return Flag.ADDRESS
    if pointer.startswith(LINKS) and isinstance(old, str) and old in licences:
        return Flag.LICENCE
    if pointer == SERVED_NAMES:
        return Flag.MODEL_NAME if _names(old) - _names(new) else None
    return CHANGED_FLAGS.get(pointer) if old is not None else None


def _names(served: Any) -> frozenset[str]:
    """What callers may type, of an annotation with commas between; whoever types a name that is gone is refused."""
    return frozenset(served.split(",")) if isinstance(served, str) else frozenset()


def _licences(document: Mapping[str, Any]) -> frozenset[str]:
    """The addresses of the licences that an entity links."""
    links = (document.get("metadata") or {}).get("links")
    rows = (row for row in links if isinstance(row, dict)) if isinstance(links, list) else ()
    return frozenset(str(row.get("url")) for row in rows if row.get("title") == "License")


# -- pages and other files -------------------------------------------------------------------------------------------


def _others(before: Current, after: Current, changed: frozenset[str]) -> Iterator[Change]:
    keys = {
        line.file: key for tree in (before, after) for key, lines in tree.lines.items() for line in lines if line.page
    }
    broken = before.broken.keys() | after.broken.keys()
    for file in sorted(changed - broken):
        if PurePosixPath(file).parts[0] != FOLDER and not _has_entities(file, before, after):
            yield _file(file, keys.get(file), before, after)
    for file in sorted(changed & broken):
        yield _file(file, None, before, after)


def _has_entities(file: str, *trees: Current) -> bool:
    return any(piece.ref is not None for tree in trees for piece in tree.pieces.get(file, ()))


def _file(file: str, key: Key | None, before: Current, after: Current) -> Change:
    old, new = before.texts.get(file), after.texts.get(file)
    lines = after.lines.get(key, ()) if key else ()
    values: tuple[ValueChange, ...] = ()
    if old is None:
        operation, by_hand = Operation.CREATE, not lines
        values = tuple(_of_file(file, None, new or "", lines)) if lines or file == DEFAULT_PATH.name else ()
    elif new is None:
        operation, by_hand = Operation.REMOVE, bool(lines) or key is None
    else:
        operation, values = Operation.UPDATE, tuple(_of_file(file, old, new, lines))
        by_hand = not lines or (bool(values) and all(value.by_hand for value in values))
    if new is not None and lines and not file.endswith(SITE):  # of one piece, which somebody wrote
        by_hand = after.digest(file) not in {line.doc for line in lines}
    return Change(
        operation=operation,
        what=file,
        kind="",
        file=file,
        identity=key.identity if key else NOBODY,
        name=key.name if key else "",
        values=values,
        content=lines[0].doc if lines and operation is Operation.CREATE else "",
        by_hand=by_hand,
    )


def _of_file(file: str, old: str | None, new: str, lines: tuple[Line, ...]) -> Iterator[ValueChange]:
    """What differs in a file that has values or sections; of a new one, what a person wrote into it."""
    if file == DEFAULT_PATH.name:
        yield from changed_keys(old or "", new)
    elif file.endswith(".md"):
        states = _States.of_page(old or "", new, lines)
        yield from states.written() if old is None else states.changes()
    elif file.endswith(".yml") and old is None:
        yield from _States.of_document({}, _parsed(new) or {}, lines).written()
    elif file.endswith(".yml"):
        before, after = _parsed(old or ""), _parsed(new)
        if before is not None and after is not None:
            yield from _States.of_document(before, after, lines).changes()


def _parsed(text: str) -> Mapping[str, Any] | None:
    try:
        data = documents.parse(text)
    except DocumentError:
        return None
    return data if isinstance(data, Mapping) else None
