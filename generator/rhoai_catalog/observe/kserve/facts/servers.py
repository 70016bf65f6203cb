"""InferenceService and LLMInferenceService objects -> facts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from rhoai_catalog.observe.kserve.facts import endpoints, runtimes, serving
from rhoai_catalog.observe.kserve.facts.containers import find_runtime, predictor_model
from rhoai_catalog.observe.kserve.fields import Object, annotations_of, at, items, labels_of, mapping, metadata, text
from rhoai_catalog.observe.kserve.surroundings import Surroundings
from rhoai_catalog.snapshot import UNKNOWN, Fact, InferenceGraph, InferenceService, RegistryLink
from rhoai_catalog.text.credentials import without_credentials

KEPT: Final = ("rhdh.io/", "rhdh.modelcatalog.io/", "modelcatalogbridge.rhdh.io/", "terasky.backstage.io/")
ALSO_KEPT: Final = ("opendatahub.io/model-type", "opendatahub.io/genai-use-case", "opendatahub.io/model-capabilities")
REGISTRY: Final = ("modelregistry.opendatahub.io/", "modelregistry.kubeflow.org/")
WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9]{0,63}")
STOPPED: Final = "it is stopped"


def inference_service(item: Object, cluster: str, around: Surroundings) -> InferenceService:
    """The facts of an InferenceService."""
    runtime = find_runtime(item, around)
    family = runtimes.family(item, runtime, around)
    format_name, model = predictor_model(item)
    state, reason = _state(item)
    external = endpoints.external_url(item, around)
    internal = endpoints.internal_url(item, around, runtime)
    if state == "stopped":
        external = internal = Fact(UNKNOWN, STOPPED)
    containers = [
        model,
        *items(at(item, "spec", "predictor", "containers")),
        mapping(at(item, "spec", "predictor", "workerSpec")),
    ]
    return InferenceService(
        **_named(item, cluster, "InferenceService"),
        external_url=external,
        internal_url=internal,
        authentication_required=endpoints.authentication_required(item, around, runtime),
        served_model_names=serving.served_model_names(item, runtime, around),
        runtime=family,
        protocols=runtimes.protocols(item, runtime, family),
        model_format=Fact(format_name, "spec.predictor model format"),
        accelerators=serving.accelerators(item, containers, "spec.predictor resources"),
        context_length=serving.context_length(containers, runtime, around.runtimes.unknown),
        state=state,
        state_reason=reason,
        artifact_uris=tuple(filter(None, map(_without_credentials, _storage(item, model)))),
    )


def llm_inference_service(item: Object, cluster: str, around: Surroundings) -> InferenceService:
    """The facts of an LLMInferenceService: vLLM behind an OpenAI-compatible endpoint."""
    state, reason = _state(item)
    external, internal = endpoints.llm_urls(item, around)
    if state == "stopped":
        external = internal = Fact(UNKNOWN, STOPPED)
    names, uris = _llm_models(item)
    containers = items(at(item, "spec", "template", "containers"))
    return InferenceService(
        **_named(item, cluster, "LLMInferenceService"),
        external_url=external,
        internal_url=internal,
        authentication_required=endpoints.llm_authentication(item, around),
        served_model_names=Fact(names, "spec.model.name and its adapters"),
        runtime=Fact("vllm", "what every LLMInferenceService runs"),
        protocols=Fact(("openai",), "what every LLMInferenceService speaks"),
        model_format=Fact("vLLM", "what every LLMInferenceService runs"),
        accelerators=serving.accelerators(item, containers, "spec.template resources"),
        context_length=serving.context_length(containers, None),
        state=state,
        state_reason=reason,
        artifact_uris=tuple(filter(None, map(_without_credentials, uris))),
    )


def inference_graph(item: Object, cluster: str) -> InferenceGraph:
    """The facts of an InferenceGraph; its steps may nest, so every service that a node names counts."""
    nodes = mapping(at(item, "spec", "nodes")).values()
    steps = [mapping(step) for node in nodes for step in items(at(node, "steps"))]
    return InferenceGraph(
        cluster=cluster,
        namespace=str(metadata(item).get("namespace")),
        name=str(metadata(item).get("name")),
        url=_without_credentials(text(at(item, "status", "url")) or ""),
        services=tuple(sorted({name for step in steps if (name := text(step.get("serviceName")))})),
    )


def _named(item: Object, cluster: str, kind: str) -> dict[str, Any]:
    annotations = annotations_of(item)
    return {
        "cluster": cluster,
        "namespace": str(metadata(item).get("namespace")),
        "kind": kind,
        "name": str(metadata(item).get("name")),
        "display_name": _clean(annotations.get("openshift.io/display-name")),
        "description": _clean(annotations.get("openshift.io/description")),
        "annotations": {k: _clean(v) for k, v in sorted(annotations.items()) if k.startswith(KEPT) or k in ALSO_KEPT},
        "registry": _registry(item),
    }


def _clean(text: str | None) -> str | None:
    return None if text is None else without_credentials(text)


def _registry(item: Object) -> RegistryLink | None:
    labels = labels_of(item)
    for prefix in REGISTRY:
        model, version = labels.get(f"{prefix}registered-model-id"), labels.get(f"{prefix}model-version-id")
        if model:
            name = labels.get(f"{prefix}name") or None
            return RegistryLink(registry=name, registered_model_id=model, model_version_id=version or None)
    return None


def _state(item: Object) -> tuple[str, str]:
    """The state and, where it failed, the reason as one word: messages may hold credentials."""
    if metadata(item).get("deletionTimestamp"):
        return "deleting", ""
    if (
        annotations_of(item).get("serving.kserve.io/stop", "").lower() == "true"
        and endpoints.deployment_mode(item) != "ModelMesh"
    ):
        return "stopped", ""
    failure = _word(at(item, "status", "modelStatus", "lastFailureInfo", "reason"))
    if at(item, "status", "modelStatus", "states", "targetModelState") == "FailedToLoad":
        return "failed", failure
    ready = next((mapping(c) for c in items(at(item, "status", "conditions")) if mapping(c).get("type") == "Ready"), {})
    if ready.get("status") == "True":
        return "ready", ""
    return ("loading", _word(ready.get("reason"))) if ready else ("unknown", "")


def _word(value: Any) -> str:
    return value if isinstance(value, str) and WORD.fullmatch(value) else ""


def _storage(item: Object, model: Mapping[str, Any]) -> list[str]:
    uris = [text(model.get("storageUri"))]
    uris += [text(mapping(row).get("uri")) for row in items(at(item, "spec", "predictor", "storageUris"))]
    path, key = text(at(model, "storage", "path")), text(at(model, "storage", "key"))
    bucket = text(at(model, "storage", "parameters", "bucket")) or key
    if path and bucket:
        uris.append(f"s3://{bucket}/{path.lstrip('/')}")
    return [uri for uri in uris if uri]


def _llm_models(item: Object) -> tuple[tuple[str, ...], list[str]]:
    """The base model's name and its adapters', and where they are stored."""
    model = mapping(at(item, "spec", "model"))
    adapters = [mapping(row) for row in items(at(model, "lora", "adapters"))]
    names = [text(model.get("name")) or str(metadata(item).get("name")), *(text(row.get("name")) for row in adapters)]
    uris = [text(model.get("uri")), *(text(row.get("uri")) for row in adapters)]
    return tuple(dict.fromkeys(name for name in names if name)), [uri for uri in uris if uri]


def _without_credentials(uri: str) -> str | None:
    """The address without user, password, query and fragment; None if it is no address."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if not parts.scheme or not re.fullmatch(r"[a-zA-Z0-9+.-]+", parts.scheme):
        return None
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
