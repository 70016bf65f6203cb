"""An API definition for the protocol that a server's runtime speaks."""

from __future__ import annotations

from typing import Any

from rhoai_catalog import documents
from rhoai_catalog.describe.definitions import howto, openapi, protobuf
from rhoai_catalog.describe.definitions.definition import Definition
from rhoai_catalog.describe.definitions.endpoint import Endpoint
from rhoai_catalog.describe.definitions.security import secured
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
        "servers": [{"url": url} for url in endpoint.servers],
        **openapi.PATHS[protocol](endpoint, protocol),
    }
    if endpoint.takes_token:
        document = secured(document, endpoint.token)
    return Definition(type="openapi", text=documents.dump(document, start=False, compact=True))


def _grpc(endpoint: Endpoint) -> Definition | None:
    protocol = next((name for name in endpoint.spoken if name in protobuf.GRPC), None)
    if protocol is None:
        return None
    comment = "".join(f"// {row}".rstrip() + "\n" for row in howto.grpc(protocol, endpoint))
    return Definition(type="grpc", text=comment + protobuf.GRPC[protocol])
