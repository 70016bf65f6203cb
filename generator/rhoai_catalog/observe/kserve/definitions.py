"""API definitions as servers tell them, where that is switched on: from the server's own address, and without a token.

The address is that of a tenant's Route, so no token goes there; what answers only to one keeps the definition that is
written for its protocol.
"""

from __future__ import annotations

import concurrent.futures
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from rhoai_catalog.config import Cluster, Service
from rhoai_catalog.errors import SourceError
from rhoai_catalog.families import KSERVE
from rhoai_catalog.http.client import CONNECTIONS, Absent, HttpService, Refused
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.snapshot import UNKNOWN, Fact, InferenceService

LARGEST: Final = 1 << 20  # bytes of an answer
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
    servers: Sequence[InferenceService], cluster: Cluster, traffic: Traffic
) -> tuple[InferenceService, ...]:
    """The servers, each with the definition that it tells."""
    with concurrent.futures.ThreadPoolExecutor(CONNECTIONS) as pool:
        return tuple(pool.map(lambda server: replace(server, api_definition=_asked(server, cluster, traffic)), servers))


def _asked(server: InferenceService, cluster: Cluster, traffic: Traffic) -> Fact[str | None]:
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
        http = HttpService(service, traffic, None, tries=1, largest=LARGEST)
    except SourceError as error:
        return Fact(UNKNOWN, error.message)
    try:
        return _first(http, paths, url)
    finally:
        http.close()


def _first(http: HttpService, paths: Sequence[str], url: str) -> Fact[str | None]:
    for path in paths:
        try:
            document = http.get(path)
        except (Absent, Refused):
            continue
        except SourceError as error:
            return Fact(UNKNOWN, error.message)
        if _is_definition(document):
            told = {key: value for key, value in document.items() if key != "servers"}  # ours are the right ones
            return Fact(json.dumps(told, ensure_ascii=False, separators=(",", ":")), f"{url}{path}")
    return Fact(None, "the server tells no definition without a token")


def _is_definition(document: Mapping[str, Any]) -> bool:
    return isinstance(document.get("openapi"), str) and isinstance(document.get("paths"), Mapping)
