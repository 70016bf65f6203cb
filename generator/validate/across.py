"""What no document shows by itself: references, Locations, TechDocs and placeholders against the rest of the tree."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from generator.backstage import EntityRef, ref_of
from generator.validate.placeholders import placeholders
from generator.validate.references import Reference, references
from generator.validate.words import Finding, shown

TECHDOCS_REF: Final = "backstage.io/techdocs-ref"
TECHDOCS_ENTITY: Final = "backstage.io/techdocs-entity"
SOURCE_LOCATION: Final = "backstage.io/source-location"
IN_TREE: Final = ("dependsOn", "providesApis")  # references that people expect to lead somewhere
KINDS_IN_TREE: Final = ("component", "resource", "api")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Document:
    """One document of a file; `text` begins after `line_offset` lines."""

    file: str
    text: str
    line_offset: int
    data: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """Files and their documents. Only of a complete and readable tree can it be said that something is missing."""

    files: Mapping[str, str]
    documents: tuple[Document, ...]
    complete: bool = True
    readable: bool = True


Found = Iterator[tuple[Document, Finding]]


def across(tree: Tree) -> Found:
    owned: dict[EntityRef, Document] = {}
    for document in tree.documents:
        ref = ref_of(document.data) if isinstance(document.data, Mapping) else None
        if ref is not None and owned.setdefault(ref, document) is not document:
            yield document, _duplicate(ref, owned[ref])
    for document in tree.documents:
        if isinstance(document.data, Mapping):
            yield from ((document, finding) for finding in _placeholders(document))
            if tree.complete:
                yield from ((document, finding) for finding in _locations(document, tree))
                yield from ((document, finding) for finding in _techdocs(document, tree))
            if tree.complete and tree.readable:
                yield from ((document, finding) for finding in _dangling(document, owned))


def _duplicate(ref: EntityRef, first: Document) -> Finding:
    message = (
        f"{shown(str(ref))} is in {first.file} already, and Backstage keeps only one of them; rename or remove one"
    )
    return Finding(pointer="/metadata/name", rule="duplicate", message=message)


def _dangling(document: Document, owned: Mapping[EntityRef, Document]) -> Iterator[Finding]:
    for reference in references(document.data):
        ref = _target(reference)
        if reference.field in IN_TREE and ref and ref.kind in KINDS_IN_TREE and ref not in owned:
            message = (
                f"{reference.field} refers to {shown(str(ref))}, which no file here holds; add it or mend the name"
            )
            yield Finding(pointer=reference.pointer, rule="dangling", message=message)


def _target(reference: Reference) -> EntityRef | None:
    try:
        return reference.parsed()
    except ValueError:
        return None  # the document's own check says so


def _locations(document: Document, tree: Tree) -> Iterator[Finding]:
    spec = document.data.get("spec")
    if document.data.get("kind") != "Location" or not isinstance(spec, Mapping):
        return
    if spec.get("type") == "file":
        message = "type file makes RHDH read its own disk, and newer catalogs refuse it; remove type"
        yield Finding(pointer="/spec/type", rule="location", message=message)
    if spec.get("presence") == "optional":
        return
    listed = spec.get("targets")
    targets = [("/spec/target", spec.get("target"))]
    targets += [(f"/spec/targets/{number}", t) for number, t in enumerate(listed if isinstance(listed, list) else [])]
    for pointer, target in targets:
        if isinstance(target, str) and _is_relative(target) and not _matches(_resolved(document.file, target), tree):
            message = f"{shown(target)} matches no file here, and the whole Location would fail; mend or remove it"
            yield Finding(pointer=pointer, rule="location", message=message)


def _techdocs(document: Document, tree: Tree) -> Iterator[Finding]:
    metadata = document.data.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    ref = annotations.get(TECHDOCS_REF) if isinstance(annotations, Mapping) else None
    if not isinstance(ref, str) or not ref.startswith("dir:") or not isinstance(annotations, Mapping):
        return
    pointer = f"/metadata/annotations/{TECHDOCS_REF.replace('/', '~1')}"
    source = annotations.get(SOURCE_LOCATION)
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
    if _leaves(site):
        message = f"{shown(ref)} leaves the tree; name a folder inside it"
        yield Finding(pointer=pointer, rule="techdocs", message=message)
    elif not _is_site(site, tree.files):
        message = f"{shown(ref)} has no docs/index.md here; write it, or remove the annotation"
        yield Finding(pointer=pointer, rule="techdocs", message=message)


def _is_site(folder: str, files: Mapping[str, str]) -> bool:
    """Whether TechDocs finds a first page: it takes a README where there is no index, and docs_dir for docs/."""
    pages = ("docs/index.md", "docs/README.md", "docs/readme.md", "README.md", "readme.md")
    paths = [posixpath.normpath(f"{folder}/{name}") for name in (*pages, "mkdocs.yml", "mkdocs.yaml")]
    return any(path in files for path in paths[:-2]) or any("docs_dir" in files.get(path, "") for path in paths[-2:])


def _placeholders(document: Document) -> Iterator[Finding]:
    for pointer, key, target in placeholders(document.data):
        if not isinstance(target, str):
            message = f"{key} must be followed by the path of a file, not {shown(target)}"
        elif not _is_relative(target):
            message = (
                f"{key} {shown(target)} is fetched from elsewhere in every round; write its text here, or a file beside"
            )
        elif _leaves(_resolved(document.file, target)):
            message = f"{key} {shown(target)} leaves the tree; name a file inside it"
        else:
            continue
        yield Finding(pointer=pointer, rule="placeholder", message=message)


def _is_relative(target: str) -> bool:
    return re.match(r"/|[A-Za-z][A-Za-z0-9+.-]*:", target) is None


def _resolved(file: str, target: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(file), target))


def _leaves(path: str) -> bool:
    return path == ".." or path.startswith("../")


def _matches(target: str, tree: Tree) -> bool:
    if target in tree.files:
        return True
    if not re.search(r"[*?{\[]", target):
        return False
    pattern = re.compile(_pattern(target), re.DOTALL)
    return any(pattern.fullmatch(file) for file in tree.files)


def _pattern(glob: str) -> str:
    """A glob with `**`, `*`, `?` and `{a,b}` as a regular expression; `[...]` is read as any one character."""
    out, depth = "", 0
    for part in re.findall(r"(?:\*\*/)+|\*+|\[[^\]/]+\]|.", glob, re.DOTALL):
        if part.endswith("**/"):
            out += "(?:.*/)?"
        elif part.startswith("*"):
            out += "[^/]*" if part == "*" else ".*"
        elif part == "?" or len(part) > 1:
            out += "[^/]"
        elif part == "{":
            out, depth = f"{out}(?:", depth + 1
        elif part == "}" and depth:
            out, depth = f"{out})", depth - 1
        else:
            out += "|" if part == "," and depth else re.escape(part)
    return out + ")" * depth
