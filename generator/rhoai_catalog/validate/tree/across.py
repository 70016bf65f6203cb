"""What no document shows by itself: all documents of a tree against each other and against its files."""

from __future__ import annotations

from collections.abc import Collection

from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.validate.document.references import references
from rhoai_catalog.validate.document.words import Finding, shown
from rhoai_catalog.validate.tree.cycles import location_cycles, reference_cycles
from rhoai_catalog.validate.tree.documents import Document, DocumentTree, Findings
from rhoai_catalog.validate.tree.places import misplaced, site_folders
from rhoai_catalog.validate.tree.related import Related
from rhoai_catalog.validate.tree.relations import misdirected
from rhoai_catalog.validate.tree.sites import sites


def across(tree: DocumentTree, owners: Collection[EntityRef] | None, related: Related) -> Findings:
    """Every finding that takes more than its own document to see. `owners` are all groups and users, where known."""
    owned: dict[EntityRef, Document] = {}
    for document, ref in tree.referred():
        if owned.setdefault(ref, document) is not document:
            where = "this file" if owned[ref].file == document.file else owned[ref].file
            yield document, _duplicate(ref, where)
    known = None if owners is None else {*owners, *(ref for ref in owned if ref.kind in ("group", "user"))}
    there = owned if tree.complete and tree.readable else None
    kinds = frozenset(ref.kind for ref in owned)
    named = {
        document: tuple(references(document.data)) for document in tree.documents if isinstance(document.data, dict)
    }
    for document, found in named.items():
        yield from ((document, finding) for finding in misplaced(document, tree))
        yield from ((document, finding) for finding in misdirected(found, there, kinds, known))
    yield from reference_cycles(owned, named)
    yield from location_cycles(tree)
    yield from sites(tree, site_folders(tree), related)


def _duplicate(ref: EntityRef, where: str) -> Finding:
    message = f"{shown(str(ref))} is in {where} already, and Backstage keeps only one of them; rename or remove one"
    return Finding(pointer="/metadata/name", rule="duplicate", message=message)
