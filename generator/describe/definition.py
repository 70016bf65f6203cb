"""A server's API definition: what people declared, else one for the protocol that its runtime speaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from generator import documents
from generator.describe import howto, protocols
from generator.describe.draft import line
from generator.errors import DocumentError

LONGEST: Final = 200_000  # characters of a declared definition


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """The text of an API definition, and the type of API entity that shows it."""

    type: str
    text: str


def definition(
    spoken: Sequence[str],
    *,
    title: str,
    servers: Sequence[str],
    model_names: Sequence[str],
    authentication_required: bool | None,
) -> Definition | None:
    """The definition for the first protocol that we can write down; further ones are told in its description."""
    known = [name for name in spoken if name in protocols.PATHS]
    if not known:
        grpc = next((name for name in spoken if name in protocols.GRPC), None)
        return Definition(type="grpc", text=protocols.GRPC[grpc]) if grpc else None
    protocol = known[0]
    names = [name for name in model_names if name]
    document: dict[str, Any] = {
        "openapi": "3.0.3",
        "info": {
            "title": line(title) or "Model server",
            "version": protocols.VERSIONS[protocol],
            "description": howto.description(protocol, spoken, servers, names, authentication_required),
        },
        "servers": [{"url": url} for url in servers],
        **protocols.PATHS[protocol](names),
    }
    if authentication_required:
        document["security"] = [{"bearer": []}]
        schemes = {"bearer": {"type": "http", "scheme": "bearer", "description": "A token of OpenShift"}}
        document["components"] = {**document.get("components", {}), "securitySchemes": schemes}
    return Definition(type="openapi", text=documents.dump(document, start=False, compact=True))


def declared_definition(
    text: str, *, servers: Sequence[str], longest: int = LONGEST
) -> tuple[Definition | None, tuple[str, ...]]:
    """A definition that people wrote, with `servers` filled in where it has none; else why it cannot be used."""
    if len(text) > longest:
        return None, (f"it is longer than {longest} characters",)
    try:
        data = documents.parse(text)
    except DocumentError as error:
        return _other(text, f"it is no JSON or YAML: {error.message}")
    if not isinstance(data, Mapping):
        return _other(text, "it is no mapping")
    if isinstance(data.get("asyncapi"), str):
        return Definition(type="asyncapi", text=documents.dump(data, start=False, compact=True)), ()
    if not isinstance(data.get("openapi", data.get("swagger")), str) or not isinstance(data.get("paths"), Mapping):
        return None, ("it has no `openapi` and `paths`",)
    if any(not ref.startswith("#/") for ref in _references(data)):
        return None, ("it refers to another document",)
    if "openapi" in data and not data.get("servers"):
        data = {**data, "servers": [{"url": url} for url in servers]}
    return Definition(type="openapi", text=documents.dump(data, start=False, compact=True)), ()


def _other(text: str, reason: str) -> tuple[Definition | None, tuple[str, ...]]:
    """Definitions that are not YAML: protocol buffers and GraphQL schemas."""
    if 'syntax = "proto' in text:
        return Definition(type="grpc", text=text), ()
    if text.lstrip().startswith(("type ", "schema ", "interface ")):
        return Definition(type="graphql", text=text), ()
    return None, (reason,)


def _references(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [ref for inner in value.values() for ref in _references(inner)]
    return [ref for inner in value for ref in _references(inner)] if isinstance(value, list) else []
