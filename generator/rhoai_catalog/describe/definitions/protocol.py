"""An API definition for the protocol that a server's runtime speaks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rhoai_catalog import documents
from rhoai_catalog.describe.definitions import howto, openapi, protobuf
from rhoai_catalog.describe.definitions.definition import Definition
from rhoai_catalog.describe.definitions.security import secured
from rhoai_catalog.text.prose import line


def protocol_definition(
    spoken: Sequence[str],
    *,
    title: str,
    servers: Sequence[str],
    model_names: Sequence[str],
    authentication_required: bool | None,
    task: str = "",
) -> Definition | None:
    """The definition for the first protocol that we can write down; further ones are told in its description.

    `task` is what the model is for, as `howto.TASKS` names it.
    """
    known = [name for name in spoken if name in openapi.PATHS]
    names = [name for name in model_names if name]
    if not known:
        return _grpc(spoken, servers, names, authentication_required)
    protocol = known[0]
    document: dict[str, Any] = {
        "openapi": "3.0.3",
        "info": {
            "title": line(title) or "Model server",
            "version": openapi.VERSIONS[protocol],
            "description": howto.description(protocol, spoken, servers, names, authentication_required, task),
        },
        "servers": [{"url": url} for url in servers],
        **openapi.PATHS[protocol](names, task),
    }
    if authentication_required:
        document = secured(document)
    return Definition(type="openapi", text=documents.dump(document, start=False, compact=True))


def _grpc(
    spoken: Sequence[str], servers: Sequence[str], names: Sequence[str], authentication_required: bool | None
) -> Definition | None:
    protocol = next((name for name in spoken if name in protobuf.GRPC), None)
    if protocol is None:
        return None
    rows = howto.grpc(protocol, spoken, servers, names, authentication_required)
    comment = "".join(f"// {row}".rstrip() + "\n" for row in rows)
    return Definition(type="grpc", text=comment + protobuf.GRPC[protocol])
