"""Reading Model Catalogs: what is complete, what only looks so."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from faults import QUICK
from outside import Answer, Loopback, Request, catalog_api
from outside.recordings import Recording, recorded
from rhoai_catalog import limits
from rhoai_catalog.config import Service
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.observe import model_catalog
from rhoai_catalog.observe.family import Reading, SourceFacts
from rhoai_catalog.observe.model_catalog.askable import askable_names

BASE = "/api/model_catalog/v1alpha1"
SOURCE: dict[str, Any] = {
    "id": "a",
    "name": "A",
    "enabled": True,
    "status": "available",
    "labels": ["Demo"],
    "error": None,
}
CARD: dict[str, Any] = {"source_id": "a", "name": "ibm/granite", "readme": "# Granite", "tasks": ["text"], "id": "9"}


def read(answer: Callable[[Request], Answer]) -> tuple[SourceFacts, Traffic]:
    traffic = Traffic("model-catalog/cards")
    with Loopback(answer) as server:
        cards = Service(family="model-catalog", name="cards", url=server.url)
        return model_catalog.read(cards, Reading(traffic=traffic, policy=QUICK)), traffic


def complete(facts: SourceFacts) -> dict[tuple[str, str], bool]:
    """Of sources and models."""
    return {(s.kind, s.namespace): s.complete for s in facts.scopes if s.kind != "CatalogArtifact"}


def models_complete(facts: SourceFacts) -> dict[str, bool]:
    return {scope.namespace: scope.complete for scope in facts.scopes if scope.kind == "CatalogModel"}


def test_sources_and_cards_are_read_without_ids_and_times() -> None:
    facts, traffic = read(catalog_api([SOURCE], [CARD]))
    assert complete(facts) == {("CatalogSource", ""): True, ("CatalogModel", "a"): True}
    assert facts.tables["catalog_models"][0].readme == "# Granite"
    assert facts.tables["catalog_sources"][0].labels == ("Demo",)
    assert read(catalog_api([SOURCE], [{**CARD, "id": "77", "createTimeSinceEpoch": "5"}]))[0] == facts
    assert traffic.requests == traffic.pages == 3 + 1


@pytest.mark.parametrize(
    ("fields", "whole"),
    [
        ({"status": "available"}, True),
        ({"status": "disabled", "enabled": False}, True),
        ({"status": "error", "error": "no such file"}, False),
        ({"status": "partially-available", "error": "refused"}, False),
        ({"status": None}, False),
        ({"status": "of another release"}, False),
    ],
)
def test_only_a_source_that_says_so_is_complete(fields: Mapping[str, Any], whole: bool) -> None:
    facts, _ = read(catalog_api([{**SOURCE, **fields}, {**SOURCE, "id": "b"}], [CARD]))
    assert models_complete(facts) == {"a": whole, "b": True}
    assert bool(facts.tables["catalog_models"]) == (fields.get("status") != "disabled")


def test_without_any_status_a_server_of_2_25_is_told_from_one_without_its_database() -> None:
    old = {"id": "a", "name": "A", "enabled": True}
    assert models_complete(read(catalog_api([old], [CARD]))[0]) == {"a": True}
    assert models_complete(read(catalog_api([{**old, "labels": []}], [CARD]))[0]) == {"a": False}


@pytest.mark.parametrize("later", [[{**SOURCE, "status": "error"}], [], None])
def test_what_changes_while_it_is_read_is_not_complete(later: list[Any] | None) -> None:
    before, after = catalog_api([SOURCE], [CARD]), catalog_api(later or [], [CARD])
    asked: list[str] = []

    def answer(request: Request) -> Answer:
        asked.append(request.path)
        if asked.count(f"{BASE}/sources") < 2:
            return before(request)
        return Answer("", 503) if later is None else after(request)

    facts, _ = read(answer)
    assert not models_complete(facts).get("a", False)
    assert len(facts.tables["catalog_models"]) == 1


def test_a_row_without_a_name_is_left_out_and_a_name_that_comes_twice_is_no_whole_list() -> None:
    facts, _ = read(catalog_api([SOURCE], [CARD, {"source_id": "a", "name": ""}]))
    assert len(facts.tables["catalog_models"]) == len(facts.left_out) == 1
    facts, _ = read(catalog_api([SOURCE], [CARD, {**CARD, "id": "10"}]))
    assert models_complete(facts) == {"a": False}


def test_a_source_without_an_id_hides_what_it_is() -> None:
    working = catalog_api([SOURCE], [CARD])
    page = {"items": [SOURCE, {"name": "B"}], "nextPageToken": "", "pageSize": 1000, "size": 2}
    facts, _ = read(lambda request: Answer(page) if request.path.endswith("/sources") else working(request))
    assert complete(facts) == {("CatalogSource", ""): False}


def test_models_of_another_source_are_never_taken_for_its_own() -> None:
    facts, _ = read(catalog_api([SOURCE, {**SOURCE, "id": "a,b"}], [CARD]))
    assert [(model.source_id, model.name) for model in facts.tables["catalog_models"]] == [("a", "ibm/granite")]
    assert models_complete(facts) == {"a": True, "a,b": False}


@pytest.mark.parametrize(
    "fault", [Answer("", 401), Answer("<html>", 200), Answer("[" * 100_000), Answer({"items": []})]
)
def test_a_catalog_that_fails_is_incomplete(fault: Answer) -> None:
    facts, _ = read(lambda request: fault)
    assert complete(facts) == {("CatalogSource", ""): False}
    assert all(scope.reason and scope.hint for scope in facts.scopes)


def test_the_newer_api_is_read_where_the_older_is_gone() -> None:
    working = catalog_api([SOURCE], [CARD])

    def answer(request: Request) -> Answer:
        if request.path.startswith(BASE):
            return Answer("", 404)
        path = request.path.replace("/api/model_catalog/v1", BASE)
        return working(Request(request.method, path, request.query, request.headers))

    assert all(complete(read(answer)[0]).values())


# -- recorded catalogs -------------------------------------------------------------------------------------------------


@recorded
def test_the_recorded_catalog_is_read_with_its_cards(recording: Recording) -> None:
    facts, traffic = read(recording.replay("catalog"))
    [source] = listed(recording, f"{BASE}/sources")
    assert complete(facts) == {("CatalogSource", ""): True, ("CatalogModel", source["id"]): True}
    assert len(facts.tables["catalog_models"]) == 20
    assert all(model.readme for model in facts.tables["catalog_models"])
    assert traffic.requests == 3 + 20


@recorded
def test_of_a_faulty_catalog_only_the_sound_sources_are_complete(recording: Recording) -> None:
    facts, _ = read(recording.replay("catalog-faulty"))
    sound = {name for name, whole in models_complete(facts).items() if whole}
    assert sound == {"empty", "handmade", "second", "switched_off"}
    assert {model.name for model in facts.tables["catalog_models"] if model.source_id == "was_good"} == {"kept/model"}


@recorded
def test_a_catalog_without_its_database_is_never_empty(recording: Recording) -> None:
    facts, _ = read(recording.replay("catalog-db-lost"))
    assert set(models_complete(facts).values()) == {False}
    assert not any("postgres" in scope.reason or "faulty" in scope.reason for scope in facts.scopes)


@recorded
def test_a_catalog_that_loads_is_never_complete_too_early(recording: Recording) -> None:
    rows = [row for row in recording.exchanges() if row["server"] == "catalog-starting"]
    frames = [(row["after"], row["body"]["items"]) for row in rows]
    sources = [(after, items) for after, items in frames if "source_id" not in items[0]]
    models = [(after, items) for after, items in frames if "source_id" in items[0]]
    last = names(models[-1][1])
    for number, (began, before) in enumerate(sources):
        cards = next(items for after, items in models if after > began)
        readings = iter([before, sources[min(number + 1, len(sources) - 1)][1]])

        def answer(request: Request, readings: Any = readings, cards: Any = cards) -> Answer:
            listed = next(readings) if request.path.endswith("/sources") else []
            return catalog_api(listed, cards)(request)

        facts, _ = read(answer)
        for source, whole in models_complete(facts).items():
            found = {model.name for model in facts.tables["catalog_models"] if model.source_id == source}
            assert not whole or found == last.get(source, set()), (began, source)


def listed(recording: Recording, path: str) -> list[dict[str, Any]]:
    """The items of a recorded answer of the catalog."""
    rows = recording.exchanges()
    return next(row["body"]["items"] for row in rows if row["server"] == "catalog" and row["path"] == path)


def names(rows: Iterable[Mapping[str, Any]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row["source_id"], set()).add(row["name"])
    return found


@recorded
@pytest.mark.parametrize("size", [1, 7, 100])
def test_the_demo_catalog_answers_as_the_recorded_one(size: int, recording: Recording) -> None:
    sources = listed(recording, f"{BASE}/sources")
    demo = catalog_api(sources, listed(recording, f"{BASE}/models?source={sources[0]['id']}&pageSize=100"))
    compared = 0
    for row in recording.exchanges():
        parts = urlsplit(row["path"])
        query = dict(parse_qsl(parts.query, True))
        known = set(query) <= {"pageSize", "nextPageToken", "source"} and query.get("pageSize") == str(size)
        if (
            row["server"] == "catalog"
            and known
            and parts.path in (f"{BASE}/models", f"{BASE}/sources")
            and row["status"] == 200
        ):
            told = demo(Request("GET", parts.path, query, {}))
            assert (told.status, told.body) == (200, row["body"]), row["path"]
            compared += 1
    assert compared >= {1: 20, 7: 3, 100: 3}[size]


# -- artifacts -----------------------------------------------------------------------------------------------------

MODELCAR = {"id": "1", "artifactType": "model-artifact", "uri": "oci://user:hidden@registry.example/m:1"}
MEASURED = {
    "id": "2",
    "artifactType": "metrics-artifact",
    "metricsType": "accuracy-metrics",
    "customProperties": {
        "mmlu": {"metadataType": "MetadataDoubleValue", "double_value": 0.71},
        "verified": {"metadataType": "MetadataBoolValue", "bool_value": True},
    },
}


def test_artifacts_and_benchmarks_of_a_model_are_read() -> None:
    facts, traffic = read(catalog_api([SOURCE], [CARD], {CARD["name"]: [MODELCAR, MEASURED]}))
    [model] = facts.tables["catalog_models"]
    assert (model.artifact_uris, model.accuracy) == (("oci://registry.example/m:1",), {"mmlu": 0.71})
    assert traffic.requests == 3 + 1


def test_a_name_that_the_api_would_read_as_another_s_is_not_asked_for() -> None:
    names = ["a_b", "aXb", "50%", "plain", "ends/artifacts"]
    cards = [{**CARD, "id": str(number), "name": name} for number, name in enumerate(names)]
    facts, _ = read(catalog_api([SOURCE], cards, {name: [MODELCAR] for name in names}))
    asked = {model.name for model in facts.tables["catalog_models"] if model.artifact_uris}
    assert asked == {"aXb", "50%", "plain"}
    assert [one.what for one in facts.left_out] == ["artifacts of cards/a/a_b", "artifacts of cards/a/ends/artifacts"]


def test_names_that_would_take_too_long_to_compare_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["a_b", "plain", "%" * 20]
    cards = [{**CARD, "id": str(number), "name": name} for number, name in enumerate(names)]
    catalog = catalog_api([SOURCE], cards, {name: [MODELCAR] for name in names})
    monkeypatch.setattr(limits, "NAMES_COMPARED", 100)
    facts, _ = read(catalog)
    [remark] = facts.left_out
    assert remark.what == f"artifacts of cards/a/{'%' * 20}" and "for any characters" in remark.reason


@pytest.mark.parametrize("letters", ["a_", "a%"])
def test_thousands_of_names_with_wildcards_cost_only_themselves(letters: str) -> None:
    odd = ["".join(letters[number >> bit & 1] for bit in range(40)) for number in range(4_000)]
    began = time.process_time()
    asked = set(askable_names([*odd, "plain", "with_one"]))
    assert asked >= {"plain", "with_one"}
    assert time.process_time() - began < 8  # comparing each with each took three times as long


def test_artifacts_that_cannot_be_listed_are_not_known() -> None:
    working = catalog_api([SOURCE], [CARD], {CARD["name"]: [MODELCAR]})
    facts, _ = read(lambda r: Answer("", 500) if r.path.endswith("/artifacts") else working(r))
    assert [model.artifact_uris for model in facts.tables["catalog_models"]] == [None]
    assert [scope.kind for scope in facts.scopes if not scope.complete] == ["CatalogArtifact"]
    facts, _ = read(lambda r: Answer("", 404) if r.path.endswith("/artifacts") else working(r))
    assert all(scope.complete for scope in facts.scopes)


@recorded
def test_the_artifacts_of_every_recorded_model_are_read(recording: Recording) -> None:
    facts, traffic = read(recording.replay("catalog"))
    assert sum(len(model.artifact_uris or ()) for model in facts.tables["catalog_models"]) == 20
    assert traffic.requests == 3 + 20
