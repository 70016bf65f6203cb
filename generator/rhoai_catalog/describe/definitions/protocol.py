"""An API definition for the protocol that a server's runtime speaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rhoai_catalog import documents
from rhoai_catalog.describe.definitions import howto, openapi, protobuf
from rhoai_catalog.describe.definitions.definition import Definition
from rhoai_catalog.describe.definitions.endpoint import Endpoint
from rhoai_catalog.describe.definitions.security import secured
from rhoai_catalog.describe.definitions.tokens import scheme
from rhoai_catalog.text.prose import line


def protocol_definition(endpoint: Endpoint) -> Definition | None:
    """The definition for the first protocol that we can write down; further ones are told in its description."""
    protocol = next((name for name in endpoint.spoken if name in openapi.PATHS), None)
    if protocol is None:
        return _grpc(endpoint)
    document: dict[str, Any] = {
        "openapi": "3.0.3",
        "info": {
            "title": line(endpoint.title) or "Model server",
            "version": openapi.VERSIONS[protocol],
            "description": howto.description(protocol, endpoint),
        },
        **_callable(protocol, endpoint),
    }
    if (needed := endpoint.credential) is not None:
        document = secured(document, needed, scheme(endpoint.token))
    return Definition(type="openapi", text=documents.dump(document, start=False, compact=True))


def _callable(protocol: str, endpoint: Endpoint) -> dict[str, Any]:
    """Where the server is, and what it answers. Without an address there is nothing to try out: a Hub would send it to
    itself, with the token of whoever tries.
    """
    if not endpoint.servers:
        return {"paths": {}}
    servers = [{"url": url, "description": _where(url, endpoint)} for url in endpoint.servers]
    written = openapi.PATHS[protocol](endpoint, protocol)
    paths = {path: _grouped(path, item) for path, item in written["paths"].items()}
    return {"servers": servers, **written, "paths": paths}


def _grouped(path: str, item: Mapping[str, Any]) -> dict[str, Any]:
    """The operations of a path, each in a group that a Hub shows under its name."""
    group = "Health" if "/health/" in path else "Models"
    return {method: {"tags": ["Requests" if method == "post" else group], **one} for method, one in item.items()}


def _where(url: str, endpoint: Endpoint) -> str:
    word = "an API key" if endpoint.takes_key else "a token"
    token = f", with {word}" if endpoint.takes_token else ""
    return f"{'outside' if url in endpoint.outside else 'in the cluster'}{token}"


def _grpc(endpoint: Endpoint) -> Definition | None:
    protocol = next((name for name in endpoint.spoken if name in protobuf.GRPC), None)
    if protocol is None:
        return None
    comment = "".join(f"// {row}".rstrip() + "\n" for row in howto.grpc(protocol, endpoint))
    return Definition(type="grpc", text=comment + protobuf.GRPC[protocol])
