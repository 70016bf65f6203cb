"""`doctor --hub` against a Hub as its REST API answers: healthy, a wrong rule, a broken file, an old commit."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from forges import git
from outside import Answer, Loopback, Request
from rhoai_catalog import documents
from rhoai_catalog.changes import published
from rhoai_catalog.cli import main

ROOT = Path(__file__).parents[1]
URL = "https://git.example.net/org/catalog"
INDEX = f"{URL}/src/branch/main/catalog/catalog-info.yaml"
TOKEN = "a-token-that-may-read"
Entities = dict[str, dict[str, Any]]


class LoopbackHub:
    """What the REST API of a Backstage answers, with pages of 7, a token, and some of what it adds to entities."""

    def __init__(self, entities: Entities) -> None:
        self.entities = entities
        self.broken_sites: set[str] = set()
        self.has_techdocs = True

    def answer(self, request: Request) -> Answer:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Answer({"error": {"name": "AuthenticationError", "message": "Illegal token"}}, 401)
        if request.path == "/api/catalog/entities/by-query":
            return self._query(request.query)
        if request.path.startswith("/api/techdocs/sync/") and self.has_techdocs:
            name = request.path.rpartition("/")[2]
            end = (
                'event: error\ndata: "Failed to build"\n\n'
                if name in self.broken_sites
                else 'event: finish\ndata: {"updated":true}\n\n'
            )
            return Answer(f'event: log\ndata: "INFO"\n\n{end}')
        return Answer({"error": {"name": "NotFoundError"}}, 404)

    def _query(self, query: Mapping[str, str]) -> Answer:
        start = int(query.get("cursor", "0"))
        if "cursor" not in query:
            wanted = f"metadata.annotations.backstage.io/managed-by-origin-location=url:{INDEX}"
            if query.get("filter") != wanted:
                return Answer({"items": [], "totalItems": 0, "pageInfo": {}})
        rows = [*self.entities.values()]
        page = rows[start : start + 7]
        info = {"nextCursor": str(start + 7)} if start + 7 < len(rows) else {}
        return Answer({"items": page, "totalItems": len(rows), "pageInfo": info})


def ingested(document: Mapping[str, Any]) -> dict[str, Any]:
    """An entity as a Backstage shows it once it has read it."""
    entity = copy.deepcopy(dict(document))
    metadata = entity["metadata"]
    metadata.setdefault("namespace", "default")
    annotations = metadata.setdefault("annotations", {})
    annotations |= {f"backstage.io/managed-by-{kind}location": f"url:{INDEX}" for kind in ("", "origin-")}
    annotations["backstage.io/view-url"] = INDEX
    return {**entity, "metadata": {**metadata, "uid": "1", "etag": "2"}, "relations": [{"type": "ownedBy"}]}


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackHub]:
    """The demo's catalog in Git, and a Hub that has read it."""
    remote, clone = tmp_path / "remote.git", tmp_path / "clone"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(remote))
    git(tmp_path, "clone", "--quiet", str(remote), str(clone))
    texts = {
        str(p.relative_to(ROOT / "catalog")): p.read_text("utf-8") for p in (ROOT / "catalog").rglob("*") if p.is_file()
    }
    for name, text in texts.items():
        (clone / "catalog" / name).parent.mkdir(parents=True, exist_ok=True)
        (clone / "catalog" / name).write_text(text, "utf-8")
    git(clone, "add", "--all")
    git(clone, "-c", "user.name=x", "-c", "user.email=x@y", "commit", "--quiet", "-m", "catalog")
    git(clone, "push", "--quiet", "origin", "HEAD:main")
    entities = {str(ref): ingested(document) for ref, (_, document) in published(texts).items()}
    root = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Location",
        "metadata": {"name": "generated-0123"},
        "spec": {},
    }
    hub = LoopbackHub({**entities, "location:default/generated-0123": ingested(root)})
    with Loopback(hub.answer) as server:
        configuration = {
            "clusters": [{"name": "east", "inCluster": True}],
            "repository": {"forge": "gitea", "url": URL},
            "hub": {"url": server.url, "tokenEnv": "HUB_TOKEN"},
        }
        (clone / "hub.yaml").write_text(documents.dump(configuration, start=False), "utf-8")
        (clone / "catalog" / "generator.yaml").write_text(documents.dump(configuration, start=False), "utf-8")
        monkeypatch.chdir(clone)
        monkeypatch.setenv("HUB_TOKEN", TOKEN)
        yield hub


