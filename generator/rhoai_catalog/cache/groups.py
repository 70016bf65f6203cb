"""Groups of things that stay as they are: their inputs are the same, and the tree holds what was made of these."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from msgspec.json import Decoder, Encoder

from rhoai_catalog.cache.store import Store
from rhoai_catalog.entity import Description, Group, LeftOut, Remarks
from rhoai_catalog.identity import Identity, Key
from rhoai_catalog.merge import Current, MergedTree
from rhoai_catalog.validate import Known, Related


class Entry(Struct):
    """What a group was described from, a digest of what the tree holds of it since, and what was told of it."""

    inputs: str
    tree: str
    left_out: list[tuple[str, str]]
    nobodies: list[tuple[str, str]]

    def remarks(self) -> Remarks:
        told = frozenset(LeftOut(what=what, reason=reason) for what, reason in self.left_out)
        return Remarks(left_out=told, nobodies=frozenset(self.nobodies))


class Contents(Struct):
    """Entries by the identity of their group, and what documents say of others, by digest."""

    groups: dict[str, Entry] = {}
    documents: dict[str, Known] = {}


DECODER: Final = Decoder(Contents)


class Groups:
    """The groups of one catalog, and the `related` data of its documents."""

    def __init__(self, store: Store | None) -> None:
        self._store = store
        self._learnt: dict[str, Entry] = {}

    @functools.cached_property
    def _before(self) -> Contents:
        return (self._store.read("groups", DECODER) if self._store is not None else None) or Contents()

    @functools.cached_property
    def related(self) -> Related:
        return Related(self._before.documents)

    def told(self, group: Group, current: Current) -> Remarks | None:
        """What was told of a group that stands as it would be described; None where that is not known."""
        entry = self._learnt.get(group.identity) or self._before.groups.get(group.identity)
        if entry is None or entry.inputs != group.inputs or entry.tree != current.untouched(group.members):
            return None
        self._learnt[group.identity] = entry
        return entry.remarks()

    def learn(self, description: Description, merged: MergedTree, after: Current) -> None:
        """Keep what was described, all of it known, and stands so in the tree that it was merged into."""
        if self._store is None:
            return
        as_described = {outcome.key for outcome in merged.outcomes if outcome.as_described}
        described: dict[Identity, set[Key]] = {}
        for key in (*(entity.key for entity in description.entities), *(page.key for page in description.pages)):
            described.setdefault(key.identity, set()).add(key)
        for group in description.groups:
            entry = _entry(group, described, as_described, after)
            if entry is not None:
                self._learnt[group.identity] = entry

    def save(self) -> None:
        contents = Contents(groups=self._learnt, documents=self.related.used)
        if self._store is not None and self._learnt and contents != self._before:
            self._store.write("groups", contents, Encoder())


def _entry(
    group: Group, described: Mapping[Identity, set[Key]], as_described: set[Key], after: Current
) -> Entry | None:
    """What is to be known of a group; nothing where a document or page of it is not as it was described."""
    keys = {key for member in group.members for key in described.get(member, ())}
    keys |= {key for member in group.members for key in after.keys_of.get(member, ())}
    tree = after.untouched(group.members) if group.inputs and keys and keys <= as_described else None
    if tree is None:
        return None
    left_out = [(one.what, one.reason) for one in sorted(group.remarks.left_out)]
    return Entry(inputs=group.inputs, tree=tree, left_out=left_out, nobodies=sorted(group.remarks.nobodies))
