"""MCP servers and agents of a catalog: read where it has them, shown where somebody asks for them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from outside import Answer, Loopback, Request, catalog_api
from rhoai_catalog import documents, pipeline
from rhoai_catalog.catalog import write_files
from rhoai_catalog.config import Config, Service
from rhoai_catalog.entity import Description, Entity
from rhoai_catalog.identity import Identity
from rhoai_catalog.merge import load, merge
from rhoai_catalog.observation import Observation
from rhoai_catalog.plan import Plan
from rhoai_catalog.snapshot import Snapshot
from rhoai_catalog.validate import check_entity

SOURCES = [{"id": "a", "name": "A", "enabled": True, "status": "available"}]
MCP = [
    {
        "id": "1",
        "source_id": "rh_mcp_servers",
        "name": "io.example/ledger",
        "displayName": "Ledger tools",
        "description": "Looks up bookings.",
        "provider": "Example",
        "version": "1.2.0",
        "license": "apache-2.0",
        "license_link": "https://example.net/licence",
        "deploymentMode": "remote",
        "transports": ["http"],
        "endpoints": {"http": "https://robot:secret@mcp.example.net/ledger?token=abc"},
        "readme": "# Ledger\n\n<script>x</script> Reads.\n",
        "tags": ["finance"],
        "documentationUrl": "https://docs.example.net",
        "repositoryUrl": "javascript:alert(1)",
        "tools": [
            {
                "name": "find",
                "accessType": "read_only",
                "description": "Find.",
                "parameters": [{"name": "id", "type": "string"}],
            },
            {"nameless": 1},
            7,
        ],
    },
    {"id": "2", "source_id": "rh_mcp_servers", "name": "local", "deploymentMode": "local", "transports": ["stdio"]},
    {"id": "3", "source_id": "rh_mcp_servers"},
]
AGENTS = [
    {"id": "9", "source_id": "rh_agents", "name": "helper", "framework": "LangGraph", "readme": "# Helper\n\nHelps."}
]
WITH = ("seed", "mcp-server", "agent")


def observed(
    answer: Callable[[Request], Answer], profiles: tuple[str, ...], root: Path
) -> tuple[Observation, Config, int]:
    with Loopback(answer) as server:
        catalog = Service(family="model-catalog", name="cards", url=server.url)
        config = Config(root=root, services=(catalog,), profiles=profiles)
        return pipeline.read_sources(config), config, len(server.requests)


def planned(answer: Callable[[Request], Answer], profiles: tuple[str, ...], root: Path) -> Plan:
    observation, config, _ = observed(answer, profiles, root)
    made = pipeline.plan(config, observation, {})
    write_files(root, made.files)
    return made


def full(**more: Any) -> Callable[[Request], Answer]:
    return catalog_api(SOURCES, [], mcp_servers=MCP, agents=AGENTS, **more)


def entities(root: Path) -> dict[str, Any]:
    files = [*root.glob("mcp-servers/*/entities.yaml"), *root.glob("agents/*/entities.yaml")]
    found = [data for file in files for data in documents.load(file.read_text("utf-8"))]
    return {data["metadata"]["name"]: data for data in found}


def test_they_are_asked_for_only_where_somebody_wants_them(tmp_path: Path) -> None:
    with_, _, more = observed(full(), WITH, tmp_path)
    without, _, few = observed(full(), ("seed",), tmp_path)
    assert (more, few) == (few + 6, few), "the sources of each kind are asked before and after what they offer"
    assert (without.snapshot.mcp_servers, without.snapshot.agents) == ((), ())
    [first, second] = with_.snapshot.mcp_servers
    assert first.endpoints == {"http": "https://mcp.example.net/ledger"}
    assert [(tool.name, dict(tool.parameters)) for tool in first.tools] == [("find", {"id": "string"})]
    assert second.endpoints == {}
    assert [left.what for left in with_.left_out] == ["MCPServer 3 of cards"]


def test_a_server_is_an_api_and_what_runs_nowhere_yet_a_documented_resource(tmp_path: Path) -> None:
    planned(full(), WITH, tmp_path)
    found = entities(tmp_path)
    assert sorted(found) == ["cards.helper", "cards.io.example-ledger", "cards.local"]
    ledger = found["cards.io.example-ledger"]
    assert (ledger["kind"], ledger["spec"]["type"]) == ("API", "mcp-server")
    assert ledger["spec"]["remotes"] == [{"type": "streamable-http", "url": "https://mcp.example.net/ledger"}]
    assert documents.parse(ledger["spec"]["definition"])["tools"][0]["name"] == "find"
    assert [link["title"] for link in ledger["metadata"]["links"]] == ["Documentation", "License"]
    told = ledger["metadata"]["annotations"]
    assert told["rhoai-catalog/source"] == "model-catalog/cards/rh_mcp_servers/io.example%2Fledger"
    assert told["rhdh.io/ai-asset-category"] == "mcp-server"
    assert (found["cards.local"]["kind"], found["cards.local"]["spec"]["type"]) == ("Resource", "mcp-server")
    helper = found["cards.helper"]
    assert (helper["kind"], helper["spec"]["type"]) == ("AiResource", "agent")
    assert sorted(helper["spec"]) == ["lifecycle", "owner", "type"]
    told = helper["metadata"]["annotations"]
    assert told["rhdh.io/ai-asset-category"] == "agent" and told["rhdh.io/ai-asset-source"] == "rhoai-catalog"
    assert "backstage.io/source-location" not in told, "Backstage sets it to where the file is, and so finds its pages"
    for entity in found.values():
        assert [f for f in check_entity(entity) if f.rule != "ai-kind"] == []
    page = (tmp_path / "mcp-servers/cards/io.example-ledger/docs/index.md").read_text("utf-8")
    assert page.startswith("# About\n") and "Reads." in page and "script" not in page
    assert not planned(full(), WITH, tmp_path), "a second run finds nothing"
    assert "secret" not in "".join(path.read_text("utf-8") for path in tmp_path.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("version", "shown"),
    [
        ("1.2.0", "1.2.0"),
        ("v1.2.0", "1.2.0"),
        ("2.0.0-beta.1", "2.0.0-beta.1"),
        ("1.0.0+build.5", "1.0.0+build.5"),
        ("1.2", None),
        ("1", None),
        ("01.2.0", None),
        ("1.2.0-", None),
        ("1.2.0.4", None),
        ("latest", None),
        ("20260708", None),
        (None, None),
    ],
)
def test_an_asset_has_a_version_where_its_own_is_one(version: str | None, shown: str | None, tmp_path: Path) -> None:
    """The AI catalog shows semantic versions; what is none is made up by nobody."""
    planned(catalog_api(SOURCES, [], mcp_servers=[{**MCP[0], "version": version}], agents=[]), WITH, tmp_path)
    told = entities(tmp_path)["cards.io.example-ledger"]["metadata"]["annotations"]
    assert told.get("rhdh.io/ai-asset-version") == shown
    assert told.get("rhoai-catalog/version") == version


OLDER = """\
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata:
  name: cards.helper
  title: helper
  annotations: {rhoai-catalog/source: model-catalog/cards/rh_agents/helper}
