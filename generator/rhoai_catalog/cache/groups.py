"""Groups of things that stay as they are: their inputs are the same, and the tree holds what was made of these."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from msgspec import Raw, Struct
from msgspec.json import Decoder, Encoder

from rhoai_catalog.base import FOLDER, Line, read_lines
from rhoai_catalog.cache.store import Store
from rhoai_catalog.entity import Description, Group, LeftOut, Remarks
from rhoai_catalog.identity import Identity, Key
from rhoai_catalog.merge import Current, MergedTree, Part, Still, part, parts_of, same_files
from rhoai_catalog.review import Review
from rhoai_catalog.validate import Quiet, Related, Said


class Entry(Struct):
    """What a group was described from, a digest of what the tree holds of each of its things since, and what was told
    of it.
    """

    inputs: str
    tree: dict[str, str]
    left_out: list[tuple[str, str]]
    nobodies: list[tuple[str, str]]

    def remarks(self) -> Remarks:
        told = frozenset(LeftOut(what=what, reason=reason) for what, reason in self.left_out)
        return Remarks(left_out=told, nobodies=frozenset(self.nobodies))


class Contents(Struct):
    """Entries by the identity of their group; parts, and what they say of others if nothing is wrong with them, by
    their base file; and what documents say, by their file.
    """

    groups: dict[str, Entry] = {}
    parts: dict[str, Part] = {}
    said: dict[str, Said] = {}
    documents: dict[str, Raw] = {}


DECODER: Final = Decoder(Contents)


class Groups:
    """The groups and parts of one catalog as the last plan found them, in this run or before it."""

    def __init__(self, store: Store | None) -> None:
        self._store = store
        self._before = (store.read("groups", DECODER) if store is not None else None) or Contents()
        self._known = self._before

    def standing(self, review: Review) -> Still:
        """The parts that are in all trees of a review as they were."""
        files, *others = (parts_of(tree.texts) for tree in review.trees()) if self._known.parts else ({},)
        same = same_files(self._known.parts, files, others)
        parts = {base: self._known.parts[base] for base in same}
        return Still(parts=parts, files={base: files[base] for base in same})

    def asked(self, current: Current, base: Current) -> Asked:
        """What a description of this tree may ask, which is told against that of the base branch."""
        self._asked = Asked(self._known.groups, current, base)
        return self._asked

    def related(self, still: Still) -> Related:
        """What is known of documents, and which of the parts that stand still are quiet."""
        said = {base: self._known.said[base] for base in still.parts if base in self._known.said}
        files = {base: [name for name, _ in still.files[base]] for base in said}
        return Related(self._known.documents, Quiet(said=said, files=files))

    def learn(self, description: Description, merged: MergedTree, after: Current, related: Related) -> None:
        """Keep what was described, or stood as it would be, all of it known, and stands so in the tree that it was
        merged into; and what was found there.
        """
        if self._store is None:
            return
        groups = self._asked.used | dict(_entries(description, merged, after))
        things = {thing for entry in groups.values() for thing in entry.tree}
        parts = {**after.still.parts, **dict(_parts(after, things))}
        files = {**after.still.files, **parts_of(after.texts)}
        said = {base: related.said(base, dict(files[base]), found.entity_files) for base, found in parts.items()}
        self._known = Contents(
            groups=groups,
            parts=parts,
            said={base: told for base, told in said.items() if told is not None},
            documents=related.known(),
        )

    def save(self) -> None:
        if self._store is not None and self._known != self._before:
            self._store.write("groups", self._known, Encoder())


class Asked:
    """What was told of groups; `used` are the entries of those that stand as they would be described, and `things` what
    is in these groups.
    """

    def __init__(self, before: Mapping[str, Entry], current: Current, base: Current) -> None:
        self._before, self._current, self._base = before, current, base
        self.used: dict[str, Entry] = {}
        self.things: set[Identity] = set()

    def told(self, group: Group) -> Remarks | None:
        """What was told of a group that stands as it would be described; None where that is not known."""
        entry = self._before.get(group.identity)
        if entry is None or entry.inputs != group.inputs or entry.tree.keys() != group.members:
            return None
        if not all(thing in self._current.still.things or self._is_same(thing, entry) for thing in group.members):
            return None
        self.used[group.identity] = entry
        self.things |= group.members
        return entry.remarks()

    def _is_same(self, thing: Identity, entry: Entry) -> bool:
        """Whether a thing is in the tree as it was then; and in the base branch no more of it, which is to be told."""
        keys, others = ({*tree.keys_of.get(thing, ())} for tree in (self._current, self._base))
        return others <= keys and self._current.untouched(thing) == entry.tree[thing]

    def moving(self, files: Iterable[str]) -> Collection[str]:
        """The parts in which not all things stand, and those that these `files` come into."""
        still = self._current.still
        moving = {base for thing, base in still.things.items() if thing not in self.things}
        return moving | {base for file in files for base in still.holding(file)}


def _entries(description: Description, merged: MergedTree, after: Current) -> Iterator[tuple[str, Entry]]:
    """What is to be known of groups that were described, all of which is in the tree now, and as it was described."""
    as_described = {outcome.key for outcome in merged.outcomes if outcome.as_described}
    described: dict[Identity, set[Key]] = {}
    for key in (*(entity.key for entity in description.entities), *(page.key for page in description.pages)):
        described.setdefault(key.identity, set()).add(key)
    for group in description.groups:
        keys = {key for member in group.members for key in described.get(member, ())}
        keys |= {key for member in group.members for key in after.keys_of.get(member, ())}
        tree = {str(thing): digest for thing in group.members if (digest := after.untouched(thing)) is not None}
        if group.inputs and keys and keys <= as_described and tree.keys() == group.members:
            left_out = [(one.what, one.reason) for one in sorted(group.remarks.left_out)]
            nobodies = sorted(group.remarks.nobodies)
            yield group.identity, Entry(inputs=group.inputs, tree=tree, left_out=left_out, nobodies=nobodies)


def _parts(after: Current, things: Collection[str]) -> Iterator[tuple[str, Part]]:
    """The parts in which there are but things that stand as they were described."""
    for base, files in parts_of(after.texts).items():
        bases = [file for file in files if file[0].startswith(f"{FOLDER}/")]
        lines = [line for file, text in bases for line in read_lines(text, file)]
        rows = sum(text.count("\n") for _, text in bases)
        if len(lines) == rows and _is_as_described(after, lines, things):
            found = part(files, lines)
            if found is not None:
                yield base, found


def _is_as_described(after: Current, lines: Iterable[Line], described: Collection[str]) -> bool:
    """Whether the lines are all that is said of their things, all of which is as it was described, and nothing else is
    in the files of their documents.
    """
    keys = {line.key for line in lines}
    things = {key.identity for key in keys}
    if {key for thing in things for key in after.keys_of.get(thing, ())} != keys:
        return False
    if not all(thing in described for thing in things):
        return False
    pieces = (piece for line in lines if line.kind for piece in after.pieces.get(line.file, ()))
    return all(piece.key in keys and after.places[piece.key] is piece for piece in pieces)
