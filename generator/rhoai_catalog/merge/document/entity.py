"""The three-way merge of one document, value by value: base, mine (the file), new (what would be generated).

mine equals base          -> take the new value
new equals base           -> keep mine
both changed              -> mine stays, and is shown as a conflict
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from rhoai_catalog.backstage import REFERENCES
from rhoai_catalog.base import as_generated, is_pinned, stand_in
from rhoai_catalog.decline import Denial
from rhoai_catalog.merge.document.links import called_by_url, links_of
from rhoai_catalog.merge.document.lookalikes import Lookalikes
from rhoai_catalog.merge.document.values import (
    ABSENT,
    LINKS,
    TAGS,
    Bases,
    Link,
    Values,
    identified,
    is_links,
    is_same,
    is_set,
    link_of,
    links_in,
    values_of,
)
from rhoai_catalog.merge.document.writing import with_values
from rhoai_catalog.pointer import Subtrees, join, split

DECLINED: Final = "declined"


class IsDeclined(Protocol):
    """Where people declined a new value (None: absent) at a pointer; `called` is the pointer by another name of its
    link: the address that the link gets.
    """

    def __call__(self, pointer: str, new: Any, called: str = "") -> Denial | None: ...


def nothing_refused(pointer: str, new: Any, called: str = "") -> Denial | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A value that a person owns: what stands in the file, what would be generated (what was last, where that is not
    known now), and which of both changed.

    `denial` is where the change to it was declined, `base` what the base calls it, where that is not the pointer.
    """

    pointer: str
    mine: Any
    new: Any
    state: str
    denial: Denial | None = None
    base: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The outcome: the document's data, the values changed (old, new), those kept for people, and the new base.

    `edited`: whether a value in it, or one that the base knows to be deleted, is a person's. `adopting` are pointers
    below which that is not known yet.
    """

    data: Mapping[str, Any]
    changed: Mapping[str, tuple[Any, Any]]
    kept: tuple[Kept, ...]
    base: Mapping[str, Any]
    edited: bool
    adopting: frozenset[str]


def merge_document(
    bases: Sequence[Mapping[str, Any]],
    mine: Mapping[str, Any],
    new: Mapping[str, Any],
    unknown: frozenset[str] = frozenset(),
    refused: IsDeclined = nothing_refused,
    adopting: frozenset[str] = frozenset(),
) -> Merged:
    """Merge one document. `bases` are the values of all sound base lines; none at all means to adopt the document:
    what equals the new values is generated, all else is a person's. Below `unknown` pointers, absence proves nothing,
    and what is adopted waits until they are known; `adopting` are pointers below which it has waited so far.
    A change that is `refused` is not made, and stays one.
    """
    known: dict[str, Link] = {}
    for base in bases:
        known |= links_of(base)
    new_links = identified(links_in(new), known)
    mine_links = identified(links_in(mine), known | {k: v for k, v in new_links.items() if k not in known})
    mine_values = values_of(mine, mine_links)
    new_values = {  # a mapping of which nothing is known is no empty one
        pointer: value
        for pointer, value in values_of(new, new_links).items()
        if value != {} or not any(name in Subtrees([pointer]) for name in unknown)
    }
    if not bases:
        bases, adopting = [{}], frozenset({""})
    below_unknown, below_adopting = Subtrees(unknown), Subtrees(adopting)
    pending = frozenset(pointer for pointer in unknown if pointer in below_adopting)
    pending |= frozenset(pointer for pointer in adopting if pointer in below_unknown)
    below_pending = Subtrees(pending)
    adopted = {
        pointer: stand_in(value)
        for pointer, value in new_values.items()
        if pointer in below_adopting and pointer not in below_pending
    }
    known_values = Bases(bases, adopted)
    merge = _Merge(known_values, mine_values, new_values, below_unknown, _opaque(mine, new), refused, below_pending)
    merge.links(LINKS + join(identifier) for identifier in known | new_links | mine_links)
    for pointer in sorted({*new_values, *mine_values, *known_values}):
        if not pointer.startswith(f"{LINKS}/"):
            merge.value(pointer)
    changes = {pointer: new for pointer, (_, new) in merge.changed.items()}
    return Merged(
        data=with_values(mine, changes, mine_links, new_links),
        changed=merge.changed,
        kept=tuple(sorted(merge.kept, key=lambda kept: kept.pointer)),
        base=called_by_url(merge.base),
        edited=merge.is_edited(),
        adopting=pending,
    )


class _Merge:
    def __init__(
        self,
        bases: Bases,
        mine: Values,
        new: Values,
        unknown: Subtrees,
        opaque: Subtrees,
        refused: IsDeclined,
        pending: Subtrees,
    ) -> None:
        self.pending = pending
        self.bases, self.mine, self.new, self.unknown, self.opaque = bases, mine, new, unknown, opaque
        self.lookalikes = Lookalikes(mine, bases)
        self.refused = refused
        self.changed: dict[str, tuple[Any, Any]] = {}
        self.kept: list[Kept] = []
        self.base: dict[str, Any] = {}

    def value(self, pointer: str) -> None:
        mine, new = self.mine.get(pointer, ABSENT), self.new.get(pointer, ABSENT)
        if new is ABSENT and pointer in self.unknown:
            self._remember(pointer)
            if not self._generated(pointer, mine) and pointer not in self.pending:
                self._keep(pointer, mine, self._last(pointer), "active")
        elif self.bases.is_pinned(pointer):
            self._remember(pointer)
            self._keep(pointer, mine, new, "active")
        elif mine == new and type(mine) is type(new):
            if self._generated(pointer, mine):
                self._take(pointer, new)
            else:  # where both are absent, a person deleted it before its source dropped it
                self._remember(pointer)
                self.kept.append(Kept(pointer=pointer, mine=mine, new=new, state="now equal"))
        elif not self._generated(pointer, mine) or pointer in self.opaque:
            self._remember(pointer)
            self._keep(pointer, mine, new, "active" if self._generated(pointer, new) else "conflict")
        elif self.lookalikes.include(pointer, new):
            self._remember(pointer)
            self._keep(pointer, mine, new, "conflict")
        elif denial := self._denial(pointer, None if new is ABSENT else new):
            self._remember(pointer)
            self._keep(pointer, mine, new, DECLINED, denial)
        else:
            self.changed[pointer] = (mine, new)
            self._take(pointer, new)

    def _denial(self, pointer: str, new: Any) -> Denial | None:
        link = link_of(pointer)
        url = self.new.get(f"{link}/url") if link else None
        called = LINKS + join(url) + pointer.removeprefix(link) if isinstance(url, str) else ""
        return self.refused(pointer, new, called)

    def links(self, prefixes: Iterable[str]) -> None:
        fields: dict[str, set[str]] = {}
        for values in (self.mine, self.new, self.bases):
            for pointer in values:
                if prefix := link_of(pointer):
                    fields.setdefault(prefix, set()).add(pointer)
        for prefix in prefixes:
            self._link(prefix, sorted(fields.get(prefix, ())))

    def _link(self, prefix: str, fields: Sequence[str]) -> None:
        """A link comes, goes and stays as a whole; only where all three have it do its fields merge one by one."""
        if prefix in self.opaque:  # the list is told as one value
            for pointer in fields:
                self._remember(pointer)
            return
        in_base = any(pointer in self.bases for pointer in fields)
        in_mine, in_new = any(p in self.mine for p in fields), any(p in self.new for p in fields)
        untouched = all(self._generated(pointer, self.mine.get(pointer, ABSENT)) for pointer in fields)
        if (in_base and in_mine and in_new) or untouched:
            for pointer in fields:
                self.value(pointer)
            return
        for pointer in fields:
            self._remember(pointer)
        mine = _fields_of(self.mine, fields)
        if mine != _fields_of(self.new, fields):
            is_expected = in_new == in_base or any(map(self.bases.is_pinned, fields))
            new = ABSENT if not in_new and LINKS in self.unknown else _fields_of(self.new, fields)
            self._keep(prefix, mine, new, "active" if is_expected else "conflict")

    def is_edited(self) -> bool:
        after = {**self.mine, **{pointer: new for pointer, (_, new) in self.changed.items()}}
        pointers = {*after, *self.base}
        return any(not is_same(self.base.get(p, ABSENT), stand_in(after.get(p, ABSENT))) for p in pointers)

    def _generated(self, pointer: str, value: Any) -> bool:
        return self.bases.say(pointer, stand_in(value))

    def _take(self, pointer: str, value: Any) -> None:
        """This run wrote the value, or removed it: so does the base."""
        if value is not ABSENT:
            self.base[pointer] = stand_in(value)

    def _remember(self, pointer: str) -> None:
        """This run did not write the value: the base stays as it was; of several, pinned, or as the source has it."""
        new = stand_in(self.new.get(pointer, ABSENT))
        if known := self.bases.known(pointer):
            self.base[pointer] = max(known, key=lambda value: (is_pinned(value), is_same(value, new)))

    def _last(self, pointer: str) -> Any:
        """What the base has of a value once this run has remembered it: what was generated last."""
        return as_generated(self.base.get(pointer, ABSENT))

    def _keep(self, pointer: str, mine: Any, new: Any, state: str, denial: Denial | None = None) -> None:
        if mine is not ABSENT or new is not ABSENT:
            self.kept.append(Kept(pointer=pointer, mine=mine, new=new, state=state, denial=denial))


def _fields_of(values: Values, pointers: Sequence[str]) -> Any:
    """The fields of a link that stand at these pointers."""
    return {split(pointer)[-1]: values[pointer] for pointer in pointers if pointer in values} or ABSENT


def compared_values(
    old: Mapping[str, Any], new: Mapping[str, Any], bases: Sequence[Mapping[str, Any]]
) -> tuple[Values, Values]:
    """The values of two states of one document, a link under one name in both: that which the base knows it by."""
    known: dict[str, Link] = {}
    for base in bases:
        known |= links_of(base)
    old_links = identified(links_in(old), known)
    new_links = identified(links_in(new), {**old_links, **known})
    return values_of(old, old_links), values_of(new, new_links)


def _opaque(mine: Mapping[str, Any], new: Mapping[str, Any]) -> Subtrees:
    """Where a person wrote something of another shape than a mapping or list of ours: nothing is put into it."""
    opaque: set[str] = set()

    for pointer in (TAGS, LINKS, *(join("spec", name) for name in REFERENCES)):
        part, name = split(pointer)
        value = mine[part].get(name) if isinstance(mine.get(part), Mapping) else None
        if isinstance(value, list) and not (is_links(value) if pointer == LINKS else is_set(pointer, value)):
            opaque.add(pointer)

    def visit(pointer: str, a: Any, b: Any) -> None:
        if isinstance(b, Mapping):
            if a is not None and not isinstance(a, Mapping):
                opaque.add(pointer)
                return
            for key in b:
                if isinstance(a, Mapping) and key in a:
                    visit(pointer + join(key), a[key], b[key])
        elif isinstance(b, list) and a is not None and not isinstance(a, list):
            opaque.add(pointer)

    visit("", mine, new)
    return Subtrees(opaque)
