"""What people own in a tree, as its base alone tells it: no source is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from rhoai_catalog import documents
from rhoai_catalog.base import PIN, Line, as_generated, stand_in
from rhoai_catalog.entity import Entity
from rhoai_catalog.errors import DocumentError
from rhoai_catalog.identity import Identity, Key
from rhoai_catalog.kinds import SERVER_KINDS
from rhoai_catalog.merge.current import Current
from rhoai_catalog.merge.document.entity import DECLINED, Kept, compared_values
from rhoai_catalog.merge.document.values import ABSENT, Bases, Values, link_of
from rhoai_catalog.merge.pages.markdown import known_to
from rhoai_catalog.merge.pages.matching import matched
from rhoai_catalog.merge.pages.sections import Section, section_digest, sections_of, unused
from rhoai_catalog.pointer import Subtrees, split

DELETED: Final = "deleted"


def seen_in(kept: Iterable[Kept], lines: Sequence[Line], unknown: frozenset[str] = frozenset()) -> dict[str, Any]:
    """What a run saw in the source of values that people own, where it is not what was written last; of what it could
    not know, what an earlier run saw.
    """
    before, below_unknown = lines[0].seen if lines else {}, Subtrees(unknown)
    seen = {pointer: value for pointer, value in before.items() if pointer and pointer in below_unknown}
    for one in kept:
        if one.state not in ("active", DECLINED) and one.pointer not in below_unknown:
            seen[one.pointer if one.base is None else one.base] = _seen(one)
    return seen


def _seen(kept: Kept) -> Any:
    if kept.new is ABSENT:
        return None
    return stand_in(kept.new) if kept.base is None else section_digest(kept.new)


def alone(current: Current, entities: Iterable[Entity]) -> frozenset[Key]:
    """What nobody needs any more as a person deleted the entity that stands for the same server: an API whose Component
    is gone, unless somebody edited or deleted it as well. While a file cannot be read, nobody knows.
    """
    servers: dict[Identity, list[Key]] = {}
    for entity in entities if not current.broken else ():
        if entity.kind in SERVER_KINDS:
            servers.setdefault(entity.identity, []).append(entity.key)
    ordered = (sorted(keys, key=lambda key: SERVER_KINDS.index(key.name)) for keys in servers.values())
    return frozenset(
        key
        for lead, *others in ordered
        for key in others
        if _is_deleted(current, lead) and not (key in current.lines and current.is_worked_on(key))
    )


def _is_deleted(current: Current, key: Key) -> bool:
    return key in current.lines and not current.in_tree(key)


def owned(current: Current, key: Key) -> Iterator[Kept]:
    """The values, or sections, of a thing that a person wrote or deleted; `new` is what was generated last.

    The pointer "" stands for all of it, where that was deleted, or is still there although its source is gone. Of a
    thing in a file that cannot be read, nobody knows.
    """
    lines = current.lines[key]
    if any(line.file in current.broken for line in lines):
        return
    if not current.in_tree(key):
        yield Kept(pointer="", mine=ABSENT, new=ABSENT, state=DELETED)
        return
    if "" in lines[0].seen and current.is_worked_on(key):
        yield Kept(pointer="", mine=ABSENT, new=ABSENT, state="orphan")
    place = current.places.get(key)
    if place is not None:
        yield from _values(place.data, lines) if place.edited else ()
    elif current.is_edited(key):
        file = lines[0].file
        yield from _of_file(file, current.texts[file], lines)


def _values(document: Mapping[str, Any], lines: Sequence[Line]) -> Iterator[Kept]:
    _, mine = compared_values({}, document, [line.values for line in lines])
    bases, generated, adopting = Bases([line.values for line in lines]), lines[0].values, Subtrees(lines[0].adopting)
    whole, links = _whole_links(mine, bases), _links(generated)
    for prefix, link in sorted(whole.items()):
        fields = {name: as_generated(value) for name, value in links.get(prefix, {}).items()}
        yield _kept(prefix, link, fields or ABSENT, lines[0].seen)
    for pointer in sorted({*mine, *bases}):
        value = mine.get(pointer, ABSENT)
        is_told = link_of(pointer) in whole or bases.say(pointer, stand_in(value))
        if not is_told and pointer not in adopting:
            yield _kept(pointer, value, generated.get(pointer, ABSENT), lines[0].seen)


def _whole_links(mine: Values, bases: Bases) -> dict[str, Any]:
    """The links that came or went as a whole, by pointer, with what stands in the file."""
    in_file, in_base = _links(mine), {prefix for pointer in bases if (prefix := link_of(pointer))}
    return {prefix: in_file.get(prefix, ABSENT) for prefix in in_file.keys() ^ in_base}


def _links(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The fields of every link by its pointer."""
    links: dict[str, dict[str, Any]] = {}
    for pointer, value in values.items():
        if prefix := link_of(pointer):
            links.setdefault(prefix, {})[split(pointer)[3]] = value
    return links


def _of_file(file: str, text: str, lines: Sequence[Line]) -> Iterator[Kept]:
    if file.endswith(".md"):
        yield from _sections(text, lines)
    elif file.endswith(".yml"):
        try:
            data = documents.parse(text)
        except DocumentError:
            data = None
        yield from _values(data, lines) if isinstance(data, Mapping) else ()
    else:
        yield _kept("", text, lines[0].values.get("", ABSENT), {})


def _sections(text: str, lines: Sequence[Line]) -> Iterator[Kept]:
    known = known_to([line.values for line in lines])
    parts = sections_of(text)
    places = {part.key: key for key, part in matched(known, parts).items()}
    numbers: Counter[str] = Counter()
    for part in parts:
        key = places.get(part.key)
        if key is None:
            yield replace(_kept(part.key, part.text, ABSENT, {}), base=unused(part.key, known, numbers))
        elif part.digest not in known[key]:
            yield _section(part, key, lines[0])
    there = frozenset(places.values())
    for key in (key for key in known if key not in there):
        yield replace(_kept(key, ABSENT, lines[0].values.get(key, ABSENT), lines[0].seen), base=key)


def _section(part: Section, key: str, line: Line) -> Kept:
    seen = {part.key: line.seen[key]} if key in line.seen else {}
    written = ABSENT if line.values.get(key) == PIN else line.values.get(key, ABSENT)
    return replace(_kept(part.key, part.text, written, seen, part.digest), base=key)


def _kept(pointer: str, mine: Any, written: Any, seen: Mapping[str, Any], digest: str | None = None) -> Kept:
    """The state is what the last run that knew it saw; `seen` is kept by the pointer, or by that of the whole link."""
    state = DELETED if mine is ABSENT else "active"
    if pointer in seen:
        now = seen[pointer]
        same = now is None if mine is ABSENT else now in (stand_in(mine), digest)
        state = "now equal" if same else "conflict"
        written = ABSENT if now is None else now
    return Kept(pointer=pointer, mine=mine, new=as_generated(written), state=state)
