"""InferenceService and LLMInferenceService objects -> facts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from rhoai_catalog.address import split_url
from rhoai_catalog.observe.kserve.facts import accelerators, endpoints, policies, runtimes, tokens
from rhoai_catalog.observe.kserve.facts.llm import llm_server
from rhoai_catalog.observe.kserve.facts.names import llm_names_of, names_of
from rhoai_catalog.observe.kserve.facts.process import (
    Process,
    find_runtime,
    predictor_model,
    process_of,
    transformer_of,
)
from rhoai_catalog.observe.kserve.facts.tasks import context_length, task_of
from rhoai_catalog.observe.kserve.fields import (
    Object,
    annotation,
    annotations_of,
    at,
    items,
    label,
    mapping,
    metadata,
    text,
)
from rhoai_catalog.observe.kserve.surroundings import Surroundings
from rhoai_catalog.snapshot import UNKNOWN, Fact, InferenceGraph, InferenceService, RegistryLink
from rhoai_catalog.text.credentials import without_credentials

KEPT: Final = ("rhdh.io/", "rhdh.modelcatalog.io/", "modelcatalogbridge.rhdh.io/", "terasky.backstage.io/")
ALSO_KEPT: Final = ("opendatahub.io/model-type", "opendatahub.io/genai-use-case", "opendatahub.io/model-capabilities")
REGISTRY: Final = ("modelregistry.opendatahub.io/", "modelregistry.kubeflow.org/")
LONG: Final = timedelta(days=7)
WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9]{0,63}")
PATH: Final = re.compile(r"[A-Za-z0-9._~/-]{1,200}")
STOPPED: Final = "it is stopped"


def inference_service(item: Object, cluster: str, around: Surroundings) -> InferenceService:
    """The facts of an InferenceService."""
    runtime = find_runtime(item, around)
    process, front = process_of(item, runtime), transformer_of(item, runtime)
    reached = front or process
    family = runtimes.family(item, process, runtime, around, front)
    known = family.value if isinstance(family.value, str) else None
    format_name, model = predictor_model(item)
    unseen = around.runtimes.unknown if runtime is None and model else ""
    state, reason = _state(item)
    external = endpoints.external_url(item, around)
    internal = endpoints.internal_url(item, around, runtime)
    access = tokens.behind(
        policies.of_inference_service(item, external.value if isinstance(external.value, str) else None, around),
        tokens.Access(
            required=endpoints.authentication_required(item, around, runtime),
            token=tokens.of_inference_service(reached, known),
        ),
        guarded=True,
    )
    if state == "stopped":
        external = internal = Fact(UNKNOWN, STOPPED)
    names = names_of(item, reached, known, unseen)
    return InferenceService(
        **_named(item, cluster, "InferenceService"),
        external_url=external,
        internal_url=internal,
        grpc_url=endpoints.grpc_url(item),
        prefix=_prefix(reached, known),
        authentication_required=access.required,
        token=access.token,
        api_key=access.api_key,
        issuer=access.issuer,
        served_model_names=names.served,
        further_model_names=names.others,
        runtime=family,
        protocols=runtimes.protocols(item, reached, runtime, family, endpoints.only_http(item, around)),
        task=task_of(item, process, known),
        model_format=Fact(format_name, "spec.predictor model format"),
        accelerators=accelerators.of_inference_service(item, process, runtime),
        context_length=context_length(process, known, unseen),
        state=state,
        state_reason=reason,
        out_of_order=_is_out_of_order(item, state),
        artifact_uris=tuple(filter(None, map(_without_credentials, _storage(item, model)))),
    )


def llm_inference_service(item: Object, cluster: str, around: Surroundings) -> InferenceService:
    """The facts of an LLMInferenceService: mostly vLLM behind an OpenAI-compatible endpoint."""
    server = llm_server(item, around)
    process = server.process
    family = runtimes.llm_family(process)
    state, reason = _state(item)
    external, internal = endpoints.llm_urls(item, around)
    shown = external.value if isinstance(external.value, str) else internal.value
    if state == "stopped":
        external = internal = Fact(UNKNOWN, STOPPED)
    access = tokens.behind(
        policies.of_llm(server, around),
        tokens.Access(
            required=endpoints.llm_authentication(item, around),
            token=tokens.of_llm(server, process, str(family.value), around),
        ),
        guarded=False,
    )
    names = llm_names_of(server, process, str(family.value), shown if isinstance(shown, str) else None)
    return InferenceService(
        **_named(item, cluster, "LLMInferenceService"),
        external_url=external,
        internal_url=internal,
        authentication_required=access.required,
        token=access.token,
        api_key=access.api_key,
        issuer=access.issuer,
        served_model_names=names.served,
        further_model_names=names.others,
        runtime=family,
        protocols=Fact(("openai",), "what every LLMInferenceService speaks"),
        task=task_of(item, process, str(family.value)),
        model_format=Fact("vLLM", "what every LLMInferenceService runs"),
        accelerators=accelerators.of_llm(server),
        context_length=context_length(process, str(family.value), server.unknown),
        state=state,
        state_reason=reason,
        out_of_order=_is_out_of_order(item, state),
        artifact_uris=tuple(filter(None, map(_without_credentials, _llm_uris(server.spec)))),
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
    for prefix in REGISTRY:
        if model := label(item, f"{prefix}registered-model-id"):
            name, version = label(item, f"{prefix}name") or None, label(item, f"{prefix}model-version-id") or None
            return RegistryLink(registry=name, registered_model_id=model, model_version_id=version)
    return None


def _state(item: Object) -> tuple[str, str]:
    """The state and, where it failed, the reason as one word: messages may hold credentials."""
    if metadata(item).get("deletionTimestamp"):
        return "deleting", ""
    if (annotation(item, "serving.kserve.io/stop") or "").lower() == "true" and endpoints.deployment_mode(
        item
    ) != "ModelMesh":
        return "stopped", ""
    failure = _word(at(item, "status", "modelStatus", "lastFailureInfo", "reason"))
    if at(item, "status", "modelStatus", "states", "targetModelState") == "FailedToLoad":
        return "failed", failure
    ready = _readiness(item)
    if ready.get("status") == "True":
        return "ready", ""
    return ("loading", _word(ready.get("reason"))) if ready else ("unknown", "")


def _readiness(item: Object) -> Mapping[str, Any]:
    rows = map(mapping, items(at(item, "status", "conditions")))
    return next((row for row in rows if row.get("type") == "Ready"), {})


def _is_out_of_order(item: Object, state: str) -> bool:
    """Whether a server that should run has not been ready for longer than a rollout or a repair takes."""
    ready = _readiness(item)
    if state in ("stopped", "deleting") or ready.get("status") != "False":
        return False
    try:
        since = datetime.fromisoformat(str(ready.get("lastTransitionTime")))
        return datetime.now(UTC) - since.astimezone(UTC) > LONG
    except (ValueError, OverflowError):
        return False


def _word(value: Any) -> str:
    return value if isinstance(value, str) and WORD.fullmatch(value) else ""


def _prefix(process: Process, family: str | None) -> str:
    """The path below which a program was told to serve all others."""
    prefix = "".join(process.option(*runtimes.row_of(family, process).prefix)[:1]).strip("/")
    return f"/{prefix}" if PATH.fullmatch(prefix) else ""


def _storage(item: Object, model: Mapping[str, Any]) -> list[str]:
    uris = [text(model.get("storageUri"))]
    uris += [text(mapping(row).get("uri")) for row in items(at(item, "spec", "predictor", "storageUris"))]
    path, key = text(at(model, "storage", "path")), text(at(model, "storage", "key"))
    bucket = text(at(model, "storage", "parameters", "bucket")) or key
    if path and bucket:
        uris.append(f"s3://{bucket}/{path.lstrip('/')}")
    return [uri for uri in uris if uri]


def _llm_uris(spec: Mapping[str, Any]) -> list[str]:
    """Where the base model and its adapters are stored."""
    model = mapping(spec.get("model"))
    rows = [model, *(mapping(row) for row in items(at(model, "lora", "adapters")))]
    return [uri for row in rows if (uri := text(row.get("uri")))]


def _without_credentials(uri: str) -> str | None:
    """The address without user, password, query and fragment; None if it is no address."""
    try:
        parts = split_url(uri)
    except ValueError:
        return None
    if not parts.scheme or not re.fullmatch(r"[a-zA-Z0-9+.-]+", parts.scheme):
        return None
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
