"""What serves a model: runtime family, protocols, model format and the names a caller may ask for."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from rhoai_catalog.observe.kserve.objects import Object, annotations_of, at, items, labels_of, mapping, metadata, text
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
TIMES: Final = {"": 1, "k": 1_000, "K": 1_024, "m": 1_000_000, "M": 1_048_576}  # as vLLM reads numbers
IN_IMAGE: Final = tuple(SERVER_TYPES.items())
FORMATS: Final = {
    "vllm": "vllm",
    "caikit": "caikit",
    "huggingface": "huggingface",
    "openvino_ir": "ovms",
    "triton": "triton",
}
LEGACY: Final = (
    "sklearn",
    "xgboost",
    "tensorflow",
    "pytorch",
    "triton",
    "onnx",
    "huggingface",
    "pmml",
    "lightgbm",
    "paddle",
)
OPENAI: Final = ("vllm", "nim")
OWN_PROTOCOL: Final = ("caikit", "tgis", "guardrails-detector")
NIM: Final = "runtimes.opendatahub.io/nvidia-nim"
ACCELERATORS: Final = (
    "nvidia.com/gpu",
    "amd.com/gpu",
    "intel.com/gpu",
    "habana.ai/gaudi",
    "ibm.com/spyre_pf",
    "ibm.com/spyre_vf",
)


def predictor_model(item: Object) -> tuple[str | None, Mapping[str, Any]]:
    """The model of a predictor and its format: `model`, or the old form with a key named after the framework."""
    predictor = mapping(at(item, "spec", "predictor"))
    model = predictor.get("model")
    if isinstance(model, Mapping):
        return text(at(model, "modelFormat", "name")), model
    for name in LEGACY:
        if isinstance(predictor.get(name), Mapping):
            return name, predictor[name]
    return None, {}


def find_runtime(item: Object, around: Surroundings) -> Runtime | None:
    """The runtime by the name that the spec or the status tells, in the namespace first."""
    namespace = str(metadata(item).get("namespace"))
    _, model = predictor_model(item)
    names = (
        model.get("runtime"),
        at(item, "status", "servingRuntimeName"),
        at(item, "status", "clusterServingRuntimeName"),
    )
    for name in filter(None, map(text, names)):
        found = around.runtimes.get(namespace, name) or around.runtimes.get("", name)
        if found:
            return found[0]
    return None


def family(item: Object, runtime: Runtime | None, around: Surroundings) -> Fact[str | None]:
    """The runtime family, best evidence first: annotation, image or command, then the model format."""
    format_name, model = predictor_model(item)
    if runtime is not None:
        told = _told_family(runtime)
        if told:
            return Fact(told, f"{runtime.kind} {runtime.name} annotations")
    elif around.runtimes.unknown and (model.get("runtime") or model):
        return Fact(UNKNOWN, around.runtimes.unknown)
    for container, origin in _containers(item, runtime):
        words = " ".join([str(container.get("image") or ""), *_words(container)]).lower()
        found = next((name for mark, name in IN_IMAGE if mark in words), None)
        if found:
            return Fact(found, f"{origin} image and command")
    found = FORMATS.get((format_name or "").lower())
    return Fact(found, "spec.predictor.model.modelFormat" if found else "nothing says which runtime it is")


def _told_family(runtime: Runtime) -> str | None:
    if runtime.annotations.get(NIM) == "true":
        return "nim"
    spec_annotations = mapping(runtime.spec.get("annotations"))
    for told in (
        spec_annotations.get("opendatahub.io/kserve-runtime"),
        runtime.annotations.get("serving.kserve.io/server-type"),
    ):
        if isinstance(told, str) and told:
            return SERVER_TYPES.get(told.lower(), told.lower())
    return None


def _containers(item: Object, runtime: Runtime | None) -> Iterator[tuple[Mapping[str, Any], str]]:
    for container in items(at(item, "spec", "predictor", "containers")):
        yield mapping(container), "spec.predictor.containers"
    for container in items(runtime.spec.get("containers")) if runtime else ():
        yield mapping(container), f"{runtime.kind} {runtime.name}" if runtime else ""


def _words(container: Mapping[str, Any]) -> list[str]:
    return [str(word) for key in ("command", "args") for word in items(container.get(key))]


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
    for container, origin in _containers(item, None):
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
    containers = [model, *(container for container, _ in _containers({}, runtime))]
    return any(_option(_words(container), "--task") for container in containers)


def served_model_names(item: Object, runtime: Runtime | None, around: Surroundings) -> Fact[tuple[str, ...]]:
    """The names for `model` in a request: those of a transformer, the arguments, the environment, else its own."""
    name = str(metadata(item).get("name"))
    for container in items(at(item, "spec", "transformer", "containers")):
        told = _option(_words(mapping(container)), "--model_name", "--model-name")
        if told:
            return Fact(told[-1:], "spec.transformer.containers args --model_name")
    _, model = predictor_model(item)
    own = [model, *(mapping(c) for c in items(at(item, "spec", "predictor", "containers")))]
    for source in own:
        names = _named(source)
        if names:
            return Fact(_filled(names, item), "spec.predictor arguments")
    if runtime is None and around.runtimes.unknown and model:
        return Fact(UNKNOWN, around.runtimes.unknown)
    for container, origin in _containers({}, runtime):
        names = _named(container)
        if names:
            return Fact(_filled(names, item), f"{origin} arguments")
    return Fact((name,), "metadata.name")


def context_length(containers: Sequence[Any], runtime: Runtime | None, unknown: str = "") -> Fact[int | None]:
    """How many tokens a request and its answer may have together, where vLLM is told so.

    `unknown` says why a runtime that may tell it was not found, if so.
    """
    own = ((mapping(container), "the server's arguments") for container in containers)
    for container, origin in (*own, *_containers({}, runtime)):
        words = _words(container)
        for row in items(container.get("env")):
            if mapping(row).get("name") in ("VLLM_ADDITIONAL_ARGS", "VLLM_ARGS"):
                words.append(text(mapping(row).get("value")) or "")
        told = _option(words, "--max-model-len", "--max_model_len")[-1:]
        if told and (found := re.fullmatch(r"([0-9]{1,9})([kKmM]?)", told[0])):
            return Fact(int(found[1]) * TIMES[found[2]], f"{origin}, --max-model-len")
    return Fact(UNKNOWN, unknown) if unknown and runtime is None else Fact(None, "no --max-model-len")


def _named(container: Mapping[str, Any]) -> tuple[str, ...]:
    words = _words(container)
    for row in items(container.get("env")):
        if mapping(row).get("name") == "MLSERVER_MODEL_NAME" and text(mapping(row).get("value")):
            return (str(row["value"]),)
    return (
        _option(words, "--served-model-name", "--served_model_name")
        or _option(words, "--model_name", "--model-name")[-1:]
    )


def _option(words: Sequence[str], *names: str) -> tuple[str, ...]:
    """The values of the last occurrence of an option, in any of its spellings, also inside a shell command."""
    found: tuple[str, ...] = ()
    flat = [part for word in words for part in _shell_words(word)]
    for place, word in enumerate(flat):
        if word in names:
            values: list[str] = []
            for value in flat[place + 1 :]:
                if value.startswith("-"):
                    break
                values.append(value)
            found = tuple(values) or found
        for name in names:
            if word.startswith(f"{name}="):
                found = (word.removeprefix(f"{name}="),)
    return found


def _shell_words(word: str) -> list[str]:
    if not any(character.isspace() for character in word):
        return [word]
    try:
        return shlex.split(word)
    except ValueError:
        return word.split()


def _filled(names: Sequence[str], item: Object) -> tuple[str, ...]:
    """Placeholders of a runtime are filled from the server's own metadata."""
    filled = []
    for name in names:
        name = name.replace("{{.Name}}", str(metadata(item).get("name"))).replace(
            "{{.Namespace}}", str(metadata(item).get("namespace"))
        )
        for key, value in labels_of(item).items():
            name = name.replace(f"{{{{.Labels.{key}}}}}", value)
        if name and "{{" not in name and "$(" not in name and not name.startswith("/mnt/"):
            filled.append(name)
    return tuple(dict.fromkeys(filled)) or (str(metadata(item).get("name")),)


def accelerators(item: Object, containers: Sequence[Any], origin: str) -> Fact[Mapping[str, int]]:
    """Accelerators by resource, as the limits say; without limits, the requests."""
    extra = annotations_of(item).get("serving.kserve.io/gpu-resource-types", "")
    known = {*ACCELERATORS, *(name.strip(' "[]') for name in extra.split(","))}
    counts: dict[str, int] = {}
    for container in containers:
        resources = mapping(mapping(container).get("resources"))
        for name, value in (mapping(resources.get("limits")) or mapping(resources.get("requests"))).items():
            if (name in known or str(name).startswith("nvidia.com/mig-")) and str(value).isdigit() and int(str(value)):
                counts[str(name)] = counts.get(str(name), 0) + int(str(value))
    return Fact(dict(sorted(counts.items())), origin)
