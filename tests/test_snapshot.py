"""A snapshot keeps what was seen, says what could not be known, and joins with others."""

from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rhoai_catalog.errors import GeneratorError
from rhoai_catalog.identity import Identity, SourceKey
from rhoai_catalog.snapshot import (
    UNKNOWN,
    Artifact,
    CatalogModel,
    Fact,
    InferenceService,
    ModelVersion,
    RegistryLink,
    Scope,
    Snapshot,
    Source,
    covering,
    from_json,
    merged,
    to_json,
)


def server(cluster: str = "east", **changes: object) -> InferenceService:
    facts = {
        "external_url": Fact("https://a.example", "Route x"),
        "internal_url": Fact(UNKNOWN, "stopped"),
        "authentication_required": Fact(False, "annotation"),
        "served_model_names": Fact(("a", "b"), "args"),
        "runtime": Fact("vllm", "annotation"),
        "protocols": Fact(("openai",), "vllm"),
        "model_format": Fact(None, "none"),
        "accelerators": Fact({"nvidia.com/gpu": 2}, "limits"),
        "context_length": Fact(8192, "--max-model-len"),
    }
    return InferenceService(
        cluster=cluster, namespace="pay", kind="InferenceService", name="a", state="ready", **(facts | changes)
    )


REGISTRY = {name: Source(family="model-registry", name=name, registry=name) for name in ("shared", "other")}


def version_of(registry: str, version: str) -> ModelVersion:
    return ModelVersion(registry=registry, id=version, registered_model_id="1", name="v1")


def snapshot(cluster: str = "east", complete: bool = True) -> Snapshot:
    return Snapshot(
        sources=(Source(family="kserve", name=cluster),),
        scopes=(
            Scope(
                source=f"kserve/{cluster}",
                kind="InferenceService",
                complete=complete,
                listed=1,
                reason="" if complete else "403",
            ),
        ),
        inference_services=(
            server(cluster, registry=RegistryLink(registry=None, registered_model_id="1", model_version_id=None)),
        ),
        model_versions=(),
    )


def test_json_reads_back_to_an_equal_value_and_is_stable() -> None:
    version = ModelVersion(
        registry="r",
        id="1",
        registered_model_id="2",
        name="v",
        artifacts=None,
        custom_properties={"a": [1, {"b": None}]},
    )
    more = ModelVersion(
        registry="r",
        id="2",
        registered_model_id="2",
        name="w",
        artifacts=(Artifact(id="1", artifact_type="metric", value=1e-7),),
    )
    seen = dataclasses.replace(snapshot(), model_versions=(version, more))
    text = to_json(seen)
    assert from_json(text, "x.json") == seen
    assert to_json(from_json(text, "x.json")) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "x.json is not JSON"),
        ("[]", "x.json is no snapshot of version 1"),
        ('{"version": 2}', "x.json is no snapshot of version 1"),
        ('{"version": true}', "x.json is no snapshot of version 1"),
        ('{"version": 1, "servers": []}', "x.json is no sound snapshot: unknown field 'servers'"),
        ('{"version": 1, "a\\nb": []}', r"x.json is no sound snapshot: unknown field 'a\nb'"),
        ('{"version": 1, "scopes": [{"source": 1}]}', "/scopes/0/source: str expected, got int"),
        ('{"version": 1, "scopes": "text"}', "x.json is no sound snapshot: /scopes: array expected, got str"),
        ('{"version": 1, "scopes": [{}]}', "x.json is no sound snapshot: /scopes/0: missing field 'source'"),
        ('{"version": 1, "scopes": [{}], "scopes": 1}', "/scopes: array expected, got int"),
        ('{"version": 1, "sources": [{"family": "x", "name": "y", "clusters": [1]}]}', "/sources/0/clusters/0: str"),
        ('{"version": ' + "[" * 100_000, "x.json is not JSON: maximum recursion depth"),
        ('{"version": ' + "1" * 5_000 + "}", "x.json is not JSON: Exceeds the limit"),
    ],
)
def test_what_is_no_snapshot_is_told_in_a_line_with_the_file_and_the_field(text: str, words: str) -> None:
    with pytest.raises(GeneratorError) as caught:
        from_json(text, "x.json")
    assert words in caught.value.message and "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        ({"value": 1, "from": "x"}, "/runtime/value: str | null expected, got int"),
        ({"value": "vllm", "from": None}, "/runtime/from: str expected, got null"),
        ({"value": "vllm"}, "/runtime: either value and from, or unknown expected"),
        ({"value": "vllm", "unknown": "x"}, "/runtime: either value and from, or unknown expected"),
        ({"value": "vllm", "from": "x", "at": 1}, "/runtime: unknown field 'at'"),
        ("text", "/runtime: object expected, got str"),
    ],
)
def test_a_fact_is_a_value_with_its_origin_or_why_it_is_unknown(fact: object, words: str) -> None:
    plain = json.loads(to_json(snapshot()))
    plain["inference_services"][0]["runtime"] = fact
    with pytest.raises(GeneratorError) as caught:
        from_json(json.dumps(plain), "x.json")
    assert caught.value.message == f"x.json is no sound snapshot: /inference_services/0{words}"


