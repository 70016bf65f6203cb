"""Files that a document names: Locations, TechDocs sites and placeholders against the rest of the tree."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from rhoai_catalog import documents
from rhoai_catalog.errors import DocumentError
from rhoai_catalog.globs import PatternError, is_pattern, matching
from rhoai_catalog.pointer import join
from rhoai_catalog.validate.document.placeholders import may_hold, placeholders
from rhoai_catalog.validate.document.words import Finding, shown
from rhoai_catalog.validate.tree.documents import Document, DocumentTree

TECHDOCS_REF: Final = "backstage.io/techdocs-ref"
LOCATION: Final = re.compile(r"""kind["']?\s*:\s*["']?Location\b""")  # may be one; what is, its data says
SOURCE_LOCATION: Final = "backstage.io/source-location"


def misplaced(document: Document, tree: DocumentTree) -> Iterator[Finding]:
    """What a document names that is not there, or not where Backstage looks for it."""
    yield from _placeholders(document, tree)
    yield from _locations(document, tree)
    yield from _techdocs(document, tree)


def _locations(document: Document, tree: DocumentTree) -> Iterator[Finding]:
    spec = _location(document)
    if spec.get("type") == "file":
        message = "type file makes RHDH read its own disk, and newer catalogs refuse it; remove type"
        yield Finding(pointer="/spec/type", rule="location", message=message)
    if spec.get("presence") == "optional" or not tree.complete:
        return
    for pointer, target in targets(document):
        path = _resolved(document.file, target)
        try:
            missing = not any(_meant(path, tree)) and (is_pattern(path) or not tree.has(path))
        except PatternError as error:
            yield Finding(pointer=pointer, rule="location", message=f"{shown(target)} is not followed: {error}")
            continue
        if missing:
            message = f"{shown(target)} matches no file here, and the whole Location would fail; mend or remove it"
            yield Finding(pointer=pointer, rule="location", message=message)


def targets(document: Document) -> Iterator[tuple[str, str]]:
    """Pointer and text of every target of a Location that is named relative to its file."""
    spec = _location(document)
    listed = spec.get("targets")
    named = [("/spec/target", spec.get("target"))]
    named += [
        (join("spec", "targets", number), t) for number, t in enumerate(listed if isinstance(listed, list) else [])
    ]
    yield from ((pointer, target) for pointer, target in named if isinstance(target, str) and _is_relative(target))


def with_indexed(texts: Mapping[str, str], files: Iterable[str]) -> list[str]:
    """Files, and those that Locations in them name one by one, which Backstage reads whatever stands in them.

    What a pattern matches need not be meant.
    """
    listed = dict.fromkeys(files)
    waiting = [*listed]
    while waiting:
        file = waiting.pop()
        located = _of_locations(file, texts[file])
        named = [_resolved(file, target) for document in located for _, target in targets(document)]
        new = [path for path in named if path in texts and path not in listed]
        listed |= dict.fromkeys(new)
        waiting += new
    return [*listed]


def _of_locations(file: str, text: str) -> Iterator[Document]:
    for piece in documents.split(text) if LOCATION.search(text) else ():
        with suppress(DocumentError):
            data = documents.parse(piece) if LOCATION.search(piece) else None
            if isinstance(data, Mapping):
                yield Document(file=file, text=piece, line_offset=0, data=data)


def _location(document: Document) -> Mapping[str, Any]:
    """The spec of a Location; of anything else, none."""
    spec = document.data.get("spec") if document.data.get("kind") == "Location" else None
    return spec if isinstance(spec, Mapping) else {}


def matches(file: str, target: str, tree: DocumentTree) -> Iterator[str]:
    """The files of the tree that a target means in a file; none where its pattern is not followed."""
    with suppress(PatternError):
        yield from _meant(_resolved(file, target), tree)


def _meant(path: str, tree: DocumentTree) -> Iterator[str]:
    if path in tree.files:
        yield path
    elif is_pattern(path):
        yield from matching(path, tree.sorted_files)


def _techdocs(document: Document, tree: DocumentTree) -> Iterator[Finding]:
    ref = document.annotations.get(TECHDOCS_REF)
    pointer = join("metadata", "annotations", TECHDOCS_REF)
    if isinstance(ref, str) and not re.match(r"(?:url|dir):.", ref):
        message = f"{shown(ref)} is not dir:FOLDER or url:ADDRESS, so the documentation is not found; write one of them"
        yield Finding(pointer=pointer, rule="techdocs", message=message)
    if not isinstance(ref, str) or not ref.startswith("dir:") or not tree.complete:
        return
    source = document.annotations.get(SOURCE_LOCATION)
    if isinstance(source, str):
        if not re.match(r"url:https?://", source):
            message = (
                f"dir: is relative to {SOURCE_LOCATION}, and {shown(source)} is not url:https://...; remove that one"
            )
            yield Finding(pointer=pointer, rule="techdocs", message=message)
        return
    folder = ref.removeprefix("dir:")
    if folder.startswith("/"):
        return
    site = _resolved(document.file, folder)
    if tree.leaves(site):
        message = f"{shown(ref)} leaves the repository; name a folder inside it"
        yield Finding(pointer=pointer, rule="techdocs", message=message)
    elif not _is_site(site, tree):
        message = f"{shown(ref)} has no docs/index.md here; write it, or remove the annotation"
        yield Finding(pointer=pointer, rule="techdocs", message=message)


def site_folders(tree: DocumentTree) -> frozenset[str]:
    """The folders whose TechDocs site an entity of the tree shows."""
    refs = ((document.file, document.annotations.get(TECHDOCS_REF)) for document in tree.documents)
    folders = ((file, ref) for file, ref in refs if isinstance(ref, str) and ref.startswith("dir:"))
    return frozenset(_resolved(file, ref.removeprefix("dir:")) for file, ref in folders)


def _is_site(folder: str, tree: DocumentTree) -> bool:
    """Whether TechDocs finds a first page: it takes a README where there is no index, and docs_dir for docs/."""
    pages = ("docs/index.md", "docs/README.md", "docs/readme.md", "README.md", "readme.md")
    if any(path in tree.files or tree.has(path) for path in _inside(folder, pages)):
        return True
    return any("docs_dir" in tree.files.get(path, "") for path in _inside(folder, ("mkdocs.yml", "mkdocs.yaml")))


def _inside(folder: str, names: Iterable[str]) -> Iterator[str]:
    return (posixpath.normpath(f"{folder}/{name}") for name in names)


def _placeholders(document: Document, tree: DocumentTree) -> Iterator[Finding]:
    if not may_hold(document.text):
        return
    for pointer, key, target in placeholders(document.data):
        if not isinstance(target, str):
            message = f"{key} must be followed by the path of a file, not {shown(target)}"
        elif re.match(r"https?://", target):
            message = f"{key} {shown(target)} is fetched in every round, and refused where it is in"
            message += " another repository or its host is not in backend.reading.allow; name a file of this one"
            yield Finding(pointer=pointer, rule="remote-text", message=message)
            continue
        elif not _is_relative(target) and not target.startswith("/"):
            message = f"{key} {shown(target)} cannot be fetched; name a file of this repository"
        elif tree.leaves(path := _target(document.file, target, tree)):
            message = f"{key} {shown(target)} leaves the repository; name a file inside it"
        elif tree.complete and not tree.has(path, otherwise=True):
            message = f"{key} {shown(target)} is no file here, so the entity is refused; write it, or mend the path"
        else:
            continue
        yield Finding(pointer=pointer, rule="placeholder", message=message)


def _target(file: str, target: str, tree: DocumentTree) -> str:
    """The file that a placeholder names; a path that begins with / begins at the root of the repository."""
    if target.startswith("/") and tree.disk is not None:
        return tree.disk.rooted(posixpath.normpath(target))
    return _resolved(file, target.lstrip("/"))


def _is_relative(target: str) -> bool:
    return re.match(r"/|[A-Za-z][A-Za-z0-9+.-]*:", target) is None


def _resolved(file: str, target: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(file), target))
