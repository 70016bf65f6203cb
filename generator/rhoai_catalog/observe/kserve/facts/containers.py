"""What a model server's objects say that runs: its model, its runtime, its containers and their arguments."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from rhoai_catalog.observe.kserve.fields import Object, at, items, mapping, metadata, text
from rhoai_catalog.observe.kserve.surroundings import Runtime, Surroundings

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
        runtimes = around.runtimes.get(namespace, name) or around.runtimes.get("", name)
        if runtimes:
            return runtimes[0]
    return None


def containers_of(item: Object, runtime: Runtime | None) -> Iterator[tuple[Mapping[str, Any], str]]:
    """The server's own containers, then its runtime's, each with where it stands."""
    for container in items(at(item, "spec", "predictor", "containers")):
        yield mapping(container), "spec.predictor.containers"
    for container in items(runtime.spec.get("containers")) if runtime else ():
        yield mapping(container), f"{runtime.kind} {runtime.name}" if runtime else ""


def words_of(container: Mapping[str, Any]) -> list[str]:
    """Command and arguments."""
    return [str(word) for key in ("command", "args") for word in items(container.get(key))]


def option(words: Sequence[str], *names: str) -> tuple[str, ...]:
    """The values of the last occurrence of an option, in any of its spellings, also inside a shell command."""
    last: tuple[str, ...] = ()
    flat = [part for word in words for part in _shell_words(word)]
    for place, word in enumerate(flat):
        if word in names:
            values: list[str] = []
            for value in flat[place + 1 :]:
                if value.startswith("-"):
                    break
                values.append(value)
            last = tuple(values) or last
        for name in names:
            if word.startswith(f"{name}="):
                last = (word.removeprefix(f"{name}="),)
    return last


def _shell_words(word: str) -> list[str]:
    if not any(character.isspace() for character in word):
        return [word]
    try:
        return shlex.split(word)
    except ValueError:
        return word.split()
