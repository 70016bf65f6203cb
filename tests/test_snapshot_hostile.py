"""Anybody may have changed a snapshot: it is read, or refused in one line that says where it is wrong."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rhoai_catalog.errors import GeneratorError
from rhoai_catalog.snapshot import (
    UNKNOWN,
    Agent,
    ApiKey,
    Artifact,
    CatalogModel,
    CatalogSearch,
    CatalogSource,
    Experiment,
    Fact,
    InferenceGraph,
    InferenceService,
    LooseArtifact,
    McpServer,
    McpTool,
    ModelVersion,
    Namespace,
    RegisteredInferenceService,
    RegisteredModel,
    RegistryLink,
    Scope,
    ServingEnvironment,
    Snapshot,
    Source,
    from_json,
    to_json,
)
from thorough import tries

SCHEMA = json.loads((Path(__file__).parent.parent / "schemas" / "snapshot.schema.json").read_text("utf-8"))
EVERYTHING = Snapshot(
    sources=(Source(family="kserve", name="east", clusters=("east",), registry="r", discovered=True),),
    scopes=(Scope(source="kserve/east", kind="InferenceService", namespace="pay", complete=False, reason="403"),),
    namespaces=(Namespace(cluster="east", name="pay", requester="alice"),),
    inference_services=(
        InferenceService(
            cluster="east",
            namespace="pay",
            kind="InferenceService",
            name="a",
            annotations={"rhdh.io/owner": "x"},
            external_url=Fact("https://a.example", "Route x"),
            internal_url=Fact(UNKNOWN, "stopped"),
            authentication_required=Fact(False, "annotation"),
            served_model_names=Fact(("a", "b"), "args"),
            runtime=Fact("vllm", "annotation"),
            protocols=Fact(("openai",), "vllm"),
            model_format=Fact(None, "none"),
            accelerators=Fact({"nvidia.com/gpu": 2}, "limits"),
            context_length=Fact(8192, "--max-model-len"),
            token=Fact("gateway-key", "AuthPolicy x"),
            api_key=ApiKey(place="header", name="Authorization", prefix="APIKEY"),
            state="ready",
            artifact_uris=("s3://a/b",),
            api_definition=Fact("{}", "/openapi.json"),
            registry=RegistryLink(registry=None, registered_model_id="1", model_version_id=None),
        ),
    ),
    inference_graphs=(InferenceGraph(cluster="east", namespace="pay", name="g", services=("a",)),),
    registered_models=(RegisteredModel(registry="r", id="1", name="m", language=("en",), custom_properties={"a": 1}),),
    model_versions=(
        ModelVersion(
            registry="r",
            id="1",
            registered_model_id="1",
            name="v",
            artifacts=(
                Artifact(id="1", artifact_type="metric", value=0.5),
                Artifact(id="2", artifact_type="metric", value=5),
                Artifact(id="3", artifact_type="parameter", value="adam", custom_properties={"a": [{"b": None}]}),
            ),
        ),
        ModelVersion(registry="r", id="2", registered_model_id="1", name="w", artifacts=None),
    ),
    loose_artifacts=(LooseArtifact(registry="r", id="9"),),
    serving_environments=(ServingEnvironment(registry="r", id="1", name="pay"),),
    registered_inference_services=(RegisteredInferenceService(registry="r", id="1", registered_model_id="1"),),
    experiments=(Experiment(registry="r", id="1", name="e"),),
    catalog_sources=(CatalogSource(catalog="c", id="s", name="S", labels=("x",)),),
    catalog_models=(CatalogModel(catalog="c", source_id="s", name="m", artifact_uris=None, accuracy={"mmlu": 0.5}),),
    catalog_searches=(CatalogSearch(catalog="c", uris=("oci://r/m:1",)),),
    mcp_servers=(
        McpServer(
            catalog="c",
            source_id="s",
            name="k",
            endpoints={"http": "https://k.example"},
            tools=(McpTool(name="t", parameters={"q": "string"}),),
        ),
    ),
    agents=(Agent(catalog="c", source_id="s", name="a", framework="x"),),
)
PLAIN = json.loads(to_json(EVERYTHING))


def places(value: Any, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The ways to every value inside."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*way, key)
        yield from places(inner, (*way, key))


FIELDS = ("name", "value", "from", "unknown", "source", "version", "artifacts", "a - at `$.b`", "\n", "~/")
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([0, 1, 2**63, 2**64, -(2**63), 10**400]),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["\ud83d", "\x00", "\u2028", "ready", "x" * 10_000]),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(st.sampled_from(FIELDS), st.text(max_size=5)), inner, max_size=3),
    ),
    max_leaves=8,
)


def with_value(way: tuple[str | int, ...], value: object) -> Any:
    changed = copy.deepcopy(PLAIN)
    parent = changed
    for key in way[:-1]:
        parent = parent[key]
    parent[way[-1]] = value
    return changed


def with_integers(value: Any) -> Any:
    """The same to a JSON Schema, for which 1.0 is an integer, and to the reader, for which it is none."""
    if isinstance(value, dict):
        return {key: with_integers(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [with_integers(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def test_everything_is_in_the_example() -> None:
    assert all(getattr(EVERYTHING, table) for table in PLAIN if table != "version")
    assert from_json(to_json(EVERYTHING), "x.json") == EVERYTHING
    assert set(PLAIN) == set(SCHEMA["properties"])


@settings(max_examples=tries(1_000, 80), deadline=None)
@given(way=st.sampled_from([*places(PLAIN)]), value=JSON)
def test_any_value_at_any_place_is_read_or_refused_in_a_line(way: tuple[str | int, ...], value: object) -> None:
    changed = with_value(way, value)
    try:
        read = from_json(json.dumps(changed), "x.json")
    except GeneratorError as error:
        assert error.message.startswith(("x.json is no sound snapshot: ", "x.json is no snapshot of version 1"))
        assert error.message.isprintable() and len(error.message) < 300
    else:
        text = to_json(read)
        assert to_json(from_json(text, "x.json")) == text


@settings(max_examples=tries(500, 40), deadline=None)
@example(way=("inference_services", 0, "accelerators", "value"), value={"name": 0.0})
@given(way=st.sampled_from([*places(PLAIN)]), value=JSON)
def test_what_the_schema_accepts_is_read(way: tuple[str | int, ...], value: object) -> None:
    changed = with_value(way, with_integers(value))
    if jsonschema.Draft202012Validator(SCHEMA).is_valid(changed):
        from_json(json.dumps(changed), "x.json")


@settings(max_examples=tries(300, 60), deadline=None)
@given(way=st.sampled_from([*places(PLAIN)]), key=st.one_of(st.sampled_from(FIELDS), st.text(max_size=5)), value=JSON)
def test_any_further_field_is_read_or_refused_in_a_line(way: tuple[str | int, ...], key: str, value: object) -> None:
    changed = with_value(way, {key: value})
    try:
        from_json(json.dumps(changed), "x.json")
    except GeneratorError as error:
        assert error.message.isprintable() and len(error.message) < 300
