"""A server's own API definition: asked for where that is switched on, at its address, and never with a token."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from faults import HTML, Respond
from outside import Answer, Loopback, Request
from rhoai_catalog import documents
from rhoai_catalog.config import Cluster, Config
from rhoai_catalog.describe import describe
from rhoai_catalog.entity import Known
from rhoai_catalog.families import KSERVE
from rhoai_catalog.http.policy import Policy
from rhoai_catalog.http.reach import network_of
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.observe.kserve.api_definitions import POLICY, with_definitions
from rhoai_catalog.snapshot import UNKNOWN, Fact, InferenceService, Scope, Snapshot, Source, from_json, to_json

OPENAPI = {
    "openapi": "3.1.0",
    "info": {"title": "own", "version": "1"},
    "paths": {"/own": {}},
    "servers": [{"url": "/"}],
}


def server(url: str | None, runtime: str = "vllm", state: str = "ready") -> InferenceService:
    facts = {
        "external_url": url,
        "internal_url": None,
        "authentication_required": False,
        "served_model_names": ("m",),
        "runtime": runtime,
        "protocols": ("v2",) if runtime == "mlserver" else ("openai",),
        "model_format": None,
        "accelerators": {},
        "context_length": None,
    }
    made: dict[str, Any] = {name: Fact(value, "the test") for name, value in facts.items()}
    return InferenceService(cluster="east", namespace="ns", kind="InferenceService", name="m", state=state, **made)


def asked(
    respond: Respond,
    runtime: str = "vllm",
    state: str = "ready",
    prefix: str = "",
    policy: Policy = POLICY,
    host: str = "127.0.0.1",
    name: str = "127.0.0.1",
) -> tuple[Any, list[Request]]:
    with Loopback(respond) as served:
        cluster = Cluster(name="east", server="https://api.example.net")
        servers = [server(served.url.replace("127.0.0.1", name) + prefix, runtime, state)]
        [answered] = with_definitions(servers, cluster, host, Traffic("kserve/east"), policy)
        assert answered.api_definition is not None
        return answered.api_definition.value, served.requests


@pytest.mark.parametrize(
    ("runtime", "path"),
    [("vllm", "/openapi.json"), ("mlserver", "/v2/docs/dataplane.json"), ("sklearn", "/openapi.json")],
)
def test_each_runtime_is_asked_where_it_tells(runtime: str, path: str) -> None:
    text, requests = asked(
        lambda request: Answer(OPENAPI) if request.path == f"/ns/m{path}" else Answer("", 404), runtime, prefix="/ns/m"
    )
    assert json.loads(text)["paths"] == {"/own": {}}
    assert requests[-1].path == f"/ns/m{path}"
    assert all("authorization" not in request.headers for request in requests)


@pytest.mark.parametrize("runtime", ["triton", "ovms", "tgis"])
def test_a_runtime_that_tells_none_is_not_asked(runtime: str) -> None:
    assert asked(lambda request: Answer(OPENAPI), runtime) == (None, [])


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        (Answer("", 401), None),
        (Answer("", 403), None),
        (Answer("", 404), None),
        (Answer({"detail": "no"}), None),
        (Answer({"openapi": "3.1.0"}), None),
        (Answer("", 302, {"Location": "http://127.0.0.1:1/openapi.json"}), UNKNOWN),
        (Answer("", 503), UNKNOWN),
        (HTML, UNKNOWN),
        (Answer("x" * 300), UNKNOWN),
    ],
)
def test_no_answer_is_told_from_no_definition(answer: Answer, value: Any) -> None:
    assert asked(lambda request: answer, policy=replace(POLICY, largest=200))[0] is value


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("host", ["10.0.0.1", "192.0.2.1", "203.0.113.7", "1.1.1.1", "no-such-host.invalid", ""])
def test_a_name_that_leads_elsewhere_is_not_asked(host: str, name: str) -> None:
    """The cluster's API is in another network than what the tenant's name resolves to at the moment of the call."""
    assert asked(lambda request: Answer(OPENAPI), host=host, name=name) == (UNKNOWN, [])


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("127.0.0.1", "loopback"),
        ("::1", "loopback"),
        ("::ffff:127.0.0.1", "loopback"),
        ("10.1.2.3", "private"),
        ("192.168.1.1", "private"),
        ("100.64.0.1", "private"),
        ("fd00::1", "private"),
        ("169.254.169.254", "nowhere"),
        ("fe80::1%eth0", "nowhere"),
        ("0.0.0.0", "nowhere"),
        ("224.0.0.1", "nowhere"),
        ("240.0.0.1", "nowhere"),
        ("1.1.1.1", "public"),
        ("2606:4700::1111", "public"),
        ("::ffff:169.254.169.254", "nowhere"),
    ],
)
def test_each_address_is_in_a_network(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_server_that_is_not_ready_is_not_asked_and_keeps_what_it_has() -> None:
    assert asked(lambda request: Answer(OPENAPI), state="loading") == (UNKNOWN, [])


def test_the_definition_lands_in_the_snapshot_and_in_the_api() -> None:
    with Loopback(lambda request: Answer(OPENAPI)) as served:
        cluster = Cluster(name="east", server="https://api.example.net")
        servers = with_definitions([server(served.url)], cluster, "127.0.0.1", Traffic("kserve/east"))
    scopes = tuple(
        Scope(source="kserve/east", kind=k, complete=True) for k in ("InferenceService", "LLMInferenceService")
    )
    seen = Snapshot(sources=(Source(family=KSERVE, name="east"),), scopes=scopes, inference_services=servers)
    made = describe(from_json(to_json(seen), "x"), Config(root=Path()), Known())
    [api] = [entity for entity in made.entities if entity.kind == "API"]
    definition = documents.parse(api.document["spec"]["definition"])
    assert (list(definition["paths"]), definition["servers"]) == (["/own"], [{"url": served.url}])
    assert api.origins["/spec/definition"] == f"{served.url}/openapi.json"
