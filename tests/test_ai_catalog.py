"""With the profiles of RHDH 2.1, its page AI Catalog shows ours as its own, and nothing is there twice."""

from __future__ import annotations

import copy
import dataclasses
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner
from rhoai_catalog import documents, pipeline
from rhoai_catalog.catalog import write_files
from rhoai_catalog.cli import main
from rhoai_catalog.config import Config, read_config
from rhoai_catalog.demo.run import CONFIGURATION, at, estate, served
from rhoai_catalog.observation import Observation
from rhoai_catalog.validate import check_entity
from test_assets import AGENTS, MCP

TAXONOMY: Final = {  # kind and type of what the page shows -> the category that its documentation calls it
    ("AiModelServerAPI", "ai-model-server"): "model-server",
    ("AiResource", "agent"): "agent",
    ("API", "mcp-server"): "mcp-server",
}
PROFILES: Final = ("seed", "ai-model-server", "mcp-server", "agent")
Entities = list[Mapping[str, Any]]


def observed(root: Path, profiles: tuple[str, ...]) -> tuple[Config, Observation]:
    """The demo's estate, with what a model catalog offers beside models."""
    root.mkdir()
    (root / "generator.yaml").write_text(f"{CONFIGURATION}\nprofiles: [{', '.join(profiles)}]\n", "utf-8")
    plain = estate()
    offered = {**plain.catalog, "mcp_servers": copy.deepcopy(MCP), "agents": copy.deepcopy(AGENTS)}
    with served(dataclasses.replace(plain, catalog=offered)) as addresses:
        config = at(read_config(root / "generator.yaml"), addresses)
        return config, pipeline.read_sources(config)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("repository") / "catalog"
    config, observation = observed(root, PROFILES)
    write_files(root, pipeline.plan(config, observation, {}).files)
    assert not pipeline.plan(config, observation, {}), "a second run finds nothing"
    return root


@pytest.fixture(scope="module")
def entities(catalog: Path) -> Entities:
    files = [*catalog.rglob("entities.yaml"), *catalog.rglob("ai-model-servers.yaml")]
    return [entity for file in files for entity in documents.load(file.read_text("utf-8"))]


def kind_and_type(entity: Mapping[str, Any]) -> tuple[str, str]:
    return entity["kind"], entity["spec"]["type"]


def ref(entity: Mapping[str, Any]) -> str:
    return f"{entity['kind'].lower()}:default/{entity['metadata']['name']}"


def test_the_page_shows_each_with_its_category_and_its_source(entities: Entities) -> None:
    shown = [entity for entity in entities if kind_and_type(entity) in TAXONOMY]
    assert {kind_and_type(entity) for entity in shown} == set(TAXONOMY)
    for entity in shown:
        told = entity["metadata"]["annotations"]
        assert told["rhdh.io/ai-asset-category"] == TAXONOMY[kind_and_type(entity)]
        assert told["rhdh.io/ai-asset-source"] == "rhoai-catalog"
        assert entity["metadata"]["description"] and isinstance(entity["spec"]["owner"], str)
        assert [finding for finding in check_entity(entity) if finding.rule != "ai-kind"] == []
    unseen = {kind_and_type(entity) for entity in entities} - set(TAXONOMY)
    assert unseen >= {("Component", "model-server"), ("Resource", "ai-model"), ("API", "openapi")}


def test_nothing_of_one_kind_is_there_twice(entities: Entities) -> None:
    assert max(Counter(map(ref, entities)).values()) == 1
    titles = Counter((entity["kind"], entity["metadata"]["title"]) for entity in entities)
    assert [title for title, count in titles.items() if count > 1] == []


def test_a_server_reads_alike_as_every_kind_and_leads_to_its_definition(entities: Entities) -> None:
    by_ref = {ref(entity): entity for entity in entities}
    servers = [entity for entity in entities if entity["kind"] == "AiModelServerAPI"]
    assert len(servers) == 6, "all but the one that is stopped"
    for server in servers:
        component = by_ref[f"component:default/{server['metadata']['name']}"]
        api = by_ref[server["spec"]["apiEntityRef"]]
        assert component["spec"]["providesApis"] == [server["spec"]["apiEntityRef"]]
        for field in ("title", "labels"):
            assert server["metadata"][field] == component["metadata"][field] == api["metadata"][field]
        said = server["metadata"]["description"]
        assert re.sub(r"Tagged [^.]*\. ", "", said) == api["metadata"]["description"], "an API has no such tags"
        assert f"/catalog/default/api/{api['metadata']['name']}/definition" in said
        for field in ("description", "tags", "links"):
            assert server["metadata"].get(field) == component["metadata"].get(field)
        for field in ("owner", "lifecycle", "system"):
            assert server["spec"].get(field) == component["spec"].get(field) == api["spec"].get(field)
        names = component["metadata"]["annotations"]["rhoai-catalog/served-model-names"].split(",")
        assert server["spec"]["models"]["available"] == names


def test_validate_takes_it_as_the_configuration_asks(catalog: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(catalog.parent)
    result = CliRunner().invoke(main, ["validate"])
    assert (result.exit_code, result.stdout) == (0, "")
    elsewhere = CliRunner().invoke(main, ["validate", "catalog"])
    assert (elsewhere.exit_code, "RHDH before 2.1" in elsewhere.stdout) == (3, True)


@pytest.mark.parametrize("profile", ["agent", "ai-model-server"])
def test_each_of_its_kinds_alone_is_taken_too(profile: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config, observation = observed(tmp_path / "catalog", ("seed", profile))
    write_files(tmp_path / "catalog", pipeline.plan(config, observation, {}).files)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["validate"])
    assert (result.exit_code, result.stdout) == (0, "")