def doctor(*arguments: str, code: int) -> Result:
    result = CliRunner().invoke(main, ["doctor", *(arguments or ("--hub",))])
    assert result.exit_code == code, result.output
    return result


def test_a_hub_that_shows_everything_is_well(hub: LoopbackHub) -> None:
    told = doctor(code=0).stdout
    assert f"shows all {len(hub.entities) - 1} entities" in told and "builds the pages of 5 of 7 sites" in told


def test_a_kind_that_the_rules_refuse_is_told_with_the_rule_to_change(hub: LoopbackHub) -> None:
    location = next(ref for ref in hub.entities if ref.startswith("location:default/models"))
    message = "NotAllowedError: Entity resource:default/x at url:https://x, is not of an allowed kind for that location"
    hub.entities[location]["status"] = {"items": [{"level": "error", "message": message}]}
    told = doctor(code=3).stdout
    assert "FAIL" in told and location in told and "app-config allow this kind" in told
    assert "shows all" not in told


def test_a_file_that_is_no_yaml_is_told_once(hub: LoopbackHub) -> None:
    location = next(ref for ref in hub.entities if ref.startswith("location:default/servers.east.pay"))
    hub.entities[location]["status"] = {
        "items": [{"level": "error", "message": "YAML error at url:x, YAMLParseError:\n bad"}]
    }
    told = doctor(code=3).stdout
    assert told.count("FAIL") == 1 and "YAML error at url:x, YAMLParseError: bad" in told


def test_what_shows_nowhere_is_missed(hub: LoopbackHub) -> None:
    """A new entity that is invalid, and a Location without a target, have no status anywhere."""
    gone = [ref for ref in hub.entities if ref.startswith(("component:default/east.pay", "api:default/east.pay"))]
    for ref in gone:
        del hub.entities[ref]
    told = doctor(code=3).stdout
    assert gone[0] in told and "servers/east/payments/entities.yaml" in told and "nothing says why" in told
    del hub.entities["location:default/servers.east.payments"]
    assert "its Location is not there either" in doctor(code=3).stdout


def test_an_old_commit_is_told_with_a_value_that_differs(hub: LoopbackHub) -> None:
    ref = next(ref for ref in hub.entities if ref.startswith("component:"))
    hub.entities[ref]["metadata"]["title"] = "as it was"
    told = doctor(code=3).stdout
    assert ref in told and "/metadata/title" in told


def test_what_the_base_branch_no_longer_has_is_told(hub: LoopbackHub) -> None:
    old = {"apiVersion": "backstage.io/v1alpha1", "kind": "Resource", "metadata": {"name": "old"}, "spec": {}}
    hub.entities["resource:default/old"] = ingested(old)
    assert "still shows resource:default/old" in doctor(code=3).stdout


def test_a_location_that_nobody_configured_is_told_with_what_to_write(hub: LoopbackHub) -> None:
    hub.entities.clear()
    told = doctor(code=3).stdout
    assert f"reads nothing from {INDEX}" in told and "allow: [API, Component, Location, Resource]" in told


def test_a_site_that_does_not_build_is_told(hub: LoopbackHub) -> None:
    sites = [r for r, e in hub.entities.items() if "backstage.io/techdocs-ref" in e["metadata"].get("annotations", {})]
    hub.broken_sites = {sorted(sites)[0].rpartition("/")[2]}
    assert "cannot build a site" in doctor(code=3).stdout
    hub.has_techdocs = False
    assert "has no TechDocs" in doctor(code=0).stdout


def test_without_a_token_that_counts_nothing_is_said_to_be_well(
    hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_TOKEN", "another")
    result = doctor(code=3)
    assert (
        "the token is not accepted" in result.stdout and "HUB_TOKEN" in result.stdout and "another" not in result.output
    )


def test_all_checks_as_json(hub: LoopbackHub) -> None:
    checks = json.loads(doctor("--hub", "--json", code=0).stdout)["checks"]
    assert [check["well"] for check in checks] == [True, True]
    hub.entities.clear()
    assert [check["well"] for check in json.loads(doctor("--hub", "--json", code=3).stdout)["checks"]] == [False]


@pytest.mark.parametrize(
    "odd", [[], {"items": 7}, {"items": [7, {}, {"kind": 1}], "pageInfo": {}}, {"items": [], "pageInfo": 7}]
)
def test_an_odd_answer_is_an_error_and_no_traceback(
    hub: LoopbackHub, odd: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer: Callable[[Mapping[str, str]], Answer] = lambda query: Answer(odd)  # noqa: E731
    monkeypatch.setattr(hub, "_query", answer)
    assert "FAIL" in doctor(code=3).stdout
