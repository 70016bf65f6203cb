"""Backstage's verdict on one entity: the schema of its kind, and the rules that a schema cannot say."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from rhoai_catalog import schema
from rhoai_catalog.pointer import Trail, join, of_trail
from rhoai_catalog.validate.document.known_kinds import MCP_SERVER, check_kind, is_mcp_server, profile_of, schema_of
from rhoai_catalog.validate.document.placeholders import is_placeholder
from rhoai_catalog.validate.document.references import UNRELATED, references
from rhoai_catalog.validate.document.url import is_url
from rhoai_catalog.validate.document.words import Finding, findings, shown

SEARCHED_BY_OTHER_MEANS: Final = (  # paths whose case does not matter to the search index
    "attachments", "relations", "status", "metadata.name", "metadata.namespace", "metadata.uid", "metadata.etag",
)  # fmt: skip
IDENTITY: Final = ("/apiVersion", "/kind", "/metadata", "/metadata/name", "/metadata/namespace", "/spec")


def check_entity(document: Mapping[str, Any], profiles: Collection[str] = ()) -> tuple[Finding, ...]:
    """Everything for which Backstage (or RHDH as it is shipped) would refuse an entity, at most once a place.

    `profiles` ask for more of model servers and models: "model-server", "ai-model".
    """
    first: dict[str, Finding] = {}
    for check in (_shape, check_kind, _links, _references, _strings, _cases):
        for finding in check(document):
            first.setdefault(finding.pointer, finding)
    for finding in _profile(document, profiles):
        first.setdefault(finding.pointer, finding)
    return tuple(sorted(first.values(), key=lambda finding: finding.pointer))


def _shape(document: Mapping[str, Any]) -> Iterator[Finding]:
    mcp_server = is_mcp_server(document)
    for violation in schema.violations(schema_of(document), document):
        if violation.pointer in IDENTITY or not is_placeholder(violation.value):
            for finding in findings(violation):
                if not (mcp_server and finding.pointer == "/spec/definition"):
                    yield finding
    if mcp_server:
        for violation in schema.violations(MCP_SERVER, document):
            yield from (replace(finding, rule="mcp-server") for finding in findings(violation))


def _profile(document: Mapping[str, Any], profiles: Collection[str]) -> Iterator[Finding]:
    profile = profile_of(document)
    if profile in profiles:
        for violation in schema.violations(profile, document):
            yield from (replace(finding, rule="profile") for finding in findings(violation))


def _links(document: Mapping[str, Any]) -> Iterator[Finding]:
    metadata = document.get("metadata")
    links = metadata.get("links") if isinstance(metadata, Mapping) else None
    for number, link in enumerate(links if isinstance(links, list) else []):
        url = link.get("url") if isinstance(link, Mapping) else None
        if isinstance(url, str) and url and not is_url(url):
            message = f"{shown(url)} is not an absolute URL, such as https://example.com/path"
            yield Finding(pointer=join("metadata", "links", number, "url"), rule="url", message=message)


def _references(document: Mapping[str, Any]) -> Iterator[Finding]:
    for reference in references(document):
        if is_placeholder(reference.target) or reference.field in UNRELATED:
            continue
        try:
            reference.parsed()
        except ValueError as error:
            message = f"{reference.field} {shown(reference.target)} {error}"
            yield Finding(pointer=reference.pointer, rule="reference", message=message)


def _strings(value: Any, trail: Trail = None) -> Iterator[Finding]:
    """U+0000, which PostgreSQL cannot hold, and the key `__proto__`, which is lost on the way through Backstage."""
    if isinstance(value, str):
        if "\0" in value:
            message = "holds the character U+0000, which the database refuses; remove it"
            yield Finding(pointer=of_trail(trail), rule="nul", message=message)
    elif isinstance(value, dict):
        for key, inner in value.items():
            place = (trail, key)
            if key == "__proto__":
                message = "Backstage loses the key __proto__; rename it"
                yield Finding(pointer=of_trail(place), rule="reserved-key", message=message)
            if "\0" in key:
                yield from _strings(key, place)
            yield from _strings(inner, place)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _strings(inner, (trail, number))


def _cases(document: Mapping[str, Any]) -> Iterator[Finding]:
    """Keys that differ by case only: the search index refuses them, and the entity never appears."""
    seen: dict[str, str] = {}
    for path, trail in _paths(document, "", None, set()):
        other = seen.setdefault(path.lower(), path)
        if other != path:
            message = (
                f"{shown(path)} and {shown(other)} differ by case only, and the entity would never appear; rename one"
            )
            yield Finding(pointer=of_trail(trail), rule="case", message=message)


def _paths(value: Any, path: str, trail: Trail, listed: set[str]) -> Iterator[tuple[str, Trail]]:
    """The keys of the search index: the path to every scalar, and one for every text in a list."""
    if path in SEARCHED_BY_OTHER_MEANS:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _paths(inner, f"{path}.{key}" if path else key, (trail, key), listed)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _paths(inner, path, (trail, number), listed)
            entry = f"{path}.{inner}"
            if isinstance(inner, str) and entry.lower() not in listed:
                listed.add(entry.lower())
                yield entry, (trail, number)
    else:
        yield path, trail
