"""API definitions as servers tell them, where that is switched on: from the server's own address, and without a token.

The address is that of a tenant's Route, so no token goes there; what answers only to one keeps the definition that is
written for its protocol.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from rhoai_catalog import limits
from rhoai_catalog.config import Cluster, Service
from rhoai_catalog.errors import SourceError
from rhoai_catalog.families import KSERVE
from rhoai_catalog.http.client import Client
from rhoai_catalog.http.errors import NotFound, Refused
from rhoai_catalog.http.policy import Policy
from rhoai_catalog.http.reach import PUBLIC, networks_of
from rhoai_catalog.http.service import open_service
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.observe.side_by_side import side_by_side
from rhoai_catalog.snapshot import UNKNOWN, Fact, InferenceService

POLICY: Final = Policy(
    tries=1, deadline=limits.SILENCE_SECONDS, largest=limits.DEFINITION_BYTES
)  # of a tenant's server
FASTAPI: Final = ("/openapi.json",)
PATHS: Final[Mapping[str, tuple[str, ...]]] = {  # runtime family -> where it tells its definition
    "autogluon": FASTAPI,
    "caikit": FASTAPI,
    "guardrails-detector": FASTAPI,
    "huggingface": FASTAPI,
    "lightgbm": FASTAPI,
    "mlserver": ("/v2/docs/dataplane.json", *FASTAPI),
    "nim": FASTAPI,
    "paddle": FASTAPI,
    "pmml": FASTAPI,
    "predictive": FASTAPI,
    "sklearn": FASTAPI,
    "vllm": FASTAPI,
    "xgboost": FASTAPI,
}


def with_definitions(
    servers: Sequence[InferenceService], cluster: Cluster, host: str, traffic: Traffic, policy: Policy = POLICY
) -> tuple[InferenceService, ...]:
    """The servers, each with the definition that it tells. `host` is that of the cluster's own API.

    A tenant may give a Route any name, and the name any address: none is asked but public ones, and those of the kind
    of network that the cluster itself is in.
    """
    networks = {PUBLIC, *networks_of(host)}

    def with_definition(server: InferenceService) -> InferenceService:
        return replace(server, api_definition=_definition(server, cluster, networks, traffic, policy))

    return tuple(side_by_side(with_definition, servers, policy.connections))


def _definition(
    server: InferenceService, cluster: Cluster, networks: Collection[str], traffic: Traffic, policy: Policy
) -> Fact[str | None]:
    runtime, url = server.runtime.value, server.external_url.value
    if cluster.in_cluster and url is None:
        url = server.internal_url.value
    paths = PATHS.get(runtime, ()) if isinstance(runtime, str) else ()
    if url is UNKNOWN or runtime is UNKNOWN or (paths and isinstance(url, str) and server.state != "ready"):
        return Fact(UNKNOWN, "the server cannot be asked now")
    if not paths or not isinstance(url, str):
        return Fact(None, "the server tells no definition that can be reached")
    service = Service(family=KSERVE, name=server.identity, url=url.rstrip("/"), ca_file=cluster.ca_file)
    try:
        client = open_service(service, traffic, None, policy, networks=networks)
    except SourceError as error:
        return Fact(UNKNOWN, error.message)
    try:
        return _first(client, paths, url)
    finally:
        client.close()


def _first(client: Client, paths: Sequence[str], url: str) -> Fact[str | None]:
    for path in paths:
        try:
            document = client.get(path)
        except (NotFound, Refused):
            continue
        except SourceError as error:
            return Fact(UNKNOWN, error.message)
        if _is_definition(document):
            own = {key: value for key, value in document.items() if key != "servers"}  # ours are the right ones
            return Fact(json.dumps(own, ensure_ascii=False, separators=(",", ":")), f"{url}{path}")
    return Fact(None, "the server tells no definition without a token")


def _is_definition(document: Mapping[str, Any]) -> bool:
    return isinstance(document.get("openapi"), str) and isinstance(document.get("paths"), Mapping)
