"""What no document shows by itself: all documents of a tree against each other and against its files."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.validate.document.placeholders import may_hold, placeholders
from rhoai_catalog.validate.document.references import Reference, references
from rhoai_catalog.validate.document.words import Finding, shown
from rhoai_catalog.validate.tree.clean import CleanParts, CrossReferences, RestOfTree, edges
from rhoai_catalog.validate.tree.cycles import location_cycles, reference_cycles
from rhoai_catalog.validate.tree.documents import Document, DocumentTree, Findings
from rhoai_catalog.validate.tree.known_documents import KnownDocuments
from rhoai_catalog.validate.tree.places import misplaced, site_folders
from rhoai_catalog.validate.tree.relations import misdirected, target_of
from rhoai_catalog.validate.tree.sites import sites


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """What references can lead to in a tree: the documents that are checked, the first of each reference, and those of
    the clean parts beside them; `owners` are all groups and users, where known. `references` are what documents name.
    """

    documents: Mapping[EntityRef, Document]
    references: Mapping[Document, Sequence[Reference]]
    refs: Collection[EntityRef]
    owners: Collection[EntityRef] | None

    @classmethod
    def of(cls, tree: DocumentTree, clean: CleanParts, owners: Collection[EntityRef] | None) -> Targets:
        documents: dict[EntityRef, Document] = {}
        for document, ref in tree.referred():
            documents.setdefault(ref, document)
        named = {doc: tuple(references(doc.data)) for doc in tree.documents if isinstance(doc.data, dict)}
        known = None if owners is None else {*owners, *(ref for ref in documents if ref.kind in ("group", "user"))}
        return cls(documents=documents, references=named, refs=documents.keys() | clean.refs, owners=known)

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(ref.kind for ref in self.refs)

    def rest_of_tree(self, folders: Collection[str]) -> RestOfTree:
        """What is beside the clean parts; and the folders that Templates fill in."""
        named = (
            (ref, [(one.field, target_of(one)) for one in self.references[doc]]) for ref, doc in self.documents.items()
        )
        leading = [edge for ref, targets in named for edge in edges(ref, targets)]
        return RestOfTree(
            refs=self.documents.keys(), edges=leading, kinds=self.kinds, owners=self.owners, folders=folders
        )

    def cross_references(self) -> Mapping[str, CrossReferences]:
        """Those of the documents of each file; of no file with documents that also name other files."""
        in_file: dict[str, list[CrossReferences]] = {}
        for ref, document in self.documents.items():
            own = CrossReferences.of(ref, self.references[document], self.refs)
            in_file.setdefault(document.file, []).append(own)
        with_files = {
            document.file
            for document in self.references
            if may_hold(document.text) and any(placeholders(document.data))
        }
        return {file: CrossReferences.union(own) for file, own in in_file.items() if file not in with_files}


def across(tree: DocumentTree, targets: Targets, known: KnownDocuments) -> Findings:
    """Every finding that takes more than its own document to see."""
    for document, ref in tree.referred():
        first = targets.documents[ref]
        if first is not document:
            yield document, _duplicate(ref, "this file" if first.file == document.file else first.file)
    refs = targets.refs if tree.complete and tree.readable else None
    kinds = targets.kinds
    for document, named in targets.references.items():
        yield from ((document, finding) for finding in misplaced(document, tree))
        yield from ((document, finding) for finding in misdirected(named, refs, kinds, targets.owners))
    yield from reference_cycles(targets.documents, targets.references)
    yield from location_cycles(tree)
    yield from sites(tree, site_folders(tree), known)


def _duplicate(ref: EntityRef, where: str) -> Finding:
    message = f"{shown(str(ref))} is in {where} already, and Backstage keeps only one of them; rename or remove one"
    return Finding(pointer="/metadata/name", rule="duplicate", message=message)
