"""Only what is proven gone goes, never too much at once, never a person's work."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from line import AT_ONCE, line_in, model, server, version
from rhoai_catalog.base import read_lines, write_lines
from rhoai_catalog.changes import pinned
from rhoai_catalog.changes.removal import retire
from rhoai_catalog.config import Cluster, Config, Models, Removal, Service
from rhoai_catalog.entity import Description, Entity
from rhoai_catalog.identity import Identity, SourceKey
from rhoai_catalog.merge import load, merge
from rhoai_catalog.snapshot import Scope, Snapshot, Source, covering

ROOT = PurePosixPath("catalog")
CONFIG = Config(
    root=ROOT,  # type: ignore[arg-type]
    clusters=(Cluster(name="east"), Cluster(name="west")),
    services=(Service(family="model-registry", name="shared", url="https://x.example"),),
)


def entity(source: str) -> Entity:
    name = source.replace("/", ".").lower()[:63]
    part = "-".join(source.split("/")[:3])
    document = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component" if source.startswith("kserve") else "Resource",
        "metadata": {"name": name, "annotations": {"rhoai-catalog/source": source}},
        "spec": {"type": "x", "owner": "us", "lifecycle": "x"},
    }
    return Entity(identity=Identity(source), file=PurePosixPath(f"parts/{part}/entities.yaml"), document=document)


def servers(count: int, cluster: str = "east", kind: str = "InferenceService") -> list[str]:
    return [f"kserve/{cluster}/pay/{kind}/s{number:02}" for number in range(count)]


def versions(count: int) -> list[str]:
    return [f"model-registry/shared/granite/v{number}" for number in range(count)]


def snapshot(*incomplete: str, unserved: str = "") -> Snapshot:
    scopes = [
        Scope(
            source=source,
            kind=kind,
            complete=f"{source}/{kind}" not in incomplete,
            served=f"{source}/{kind}" != unserved,
        )
        for source, kinds in {
            "kserve/east": ("InferenceService", "LLMInferenceService"),
            "kserve/west": ("InferenceService", "LLMInferenceService"),
            "model-registry/shared": ("RegisteredModel", "ModelVersion"),
        }.items()
        for kind in kinds
    ]
    sources = (
        Source(family="kserve", name="east"),
        Source(family="kserve", name="west"),
        Source(family="model-registry", name="shared"),
    )
    return Snapshot(sources=sources, scopes=tuple(scopes))


def decide(
    before: list[str],
    after: list[str],
    seen: Snapshot | None = None,
    config: Config = CONFIG,
    edit: Any = None,
    allowed: Any = None,
):
    texts = dict(merge(load({}), Description(entities=tuple(map(entity, before)))).texts)
    if edit:
        texts = edit(texts)
    description = Description(entities=tuple(entity(source) for source in after))
    return retire(load(texts), description, seen or snapshot(), config, allowed or {})


def test_what_a_complete_listing_does_not_show_goes() -> None:
    before = servers(3) + versions(2)
    assert decide(before, before[1:]).gone == {before[0]}


@pytest.mark.parametrize(
    "broken",
    ["kserve/east/InferenceService", "model-registry/shared/ModelVersion", "model-registry/shared/RegisteredModel"],
)
def test_what_an_incomplete_listing_does_not_show_stays(broken: str) -> None:
    before = servers(3) + versions(3)
    missing = [before[0], before[3]]
    decision = decide(before, [s for s in before if s not in missing], snapshot(broken))
    spared = before[0] if broken.startswith("kserve") else before[3]
    assert spared not in decision.gone
    assert [held.what for held in decision.held] == [
        f"{'/'.join(spared.split('/')[:2])}/{decision_kind(spared)}: 1 not seen"
    ]
    assert "could not be listed completely" in decision.held[0].reason


def decision_kind(source: str) -> str:
    return source.split("/")[3] if source.startswith("kserve") else "ModelVersion"


def test_another_source_or_kind_that_fails_holds_nothing_back() -> None:
    before = servers(3) + servers(2, "west") + servers(2, kind="LLMInferenceService")
    decision = decide(before, before[1:], snapshot("kserve/west/InferenceService", "kserve/east/LLMInferenceService"))
    assert decision.gone == {before[0]}


@pytest.mark.parametrize(
    ("count", "going", "held"), [(20, 6, False), (20, 7, True), (16, 5, False), (9, 6, False), (10, 5, False)]
)
def test_too_much_at_once_is_held(count: int, going: int, held: bool) -> None:
    before = servers(count) + versions(30)
    decision = decide(before, before[going:])
    assert bool(decision.held) is held
    assert len(decision.gone) == (0 if held else going)


def test_what_is_held_says_what_releases_it_and_that_releases_it() -> None:
    before = servers(20)
    decision = decide(before, before[8:])
    assert {held.release for held in decision.held} == {"--allow-removal kserve/east/InferenceService=8"}
    assert decide(before, before[8:], allowed={"kserve/east/InferenceService": 8}).gone == set(before[:8])
    assert not decide(before, before[8:], allowed={"kserve/east/InferenceService": 7}).gone
    assert not decide(before, before[8:], allowed={"kserve/west/InferenceService": 8}).gone


def test_a_whole_run_has_a_limit_too() -> None:
    before = [source for cluster in ("east", "west") for source in servers(9, cluster)]
    decision = decide(before, before[4:9] + before[14:])
    assert not decision.gone and {"in one run" in held.reason for held in decision.held} == {True}


def test_a_source_that_lists_nothing_any_more_is_not_believed() -> None:
    before = servers(2) + servers(2, "west")
    decision = decide(before, before[2:])
    assert not decision.gone
    assert {held.reason for held in decision.held} == {"kserve/east lists nothing any more"}


def test_several_of_a_kind_that_is_not_listed_any_more_are_not_believed_to_be_gone() -> None:
    before = servers(3) + servers(2, kind="LLMInferenceService")
    decision = decide(before, before[:3])
    assert not decision.gone
    assert {held.reason for held in decision.held} == {"kserve/east lists no LLMInferenceService any more"}
    one = servers(3) + servers(1, kind="LLMInferenceService")
    assert decide(one, one[:3]).gone == {one[3]}


def test_a_source_that_lists_other_things_is_believed() -> None:
    before = servers(2)
    decision = decide(before, ["kserve/east/pay/InferenceService/another"])
    assert decision.gone == set(before) and not decision.held


def test_a_kind_that_the_cluster_no_longer_has_takes_nothing_with_it() -> None:
    before = servers(3) + servers(2, kind="LLMInferenceService")
    group = "kserve/east/LLMInferenceService"
    decision = decide(before, before[1:3], snapshot(unserved=group))
    assert decision.gone == {before[0]}
    assert {(held.reason, held.release) for held in decision.held} == {
        ("kserve/east has no kind LLMInferenceService any more", f"--allow-removal {group}=2")
    }
    assert decide(before, before[1:3], snapshot(unserved=group), allowed={group: 2}).gone == {before[0], *before[3:]}


def test_what_a_person_edited_stays() -> None:
    def edit(texts: dict[str, str]) -> dict[str, str]:
        file = "parts/kserve-east-pay/entities.yaml"
        return {**texts, file: texts[file].replace("lifecycle: x", "lifecycle: ours", 1)}

    before = servers(3)
    decision = decide(before, before[2:], edit=edit)
    assert decision.orphans == {before[0]} and decision.gone == {before[1]}


@pytest.mark.parametrize(
    ("old", "new", "is_work"),
    [
        ("lifecycle: x", 'lifecycle: "x"', False),
        ("lifecycle: x", "lifecycle:   x  ", False),
        ("kind: Component\n", "", False),  # and put at the end
        ("lifecycle: x", "lifecycle: x  # theirs", True),
        ("lifecycle: x", "lifecycle: 'x # theirs'", True),
        ("kind: Component\n", "kind: Component\n# theirs\n", True),
        ("lifecycle: x", "lifecycle: x\n  ours: 1", True),
        ("  lifecycle: x\n", "", True),
    ],
)
def test_another_layout_alone_is_nobody_s_work(old: str, new: str, is_work: bool) -> None:
    """As a formatter leaves it: no value is another one, and nobody has said anything."""

    def edit(texts: dict[str, str]) -> dict[str, str]:
        file = "parts/kserve-east-pay/entities.yaml"
        start, edited, *others = texts[file].split("---\n")
        assert old in edited
        edited = edited.replace(old, new, 1) + ("" if new or old.startswith(" ") else old)
        return {**texts, file: "---\n".join([start, edited, *others])}

    before = servers(3)
    decision = decide(before, before[2:], edit=edit)
    work = {before[0]} if is_work else set()
    assert decision.orphans == work and decision.gone == {*before[:2]} - work


def test_what_nobody_knows_whose_it_is_stays() -> None:
    """The base was lost, and what would tell was not known since."""

    def edit(texts: dict[str, str]) -> dict[str, str]:
        file = ".base/parts/kserve-east-pay.jsonl"
        first, *others = read_lines(texts[file], file)
        lines = [replace(first, doc="", adopting=("/spec/lifecycle",)), *others]
        return {**texts, file: write_lines(lines)}

    before = servers(3)
    decision = decide(before, before[2:], edit=edit)
    assert decision.orphans == {before[0]} and decision.gone == {before[1]}


def test_a_pinned_type_does_not_make_an_outage_of_its_kind_a_proof() -> None:
    offer = entity("model-catalog/shared/agents/triage")
    offer = replace(offer, document={**offer.document, "spec": {**offer.document["spec"], "type": "ai-agent"}})
    texts = dict(merge(load({}), Description(entities=(offer,))).texts)
    files, _ = pinned(load(texts), str(offer.ref), "type")
    source = Source(family="model-catalog", name="shared")
    scopes = [
        Scope(source="model-catalog/shared", kind=kind, complete=kind != "Agent") for kind in ("MCPServer", "Agent")
    ]
    service = Service(family="model-catalog", name="shared", url="https://x.example")
    config = replace(CONFIG, services=(service,), profiles=("agent", "mcp-server"))
    for tree in (texts, {**texts, **files}):
        decision = retire(load(tree), Description(), Snapshot(sources=(source,), scopes=tuple(scopes)), config, {})
        assert not decision.gone and not decision.orphans
        assert [held.what for held in decision.held] == ["model-catalog/shared/Agent: 1 not seen"]


@pytest.mark.parametrize("scopes", [snapshot().scopes, ()], ids=["listed", "nothing listed"])
def test_what_the_configuration_no_longer_names_goes_without_limits(scopes: tuple[Scope, ...]) -> None:
    """Also where nobody looked, which is so of a source that is not read any more."""
    before = servers(20) + servers(20, "west")
    config = Config(root=ROOT, clusters=(Cluster(name="east", exclude=("pay",)),))  # type: ignore[arg-type]
    seen = Snapshot(sources=(Source(family="kserve", name="east"),), scopes=scopes)
    decision = decide(before, [], seen, config)
    assert decision.gone == set(before)
    assert {decision.dropped[source] for source in before} == {"clusters east namespaces", "clusters"}


def test_a_registry_that_discovery_does_not_find_is_down_not_gone() -> None:
    before = [f"model-registry/east-public/m/v{number}" for number in range(3)]
    config = Config(root=ROOT, clusters=(Cluster(name="east", discover=True),))  # type: ignore[arg-type]
    lost = config.found_before(
        map(SourceKey, ("kserve/east", "kserve/east-x", "model-registry/east-public", "model-registry/x"))
    )
    assert [source.key for source in lost] == ["model-registry/east-public"]
    decision = decide(before, [], covering(snapshot(), (*lost, *config.expected())), config)
    assert not decision.gone
    assert [held.what for held in decision.held] == ["model-registry/east-public/ModelVersion: 3 not seen"]


def test_limits_are_configured() -> None:
    before = servers(12)
    config = Config(root=ROOT, clusters=CONFIG.clusters, removal=Removal(percent=5, count=0, population=1))  # type: ignore[arg-type]
    assert not decide(before, before[1:], config=config).gone


def test_what_only_a_formatter_touched_goes_with_its_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with line_in(tmp_path, "github", monkeypatch, removal=AT_ONCE) as line:
        line.run(server("chat"), server("mail"), server("more"))
        line.merge()
        for _ in range(2):  # Component and API
            line.edit("main", "title: chat", 'title: "chat"')
        line.edit("main", "title: mail", "title: mail  # ours")
        outcome = line.run(server("more"))
        assert "east.pay.chat" not in line.text() and "title: mail  # ours" in line.text()
        orphans = {edit.what for edit in outcome.plan.hand_edits if edit.state == "orphan"}
        assert {what.rpartition(".")[2] for what in orphans} == {"mail"}


EAST, WEST, HR = server("chat"), server("chat", cluster="west"), server("chat", namespace="hr")


@pytest.mark.parametrize(
    ("key", "setting", "left"),
    [
        ("models.versions", {"models": Models(latest=0)}, (EAST, WEST, HR)),
        (
            "clusters east namespaces",
            {"clusters": (Cluster(name="east", exclude=("hr",)), Cluster(name="west"))},
            (EAST, WEST),
        ),
        ("clusters", {"clusters": (Cluster(name="east"),)}, (EAST, HR)),
    ],
)
def test_what_goes_by_a_key_says_so_on_a_branch_that_people_work_on(
    key: str, setting: dict[str, Any], left: tuple[Any, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with line_in(tmp_path, "github", monkeypatch, removal=AT_ONCE) as line:
        line.config = replace(line.config, clusters=CONFIG.clusters)
        line.run(model(), version(), EAST, WEST, HR)
        line.merge()
        line.config = replace(line.config, **setting)
        for name in ("ours", "still ours"):
            outcome = line.run(model(), version(), *left)
            assert {change.reason for change in outcome.plan.changes if change.is_removal} == {key}
            line.edit("rhoai-catalog/update", "# the configuration", f"# the configuration, {name}", "generator.yaml")
