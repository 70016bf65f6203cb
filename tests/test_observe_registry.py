"""Reading Model Registries: the demo's, recorded ones, and ones that fail half-way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from faults import QUICK
from outside import Answer, Loopback, Request, registry_api
from outside.recordings import Recording, recorded
from rhoai_catalog import limits
from rhoai_catalog.config import Config, Credentials, Service
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.observe import model_registry
from rhoai_catalog.observe.estate import read_estate
from rhoai_catalog.observe.family import Reading, SourceFacts
from rhoai_catalog.snapshot import Snapshot, from_json, to_json

BASE = "/api/model_registry/v1alpha3"
LISTS = 6  # models, versions, artifacts, environments, inference services, experiments
MODEL: dict[str, Any] = {"id": "1", "name": "m", "customProperties": {}}


def version(number: int, **fields: Any) -> dict[str, Any]:
    return {"id": str(number), "name": f"v{number}", "registeredModelId": "1", "customProperties": {}, **fields}


def read(answer: Callable[[Request], Answer]) -> tuple[SourceFacts, Traffic, list[Request]]:
    """What is read with the token that the variable TEAM_A holds, if it is set."""
    traffic = Traffic("model-registry/team-a")
    credentials = Credentials(env="TEAM_A", optional=True)
    with Loopback(answer) as server:
        team = Service(family="model-registry", name="team-a", url=server.url, credentials=credentials)
        return model_registry.read(team, Reading(traffic=traffic, policy=QUICK)), traffic, server.requests


def complete(facts: SourceFacts) -> dict[str, bool]:
    """Of the kinds that every registry has."""
    return {scope.kind: scope.complete for scope in facts.scopes if scope.kind in NOTHING}


NOTHING = {"RegisteredModel": False, "ModelVersion": False, "Artifact": False}


def test_models_versions_and_artifacts_are_read_with_their_properties() -> None:
    properties = {
        "text": {"metadataType": "MetadataStringValue", "string_value": "x"},
        "label": {"metadataType": "MetadataStringValue", "string_value": ""},
        "whole": {"metadataType": "MetadataIntValue", "int_value": "42"},
        "half": {"metadataType": "MetadataDoubleValue", "double_value": 0.5},
        "yes": {"metadataType": "MetadataBoolValue", "bool_value": True},
        "struct": {"metadataType": "MetadataStructValue", "struct_value": '{"k": [1, 2]}'},
        "encoded": {"metadataType": "MetadataStructValue", "struct_value": "eyJrIjogMX0="},
        "odd": {"metadataType": "MetadataStructValue", "struct_value": "{no"},
        "password": {"metadataType": "MetadataStringValue", "string_value": "hunter2"},
        "_lastModified": {"metadataType": "MetadataStringValue", "string_value": "2026-01-15T10:00:00.000Z"},
    }
    artifacts = [
        {"id": "7", "artifactType": "model-artifact", "uri": "s3://key:secret@bucket/x?endpoint=https://u:p@s3"},
        {"id": "8", "artifactType": "metric", "name": "auc", "value": 1e-7},
        {"id": "9", "artifactType": "parameter", "name": "depth", "value": "8"},
    ]
    facts, traffic, _ = read(registry_api([{**MODEL, "customProperties": properties}], [version(2)], {"2": artifacts}))
    assert facts.tables["registered_models"][0].custom_properties == {
        "text": "x",
        "label": "",
        "whole": 42,
        "half": 0.5,
        "yes": True,
        "struct": {"k": [1, 2]},
        "encoded": {"k": 1},
        "odd": "{no",
    }
    found = facts.tables["model_versions"][0].artifacts
    assert found is not None
    assert [artifact.value for artifact in found] == [None, 1e-7, "8"]
    assert found[0].uri == "s3://bucket/x"
    assert all(complete(facts).values())
    assert (traffic.requests, traffic.pages, traffic.retries) == (LISTS + 1, LISTS + 1, 0)


def test_the_token_is_sent_with_every_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAM_A", "t0ken")
    facts, _, requests = read(registry_api([MODEL], [version(2)], {}, token="t0ken"))
    assert all(complete(facts).values())
    assert {request.headers.get("authorization") for request in requests} == {"Bearer t0ken"}
    monkeypatch.setenv("TEAM_A", "other")
    assert complete(read(registry_api([MODEL], [version(2)], {}, token="t0ken"))[0]) == NOTHING


@pytest.mark.parametrize(
    "fault", [Answer("", 401), Answer("", 404), Answer("[" * 100_000), Answer("", 302, {"Location": "http://[x"})]
)
def test_a_registry_that_fails_is_incomplete_in_every_kind(fault: Answer) -> None:
    facts, _, _ = read(lambda request: fault)
    assert complete(facts) == NOTHING
    assert all(scope.reason and scope.hint for scope in facts.scopes if not scope.complete)
    assert facts.tables["registered_models"] == facts.tables["model_versions"] == ()


def test_an_unusable_token_is_a_reason_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAM_A", "one\ntwo")
    with Loopback(lambda request: Answer("", 500)) as server:
        team = Service(family="model-registry", name="team-a", url=server.url, credentials=Credentials(env="TEAM_A"))
        seen = read_estate(Config(root=Path(), services=(team,))).snapshot
    assert {scope.kind for scope in seen.incomplete()} == {"RegisteredModel", "ModelVersion"}
    assert server.requests == []
    assert not any("two" in scope.reason + scope.hint for scope in seen.scopes)


def test_a_page_that_fails_leaves_the_rows_before_it_and_an_incomplete_scope() -> None:
    working = registry_api([MODEL], [version(number) for number in range(2, 152)], {})

    def answer(request: Request) -> Answer:
        return Answer("", 500) if "nextPageToken" in request.query else working(request)

    facts, _, _ = read(answer)
    assert complete(facts) == {"RegisteredModel": True, "ModelVersion": False, "Artifact": False}
    assert len(facts.tables["model_versions"]) == 100


def test_a_row_that_comes_twice_makes_the_list_incomplete() -> None:
    facts, _, _ = read(registry_api([MODEL, MODEL], [version(2)], {"2": [{"id": "1"}, {"id": "1"}]}))
    assert complete(facts) == {"RegisteredModel": False, "ModelVersion": True, "Artifact": False}
    assert facts.tables["model_versions"][0].artifacts is None


def test_a_row_without_a_name_is_left_out_and_told() -> None:
    facts, _, _ = read(registry_api([MODEL, {"id": "5"}], [version(2, name="")], {}))
    assert [model.id for model in facts.tables["registered_models"]] == ["1"]
    assert [one.what for one in facts.left_out] == ["RegisteredModel 5 of team-a", "ModelVersion 2 of team-a"]


def test_one_version_without_artifacts_takes_none_from_the_others() -> None:
    versions = [version(number) for number in range(2, 12)]
    working = registry_api([MODEL], versions, {row["id"]: [{"id": row["id"]}] for row in versions})
    facts, _, _ = read(lambda request: Answer("", 500) if request.path.endswith("/4/artifacts") else working(request))
    assert complete(facts) == {"RegisteredModel": True, "ModelVersion": True, "Artifact": False}
    assert [row.id for row in facts.tables["model_versions"] if row.artifacts is None] == ["4"]


def test_a_registry_that_dies_under_way_is_not_asked_for_every_version() -> None:
    working = registry_api([MODEL], [version(number) for number in range(2, 90)], {})
    facts, traffic, _ = read(lambda request: Answer("", 500) if "/artifacts" in request.path else working(request))
    assert {row.artifacts for row in facts.tables["model_versions"]} == {None}
    assert traffic.requests < LISTS + limits.FAILED_LISTINGS + QUICK.connections


def test_the_newer_api_is_read_where_the_older_is_gone() -> None:
    working = registry_api([MODEL], [version(2)], {"2": [{"id": "1"}]})

    def answer(request: Request) -> Answer:
        if request.path.startswith(BASE):
            return Answer("", 410)
        path = request.path.replace("/api/model_registry/v1", BASE)
        return working(Request(request.method, path, request.query, request.headers))

    facts, traffic, _ = read(answer)
    assert all(complete(facts).values())
    assert traffic.requests == LISTS + 2


# -- recorded registries -----------------------------------------------------------------------------------------------


@recorded
def test_the_whole_recorded_estate_is_read(recording: Recording) -> None:
    facts, traffic, _ = read(recording.replay("registry"))
    assert (len(facts.tables["registered_models"]), len(facts.tables["model_versions"])) == (29, 59)
    assert sum(len(row.artifacts or ()) for row in facts.tables["model_versions"]) == 94
    assert all(complete(facts).values())
    assert traffic.requests == LISTS + 1 + 59  # one of the lists has two pages
    before = Snapshot(**{name: facts.tables[name] for name in ("model_versions", "loose_artifacts")})
    with Loopback(recording.replay("registry")) as server:
        service, again = Service(family="model-registry", name="team-a", url=server.url), Traffic("r")
        assert model_registry.read(service, Reading(traffic=again, before=before, policy=QUICK)) == facts
    assert again.requests == LISTS + 1
    text = to_json(Snapshot(**{name: facts.tables[name] for name in ("registered_models", "model_versions")}))
    assert to_json(from_json(text, "x")) == text
    assert (len(facts.tables["serving_environments"]), len(facts.tables["registered_inference_services"])) == (4, 14)
    assert (len(facts.tables["experiments"]), len(facts.tables["loose_artifacts"])) == (3, 11)
    uris = {artifact.uri for row in facts.tables["model_versions"] for artifact in row.artifacts or ()}
    assert not any("not-a-real" in uri for uri in uris if uri)
    assert "_lastModified" not in text


@recorded
def test_an_empty_registry_is_complete(recording: Recording) -> None:
    facts, traffic, _ = read(recording.replay("registry-empty"))
    assert all(complete(facts).values())
    assert traffic.requests == LISTS


@recorded
@pytest.mark.parametrize("server", ["registry-starting", "registry-db-refused", "registry-db-lost"])
def test_a_registry_without_its_database_is_never_empty(server: str, recording: Recording) -> None:
    facts, _, _ = read(recording.replay(server))
    assert complete(facts) == NOTHING
    for scope in facts.scopes:
        assert "database" in scope.reason
        assert not any(told in scope.reason + scope.hint for told in ("postgres", "scratch", "127.0.0.1", "SQLSTATE"))


@recorded
@pytest.mark.parametrize("size", [1, 7, 100])
def test_the_demo_registry_answers_as_the_recorded_one(size: int, recording: Recording) -> None:
    rows: dict[str, Any] = {}
    for row in recording.exchanges():
        path, _, query = row["path"].removeprefix(BASE).partition("?")
        if row["server"] == "registry" and query == "pageSize=100&orderBy=ID&sortOrder=ASC":
            rows[path] = row["body"]["items"]
    artifacts = {path.split("/")[2]: items for path, items in rows.items() if path.startswith("/model_versions/")}
    demo = registry_api(rows["/registered_models"], rows["/model_versions"], artifacts)
    compared = 0
    for row in recording.exchanges():
        parts = urlsplit(row["path"])
        query = dict(parse_qsl(parts.query, True))
        tables = (f"{BASE}/registered_models", f"{BASE}/model_versions")
        ours = parts.path in tables or (parts.path.startswith(f"{tables[1]}/") and parts.path.endswith("/artifacts"))
        asked = query.get("pageSize") == str(size) and query.get("orderBy") == "ID" and query.get("sortOrder") == "ASC"
        if (
            row["server"] == "registry"
            and ours
            and asked
            and set(query) <= {"pageSize", "orderBy", "sortOrder", "nextPageToken"}
        ):
            number = parts.path.split("/")[-2]
            if (
                number.isdecimal()
                and parts.path.endswith("/artifacts")
                and number not in artifacts
                and row["body"]["items"]
            ):
                continue  # the id of an experiment run: it has artifacts of its own
            told = demo(Request("GET", parts.path, query, {}))
            assert (told.status, told.body) == (row["status"], row["body"]), row["path"]
            compared += 1
    assert compared >= {1: 80, 7: 10, 100: 60}[size]


@pytest.mark.parametrize("odd", ["²", "٣", "9" * 5_000, "1\n", "-1", "a"])
def test_an_id_that_is_no_number_costs_its_row_alone(odd: str) -> None:
    working = registry_api([MODEL], [version(1)], {})
    rows = {"items": [version(1), {**version(2), "id": odd}], "nextPageToken": "", "pageSize": 100, "size": 2}
    facts, _, _ = read(lambda r: Answer(rows) if urlsplit(r.path).path.endswith("/model_versions") else working(r))
    assert [row.id for row in facts.tables["model_versions"]] == ["1"]
    assert [(left.what[:80], left.reason) for left in facts.left_out] == [
        (f"ModelVersion {odd[: limits.QUOTE]} of team-a"[:80], "its id is no number")
    ]
