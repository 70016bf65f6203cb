"""mkdocs.yml of TechDocs sites: pages that its navigation names, and keys that TechDocs takes away."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any, Final

from rhoai_catalog import documents
from rhoai_catalog.errors import DocumentError
from rhoai_catalog.pointer import Trail, join, of_trail
from rhoai_catalog.text.visible import visible
from rhoai_catalog.validate.document.words import Finding, described, shown
from rhoai_catalog.validate.tree.documents import Document, DocumentTree, Findings
from rhoai_catalog.validate.tree.known_documents import KnownDocuments

SITE_FILES: Final = ("mkdocs.yml", "mkdocs.yaml")
TAKEN_AWAY: Final = ("hooks", "INHERIT", "extra_javascript", "extra_templates")


def sites(tree: DocumentTree, folders: Collection[str], known: KnownDocuments) -> Findings:
    """What is wrong in each mkdocs.yml that an entity of the tree names."""
    for file, text in tree.looked_at.items():
        if posixpath.basename(file) in SITE_FILES and posixpath.normpath(posixpath.dirname(file)) in folders:
            yield from _site(Document(file=file, text=text, line_offset=0, data=None), tree, known)


def _site(document: Document, tree: DocumentTree, known: KnownDocuments) -> Findings:
    file, digest = document.file, f"site {documents.digest(document.text)}"
    try:
        data = known.of(file, digest) if known.has(file, digest) else documents.parse(document.text)
    except DocumentError as error:
        message = f"is not YAML, so the site is not built: line {error.line}: {visible(error.message)[:200]}"
        yield replace(document, text=""), Finding(pointer="", rule="techdocs", message=message)
        return
    if not isinstance(data, dict):
        message = f"is no mapping of keys but {described(data)}; begin with site_name:"
        yield document, Finding(pointer="", rule="techdocs", message=message)
        return
    known.learn(file, digest, {key: data[key] for key in (*TAKEN_AWAY, "docs_dir", "nav") if key in data})
    for key in TAKEN_AWAY:
        if key in data:
            message = f"TechDocs takes {key} away; remove it"
            yield document, Finding(pointer=join(key), rule="techdocs", message=message)
    folder = data.get("docs_dir", "docs")
    for trail, page in _pages(data.get("nav"), (None, "nav")):
        path = posixpath.normpath(posixpath.join(posixpath.dirname(document.file), str(folder), page))
        if tree.complete and path not in tree.files:
            message = f"{shown(page)} is not in {shown(folder)}, so the page is missing; write it, or remove the line"
            yield document, Finding(pointer=of_trail(trail), rule="techdocs", message=message)


def _pages(nav: Any, trail: Trail) -> Iterator[tuple[Trail, str]]:
    """Every Markdown file that a navigation names."""
    if isinstance(nav, str) and nav.endswith(".md") and ":" not in nav:
        yield trail, nav
    elif isinstance(nav, list | dict):
        for key, inner in nav.items() if isinstance(nav, dict) else enumerate(nav):
            yield from _pages(inner, (trail, key))
