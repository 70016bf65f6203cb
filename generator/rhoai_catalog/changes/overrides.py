"""The ledger of all hand edits, and giving one back to the generator: told by the tree and its base alone."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from rhoai_catalog import documents
from rhoai_catalog.alike import did_you_mean, meant
from rhoai_catalog.backstage import EntityRef, owner_of
from rhoai_catalog.base import PIN, Line, as_pinned, stand_in, write_lines
from rhoai_catalog.errors import ConfigError
from rhoai_catalog.identity import Identity, Key
from rhoai_catalog.merge import (
    ABSENT,
    LINKS,
    Current,
    Kept,
    base_values,
    owned,
    present,
    section_digest,
    section_digests,
)
from rhoai_catalog.plan import Override
from rhoai_catalog.pointer import Subtrees, join, split

STALE: Final = ("now equal", "conflict", "orphan")
Chosen = Callable[[Override], bool]


def overrides(current: Current) -> tuple[Override, ...]:
    """Every value and section that a person wrote or deleted, as things sort."""
    owners = _owners(current)
    rows = (_override(current, key, kept, owners) for key in sorted(current.lines) for kept in owned(current, key))
    return tuple(sorted(rows, key=lambda row: (row.file, row.what, row.pointer)))


def _override(current: Current, key: Key, kept: Kept, owners: Mapping[Identity, str]) -> Override:
    line, place = current.lines[key][0], current.places.get(key)
    return Override(
        what=str(place.ref) if place else line.ref or line.file,
        kind=line.kind,
        file=place.file if place else line.file,
        identity=key.identity,
        pointer=kept.pointer,
        mine=present(kept.mine),
        generated=present(kept.new),
        state=kept.state,
        owner=owners.get(key.identity, ""),
    )


def _owners(current: Current) -> dict[Identity, str]:
    owners: dict[Identity, str] = {}
    for key, place in sorted(current.places.items()):  # of a server its Component's
        if (owner := owner_of(place.data)) is not None:
            owners[key.identity] = owner
    return owners


# -- giving back, and pinning -----------------------------------------------------------------------------------------


def given_back(current: Current, chosen: Chosen) -> tuple[dict[str, str], tuple[Override, ...]]:
    """The base files after which the next run generates the chosen edits again, and what was chosen."""
    owners, changed, rows = _owners(current), dict[Key, tuple[Line, ...]](), list[Override]()
    for key in sorted(current.lines):
        edits = [(kept, _override(current, key, kept, owners)) for kept in owned(current, key)]
        if given := [kept for kept, row in edits if chosen(row)]:
            rows += [row for _, row in edits if chosen(row)]
            changed[key] = tuple(_given(current, key, given))
    return base_files(current, changed), tuple(rows)


def _given(current: Current, key: Key, edits: Sequence[Kept]) -> Iterator[Line]:
    """The lines for which values count as generated; none where a deleted thing is to come again. One line of several
    is enough to say so.
    """
    line, *others = current.lines[key]
    whole = {kept.state for kept in edits if kept.pointer == "" and kept.base is None}  # with one, a section is meant
    if "deleted" in whole:
        return
    if "orphan" in whole:  # nothing of it is a person's any more: the next run takes it out
        yield _as_it_stands(current, key, line)
    elif line.page and not line.page.endswith((".md", ".yml")):  # a file that is one text
        yield replace(line, doc=documents.digest(str(edits[-1].mine)), seen={})
    else:
        names = {kept.pointer if kept.base is None else kept.base for kept in edits}
        below = Subtrees(kept.pointer for kept in edits if kept.base is None)  # those below a section are no part of it
        written = {pointer: value for kept in edits for pointer, value in _as_written(kept).items()}
        seen = {pointer: value for pointer, value in line.seen.items() if pointer not in names}
        yield replace(line, values={**_other_values(line, names, below), **written}, seen=seen)
        yield from (replace(other, values=_other_values(other, names, below)) for other in others)


def _other_values(line: Line, names: Container[str], below: Subtrees) -> dict[str, Any]:
    return {name: value for name, value in line.values.items() if name not in names and name not in below}


def _as_written(kept: Kept) -> Mapping[str, Any]:
    """A value or section as the base would have it if it had been generated."""
    if kept.mine is ABSENT:
        return {}
    if kept.base is not None:
        return {kept.base: section_digest(kept.mine)}
    if isinstance(kept.mine, Mapping):  # a link
        return {kept.pointer + join(field): stand_in(value) for field, value in kept.mine.items()}
    return {kept.pointer: stand_in(kept.mine)}


def _as_it_stands(current: Current, key: Key, line: Line) -> Line:
    place = current.places.get(key)
    text = place.text if place else current.texts[line.file]
    values = base_values(place.data) if place else section_digests(text)
    return replace(line, values=values, doc=documents.digest(text))


def pinned(current: Current, ref: str, pointer: str | None) -> tuple[dict[str, str], int]:
    """The base files after which a value, a section, or all of a thing stays as it is, whatever its source says."""
    keys = [key for key in sorted(current.lines) if ref in _names(current, key) and current.in_tree(key)]
    changed: dict[Key, tuple[Line, ...]] = {}
    count = 0
    for key in keys:
        lines = current.lines[key]
        names = frozenset(_called({name for line in lines for name in line.values}, pointer))
        count += len(names)
        if names:
            changed[key] = tuple(_with_pins(line, names) for line in lines)
    return base_files(current, changed), count


def _with_pins(line: Line, names: Container[str]) -> Line:
    values = {name: value for name, value in line.values.items() if name in names}
    pins = {name: PIN if line.page.endswith(".md") else as_pinned(value) for name, value in values.items()}
    seen = {name: value for name, value in line.seen.items() if name not in pins}
    return replace(line, values={**line.values, **pins}, seen=seen, doc="")


def base_files(current: Current, changed: Mapping[Key, tuple[Line, ...]]) -> dict[str, str]:
    """The base files that hold lines of what changed, or held them, written anew."""
    touched = {line.belongs for key, own in changed.items() for line in (*current.lines.get(key, ()), *own)}
    lines: dict[str, list[Line]] = {file: [] for file in touched}
    for own in {**current.lines, **changed}.values():
        for line in own:
            if (file := line.belongs) in touched:
                lines[file].append(line)
    return {file: write_lines(own) for file, own in lines.items()}


# -- what is meant ---------------------------------------------------------------------------------------------------


def is_called(name: str, wanted: str) -> bool:
    """Whether a pointer or section is the one that somebody means."""
    return wanted in _names_of(name)


def _names_of(name: str) -> list[str]:
    """What people may call a pointer or section: all of it, the field, or the last of its names.

    The last name is not enough of a link's: `title` is that of the entity.
    """
    last = split(name)[-1:] if name and not name.startswith(LINKS) else []
    return [name, name.removeprefix("/metadata/"), name.removeprefix("/spec/"), *last]


def edit_meant(current: Current, ref: str, wanted: str) -> str:
    """`did you mean owner?`, of what people edited in a thing; empty where nothing is alike."""
    return _meant((row.pointer for row in overrides(current) if row.what == ref), wanted)


def value_meant(current: Current, ref: str, wanted: str) -> str:
    """The same of all values and sections that a thing has."""
    lines = (line for key in current.lines if ref in _names(current, key) for line in current.lines[key])
    return _meant((name for line in lines for name in line.values), wanted)


def _meant(names: Iterable[str], wanted: str) -> str:
    return did_you_mean(wanted, (called for name in names for called in meant(wanted, _names_of(name), 1)))


def _called(names: Iterable[str], wanted: str | None) -> list[str]:
    return sorted(name for name in names if wanted is None or is_called(name, wanted))


def require_known(current: Current, ref: str) -> str:
    """The name of a thing as the ledger has it. Raises ConfigError where nothing is called so."""
    names = sorted({name for key in current.lines for name in _names(current, key)})
    wanted = EntityRef.parse(ref)
    known = next((name for name in (ref, str(wanted), ref.removeprefix("catalog/")) if name in names), None)
    if known is None:
        hint = did_you_mean(ref, names) or "name it as `rhoai-catalog overrides` does"
        raise ConfigError(f"the catalog's base knows nothing called {ref}", hint)
    return known


def _names(current: Current, key: Key) -> Iterable[str]:
    place = current.places.get(key)
    line = current.lines[key][0]
    return {str(place.ref)} if place else {line.ref or line.file}
