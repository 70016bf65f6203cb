"""Registries and catalogs over real HTTP: complete listings or incomplete scopes, whatever the servers answer."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from faults import CUT_OFF, QUICK, Respond, between, served_with_certificate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from outside import Answer, Loopback, Request, catalog_api, registry_api
from rhoai_catalog import documents
from rhoai_catalog.config import Config, Credentials, Service
from rhoai_catalog.http.policy import Policy
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.observe import model_catalog, model_registry
from rhoai_catalog.observe.estate import read_estate
from rhoai_catalog.observe.family import Reading, SourceFacts
from rhoai_catalog.snapshot import Snapshot, to_json
from thorough import tries

ESTATE = Path(__file__).parents[1] / "generator" / "rhoai_catalog" / "demo" / "estate"
REGISTRY, CATALOG = "/api/model_registry/v1alpha3", "/api/model_catalog/v1alpha1"
MODELS, VERSIONS, ARTIFACTS = (
    f"{REGISTRY}/registered_models",
    f"{REGISTRY}/model_versions",
    f"{REGISTRY}/model_versions/.*",
)
KINDS = {"RegisteredModel", "ModelVersion", "Artifact"}
BY_ID = {"orderBy": "ID", "sortOrder": "ASC"}


def registry_of(models: int, versions: int = 0) -> Respond:
    """Every version has one artifact."""
    numbers = range(1, versions + 1)
    return registry_api(
        [{"id": str(number), "name": f"model-{number}"} for number in range(1, models + 1)],
        [{"id": str(number), "name": f"v{number}", "registeredModelId": "1"} for number in numbers],
        {str(number): [{"id": str(number), "artifactType": "model-artifact", "uri": "s3://a/b"}] for number in numbers},
    )


def catalog_of(*sources: dict[str, Any], models: int = 3) -> Respond:
    return catalog_api(sources, [{"source_id": str(s["id"]), "name": f"m{n}"} for s in sources for n in range(models)])


def service(family: str, url: str, **more: Any) -> Service:
    return Service(family=family, name="shared", url=url, **more)


def read_models(shared: Service, policy: Policy = QUICK) -> SourceFacts:
    return model_registry.read(shared, Reading(traffic=Traffic("r"), policy=policy))


def read(respond: Respond, policy: Policy = QUICK, **more: Any) -> SourceFacts:
    with Loopback(respond) as server:
        return read_models(service("model-registry", server.url, **more), policy)


def read_cards(respond: Respond) -> SourceFacts:
    with Loopback(respond) as server:
        return model_catalog.read(service("model-catalog", server.url), Reading(traffic=Traffic("c"), policy=QUICK))


def incomplete(facts: SourceFacts) -> dict[str, str]:
    return {scope.namespace or scope.kind: scope.reason for scope in facts.scopes if not scope.complete}


# -- a registry --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250])
def test_every_page_is_read(count: int) -> None:
    facts = read(registry_of(count, 3 if count else 0))
    assert sorted(int(model.id) for model in facts.tables["registered_models"]) == list(range(1, count + 1))
    assert not incomplete(facts)
    assert {scope.kind: scope.listed for scope in facts.scopes}["RegisteredModel"] == count


def test_every_listing_asks_for_an_order_that_loses_no_row() -> None:
    with Loopback(registry_of(2, 2)) as server:
        read_models(service("model-registry", server.url))
    assert len(server.requests) == 6 + 2
    assert all(BY_ID.items() <= request.query.items() for request in server.requests)


@pytest.mark.parametrize("asked", ["0", "-1", "soon", "\N{SUPERSCRIPT TWO}", "9" * 400])
def test_a_server_may_ask_for_patience(asked: str) -> None:
    busy = Answer("", 429, {"Retry-After": asked})
    facts = read(between(registry_of(2), MODELS, busy, busy, None), replace(QUICK, longest_wait=0.02))
    assert not incomplete(facts)
    assert len(facts.tables["registered_models"]) == 2


# -- the connection ----------------------------------------------------------------------------------------------


def test_neither_netrc_nor_proxies_take_part(monkeypatch: pytest.MonkeyPatch) -> None:
    (Path.home() / ".netrc").write_text("machine 127.0.0.1 login a password hidden")
    (Path.home() / ".netrc").chmod(0o600)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with Loopback(registry_of(1)) as server:
        assert not incomplete(read_models(service("model-registry", server.url)))
    assert all("authorization" not in request.headers for request in server.requests)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes a certificate with openssl")
def test_a_certificate_must_be_trusted(tmp_path: Path) -> None:
    with served_with_certificate(registry_of(1), tmp_path) as (url, certificate, asked):
        untrusted = read_models(service("model-registry", url))
        assert asked.requests == []
        trusted = read_models(service("model-registry", url, ca_file=certificate))
    assert "its certificate is not trusted" in incomplete(untrusted)["RegisteredModel"]
    assert not incomplete(trusted)


def test_a_token_that_is_not_there_is_said_by_its_variable() -> None:
    shared = service("model-registry", "http://127.0.0.1:1", credentials=Credentials(env="NO_SUCH_TOKEN"))
    snapshot = read_estate(Config(root=Path(), services=(shared,))).snapshot
    assert {scope.kind for scope in snapshot.incomplete()} == {"RegisteredModel", "ModelVersion"}
    assert all("NO_SUCH_TOKEN" in scope.reason for scope in snapshot.scopes)


# -- a catalog ---------------------------------------------------------------------------------------------------

SOUND = {"id": "sound", "status": "available"}


@pytest.mark.parametrize("count", [0, 1, 100, 101, 230])
def test_every_page_of_a_source_is_read(count: int) -> None:
    facts = read_cards(catalog_of(SOUND, models=count))
    assert not incomplete(facts)
    assert len({model.name for model in facts.tables["catalog_models"]}) == count


def test_a_catalog_that_fails_at_the_end_is_incomplete() -> None:
    facts = read_cards(between(catalog_of(SOUND), f"{CATALOG}/sources", None, Answer("", 500)))
    assert "CatalogSource" in incomplete(facts)


def test_a_source_that_fails_stops_no_other() -> None:
    facts = read_cards(
        between(catalog_of({"id": "broken", "status": "available"}, SOUND), f"{CATALOG}/models", CUT_OFF, None)
    )
    assert list(incomplete(facts)) == ["broken"]
    assert {model.source_id for model in facts.tables["catalog_models"]} == {"sound"}


def test_a_source_whose_id_the_api_reads_as_a_list_is_incomplete() -> None:
    facts = read_cards(catalog_of(SOUND, {"id": "sound,sound", "status": "available"}))
    assert incomplete(facts) == {"sound,sound": "models of another source came"}


# -- secrets and odd shapes --------------------------------------------------------------------------------------


def test_no_secret_comes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHARED", "sha256~hidden")
    properties = {"Api-Key": {"metadataType": "MetadataStringValue", "string_value": "hidden"}}
    uris = [
        "s3://key:hidden@bucket/shown?X-Amz-Signature=hidden#hidden",
        "key:hidden@bucket/x?hidden",
        "http://user:hidden@[",
    ]
    artifacts = [
        {"id": str(number), "artifactType": "model-artifact", "uri": uri, "storageKey": "hidden"}
        for number, uri in enumerate(uris)
    ]
    respond = registry_api(
        [{"id": "1", "name": "model", "customProperties": properties}],
        [{"id": "1", "name": "v1", "registeredModelId": "1", "customProperties": properties}],
        {"1": artifacts},
        token="sha256~hidden",
    )
    with Loopback(respond) as server:
        shared = service("model-registry", server.url, credentials=Credentials(env="SHARED"))
        observation = read_estate(Config(root=Path(), services=(shared,)))
    told = to_json(observation.snapshot)
    assert not observation.snapshot.incomplete()
    assert "s3://bucket/shown" in told
    assert "hidden" not in told


NAMES = [
    "id",
    "name",
    "description",
    "owner",
    "state",
    "readme",
    "license",
    "language",
    "tasks",
    "customProperties",
    "registeredModelId",
    "uri",
    "value",
    "artifactType",
    "status",
    "labels",
    "source_id",
    "metadataType",
    "string_value",
    "int_value",
    "double_value",
    "struct_value",
    "bool_value",
    "items",
    "nextPageToken",
    "MetadataIntValue",
    "MetadataDoubleValue",
    "MetadataStructValue",
]
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from([*NAMES, "", "1", "2", "\ud800", "[1"])
)
JUNK = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6)
)
ROWS = st.lists(st.dictionaries(st.sampled_from(NAMES), JUNK, max_size=8), max_size=4)


@settings(max_examples=tries(60, 8), deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=ROWS, odd=JUNK)
def test_rows_of_any_shape_are_read(rows: list[Any], odd: Any) -> None:
    numbered = [
        {"name": "x", "registeredModelId": "1", "status": "available", **row, "id": str(n)}
        for n, row in enumerate(rows)
    ]
    for items in (rows, numbered, odd):

        def respond(request: Request, items: Any = items) -> Answer:
            return Answer({"items": items, "nextPageToken": ""})

        facts, cards = read(respond), read_cards(respond)
        to_json(Snapshot(**facts.tables, **cards.tables)).encode()


# -- the demo's services -----------------------------------------------------------------------------------------


def test_the_demo_estate_is_served() -> None:
    rows = {name: documents.parse((ESTATE / f"{name}.yaml").read_text("utf-8")) for name in ("registry", "catalog")}
    facts, cards = read(registry_api(**rows["registry"])), read_cards(catalog_api(**rows["catalog"]))
    assert not incomplete(facts) | incomplete(cards)
    assert len(facts.tables["model_versions"]) == len(rows["registry"]["model_versions"])
    assert len(cards.tables["catalog_models"]) == len(rows["catalog"]["models"])


def test_a_service_guards_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    respond, credentials = registry_api([], [], {}, token="right"), Credentials(env="SHARED")
    monkeypatch.setenv("SHARED", "wrong")
    assert "401" in incomplete(read(respond, credentials=credentials))["RegisteredModel"]
    monkeypatch.setenv("SHARED", "right")
    assert not incomplete(read(respond, credentials=credentials))