def test_a_number_is_written_as_it_was_read() -> None:
    numbers = {"whole": 1, "half": 0.5, "one": 1.0, "huge": 10**400}
    model = CatalogModel(catalog="c", source_id="s", name="m", accuracy=numbers)
    read = from_json(to_json(Snapshot(catalog_models=(model,))), "x.json")
    assert repr(read.catalog_models[0].accuracy) == repr(dict(sorted(numbers.items())))


def test_half_a_character_in_a_snapshot_becomes_a_question_mark() -> None:
    text = to_json(snapshot()).replace('"vllm"', '"v\\ud83d \\ud83d\\ude00"')
    assert from_json(text, "x.json").inference_services[0].runtime.value == "v? \N{GRINNING FACE}"


def test_of_two_snapshots_of_a_source_the_complete_one_counts() -> None:
    joined = merged([snapshot(complete=False), snapshot(), snapshot("west")])
    assert [source.name for source in joined.sources] == ["east", "west"]
    assert len(joined.inference_services) == 2
    assert joined.is_complete("kserve/east", "InferenceService")
    beside = merged([snapshot(complete=False), snapshot("north")])
    assert merged([beside, snapshot()]) == merged([snapshot(), snapshot("north")])


@given(st.permutations(["old", "east", "west"]), st.integers(1, 3))
def test_snapshots_of_sources_taken_apart_join_to_the_same_in_any_order(names: list[str], together: int) -> None:
    one = version_of("shared", "7"), version_of("other", "7")
    registries = [Snapshot(sources=(REGISTRY[row.registry],), model_versions=(row,)) for row in one]
    alone = [*(snapshot(name) for name in names), *registries]
    joined = merged([merged(alone[:together]), *reversed(alone[together:])])
    assert joined == merged([snapshot("east"), snapshot("old"), *registries, snapshot("west")])
    assert [row.cluster for row in joined.inference_services] == ["east", "old", "west"]
    assert [row.registry for row in joined.model_versions] == ["other", "shared"]
    assert merged([joined]) == joined == covering(joined, joined.sources)


def test_two_complete_snapshots_of_a_source_are_an_error() -> None:
    with pytest.raises(GeneratorError, match="kserve/east is complete in 2"):
        merged([snapshot(), snapshot()])


def test_a_source_that_is_in_no_snapshot_is_incomplete_and_one_that_is_not_configured_is_left_out() -> None:
    seen = covering(
        merged([snapshot("old"), snapshot("east")]),
        [Source(family="kserve", name="east"), Source(family="kserve", name="new")],
    )
    assert [source.name for source in seen.sources] == ["east", "new"]
    assert {server.cluster for server in seen.inference_services} == {"east"}
    assert not seen.is_complete("kserve/new", "InferenceService")
    assert seen.is_complete("kserve/east", "InferenceService")
    assert not seen.is_complete("kserve/east", "LLMInferenceService"), "it was never asked for"


def test_an_identity_keeps_its_parts_apart() -> None:
    identity = Identity.of("kserve", "east", "a/b", "c d", "50%\n")
    assert identity == "kserve/east/a%2Fb/c%20d/50%25%0A"
    assert identity.parts == ("a/b", "c d", "50%\n") and identity.source == SourceKey("kserve/east")
    assert Identity.of("kserve", "Größe", "モデル") == "kserve/Größe/モデル"
    assert identity.in_source(SourceKey("kserve/west")) == "kserve/west/a%2Fb/c%20d/50%25%0A"
