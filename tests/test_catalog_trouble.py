"""A catalog source in trouble of its own: it is told, it costs what depends on it, and nothing else."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from faults import QUICK
from line import Line, line_in
from outside import Answer, Loopback, Request, catalog_api, cluster_api, registry_api
from outside.large import cluster, registry
from rhoai_catalog import documents, observe, pipeline
from rhoai_catalog.cli import main
from rhoai_catalog.config import Service, read_config
from rhoai_catalog.observation import Observation
from rhoai_catalog.observe import read_estate
from rhoai_catalog.outcome import Outcome
from rhoai_catalog.propose import ProposeOptions
from rhoai_catalog.snapshot import Artifact, CatalogModel, CatalogSource, Scope, from_json, to_json
from rhoai_catalog.snapshot.sources import merged
from test_describe import CARDS, model, snapshot, version

REASON = "failed to read yamlCatalogPath file: open /data/user-sources/x.yaml: no such file or directory"
SOUND: dict[str, Any] = {"id": "sound", "name": "Sound", "labels": ["Mine"], "status": "available", "error": None}
BROKEN: dict[str, Any] = {"id": "broken", "name": "Broken", "labels": ["Ours"], "status": "error", "error": REASON}
GRANITE = {"id": "1", "source_id": "sound", "name": "ibm/granite", "readme": "# Granite\n\nA model.\n"}
LLAMA = {**GRANITE, "id": "2", "source_id": "broken", "name": "meta/llama", "readme": "# Llama\n\nAnother.\n"}
STORED = "oci://registry.example.net/llama:1"
ARTIFACTS = {"meta/llama": [{"id": "9", "artifactType": "model-artifact", "uri": STORED}]}


class World:
    """A cluster, a registry and a catalog on loopback whose rows tests change, and the catalog of files."""

    def __init__(self, folder: Path) -> None:
        self.objects = cluster(1)
        self.rows = registry(0)
        self.sources: list[dict[str, Any]] = [SOUND, BROKEN]
        self.models: list[dict[str, Any]] = [GRANITE]
        self.down = self.unregistered = False
        self.searchable = True
        self.folder = folder

    def cards(self, request: Request) -> Answer:
        refused = self.down or ("filterQuery" in request.query and not self.searchable)
        return Answer("", 503) if refused else catalog_api(self.sources, self.models, ARTIFACTS)(request)

    def register_from(self, source: str, name: str) -> None:
        """One version, registered from this model of a catalog."""
        self.rows = registry(1, [name])
        for artifact in (row for rows in self.rows["artifacts"].values() for row in rows):
            artifact["modelSourceClass"] = source

    def run(self, *arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == code, result.output
        return result

    def files(self) -> set[str]:
        return {str(p.relative_to(self.folder)) for p in self.folder.rglob("*.md") if p.is_file()}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(observe, "read_estate", functools.partial(read_estate, policy=QUICK))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "catalog").mkdir()
    made = World(tmp_path / "catalog")
    with (
        Loopback(lambda r: cluster_api(made.objects)(r)) as east,
        Loopback(lambda r: Answer("", 503) if made.unregistered else registry_api(**made.rows)(r)) as shared,
        Loopback(lambda r: made.cards(r)) as cards,
    ):
        data = {
            "clusters": [{"name": "east", "server": east.url}],
            "modelRegistries": [{"name": "shared", "url": shared.url}],
            "modelCatalogs": [{"name": "cards", "url": cards.url}],
        }
        (tmp_path / "catalog" / "generator.yaml").write_text(documents.dump(data, start=False), "utf-8")
        yield made


COMMANDS = (("observe", "-o", "seen.json"), ("plan",), ("generate",), ("adopt",))


def test_a_broken_source_that_nothing_depends_on_is_a_note(world: World) -> None:
    world.register_from("Sound", "ibm/granite")
    for arguments in COMMANDS:
        told = world.run(*arguments).stderr
        assert f"note: model-catalog/cards in broken: the source is in error: {REASON}" in told
        assert "error: " not in told.replace(f"in error: {REASON}", "")
    plan = json.loads(world.run("plan", "--json").stdout)
    assert (plan["withheld"], plan["held"]) == (False, [])
    listed = {s.get("namespace"): s["complete"] for s in plan["scopes"] if s["kind"] == "CatalogModel"}
    assert listed == {"broken": False, "sound": True}
    assert REASON in world.run("plan").stdout.replace("\n      ", " ")


@pytest.mark.few(2)
@pytest.mark.parametrize("name", ["Broken", "broken", "Ours", "of a source that is not there"])
def test_what_was_registered_from_it_or_may_be_is_withheld(world: World, name: str) -> None:
    world.register_from(name, "meta/llama")
    for arguments in COMMANDS:
        world.run(*arguments, code=4)
    assert REASON in world.run("plan", code=4).stderr


def test_nothing_of_a_broken_source_goes_and_its_old_models_are_doubted(world: World) -> None:
    world.register_from("Broken", "meta/llama")
    world.sources, world.models = [SOUND, {**BROKEN, "status": "available", "error": None}], [GRANITE, LLAMA]
    world.run("generate")
    before = world.files()
    assert any("Llama" in (world.folder / file).read_text("utf-8") for file in before)
    for models in ([GRANITE, LLAMA], [GRANITE]):
        world.sources, world.models = [SOUND, BROKEN], models
        plan = json.loads(world.run("plan", "--json", code=4).stdout)
        assert (plan["changes"], plan["held"]) == ([], [])


def test_a_server_s_own_card_is_kept_where_it_may_be_of_a_broken_source(world: World) -> None:
    world.objects = cluster(1, uri=STORED)
    world.sources, world.models = [SOUND, {**BROKEN, "status": "available", "error": None}], [GRANITE, LLAMA]
    world.run("generate")
    assert any("Llama" in (world.folder / file).read_text("utf-8") for file in world.files())
    for models in ([GRANITE], []):
        world.sources, world.models = [SOUND, BROKEN], models
        plan = json.loads(world.run("plan", "--json", code=4).stdout)
        assert (plan["changes"], plan["held"]) == ([], [])


def test_a_server_that_never_had_a_card_does_not_depend_on_it(world: World) -> None:
    world.objects = cluster(1, uri=STORED)
    world.run("generate")
    world.run("plan", "--exit-code")


def test_a_server_that_names_the_broken_source_depends_on_it(world: World) -> None:
    [server] = [one for one in world.objects if one["kind"] == "InferenceService"]
    server["metadata"]["annotations"] |= {"rhdh.io/catalog-source": "broken", "rhdh.io/catalog-model": "meta/llama"}
    world.run("plan", code=4)
    server["metadata"]["annotations"] |= {"rhdh.io/catalog-source": "sound", "rhdh.io/catalog-model": "ibm/granite"}
    world.run("plan")


def test_what_the_other_sources_do_not_hold_is_known_to_be_gone(world: World) -> None:
    world.register_from("Sound", "ibm/granite")
    other = {**GRANITE, "id": "3", "name": "ibm/other"}
    world.models = [GRANITE, other]
    world.run("generate")
    world.models = [other]
    changes = json.loads(world.run("plan", "--json").stdout)["changes"]
    assert any(change["operation"] == "update" and change["kind"] == "Page" for change in changes)


def test_a_catalog_that_fails_withholds_whatever_depends_on_it(world: World) -> None:
    world.down = True
    assert "error: model-catalog/cards" in world.run("plan", code=4).stderr


def test_a_source_that_fails_in_some_other_way_is_no_trouble_of_its_own(world: World) -> None:
    for row in ({**BROKEN, "status": None}, {**BROKEN, "status": "of another release"}):
        world.sources = [SOUND, row]
        world.run("plan", code=4)


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("open /x.yaml:\n\tno \x1b[31msuch\u202e file", "open /x.yaml: no [31msuch file"),
        ("get https://me:hidden@example.net/x?token=hidden: refused", "get https://example.net/x?token= refused"),
        ("dial host=db user=me password=hidden: refused", "dial host=db user=me password=… refused"),
        ("401 for Authorization: Bearer hidden", "401 for Authorization: Bearer …"),
        ("x" * 5_000, "x" * 300 + "…"),
        (None, ""),
        (["no", "text"], ""),
    ],
)
def test_the_reason_is_clean_and_short(world: World, told: Any, shown: str) -> None:
    world.sources = [SOUND, {**BROKEN, "status": "partially-available", "error": told}]
    world.run("observe", "-o", "seen.json")
    [scope] = from_json(Path("seen.json").read_text("utf-8"), "seen.json").incomplete()
    reason = scope.reason
    assert reason == "the source is only partly available" + (f": {shown}" if shown else "")
    assert "hidden" not in Path("seen.json").read_text("utf-8")


# -- what a catalog, or a registry, cannot tell -----------------------------------------------------------------------


def test_documentation_stays_while_no_catalog_can_tell_of_a_card(world: World) -> None:
    world.objects = cluster(1, uri=STORED)
    [server] = [one for one in world.objects if one["kind"] == "InferenceService"]
    server["metadata"]["annotations"]["rhdh.io/techdocs"] = "https://github.com/example/docs/tree/main/chat"
    world.sources = [SOUND]
    world.run("generate")
    del server["metadata"]["annotations"]["rhdh.io/techdocs"]
    world.down = True
    assert json.loads(world.run("plan", "--json", code=4).stdout)["changes"] == []
    world.down = False
    changes = json.loads(world.run("plan", "--json").stdout)["changes"]
    gone = [value["pointer"] for change in changes for value in change["values"] if value["new"] is None]
    assert "/metadata/annotations/backstage.io~1techdocs-ref" in gone


def test_a_server_whose_version_is_not_known_is_looked_up_where_it_is_stored(world: World) -> None:
    world.sources, world.models = [SOUND], [GRANITE, {**LLAMA, "source_id": "sound", "tasks": ["text-embedding"]}]
    world.objects, world.rows = cluster(1, 1, uri=STORED), registry(1)
    world.unregistered = True
    world.run("observe", "-o", "seen.json", code=4)
    seen = from_json(Path("seen.json").read_text("utf-8"), "seen.json")
    assert [model.artifact_uris for model in seen.catalog_models if model.name == "meta/llama"] == [(STORED,)]
    world.run("generate", code=4)
    [part] = world.folder.glob("servers/*/*/entities.yaml")
    assert "/v1/embeddings" in part.read_text("utf-8")


def test_a_model_that_cannot_be_asked_by_its_name_leaves_nothing_open(world: World) -> None:
    """A catalog takes `_` for any character: what is said of one such name may be another's."""
    alike = [{**GRANITE, "id": str(number), "name": name} for number, name in enumerate(("ibm/a_b", "ibm/aXb"), 7)]
    world.sources, world.models = [SOUND], [*alike, {**LLAMA, "source_id": "sound"}]
    world.objects, world.searchable = cluster(1, uri=STORED), False
    world.run("generate")
    seen = pipeline.read_sources(read_config(world.folder / "generator.yaml")).snapshot
    assert {m.name: m.artifact_uris for m in seen.catalog_models}["ibm/a_b"] == ()
    assert any("Llama" in (world.folder / file).read_text("utf-8") for file in world.files())
    world.models = [*alike, GRANITE]
    world.run("generate")
    assert not any("Llama" in (world.folder / file).read_text("utf-8") for file in world.files())


