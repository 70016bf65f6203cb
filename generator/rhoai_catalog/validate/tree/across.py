"""What no document shows by itself: all documents of a tree against each other and against its files."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.validate.document.placeholders import may_hold, placeholders
from rhoai_catalog.validate.document.references import Reference, references
from rhoai_catalog.validate.document.words import Finding, shown
from rhoai_catalog.validate.tree.cycles import location_cycles, reference_cycles
from rhoai_catalog.validate.tree.documents import Document, DocumentTree, Findings
from rhoai_catalog.validate.tree.places import misplaced, site_folders
from rhoai_catalog.validate.tree.quiet import Others, Quiet, Said, steps
from rhoai_catalog.validate.tree.related import Related
from rhoai_catalog.validate.tree.relations import misdirected, target_of
from rhoai_catalog.validate.tree.sites import sites


@dataclass(frozen=True, slots=True, kw_only=True)
class Referred:
    """What references can lead to in a tree: its documents, the first of each reference, and the quiet ones beside
    them; `owners` are all groups and users, where known. `named` are the references of each document.
    """

    owned: Mapping[EntityRef, Document]
    named: Mapping[Document, Sequence[Reference]]
    refs: Collection[EntityRef]
    owners: Collection[EntityRef] | None

    @classmethod
    def of(cls, tree: DocumentTree, quiet: Quiet, owners: Collection[EntityRef] | None) -> Referred:
        owned: dict[EntityRef, Document] = {}
        for document, ref in tree.referred():
            owned.setdefault(ref, document)
        named = {doc: tuple(references(doc.data)) for doc in tree.documents if isinstance(doc.data, dict)}
        known = None if owners is None else {*owners, *(ref for ref in owned if ref.kind in ("group", "user"))}
        return cls(owned=owned, named=named, refs=owned.keys() | quiet.refs, owners=known)

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(ref.kind for ref in self.refs)

    def others(self, folders: Collection[str]) -> Others:
        """What stands beside the quiet documents; and the folders that Templates fill in."""
        targets = ((ref, [(one.field, target_of(one)) for one in self.named[doc]]) for ref, doc in self.owned.items())
        led = [step for ref, named in targets for step in steps(ref, named)]
        return Others(refs=self.owned.keys(), steps=led, kinds=self.kinds, owners=self.owners, folders=folders)

    def said(self) -> Mapping[str, Said]:
        """What the documents of each file say; nothing of files with documents that also name other files."""
        said: dict[str, list[Said]] = {}
        for ref, document in self.owned.items():
            said.setdefault(document.file, []).append(Said.of(ref, self.named[document], self.refs))
        mute = {
            document.file for document in self.named if may_hold(document.text) and any(placeholders(document.data))
        }
        return {file: Said.all(told) for file, told in said.items() if file not in mute}


def across(tree: DocumentTree, referred: Referred, related: Related) -> Findings:
    """Every finding that takes more than its own document to see."""
    for document, ref in tree.referred():
        first = referred.owned[ref]
        if first is not document:
            yield document, _duplicate(ref, "this file" if first.file == document.file else first.file)
    there = referred.refs if tree.complete and tree.readable else None
    kinds = referred.kinds
    for document, found in referred.named.items():
        yield from ((document, finding) for finding in misplaced(document, tree))
        yield from ((document, finding) for finding in misdirected(found, there, kinds, referred.owners))
    yield from reference_cycles(referred.owned, referred.named)
    yield from location_cycles(tree)
    yield from sites(tree, site_folders(tree), related)


def _duplicate(ref: EntityRef, where: str) -> Finding:
    message = f"{shown(str(ref))} is in {where} already, and Backstage keeps only one of them; rename or remove one"
    return Finding(pointer="/metadata/name", rule="duplicate", message=message)
