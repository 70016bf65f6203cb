"""Backstage's verdict on one entity: the schema of its kind, and the rules that a schema cannot say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from generator import schema
from generator.validate.placeholders import is_placeholder
from generator.validate.references import references
from generator.validate.url import is_url
from generator.validate.words import Finding, findings, shown, token

RHDH_KINDS: Final = ("Component", "API", "Resource", "Location", "System", "Group", "Template")  # its catalog.rules
KINDS: Final = (*RHDH_KINDS, "Domain", "User")
SEARCHED_BY_OTHER_MEANS: Final = (  # paths whose case does not matter to the search index
    "attachments", "relations", "status", "metadata.name", "metadata.namespace", "metadata.uid", "metadata.etag",
)  # fmt: skip
IDENTITY: Final = ("/apiVersion", "/kind", "/metadata", "/metadata/name", "/metadata/namespace", "/spec")


def check_entity(document: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Everything for which Backstage (or RHDH as it is shipped) would refuse an entity, at most once a place."""
    first: dict[str, Finding] = {}
    for check in (_shape, _kind, _links, _references, _strings, _cases):
        for finding in check(document):
            first.setdefault(finding.pointer, finding)
    return tuple(sorted(first.values(), key=lambda finding: finding.pointer))


def _shape(document: Mapping[str, Any]) -> Iterator[Finding]:
    kind = document.get("kind")
    name = kind.lower() if kind in KINDS else "entity"
    for violation in schema.violations(name, document):
        if violation.pointer in IDENTITY or not is_placeholder(violation.value):
            yield from findings(violation)


def _kind(document: Mapping[str, Any]) -> Iterator[Finding]:
    kind = document.get("kind")
    if not isinstance(kind, str) or kind in RHDH_KINDS:
        return
    known = f"RHDH ingests {', '.join(RHDH_KINDS)}"
    if kind in KINDS:
        message = f"RHDH refuses the whole file of a {kind}: {known}; allow it in catalog.rules"
        yield Finding(pointer="/kind", rule="rhdh-kind", message=message)
    else:
        right = next((k for k in KINDS if k.lower() == kind.lower()), None)
        message = f"the catalog does not know the kind {shown(kind)}; " + (f"write {right}" if right else known)
        yield Finding(pointer="/kind", rule="unknown-kind", message=message)


def _links(document: Mapping[str, Any]) -> Iterator[Finding]:
    metadata = document.get("metadata")
    links = metadata.get("links") if isinstance(metadata, Mapping) else None
    for number, link in enumerate(links if isinstance(links, list) else []):
        url = link.get("url") if isinstance(link, Mapping) else None
        if isinstance(url, str) and url and not is_url(url):
            message = f"{shown(url)} is not an absolute URL, such as https://example.com/path"
            yield Finding(pointer=f"/metadata/links/{number}/url", rule="url", message=message)


def _references(document: Mapping[str, Any]) -> Iterator[Finding]:
    for reference in references(document):
        if is_placeholder(reference.target):
            continue
        try:
            reference.parsed()
        except ValueError as error:
            message = f"{reference.field} {shown(reference.target)} {error}"
            yield Finding(pointer=reference.pointer, rule="reference", message=message)


def _strings(value: Any, pointer: str = "") -> Iterator[Finding]:
    """U+0000, which PostgreSQL cannot hold, and the key `__proto__`, which is lost on the way through Backstage."""
    if isinstance(value, str) and "\0" in value:
        yield Finding(
            pointer=pointer, rule="nul", message="holds the character U+0000, which the database refuses; remove it"
        )
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            place = f"{pointer}/{token(key)}"
            if key == "__proto__":
                yield Finding(
                    pointer=place, rule="reserved-key", message="Backstage loses the key __proto__; rename it"
                )
            yield from _strings(key, place)
            yield from _strings(inner, place)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _strings(inner, f"{pointer}/{number}")


def _cases(document: Mapping[str, Any]) -> Iterator[Finding]:
    """Keys that differ by case only: the search index refuses them, and the entity never appears."""
    seen: dict[str, str] = {}
    for path, pointer in _paths(document, "", "", set()):
        other = seen.setdefault(path.lower(), path)
        if other != path:
            message = (
                f"{shown(path)} and {shown(other)} differ by case only, and the entity would never appear; rename one"
            )
            yield Finding(pointer=pointer, rule="case", message=message)


def _paths(value: Any, path: str, pointer: str, listed: set[str]) -> Iterator[tuple[str, str]]:
    """The keys of the search index: the path to every scalar, and one for every text in a list."""
    if path in SEARCHED_BY_OTHER_MEANS:
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _paths(inner, f"{path}.{key}" if path else key, f"{pointer}/{token(key)}", listed)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _paths(inner, path, f"{pointer}/{number}", listed)
            entry = f"{path}.{inner}"
            if isinstance(inner, str) and entry.lower() not in listed:
                listed.add(entry.lower())
                yield entry, f"{pointer}/{number}"
    else:
        yield path, pointer
