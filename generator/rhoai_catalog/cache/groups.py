"""Groups of things that stay as they are: described from the same inputs, and in the tree as they were described."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from msgspec import Raw, Struct
from msgspec.json import Decoder, Encoder

from rhoai_catalog.base import FOLDER, Line, read_lines
from rhoai_catalog.cache.store import Store
from rhoai_catalog.entity import Description, Group, LeftOut, Remarks
from rhoai_catalog.identity import Identity, Key
from rhoai_catalog.merge import Current, MergedTree, Part, UnchangedParts, parts_of, same_files
from rhoai_catalog.review import Review
from rhoai_catalog.validate import CleanParts, CrossReferences, KnownDocuments


class GroupRecord(Struct):
    """A group as an earlier run described it: the digest of its inputs; of each of its things, the digest of what the
    tree has held of it since; and the remarks.
    """

    inputs: str
    tree: dict[str, str]
    left_out: list[tuple[str, str]]
    nobodies: list[tuple[str, str]]

    def remarks(self) -> Remarks:
        told = frozenset(LeftOut(what=what, reason=reason) for what, reason in self.left_out)
        return Remarks(left_out=told, nobodies=frozenset(self.nobodies))


class Contents(Struct):
    """The file of this cache: groups by identity; parts, and the cross-references of those in which nothing is wrong,
    by their base file; and the documents that were checked, by their file.
    """

    groups: dict[str, GroupRecord] = {}
    parts: dict[str, Part] = {}
    references: dict[str, CrossReferences] = {}
    documents: dict[str, Raw] = {}


DECODER: Final = Decoder(Contents)


class Groups:
    """The groups and parts of one catalog as the last plan found them, in this run or before it."""

    def __init__(self, store: Store | None) -> None:
        self._store = store
        self._before = (store.read("groups", DECODER) if store is not None else None) or Contents()
        self._known = self._before

    def unchanged_parts(self, review: Review) -> UnchangedParts:
        """The parts that are in all trees of a review as they were."""
        files, *others = (parts_of(tree.texts) for tree in review.trees()) if self._known.parts else ({},)
        same = same_files(self._known.parts, files, others)
        parts = {base: self._known.parts[base] for base in same}
        return UnchangedParts(parts=parts, files={base: files[base] for base in same})

    def unchanged_groups(self, current: Current, base: Current) -> UnchangedGroups:
        """Which groups this tree holds as they would be described, told against that of the base branch."""
        self._unchanged = UnchangedGroups(self._known.groups, current, base)
        return self._unchanged

    def known_documents(self, unchanged: UnchangedParts) -> KnownDocuments:
        """The documents that were checked before, and which of the unchanged parts are clean."""
        references = {base: self._known.references[base] for base in unchanged.parts if base in self._known.references}
        files = {base: [name for name, _ in unchanged.files[base]] for base in references}
        return KnownDocuments(self._known.documents, CleanParts(references=references, files=files))

    def learn(self, description: Description, merged: MergedTree, after: Current, checked: KnownDocuments) -> None:
        """Keep each group that is wholly known, and that the merged tree holds as it was described; the parts with
        nothing else in them; and the documents that were `checked`.
        """
        if self._store is None:
            return
        groups = self._unchanged.records | dict(_records(description, merged, after))
        things = {thing for record in groups.values() for thing in record.tree}
        parts = {**after.unchanged.parts, **dict(_parts(after, things))}
        files = {**after.unchanged.files, **parts_of(after.texts)}
        references = {
            base: checked.references_of(base, dict(files[base]), part.entity_files) for base, part in parts.items()
        }
        self._known = Contents(
            groups=groups,
            parts=parts,
            references={base: own for base, own in references.items() if own is not None},
            documents=checked.contents(),
        )

    def save(self) -> None:
        if self._store is not None and self._known != self._before:
            self._store.write("groups", self._known, Encoder())


class UnchangedGroups:
    """Groups that a tree holds as they would be described: their `records`, and the `things` in them. A group gets in
    by being asked for.
    """

    def __init__(self, before: Mapping[str, GroupRecord], current: Current, base: Current) -> None:
        self._before, self._current, self._base = before, current, base
        self.records: dict[str, GroupRecord] = {}
        self.things: set[Identity] = set()

    def remarks(self, group: Group) -> Remarks | None:
        """The earlier remarks of a group that is unchanged; None where it is not, or nobody knows."""
        record = self._before.get(group.identity)
        if record is None or record.inputs != group.inputs or record.tree.keys() != group.members:
            return None
        parts = self._current.unchanged
        if not all(thing in parts.things or self._is_same(thing, record) for thing in group.members):
            return None
        self.records[group.identity] = record
        self.things |= group.members
        return record.remarks()

    def _is_same(self, thing: Identity, record: GroupRecord) -> bool:
        """Whether a thing is in the tree as it was then; and in the base branch no more of it, which is to be told."""
        keys, others = ({*tree.keys_of.get(thing, ())} for tree in (self._current, self._base))
        return others <= keys and self._current.untouched(thing) == record.tree[thing]

    def changing_parts(self, files: Iterable[str]) -> Collection[str]:
        """Of the unchanged parts, those with a thing whose group is not, and those that these `files` come into."""
        parts = self._current.unchanged
        changing = {base for thing, base in parts.things.items() if thing not in self.things}
        return changing | {base for file in files for base in parts.holding(file)}


def _records(description: Description, merged: MergedTree, after: Current) -> Iterator[tuple[str, GroupRecord]]:
    """The records of groups that were described, all of which is in the tree now, and as it was described."""
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
            yield group.identity, GroupRecord(inputs=group.inputs, tree=tree, left_out=left_out, nobodies=nobodies)


def _parts(after: Current, things: Collection[str]) -> Iterator[tuple[str, Part]]:
    """The parts with nothing in them but things that are as they were described."""
    for base, files in parts_of(after.texts).items():
        bases = [file for file in files if file[0].startswith(f"{FOLDER}/")]
        lines = [line for file, text in bases for line in read_lines(text, file)]
        rows = sum(text.count("\n") for _, text in bases)
        if len(lines) == rows and _is_as_described(after, lines, things):
            part = Part.of(files, lines)
            if part is not None:
                yield base, part


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