spec: {type: ai-agent, owner: "group:default/unknown"}
"""


def test_an_agent_that_was_a_resource_becomes_what_the_ai_catalog_shows(tmp_path: Path) -> None:
    [before] = documents.load(OLDER)
    identity = Identity(before["metadata"]["annotations"]["rhoai-catalog/source"])
    older = Entity(identity=identity, file=PurePosixPath("agents/cards/entities.yaml"), document=before)
    write_files(tmp_path, merge(load({}), Description(entities=(older,))).texts)
    planned(full(), WITH, tmp_path)
    text = (tmp_path / older.file).read_text("utf-8")
    assert text.count("name: cards.helper\n") == 1 and entities(tmp_path)["cards.helper"]["kind"] == "AiResource"
    assert not planned(full(), WITH, tmp_path)


def test_a_release_without_them_and_one_that_is_down(tmp_path: Path) -> None:
    old = planned(catalog_api(SOURCES, []), WITH, tmp_path)
    assert all(scope.complete for scope in old.scopes) and entities(tmp_path) == {}
    planned(full(), WITH, tmp_path)
    before = entities(tmp_path)
    answers = full()

    def down(request: Request) -> Answer:
        return Answer("down", 500) if "mcp_catalog" in request.path else answers(request)

    lost = planned(down, WITH, tmp_path)
    assert entities(tmp_path) == before
    assert [scope.kind for scope in lost.scopes if not scope.complete] == ["MCPServer"]
    gone = planned(catalog_api(SOURCES, []), WITH, tmp_path)
    assert entities(tmp_path) == before and gone.held, "a release that has them no more is doubted"


def test_what_is_not_offered_any_more_goes_and_so_does_all_with_its_profile(tmp_path: Path) -> None:
    planned(full(), WITH, tmp_path)
    planned(catalog_api(SOURCES, [], mcp_servers=MCP[1:], agents=AGENTS), WITH, tmp_path)
    assert sorted(entities(tmp_path)) == ["cards.helper", "cards.local"]
    assert not (tmp_path / "mcp-servers/cards/io.example-ledger").exists()
    dropped = planned(full(), ("seed",), tmp_path)
    assert entities(tmp_path) == {}
    assert {change.reason for change in dropped.changes} == {"profiles"}


REASON = "failed to read yamlCatalogPath file: open /data/x.yaml: no such file or directory"


class Offers:
    """Two sources of MCP servers or agents, one of which may be broken, and what a catalog lists of them."""

    def __init__(self, kind: str, root: Path) -> None:
        self.kind, self.asset, self.root = kind, {"MCPServer": "mcp_servers", "Agent": "agents"}[kind], root
        self.broken: dict[str, Any] = {"status": "available", "error": None}
        self.later: dict[str, Any] | None = None  # once it was asked for what it lists
        self.listed = ["a1", "a2", "b1"]

    def plan(self, **instead: Answer) -> Plan:
        sources = [{"id": name, "name": name, "status": "available", "assetType": self.asset} for name in "ab"]
        sources[1] |= self.broken
        later = [sources[0], sources[1] | (self.later or {})]
        rows = [{"id": name, "source_id": name[0], "name": name} for name in self.listed]
        shown = {"mcp_servers": [], "agents": [], self.asset: rows}
        answers = [catalog_api([*SOURCES, *rows_of], [], **shown) for rows_of in (sources, later)]
        listed: list[str] = []

        def answer(request: Request) -> Answer:
            listed.extend([request.path] if self.asset in request.path else [])
            return instead.get(request.query.get("assetType", ""), answers[bool(listed)](request))

        return planned(answer, WITH, self.root)

    def incomplete(self, plan: Plan) -> list[tuple[str, str, str, bool]]:
        return [(s.kind, s.namespace, s.reason, s.withholds) for s in plan.scopes if not s.complete]


@pytest.fixture(params=["MCPServer", "Agent"])
def offers(request: pytest.FixtureRequest, tmp_path: Path) -> Offers:
    return Offers(request.param, tmp_path)


def test_a_broken_source_of_offers_that_nothing_is_of_is_a_note(offers: Offers) -> None:
    offers.broken, offers.listed = {"status": "error", "error": REASON}, ["a1", "a2"]
    made = offers.plan()
    told = [(offers.kind, "b", f"the source is in error: {REASON}", False)]
    assert offers.incomplete(made) == told and not made.withheld
    offers.listed = ["a1"]
    made = offers.plan()
    assert sorted(entities(offers.root)) == ["cards.a1"], "what the other sources do not list is gone"
    assert offers.incomplete(made) == told and not made.withheld


@pytest.mark.parametrize("still", [[], ["b1"]])
@pytest.mark.parametrize("status", ["error", "partially-available"])
def test_nothing_of_a_broken_source_of_offers_goes(offers: Offers, still: list[str], status: str) -> None:
    offers.plan()
    offers.broken, offers.listed = {"status": status, "error": REASON}, ["a1", *still]
    made = offers.plan()
    assert sorted(entities(offers.root)) == ["cards.a1", "cards.b1"], "a2 is gone, and b1 is not known to be"
    assert made.withheld
    [(kind, source, reason, withholds)] = offers.incomplete(made)
    assert (kind, source, withholds) == (offers.kind, "b", True) and reason.endswith(REASON)


def test_what_a_source_of_offers_shows_for_the_first_time_while_it_is_broken_is_doubted(offers: Offers) -> None:
    offers.broken = {"status": "error", "error": REASON}
    assert offers.plan().withheld and "cards.b1" in entities(offers.root)


def test_a_source_of_offers_that_is_switched_off_has_none(offers: Offers) -> None:
    offers.plan()
    offers.broken, offers.listed = {"status": "disabled"}, ["a1", "a2"]
    assert not offers.plan().withheld
    assert sorted(entities(offers.root)) == ["cards.a1", "cards.a2"]


def test_a_source_of_offers_that_is_loading_still_withholds_what_it_may_have(offers: Offers) -> None:
    offers.plan()
    offers.broken, offers.listed = {"status": None}, ["a1"]
    made = offers.plan()
    assert sorted(entities(offers.root)) == ["cards.a1", "cards.b1"] and made.withheld
    [(_, source, reason, withholds)] = offers.incomplete(made)
    assert (source, withholds) == ("b", True) and "still loading" in reason


def test_a_source_of_offers_that_changes_meanwhile_withholds_what_it_may_have(offers: Offers) -> None:
    offers.plan()
    offers.later, offers.listed = {"status": None}, ["a1"]
    made = offers.plan()
    assert sorted(entities(offers.root)) == ["cards.a1", "cards.b1"] and made.withheld
    assert [row[1:3] for row in offers.incomplete(made)] == [("b", "the source changed while it was read")]


def test_a_broken_source_of_models_says_nothing_of_offers(offers: Offers) -> None:
    """A catalog may not know what it is asked for, and answer all the same."""
    row = {"id": "b", "name": "b", "status": "error", "assetType": "models"}
    answer = Answer({"items": [row], "nextPageToken": "", "pageSize": 1, "size": 1})
    assert offers.incomplete(offers.plan(**{offers.asset: answer})) == []


def test_without_the_sources_of_offers_nobody_knows_what_they_have(offers: Offers) -> None:
    offers.plan()
    offers.listed = []
    made = offers.plan(**{offers.asset: Answer("down", 500)})
    assert len(entities(offers.root)) == 3 and made.withheld
    assert [row[:2] for row in offers.incomplete(made)] == [(offers.kind, "")]


def test_a_page_that_does_not_come_makes_the_listing_incomplete(tmp_path: Path) -> None:
    many = [{"id": str(n), "source_id": "a", "name": f"a{n:03}"} for n in range(150)]
    answers = catalog_api(SOURCES, [], mcp_servers=[], agents=many)
    planned(answers, WITH, tmp_path)

    def torn(request: Request) -> Answer:
        return Answer("404 page not found", 404) if request.query.get("nextPageToken") else answers(request)

    lost = planned(torn, WITH, tmp_path)
    assert [scope.kind for scope in lost.scopes if not scope.complete] == ["Agent"]
    assert len(entities(tmp_path)) == 150


def test_agents_and_servers_go_each_by_their_own_listing(tmp_path: Path) -> None:
    agents = [{"id": str(n), "source_id": "a", "name": f"a{n}"} for n in range(5)]
    planned(catalog_api(SOURCES, [], mcp_servers=MCP, agents=agents), WITH, tmp_path)
    for listed in (None, []):
        lost = planned(catalog_api(SOURCES, [], mcp_servers=MCP, agents=listed), WITH, tmp_path)
        assert not lost.changes and len(lost.held) == 5
        assert "model-catalog/cards/Agent=5" in lost.held[0].release
    gone = planned(catalog_api(SOURCES, [], mcp_servers=MCP, agents=agents), ("seed", "mcp-server"), tmp_path)
    assert {change.reason for change in gone.changes} == {"profiles"} and not gone.held
    assert sorted(entities(tmp_path)) == ["cards.io.example-ledger", "cards.local"]


def test_a_server_that_ceases_to_run_anywhere_is_shown_once(tmp_path: Path) -> None:
    planned(full(), WITH, tmp_path)
    idle = [{**MCP[0], "endpoints": {}}, *MCP[1:]]
    planned(catalog_api(SOURCES, [], mcp_servers=idle, agents=AGENTS), WITH, tmp_path)
    text = (tmp_path / "mcp-servers/cards/entities.yaml").read_text("utf-8")
    assert text.count("name: cards.io.example-ledger\n") == 1 and "kind: API" not in text
    assert not planned(catalog_api(SOURCES, [], mcp_servers=idle, agents=AGENTS), WITH, tmp_path)


def test_the_snapshot_holds_them(tmp_path: Path) -> None:
    from rhoai_catalog.snapshot import from_json, to_json

    seen, _, _ = observed(full(), WITH, tmp_path)
    assert from_json(to_json(seen.snapshot), "s") == seen.snapshot
    assert dataclasses.replace(seen.snapshot, mcp_servers=(), agents=()) != seen.snapshot
    assert isinstance(seen.snapshot, Snapshot)
