"""An estate of attackers: every text that a tenant, a registry's user or the author of a card can write is hostile.

data/hostile/strings.json has the texts, each under what it tries (a list is a piece, and how often it stands there);
data/hostile/cards/ has whole model cards, each called after what it tries.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from rhoai_catalog.demo.cluster import cluster_api
from rhoai_catalog.demo.loopback import Answer, Request
from rhoai_catalog.demo.services import catalog_api, registry_api

FOLDER: Final = Path(__file__).parents[1] / "data" / "hostile"
CANARY: Final = "canary.txt"  # a file of the machine that texts try to have included
SUNG: Final = "the canary sings"  # what is in it


def _read() -> dict[str, str]:
    rows = json.loads((FOLDER / "strings.json").read_text("utf-8"))
    return {tries: row if isinstance(row, str) else row[0] * row[1] for tries, row in rows.items()}


STRINGS: Final = _read()
CARDS: Final = {path.stem: path.read_bytes().decode("utf-8") for path in sorted((FOLDER / "cards").glob("*.md"))}

# Annotations that people write on a server for a catalog, and custom properties that they write into a registry.
ANNOTATIONS: Final = tuple(
    """title description owner lifecycle system backstage-tags license homepage-url how-to-use usage techdocs training
    ethics support serverType default api-entity-ref api-type""".split()
)
PROPERTIES: Final = tuple(
    """Owner License Lifecycle API_Spec API_Type TechDocs Homepage_URL Usage maturity
    parameters quantization base_model hardware rhdh.modelcatalog.io/model-name""".replace("_", " ").split()
)
KSERVE: Final = "serving.kserve.io/v1beta1"
FAMILY: Final = "opendatahub.io/kserve-runtime"
RUNTIMES: Final[dict[str, Callable[[str], dict[str, Any]]]] = {  # its name -> what it says of family and protocols
    "vllm": lambda text: {"annotations": {FAMILY: "vllm"}},
    "v2": lambda text: {"protocolVersions": ["v2", "grpc-v2", text]},
    "v1": lambda text: {"protocolVersions": ["v1", text]},
    "grpc": lambda text: {"protocolVersions": ["grpc-v2", text]},
    "tgis": lambda text: {"annotations": {FAMILY: "tgis"}},
    "caikit": lambda text: {"annotations": {FAMILY: "caikit"}},
    "odd": lambda text: {"annotations": {FAMILY: text}, "protocolVersions": [text]},
}


def servers(texts: Sequence[str]) -> list[dict[str, Any]]:
    """The objects of a cluster in which each text is a name that servers answer to, and whatever else people write."""
    objects = [
        {"apiVersion": "datasciencecluster.opendatahub.io/v1", "kind": "DataScienceCluster", "metadata": {"name": "x"}}
    ]
    for number, text in enumerate(texts):
        objects += _namespace(number, text, list(RUNTIMES)[number % len(RUNTIMES)])
    return objects


def _namespace(number: int, text: str, runtime: str) -> Iterator[dict[str, Any]]:
    namespace = f"n{number}"
    annotations = {"openshift.io/display-name": text, "openshift.io/description": text, "openshift.io/requester": text}
    yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace, "annotations": annotations}}
    container = {"name": "kserve-container", "image": text, "args": ["--served-model-name", text, "--x", text]}
    yield {
        "apiVersion": "serving.kserve.io/v1alpha1",
        "kind": "ServingRuntime",
        "metadata": {"name": runtime, "namespace": namespace, "annotations": {"openshift.io/display-name": text}},
        "spec": {**RUNTIMES[runtime](text), "containers": [container]},
    }
    written = {f"rhdh.io/{name}": text for name in ANNOTATIONS}
    links = [{"url": text, "title": text}, {"url": "https://docs.example.net/", "title": text}]
    written |= {"rhdh.io/links": json.dumps(links), "opendatahub.io/model-type": text}
    labels = {"name": "shared", "registered-model-id": str(number), "model-version-id": str(number)}
    yield _server(namespace, "written", runtime, written | annotations, labels)
    declared = {"rhdh.io/api-spec": _definition(text), "rhdh.io/title": text}
    raw = {"rhdh.io/api-spec": text, "rhdh.io/api-type": ("graphql", "grpc")[number // 2 % 2]}
    yield _server(namespace, "declared", runtime, raw if number % 2 else declared)
    yield {
        "apiVersion": "serving.kserve.io/v1alpha2",
        "kind": "LLMInferenceService",
        "metadata": {"name": "llm", "namespace": namespace, "annotations": annotations},
        "spec": {"model": {"name": text, "uri": text, "lora": {"adapters": [{"name": f"{text}2", "uri": text}]}}},
        "status": {
            "url": f"https://llm-{namespace}.apps.example.net",
            "addresses": [{"url": text}, {"url": f"https://llm-{namespace}.apps.example.net"}],
        },
    }


def _server(
    namespace: str, name: str, runtime: str, annotations: dict[str, str], registered: dict[str, str] | None = None
) -> dict[str, Any]:
    text = annotations["rhdh.io/title"] if "rhdh.io/title" in annotations else annotations["rhdh.io/api-spec"]
    labels = {f"modelregistry.opendatahub.io/{key}": value for key, value in (registered or {}).items()}
    conditions = [{"type": "Ready", "status": "False", "reason": text, "message": text}]
    failure = {"lastFailureInfo": {"reason": text, "message": text}, "states": {"targetModelState": text}}
    return {
        "apiVersion": KSERVE,
        "kind": "InferenceService",
        "metadata": {"name": name, "namespace": namespace, "labels": labels, "annotations": annotations},
        "spec": {"predictor": {"model": {"modelFormat": {"name": text}, "runtime": runtime, "storageUri": text}}},
        "status": {
            "url": f"https://{name}-{namespace}.apps.example.net",
            "address": {"url": f"http://{name}-predictor.{namespace}.svc.cluster.local:8080"},
            "conditions": conditions,
            "modelStatus": failure,
        },
    }


def _definition(text: str) -> str:
    operation = {"summary": text, "description": text, "tags": [text], "responses": {"200": {"description": text}}}
    info = {"title": text, "version": text, "description": text, "contact": {"name": text}}
    return json.dumps({"openapi": "3.0.3", "info": info, "paths": {"/x": {"get": operation}}, "servers": []})


def registry(texts: Sequence[str], *, said: Sequence[str] | None = None) -> dict[str, Any]:
    """The rows of a registry: each text is the name of a model and of its version, its neighbour in `said` all else."""
    rows: dict[str, Any] = {"registered_models": [], "model_versions": [], "artifacts": {}}
    rows |= {"serving_environments": [], "inference_services": []}
    for number, (name, text) in enumerate(zip(texts, said or texts, strict=True)):
        key = str(number)
        shared = {"id": key, "name": f"{name}{number}" if name in texts[:number] else name, "state": "LIVE"}
        rows["registered_models"].append({**shared, **_described(text), "owner": text})
        properties = {"customProperties": _properties(text)}
        rows["model_versions"].append(
            {**shared, "registeredModelId": key, "description": text, "author": text, **properties}
        )
        rows["artifacts"][key] = list(_artifacts(number, text))
        rows["serving_environments"].append({"id": key, "name": text})
        deployed = {"servingEnvironmentId": key, "runtime": text, "desiredState": text}
        rows["inference_services"].append(
            {"id": key, "name": text, "registeredModelId": key, "modelVersionId": key, **deployed}
        )
    return rows


def _described(text: str) -> dict[str, Any]:
    fields = dict.fromkeys(("description", "readme", "license", "licenseLink", "provider", "maturity"), text)
    return {**fields, "libraryName": text, "language": [text], "tasks": [text], "customProperties": _properties(text)}


def _properties(text: str) -> dict[str, Any]:
    values = dict.fromkeys(PROPERTIES, text) | {text: text, f"{text} label": "", "a struct": json.dumps([text])}
    kinds = {"a struct": "MetadataStructValue"}
    return {
        name: {"metadataType": kinds.get(name, "MetadataStringValue"), "string_value": value, "struct_value": value}
        for name, value in values.items()
    }


def _artifacts(number: int, text: str) -> Iterator[dict[str, Any]]:
    kinds = ("model-artifact", "doc-artifact", "metric", "parameter")
    for place, kind in enumerate(kinds, 1 + number * len(kinds)):
        yield {"id": str(place), "artifactType": kind, "name": text, "description": text, "uri": f"s3://{text}"} | {
            "value": 0.5 if kind == "metric" else text,
            "modelFormatName": text,
            "modelFormatVersion": text,
            "customProperties": {},
        }


def catalog(texts: Sequence[str], cards: Sequence[str] = ()) -> dict[str, Any]:
    """What a model catalog holds: each text is the name of a model and an MCP server, some that of an agent, and all
    that they say; each card is that of a model more.
    """
    names = tuple(dict.fromkeys(texts))
    models = [{"source_id": "s", "name": text, **_described(text)} for text in names]
    models += [{"source_id": "s", "name": f"card-{number}", "readme": card} for number, card in enumerate(cards)]
    sources = [{"id": "s", "name": "s", "enabled": True, "status": "available", "labels": names}]
    servers = [_offer(number, text) for number, text in enumerate(names)]
    agents = [{**row, "name": f"{row['name']} agent"} for row in servers[::3]]
    return {"sources": sources, "models": models, "mcp_servers": servers, "agents": agents}


def _offer(number: int, text: str) -> dict[str, Any]:
    fields = ("displayName", "description", "readme", "repositoryUrl", "provider", "version", "license", "framework")
    tool = {"name": text, "description": text, "accessType": text, "parameters": [{"name": text, "type": text}]}
    row = {"id": str(number), "source_id": "s", "name": text, **dict.fromkeys(fields, text), "license_link": text}
    row |= {"tags": [text], "labels": [text], "transports": [text], "tools": [tool], "documentationUrl": text}
    return {**row, "endpoints": {"http": f"https://mcp.example.net/{number}"}}


def answers(
    objects: Sequence[dict[str, Any]], rows: dict[str, Any], offers: dict[str, Any]
) -> dict[str, Callable[[Request], Answer]]:
    """The servers of that estate by the names of their sources. Their JSON is ASCII: it tells lone surrogates, too."""
    apis = {"east": cluster_api(objects), "shared": registry_api(**rows), "cards": catalog_api(**offers)}
    return {name: _in_ascii(api) for name, api in apis.items()}


def _in_ascii(api: Callable[[Request], Answer]) -> Callable[[Request], Answer]:
    def answer(request: Request) -> Answer:
        reply = api(request)
        if isinstance(reply.body, str | bytes):
            return reply
        return Answer(json.dumps(reply.body), reply.status, {"Content-Type": "application/json", **reply.headers})

    return answer
