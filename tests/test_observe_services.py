"""Registries and catalogs over real HTTP: complete listings or incomplete scopes, whatever the servers answer."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from faults import BROKEN_OFF, CUT_OFF, HTML, NESTED, Respond, between, served_with_certificate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator import documents
from generator.config import Config, Credentials, Service
from generator.demo.loopback import Answer, Loopback, Request
from generator.demo.services import catalog_api, registry_api
from generator.observe import http
from generator.observe.estate import read_estate
from generator.observe.model_catalog import CatalogFacts, read_catalog
from generator.observe.model_registry import RegistryFacts, read_registry
from generator.observe.traffic import Traffic
from generator.snapshot import Snapshot, to_json

ESTATE = Path(__file__).parents[1] / "generator" / "demo" / "estate"
RECORDED = Path(__file__).parents[1].parent / "shared" / "data" / "registry" / "exchanges.jsonl.gz"
REGISTRY, CATALOG = "/api/model_registry/v1alpha3", "/api/model_catalog/v1alpha1"
MODELS, VERSIONS, ARTIFACTS = (
    f"{REGISTRY}/registered_models",
    f"{REGISTRY}/model_versions",
    f"{REGISTRY}/model_versions/.*",
)
KINDS = {"RegisteredModel", "ModelVersion", "Artifact"}
BY_ID = {"orderBy": "ID", "sortOrder": "ASC"}

recorded = pytest.mark.skipif(not RECORDED.is_file(), reason="needs the recorded answers of real servers")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "WAIT", 0.01)


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


def read(respond: Respond, token: str | None = None) -> RegistryFacts:
    with Loopback(respond) as server:
        return read_registry(service("model-registry", server.url), Traffic("r"), token=token)


def read_cards(respond: Respond) -> CatalogFacts:
    with Loopback(respond) as server:
        return read_catalog(service("model-catalog", server.url), Traffic("c"), token=None)


def incomplete(facts: RegistryFacts | CatalogFacts) -> dict[str, str]:
    return {scope.namespace or scope.kind: scope.reason for scope in facts.scopes if not scope.complete}


# -- a registry --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250])
def test_every_page_is_read(count: int) -> None:
    facts = read(registry_of(count, 3 if count else 0))
    assert sorted(int(model.id) for model in facts.registered_models) == list(range(1, count + 1))
    assert not incomplete(facts)
    assert {scope.kind: scope.listed for scope in facts.scopes}["RegisteredModel"] == count


def test_every_listing_asks_for_an_order_that_loses_no_row() -> None:
    with Loopback(registry_of(2, 2)) as server:
        read_registry(service("model-registry", server.url), Traffic("r"), token=None)
    assert len(server.requests) == 4
    assert all(BY_ID.items() <= request.query.items() for request in server.requests)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer("", 401), "401, the token is not accepted"),
        (Answer("", 403), "403, the token may not read this"),
        (Answer("404 page not found", 404), "there is no such path"),
        (Answer({"code": "Bad Request", "message": "invalid filter query"}, 400), "its database does not answer"),
        (Answer({"message": "failed to connect to `host=db user=hidden`"}, 500), "its database does not answer"),
        (Answer("", 500), "it answered 500"),
        (Answer("", 503), "503, it is starting, overloaded or down"),
        (Answer("", 302, {"Location": "https://login.example.net/?hidden"}), "it redirects to login.example.net"),
        (Answer("", 302, {"Location": "https://[hidden"}), "it redirects to elsewhere"),
        (HTML, "HTML came"),
        (CUT_OFF, "cut off or no JSON"),
        (BROKEN_OFF, "the connection broke"),
        (NESTED, "cut off or no JSON"),
        (Answer([]), "no JSON object"),
        (Answer({}), "the answer is no list"),
        (Answer({"items": [1], "nextPageToken": ""}), "the answer is no list"),
        (Answer({"items": []}), "no page token"),
        (Answer({"items": [], "nextPageToken": "again"}), "the same page token came twice"),
        (Answer({"items": [{"id": "1", "name": "a"}, {"id": "1", "name": "a"}], "nextPageToken": ""}), "came twice"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_listing_that_fails_is_incomplete_and_stops_nothing_else(answer: Answer, reason: str) -> None:
    facts = read(between(registry_of(3, 2), MODELS, answer))
    assert list(incomplete(facts)) == ["RegisteredModel"]
    assert reason in incomplete(facts)["RegisteredModel"]
    assert "hidden" not in str(facts)
    assert len(facts.model_versions) == 2


def test_one_failing_page_spoils_the_listing() -> None:
    facts = read(between(registry_of(250), MODELS, None, Answer("", 500)))
    assert set(incomplete(facts)) == {"RegisteredModel"}


def test_without_versions_artifacts_are_not_complete_either() -> None:
    assert set(incomplete(read(between(registry_of(2, 2), VERSIONS, Answer("", 500))))) == {"ModelVersion", "Artifact"}


def test_artifacts_of_one_version_that_fail_are_unknown() -> None:
    facts = read(between(registry_of(1, 3), f"{VERSIONS}/2/artifacts", Answer("", 500)))
    assert {version.id: version.artifacts is None for version in facts.model_versions} == {
        "1": False,
        "2": True,
        "3": False,
    }
    assert set(incomplete(facts)) == {"Artifact"}


def test_a_registry_that_is_going_down_is_not_asked_for_everything() -> None:
    with Loopback(between(registry_of(1, 200), ARTIFACTS, Answer("", 500))) as server:
        facts = read_registry(service("model-registry", server.url), Traffic("r"), token=None)
    assert set(incomplete(facts)) == {"Artifact"}
    assert len(server.requests) < 20


def test_rows_without_a_name_or_an_id_are_left_out() -> None:
    rows = [{"id": "1", "name": "a"}, {"id": "2", "name": ""}, {"name": "c"}, {"id": "../x", "name": "d"}]
    facts = read(between(registry_of(0), MODELS, Answer({"items": rows, "nextPageToken": ""})))
    assert [model.name for model in facts.registered_models] == ["a"]
    assert len(facts.left_out) == 3
    assert not incomplete(facts)


def test_a_newer_api_is_found() -> None:
    older = registry_of(2, 1)

    def newer(request: Request) -> Answer:
        if request.path.startswith(REGISTRY):
            return Answer("404 page not found", 404)
        path = request.path.replace("/api/model_registry/v1/", f"{REGISTRY}/")
        return older(Request("GET", path, request.query, request.headers))

    facts = read(newer)
    assert not incomplete(facts)
    assert (len(facts.registered_models), len(facts.model_versions)) == (2, 1)


@pytest.mark.parametrize("asked", ["0", "-1", "soon", "\N{SUPERSCRIPT TWO}", "9" * 400])
def test_a_server_may_ask_for_patience(asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LONGEST_WAIT", 0.02)
    busy = Answer("", 429, {"Retry-After": asked})
    facts = read(between(registry_of(2), MODELS, busy, busy, None))
    assert not incomplete(facts)
    assert len(facts.registered_models) == 2


def test_answers_and_pages_without_end_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LARGEST", 1 << 20)
    monkeypatch.setattr(http, "MOST_PAGES", 20)
    numbers = iter(range(1000))

    def endless(request: Request) -> Answer:
        if request.path == MODELS:
            return Answer(" " * (2 << 20))
        return Answer({"items": [], "nextPageToken": str(next(numbers))})

    reasons = incomplete(read(endless))
    assert "longer than 1 MiB" in reasons["RegisteredModel"]
    assert "more than 20 pages" in reasons["ModelVersion"]


# -- the connection ----------------------------------------------------------------------------------------------


def test_the_token_does_not_follow_a_redirect() -> None:
    with Loopback(registry_of(1)) as elsewhere:
        moved = Answer("", 307, {"Location": elsewhere.url + MODELS})
        with Loopback(between(registry_of(1), MODELS, moved)) as here:
            facts = read_registry(service("model-registry", here.url), Traffic("r"), token="sha256~hidden")
    assert elsewhere.requests == []
    assert {request.headers["authorization"] for request in here.requests} == {"Bearer sha256~hidden"}
    assert "hidden" not in str(facts)


def test_neither_netrc_nor_proxies_take_part(monkeypatch: pytest.MonkeyPatch) -> None:
    (Path.home() / ".netrc").write_text("machine 127.0.0.1 login a password hidden")
    (Path.home() / ".netrc").chmod(0o600)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with Loopback(registry_of(1)) as server:
        assert not incomplete(read_registry(service("model-registry", server.url), Traffic("r"), token=None))
    assert all("authorization" not in request.headers for request in server.requests)


@pytest.mark.parametrize("token", ["a\nb", "a b", "ä", "\x00"])
def test_a_token_that_no_header_can_hold(token: str) -> None:
    assert set(incomplete(read(registry_of(1), token))) == KINDS


def test_a_server_that_is_not_there() -> None:
    with Loopback(registry_of(0)) as gone:
        pass
    facts = read_registry(service("model-registry", gone.url), Traffic("r"), token=None)
    assert set(incomplete(facts)) == KINDS
    assert "refused" in incomplete(facts)["ModelVersion"]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes a certificate with openssl")
def test_a_certificate_must_be_trusted(tmp_path: Path) -> None:
    with served_with_certificate(registry_of(1), tmp_path) as (url, certificate, asked):
        untrusted = read_registry(service("model-registry", url), Traffic("r"), token=None)
        assert asked.requests == []
        trusted = read_registry(service("model-registry", url, ca_file=certificate), Traffic("r"), token=None)
    assert "its certificate is not trusted" in incomplete(untrusted)["RegisteredModel"]
    assert not incomplete(trusted)


def test_a_token_that_is_not_there_is_said_by_its_variable() -> None:
    shared = service("model-registry", "http://127.0.0.1:1", credentials=Credentials(env="NO_SUCH_TOKEN"))
    snapshot = read_estate(Config(root=Path(), model_registries=(shared,)), only=(), tell=lambda line: None).snapshot
    assert {scope.kind for scope in snapshot.incomplete()} == {"RegisteredModel", "ModelVersion"}
    assert all("NO_SUCH_TOKEN" in scope.reason for scope in snapshot.scopes)


# -- a catalog ---------------------------------------------------------------------------------------------------

SOUND = {"id": "sound", "status": "available"}


@pytest.mark.parametrize("count", [0, 1, 100, 101, 230])
def test_every_page_of_a_source_is_read(count: int) -> None:
    facts = read_cards(catalog_of(SOUND, models=count))
    assert not incomplete(facts)
    assert len({model.name for model in facts.catalog_models}) == count


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ({"status": "error", "error": "hidden"}, "the source is error"),
        ({"status": "partially-available"}, "the source is partially-available"),
        ({"labels": ["x"]}, "still loading, or the catalog's database is gone"),
        ({"status": ["odd"]}, "still loading, or the catalog's database is gone"),
        ({"status": "disabled"}, None),
        ({"status": "available"}, None),
    ],
)
def test_a_source_that_is_not_sound_is_incomplete(source: dict[str, Any], reason: str | None) -> None:
    facts = read_cards(catalog_of(SOUND, source | {"id": "other"}))
    assert list(incomplete(facts)) == ([] if reason is None else ["other"])
    assert reason is None or reason in incomplete(facts)["other"]
    assert "hidden" not in str(facts)


def test_a_catalog_that_never_tells_a_status_is_believed() -> None:
    assert not incomplete(read_cards(catalog_of({"id": "old", "name": "Old", "enabled": True})))


@pytest.mark.parametrize("later", [[], [{"id": "sound", "status": "error"}], [{"id": "sound"}]])
def test_a_source_that_changes_in_between_is_incomplete(later: list[dict[str, Any]]) -> None:
    changed = Answer({"items": later, "nextPageToken": ""})
    facts = read_cards(between(catalog_of(SOUND), f"{CATALOG}/sources", None, changed))
    assert incomplete(facts) == {"sound": "the source changed while it was read"}


def test_a_catalog_that_fails_at_the_end_is_incomplete() -> None:
    facts = read_cards(between(catalog_of(SOUND), f"{CATALOG}/sources", None, Answer("", 500)))
    assert "CatalogSource" in incomplete(facts)


def test_a_source_that_fails_stops_no_other() -> None:
    facts = read_cards(
        between(catalog_of({"id": "broken", "status": "available"}, SOUND), f"{CATALOG}/models", CUT_OFF, None)
    )
    assert list(incomplete(facts)) == ["broken"]
    assert {model.source_id for model in facts.catalog_models} == {"sound"}


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
        observation = read_estate(Config(root=Path(), model_registries=(shared,)), only=(), tell=lambda line: None)
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


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
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
        tables = {"registered_models": facts.registered_models, "model_versions": facts.model_versions}
        snapshot = Snapshot(**tables, catalog_models=cards.catalog_models, catalog_sources=cards.catalog_sources)
        to_json(snapshot).encode()


# -- the demo's services, and recordings of real ones ------------------------------------------------------------


def test_the_demo_estate_is_served() -> None:
    rows = {name: documents.parse((ESTATE / f"{name}.yaml").read_text("utf-8")) for name in ("registry", "catalog")}
    facts, cards = read(registry_api(**rows["registry"])), read_cards(catalog_api(**rows["catalog"]))
    assert not incomplete(facts) | incomplete(cards)
    assert len(facts.model_versions) == len(rows["registry"]["model_versions"])
    assert len(cards.catalog_models) == len(rows["catalog"]["models"])


def test_a_service_guards_itself() -> None:
    respond = registry_api([], [], {}, token="right")
    assert "401" in incomplete(read(respond, "wrong"))["RegisteredModel"]
    assert not incomplete(read(respond, "right"))


@pytest.fixture(scope="module")
def recordings() -> list[dict[str, Any]]:
    with gzip.open(RECORDED, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def asked(row: dict[str, Any]) -> Request:
    parts = urlsplit(row["path"])
    return Request(row["method"], parts.path, dict(parse_qsl(parts.query, True)), {})


def replay(recordings: list[dict[str, Any]], server: str) -> Respond:
    """The first recorded answer to each request; no answer in time counts as 503."""

    def key(request: Request) -> tuple[str, str, tuple[tuple[str, str], ...]]:
        return request.method, unquote(request.path), tuple(sorted(request.query.items()))

    rows: dict[Any, dict[str, Any]] = {}
    for row in recordings:
        if row["server"] == server:
            rows.setdefault(key(asked(row)), row)

    def answer(request: Request) -> Answer:
        row = rows.get(key(request))
        if row is None or row["status"] is None:
            return Answer("not recorded", 503)
        headers = {name: value for name, value in row["headers"].items() if name.lower() != "content-length"}
        return Answer(row["body"], row["status"], headers)

    return answer


@recorded
def test_a_recorded_registry_is_read_whole_in_few_requests(recordings: list[dict[str, Any]]) -> None:
    traffic = Traffic("r")
    with Loopback(replay(recordings, "registry")) as server:
        facts = read_registry(service("model-registry", server.url), traffic, token=None)
    assert not incomplete(facts)
    assert (len(facts.registered_models), len(facts.model_versions)) == (29, 59)
    assert sum(len(version.artifacts or ()) for version in facts.model_versions) == 94
    assert traffic.requests == traffic.pages == 2 + 59


@recorded
def test_a_recorded_empty_registry_is_complete(recordings: list[dict[str, Any]]) -> None:
    facts = read(replay(recordings, "registry-empty"))
    assert not incomplete(facts)
    assert (facts.registered_models, facts.model_versions) == ((), ())


@recorded
@pytest.mark.parametrize("server", ["registry-starting", "registry-db-refused", "registry-db-lost"])
def test_a_recorded_outage_leaves_everything_incomplete(recordings: list[dict[str, Any]], server: str) -> None:
    facts = read(replay(recordings, server))
    assert set(incomplete(facts)) == KINDS
    assert facts.registered_models == ()


@recorded
def test_a_recorded_catalog_is_read_whole(recordings: list[dict[str, Any]]) -> None:
    facts = read_cards(replay(recordings, "catalog"))
    assert not incomplete(facts)
    assert len(facts.catalog_models) == 20


@recorded
def test_recorded_sources_that_are_not_sound_are_incomplete(recordings: list[dict[str, Any]]) -> None:
    facts = read_cards(replay(recordings, "catalog-faulty"))
    assert set(incomplete(facts)) == {"file_missing", "no_such_type", "not_yaml", "partly", "was_good"}
    assert len(facts.catalog_sources) == 9


@recorded
@pytest.mark.parametrize("server", ["catalog-starting", "catalog-db-lost"])
def test_a_recorded_outage_of_a_catalog_leaves_its_sources_incomplete(
    recordings: list[dict[str, Any]], server: str
) -> None:
    facts = read_cards(replay(recordings, server))
    names = {source.id for source in facts.catalog_sources}
    assert len(names) == 9
    assert names == set(incomplete(facts))


@recorded
def test_the_demo_registry_answers_as_the_recorded_one(recordings: list[dict[str, Any]]) -> None:
    real = replay(recordings, "registry")
    listed = {"pageSize": "100", **BY_ID}

    def rows(path: str) -> list[dict[str, Any]]:
        return list(real(Request("GET", f"{REGISTRY}{path}", listed, {})).body["items"])

    versions = rows("/model_versions")
    artifacts = {row["id"]: rows(f"/model_versions/{row['id']}/artifacts") for row in versions}
    same = same_answers(
        recordings, "registry", registry_api(rows("/registered_models"), versions, artifacts), REGISTRY, artifacts
    )
    assert same > 200


@recorded
def test_the_demo_catalog_answers_as_the_recorded_one(recordings: list[dict[str, Any]]) -> None:
    real = replay(recordings, "catalog")
    sources = real(Request("GET", f"{CATALOG}/sources", {}, {})).body["items"]
    query = {"source": "redhat_ai_models", "pageSize": "100"}
    models = real(Request("GET", f"{CATALOG}/models", query, {})).body["items"]
    assert same_answers(recordings, "catalog", catalog_api(sources, models), CATALOG, {}) > 20


def same_answers(
    recordings: list[dict[str, Any]], server: str, respond: Respond, base: str, versions: dict[str, Any]
) -> int:
    """How many recorded pages are the same; one that is not fails the test."""
    lists = {f"{base}/{table}" for table in ("registered_models", "model_versions", "sources", "models")}
    lists |= {f"{base}/model_versions/{number}/artifacts" for number in versions}
    same = 0
    for row in recordings:
        request = asked(row)
        known = set(request.query) <= {"pageSize", "nextPageToken", "source", "orderBy", "sortOrder"}
        by_id = request.query.get("orderBy", "ID") == "ID" and request.query.get("sortOrder") != "DESC"
        page = row["server"] == server and request.method == "GET" and request.path in lists and row["status"] == 200
        whole = request.query.get("nextPageToken", "") in tokens(recordings, server) | {""}
        if page and known and by_id and whole and len(request.query.get("pageSize", "")) < 10:
            told = respond(request)
            assert (told.status, told.body) == (row["status"], row["body"]), row["path"]
            same += 1
    return same


def tokens(recordings: list[dict[str, Any]], server: str) -> set[str]:
    """The page tokens that a recorded server gave out."""
    bodies = (row["body"] for row in recordings if row["server"] == server)
    return {body["nextPageToken"] for body in bodies if isinstance(body, dict) and "nextPageToken" in body}