# -- over time -------------------------------------------------------------------------------------------------------


@pytest.mark.few(1)
@pytest.mark.parametrize("depends", [True, False])
def test_only_what_depends_on_a_broken_source_makes_it_stale(
    depends: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with line_in(tmp_path, "github", monkeypatch, stale_after=timedelta(hours=2)) as line:
        outcomes = [_propose(line, "Broken" if depends else "Sound") for _ in range(4)]
    assert [outcome.plan.withheld for outcome in outcomes] == [depends] * 4
    assert [bool(outcome.stale) for outcome in outcomes] == [False, False, depends, depends]


def _propose(line: Line, origin: str) -> Outcome:
    """A run in which one version is registered from a source of the catalog."""
    line.now += timedelta(hours=1)
    named = Artifact(
        id="1",
        artifact_type="model-artifact",
        model_source_kind="catalog",
        model_source_class=origin,
        model_source_name="ibm/granite",
    )
    card = CatalogModel(catalog="cards", source_id="sound", name="ibm/granite", readme="# Granite")
    sources = (CatalogSource(catalog="cards", id=one.lower(), name=one, labels=()) for one in ("Sound", "Broken"))
    seen = snapshot(model(), version(artifacts=(named,)), card, *sources)
    trouble = Scope(
        source=CARDS.key, kind="CatalogModel", namespace="broken", complete=False, reason=REASON, withholds=False
    )
    catalogs = Service(family="model-catalog", name="cards", url="https://c.example.net")
    config = replace(
        line.config, services=(*line.config.services, catalogs), repository=line.world.repository(**line.repository)
    )
    observation = Observation(snapshot=from_json(to_json(replace(seen, scopes=(*seen.scopes, trouble))), "seen.json"))
    return pipeline.propose_changes(config, observation, {}, ProposeOptions(now=line.now), line.told.append)


def test_of_two_snapshots_of_a_catalog_that_which_only_has_a_broken_source_counts() -> None:
    seen = snapshot(model(), version())
    trouble = Scope(source=CARDS.key, kind="CatalogModel", namespace="broken", complete=False, withholds=False)
    whole = replace(seen, scopes=(*seen.scopes, trouble))
    failing = replace(seen, scopes=tuple(replace(scope, complete=False) for scope in seen.scopes))
    assert merged([failing, whole]).scopes == tuple(sorted(whole.scopes, key=lambda scope: scope.source))
