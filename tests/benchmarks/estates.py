"""Snapshots of estates of any size, as observing would give them: what the benchmarks of the line start from."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from rhoai_catalog.families import KSERVE, MODEL_CATALOG, MODEL_REGISTRY
from rhoai_catalog.snapshot import (
    Artifact,
    CatalogModel,
    CatalogSource,
    Fact,
    InferenceService,
    ModelVersion,
    Namespace,
    RegisteredModel,
    RegistryLink,
    Scope,
    Snapshot,
    Source,
)

CARD = 15_000  # characters of a model card
PER_MODEL = 5  # versions
KINDS = {
    KSERVE: ("Namespace", "InferenceService", "LLMInferenceService"),
    MODEL_REGISTRY: ("RegisteredModel", "ModelVersion", "Artifact", "InferenceService", "ServingEnvironment"),
    MODEL_CATALOG: ("CatalogSource", "CatalogModel"),
}
WORDS = "a model that answers questions of many kinds in short and plain words with code and tables".split()


def estate(
    versions: int, servers: int, *, changed: int = 0, cluster: str = "east", registry: str = "shared"
) -> Snapshot:
    """So many registered versions, a tenth of their models with a card, and servers of some of them; of about `changed`
    of each hundred of them, with and without a card, something is not as it is with 0.
    """
    models = range(1, versions // PER_MODEL + 1)
    sources = (
        Source(family=KSERVE, name=cluster),
        Source(family=MODEL_REGISTRY, name=registry, registry=registry),
        Source(family=MODEL_CATALOG, name="cards"),
    )
    return Snapshot(
        sources=sources,
        scopes=tuple(Scope(source=s.key, kind=kind, complete=True) for s in sources for kind in KINDS[s.family]),
        namespaces=tuple(Namespace(cluster=cluster, name=f"team-{n}") for n in range(50)),
        inference_services=tuple(
            _server(n, cluster, registry, versions, _is_among(n, changed)) for n in range(servers)
        ),
        registered_models=tuple(RegisteredModel(registry=registry, id=str(n), name=f"model-{n}") for n in models),
        model_versions=tuple(_version(n, registry, _is_among(n, changed)) for n in range(1, versions + 1)),
        catalog_sources=(CatalogSource(catalog="cards", id="redhat", name="Red Hat"),),
        catalog_models=tuple(_card(n) for n in models if n % 10 == 0),
    )


def _is_among(number: int, changed: int) -> bool:
    return random.Random(number).randrange(100) < changed


def _version(number: int, registry: str, changed: bool) -> ModelVersion:
    model = (number - 1) // PER_MODEL + 1
    origin: dict[str, Any] = {}
    if model % 10 == 0:
        origin = {"model_source_kind": "catalog", "model_source_class": "redhat", "model_source_name": f"org/m-{model}"}
    return ModelVersion(
        registry=registry,
        id=str(number),
        registered_model_id=str(model),
        name=f"{number % PER_MODEL}.{number}",
        description=f"Trained for the {number}th time{' on more data' if changed else ''}.",
        author="alice",
        created="2026-05-04T12:00:00Z",
        custom_properties={"accuracy": 0.5 + number / 100_000, "team": "fraud"},
        artifacts=(Artifact(id=str(number), artifact_type="model-artifact", uri=f"s3://models/{number}", **origin),),
    )


def _server(number: int, cluster: str, registry: str, versions: int, changed: bool) -> InferenceService:
    name, chosen = f"model-{number}", number % versions + 1 if versions else 0
    link = RegistryLink(
        registry=registry,
        registered_model_id=str((chosen - 1) // PER_MODEL + 1),
        model_version_id=str(chosen),
    )
    facts: dict[str, Any] = {
        "external_url": f"https://{name}.apps{'.new' if changed else ''}.example.net",
        "internal_url": f"http://{name}-predictor.team-{number % 50}.svc.cluster.local:8080",
        "authentication_required": number % 3 != 0,
        "served_model_names": (name,),
        "runtime": "vllm",
        "protocols": ("openai",),
        "model_format": "vLLM",
        "accelerators": {"nvidia.com/gpu": 1},
        "context_length": 8192,
    }
    return InferenceService(
        cluster=cluster,
        namespace=f"team-{number % 50}",
        kind="InferenceService",
        name=name,
        state="ready",
        registry=link if versions else None,
        **{key: Fact(value, f"spec.{key}") for key, value in facts.items()},
    )


def _card(model: int) -> CatalogModel:
    return CatalogModel(
        catalog="cards",
        source_id="redhat",
        name=f"org/m-{model}",
        readme="".join(_paragraphs(model)),
        license="apache-2.0",
        provider="Red Hat",
        language=("en", "de"),
        tasks=("text-generation",),
        artifact_uris=(f"oci://registry.example.net/m:{model}",),
    )


def _paragraphs(seed: int) -> Iterator[str]:
    choice, length = random.Random(seed), 0
    yield f"# Model {seed}\n\n"
    while length < CARD:
        section = " ".join(choice.choices(WORDS, k=80))
        text = f"## Section {length}\n\n{section}.\n\n- one [link](https://example.net/{length})\n- `code`\n\n"
        length += len(text)
        yield text
