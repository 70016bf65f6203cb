"""What serves a model: the runtime's family, and the protocols that a caller may speak."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from rhoai_catalog.observe.kserve.facts.containers import containers_of, option, predictor_model, words_of
from rhoai_catalog.observe.kserve.fields import Object, items, mapping, text
from rhoai_catalog.observe.kserve.surroundings import Runtime, Surroundings
from rhoai_catalog.snapshot import UNKNOWN, Fact

SERVER_TYPES: Final = {  # the family that an annotation or a part of an image or command names
    "vllmserver": "vllm",
    "vllm": "vllm",
    "huggingfaceserver": "huggingface",
    "mlserver": "mlserver",
    "tritonserver": "triton",
    "triton": "triton",
    "ovms": "ovms",
    "openvino": "ovms",
    "torchserve": "torchserve",
    "tensorflow-serving": "tensorflow-serving",
    "tensorflow/serving": "tensorflow-serving",
    "tensorflow_model_server": "tensorflow-serving",
    "sklearnserver": "sklearn",
    "xgbserver": "xgboost",
    "lgbserver": "lightgbm",
    "pmmlserver": "pmml",
    "paddleserver": "paddle",
    "predictiveserver": "predictive",
    "autogluonserver": "autogluon",
    "caikit-tgis": "caikit",
    "caikit": "caikit",
    "text-generation": "tgis",
    "tgis": "tgis",
    "guardrails-detector": "guardrails-detector",
}
IN_IMAGE: Final = tuple(SERVER_TYPES.items())
FORMATS: Final = {
    "vllm": "vllm",
    "caikit": "caikit",
    "huggingface": "huggingface",
    "openvino_ir": "ovms",
    "triton": "triton",
}
OPENAI: Final = ("vllm", "nim")
OWN_PROTOCOL: Final = ("caikit", "tgis", "guardrails-detector")
NIM: Final = "runtimes.opendatahub.io/nvidia-nim"


def family(item: Object, runtime: Runtime | None, around: Surroundings) -> Fact[str | None]:
    """The runtime family, best evidence first: annotation, image or command, then the model format."""
    format_name, model = predictor_model(item)
    if runtime is not None:
        annotated = _annotated_family(runtime)
        if annotated:
            return Fact(annotated, f"{runtime.kind} {runtime.name} annotations")
    elif around.runtimes.unknown and (model.get("runtime") or model):
        return Fact(UNKNOWN, around.runtimes.unknown)
    for container, origin in containers_of(item, runtime):
        words = " ".join([str(container.get("image") or ""), *words_of(container)]).lower()
        run = next((name for mark, name in IN_IMAGE if mark in words), None)
        if run:
            return Fact(run, f"{origin} image and command")
    usual = FORMATS.get((format_name or "").lower())
    return Fact(usual, "spec.predictor.model.modelFormat" if usual else "nothing says which runtime it is")


def _annotated_family(runtime: Runtime) -> str | None:
    if runtime.annotations.get(NIM) == "true":
        return "nim"
    spec_annotations = mapping(runtime.spec.get("annotations"))
    for server_type in (
        spec_annotations.get("opendatahub.io/kserve-runtime"),
        runtime.annotations.get("serving.kserve.io/server-type"),
    ):
        if isinstance(server_type, str) and server_type:
            return SERVER_TYPES.get(server_type.lower(), server_type.lower())
    return None


def protocols(item: Object, runtime: Runtime | None, runtime_family: Fact[str | None]) -> Fact[tuple[str, ...]]:
    """What a caller may speak, REST first. A webhook's default says nothing about runtimes that speak their own."""
    if isinstance(runtime_family.value, str) and runtime_family.value in OPENAI:
        return Fact(("openai",), f"the runtime is {runtime_family.value}")
    if isinstance(runtime_family.value, str) and runtime_family.value in OWN_PROTOCOL:
        return Fact((runtime_family.value,), f"the runtime is {runtime_family.value}")
    if runtime_family.value is UNKNOWN:
        return Fact(UNKNOWN, runtime_family.origin)
    _, model = predictor_model(item)
    supported = tuple(v for v in items(runtime.spec.get("protocolVersions")) if isinstance(v, str)) if runtime else ()
    explicit = text(model.get("protocolVersion"))
    first: tuple[str, ...] = ("openai-huggingface",) if runtime_family.value == "huggingface" else ()
    if runtime_family.value == "ovms" and _is_generative(model, runtime):
        first = ("openai-ovms",)
    if supported:
        rest = tuple(sorted(supported, key=lambda name: (name != explicit, "grpc" in name, name == "v1")))
        return Fact(
            (*first, *rest), f"{runtime.kind if runtime else ''} {runtime.name if runtime else ''} protocolVersions"
        )
    if explicit:
        return Fact((*first, explicit), "spec.predictor.model.protocolVersion")
    for container, origin in containers_of(item, None):
        for row in items(container.get("env")):
            if mapping(row).get("name") in ("PROTOCOL", "PROTOCOL_VERSION") and text(mapping(row).get("value")) in (
                "v1",
                "v2",
                "grpc-v2",
            ):
                return Fact((str(row["value"]),), f"{origin} env PROTOCOL")
    if model:
        return Fact((*first, "v1"), "KServe's default")
    return Fact((), "a container of its own; nothing says what it speaks")


def _is_generative(model: Mapping[str, Any], runtime: Runtime | None) -> bool:
    """Whether OpenVINO's server is told a task that it serves as OpenAI does."""
    containers = [model, *(container for container, _ in containers_of({}, runtime))]
    return any(option(words_of(container), "--task") for container in containers)
