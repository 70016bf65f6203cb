"""What a model server offers a caller: the names to ask for, the length of a context; and on which accelerators."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from rhoai_catalog.observe.kserve.facts.containers import containers_of, option, predictor_model, words_of
from rhoai_catalog.observe.kserve.fields import Object, annotations_of, at, items, labels_of, mapping, metadata, text
from rhoai_catalog.observe.kserve.surroundings import Runtime, Surroundings
from rhoai_catalog.snapshot import UNKNOWN, Fact

TIMES: Final = {"": 1, "k": 1_000, "K": 1_024, "m": 1_000_000, "M": 1_048_576}  # as vLLM reads numbers
ACCELERATORS: Final = (
    "nvidia.com/gpu",
    "amd.com/gpu",
    "intel.com/gpu",
    "habana.ai/gaudi",
    "ibm.com/spyre_pf",
    "ibm.com/spyre_vf",
)


def served_model_names(item: Object, runtime: Runtime | None, around: Surroundings) -> Fact[tuple[str, ...]]:
    """The names for `model` in a request: those of a transformer, the arguments, the environment, else its own."""
    name = str(metadata(item).get("name"))
    for container in items(at(item, "spec", "transformer", "containers")):
        names = option(words_of(mapping(container)), "--model_name", "--model-name")
        if names:
            return Fact(names[-1:], "spec.transformer.containers args --model_name")
    _, model = predictor_model(item)
    own = [model, *(mapping(c) for c in items(at(item, "spec", "predictor", "containers")))]
    for source in own:
        names = _named(source)
        if names:
            return Fact(_filled(names, item), "spec.predictor arguments")
    if runtime is None and around.runtimes.unknown and model:
        return Fact(UNKNOWN, around.runtimes.unknown)
    for container, origin in containers_of({}, runtime):
        names = _named(container)
        if names:
            return Fact(_filled(names, item), f"{origin} arguments")
    return Fact((name,), "metadata.name")


def context_length(containers: Sequence[Any], runtime: Runtime | None, unknown: str = "") -> Fact[int | None]:
    """How many tokens a request and its answer may have together, where vLLM is told so.

    `unknown` says why a runtime that may tell it was not found, if so.
    """
    own = ((mapping(container), "the server's arguments") for container in containers)
    for container, origin in (*own, *containers_of({}, runtime)):
        words = words_of(container)
        for row in items(container.get("env")):
            if mapping(row).get("name") in ("VLLM_ADDITIONAL_ARGS", "VLLM_ARGS"):
                words.append(text(mapping(row).get("value")) or "")
        lengths = option(words, "--max-model-len", "--max_model_len")
        if lengths and (number := re.fullmatch(r"([0-9]{1,9})([kKmM]?)", lengths[-1])):
            return Fact(int(number[1]) * TIMES[number[2]], f"{origin}, --max-model-len")
    return Fact(UNKNOWN, unknown) if unknown and runtime is None else Fact(None, "no --max-model-len")


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


def _named(container: Mapping[str, Any]) -> tuple[str, ...]:
    words = words_of(container)
    for row in items(container.get("env")):
        if mapping(row).get("name") == "MLSERVER_MODEL_NAME" and text(mapping(row).get("value")):
            return (str(row["value"]),)
    return (
        option(words, "--served-model-name", "--served_model_name")
        or option(words, "--model_name", "--model-name")[-1:]
    )


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
