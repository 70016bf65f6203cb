"""The program of a model server: its command, arguments and environment as KServe lays manifests over each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from rhoai_catalog.observe.kserve.facts import shell
from rhoai_catalog.observe.kserve.fields import Object, annotation, at, items, label, mapping, metadata, text
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
SERVER: Final = "kserve-container"
TRANSFORMER: Final = "transformer-container"
TEMPLATE: Final = re.compile(r"\{\{-?\s*\.([A-Za-z][A-Za-z0-9_.-]*)\s*-?\}\}")
INDEXED: Final = re.compile(r"\{\{-?\s*index\s+\.(Labels|Annotations)\s+\"([^\"{}]+)\"\s*-?\}\}")
KUBELET: Final = re.compile(r"\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)")
EXTRA_ARGUMENTS: Final = ("VLLM_ADDITIONAL_ARGS", "VLLM_ARGS", "NIM_PASSTHROUGH_ARGS")  # that the program is given, too


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One program. `words` are its command and arguments.

    `env` holds the variables whose values stand in the manifests, `variables` the names of all, secrets too; `ports`
    the names and numbers that its container declares; `resources` its limits. What still holds a `$` or `{{` cannot be
    known from them. It is `in_front` where callers reach it before the model's own server. `commands` are all of its
    script, and those that run beside it from its start.
    """

    image: str = ""
    words: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    variables: frozenset[str] = frozenset()
    ports: tuple[tuple[str, int], ...] = ()
    resources: Mapping[str, Any] = field(default_factory=dict)
    origin: str = ""
    in_front: bool = False
    commands: tuple[tuple[str, ...], ...] = ()
    heads: frozenset[str] = field(init=False, repr=False, compare=False)  # the words, and what stands before their `=`

    def __post_init__(self) -> None:
        heads = frozenset((*self.words, *(word.partition("=")[0] for word in self.words)))
        object.__setattr__(self, "heads", heads)

    @property
    def line(self) -> str:
        """The command line, to look for a program's name in."""
        return " ".join(self.words)

    def options(self, *names: str) -> Iterator[tuple[str, ...]]:
        """The values of each occurrence of an option, in any of its spellings."""
        if not self.has(*names):
            return
        for place, word in enumerate(self.words):
            if word.startswith("-") and word in names:
                behind = range(place + 1, len(self.words))
                end = next((at for at in behind if self.words[at].startswith("-")), len(self.words))
                if end > place + 1:
                    yield self.words[place + 1 : end]
            for name in names:
                if word.startswith(f"{name}="):
                    yield (word.removeprefix(f"{name}="),)

    def option(self, *names: str) -> tuple[str, ...]:
        """The values of the last occurrence of an option; without any, that of a variable, which is in capitals."""
        variable = next(((self.env[name],) for name in names if self.env.get(name)), ())
        return [variable, *self.options(*names)][-1]

    def hides(self, *names: str) -> bool:
        """Whether a variable of these names has a value that is not seen."""
        return any(name in self.variables and name not in self.env for name in names)

    def has(self, *names: str) -> bool:
        """Whether an option is there, with or without a value."""
        return not self.heads.isdisjoint(names)


def is_known(word: str) -> bool:
    """Whether a word is what the program gets, and not something that is filled in elsewhere."""
    return "$" not in word and "{{" not in word


# -- InferenceService --------------------------------------------------------------------------------------------


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


def process_of(item: Object, runtime: Runtime | None) -> Process:
    """The program of an InferenceService: its own container, else the runtime's with the server's values over it."""
    _, model = predictor_model(item)
    own = container_of(items(at(item, "spec", "predictor", "containers")), SERVER)
    if not model and own:
        return process_in(own, "spec.predictor.containers")  # in which nothing is filled in
    base = container_of(items(runtime.spec.get("containers")), SERVER) if runtime else {}
    container = laid_over(base, model, append=True)
    container = with_values(container, lambda name: _value(item, name))
    if runtime is not None and at(item, "spec", "predictor", "workerSpec") is not None:
        container = {**container, "env": _by_name(items(container.get("env")), _multi_node(item))}
    origin = f"{runtime.kind} {runtime.name} and spec.predictor" if runtime else "spec.predictor"
    return process_in(container, origin)


def transformer_of(item: Object, runtime: Runtime | None) -> Process | None:
    """The program that callers reach before the predictor's: in a pod of its own, or in that of the predictor."""
    if own := items(at(item, "spec", "transformer", "containers")):
        return process_in(container_of(own, TRANSFORMER), "spec.transformer.containers", in_front=True)
    places = (
        items(runtime.spec.get("containers")) if runtime else (),
        items(at(item, "spec", "predictor", "containers")),
    )
    base, over = ([row for row in map(mapping, rows) if row.get("name") == TRANSFORMER] for rows in places)
    if not base and not over:
        return None
    container = laid_over(base[0] if base else {}, over[0] if over else {}, append=True)
    if predictor_model(item)[1]:  # in a predictor of one's own nothing is filled in
        container = with_values(container, lambda name: _value(item, name))
    return process_in(container, f"its container {TRANSFORMER}", in_front=True)


def container_of(containers: Sequence[Any], name: str) -> Mapping[str, Any]:
    """The container of a name, else the first."""
    rows = [mapping(container) for container in containers]
    return next((row for row in rows if row.get("name") == name), rows[0] if rows else {})


def laid_over(base: Mapping[str, Any], over: Mapping[str, Any], *, append: bool) -> Mapping[str, Any]:
    """A container with another's values over it, as KServe does it: arguments are appended, or replaced as a whole."""
    args = items(over.get("args"))
    limits = {**resource_limits(base), **resource_limits(over)}
    return {
        "image": text(over.get("image")) or text(base.get("image")) or "",
        "command": items(over.get("command")) or items(base.get("command")),
        "args": [*items(base.get("args")), *args] if append else args or items(base.get("args")),
        "env": _by_name(items(base.get("env")), items(over.get("env"))),
        "ports": items(over.get("ports")) or items(base.get("ports")),
        "resources": {"limits": limits},
        "lifecycle": mapping(over.get("lifecycle")) or mapping(base.get("lifecycle")),
    }


def with_values(container: Mapping[str, Any], value: Any) -> Mapping[str, Any]:
    """A container whose templates are filled in, as far as `value` knows their names."""

    room = shell.ExpansionBudget()

    def fill(text: str) -> str:
        text = INDEXED.sub(lambda match: room.filled(match, value(f"{match[1]}.{match[2]}")), text)
        return TEMPLATE.sub(lambda match: room.filled(match, value(match[1])), text)

    env = [{**mapping(row), "value": fill(str(mapping(row).get("value") or ""))} for row in items(container.get("env"))]
    words = {key: [fill(str(word)) for word in items(container.get(key))] for key in ("command", "args")}
    kept = [row if "valueFrom" not in row else {k: v for k, v in row.items() if k != "value"} for row in env]
    return {**container, **words, "env": kept}


def _value(item: Object, name: str) -> str | None:
    """What a template of a runtime is filled with: from the server's own metadata."""
    part, _, key = name.partition(".")
    if part in ("Labels", "Annotations"):
        return label(item, key) if part == "Labels" else annotation(item, key)
    return {"Name": text(metadata(item).get("name")), "Namespace": text(metadata(item).get("namespace"))}.get(name)


def _multi_node(item: Object) -> list[Any]:
    """What KServe itself sets where a server runs on several nodes."""
    return [{"name": "MODEL_NAME", "value": str(metadata(item).get("name"))}]


def resource_limits(container: Any) -> Mapping[str, Any]:
    """What a container takes at most, else what it asks for."""
    return mapping(at(container, "resources", "limits")) or mapping(at(container, "resources", "requests"))


def _by_name(base: Sequence[Any], over: Sequence[Any]) -> list[Any]:
    rows = {mapping(row).get("name"): row for row in base}
    return [*{**rows, **{mapping(row).get("name"): row for row in over}}.values()]


# -- from a container to its program -----------------------------------------------------------------------------


def process_in(container: Mapping[str, Any], origin: str, *, in_front: bool = False) -> Process:
    """The program of a container, whose templates are filled in already."""
    env: dict[str, str] = {}
    room = shell.ExpansionBudget()
    for row in items(container.get("env")):
        name, value = mapping(row).get("name"), mapping(row).get("value")
        if isinstance(name, str) and isinstance(value, str | int | float) and "valueFrom" not in row:
            env[name] = _kubelet(str(value), env, room)
    words = [str(word) for key in ("command", "args") for word in items(container.get(key))]
    words = [_kubelet(word, env, room) for word in words]
    script = shell.script_of(words)
    commands = list(shell.commands(script[0], env, script[1], room)) if script is not None else []
    if script is not None:
        words = _program(commands)
    elif len(words) == 1 and any(character.isspace() for character in words[0]):
        words = shell.split(words[0])
    for name in EXTRA_ARGUMENTS:
        if name in env and (script is None or env[name] not in " ".join(words)):
            words = [*words, *shell.split(env[name])]
    return Process(
        image=str(container.get("image") or ""),
        words=tuple(words),
        env=env,
        variables=frozenset(str(mapping(row).get("name")) for row in items(container.get("env"))),
        ports=tuple(
            (str(mapping(row).get("name") or ""), row["containerPort"])
            for row in items(container.get("ports"))
            if isinstance(mapping(row).get("containerPort"), int)
        ),
        resources=resource_limits(container),
        origin=origin,
        in_front=in_front,
        commands=(*commands, *_beside(container, env, room)),
    )


def _beside(
    container: Mapping[str, Any], env: Mapping[str, str], room: shell.ExpansionBudget
) -> Iterator[tuple[str, ...]]:
    """What is run in the container right after its start."""
    words = [str(word) for word in items(at(container, "lifecycle", "postStart", "exec", "command"))]
    script = shell.script_of(words)
    if script is not None:
        yield from shell.commands(script[0], env, script[1], room)
    elif words:
        yield tuple(words)


def _kubelet(word: str, env: Mapping[str, str], room: shell.ExpansionBudget) -> str:
    return KUBELET.sub(lambda match: room.filled(match, env.get(match[1])), word)


def _program(commands: Sequence[tuple[str, ...]]) -> list[str]:
    """The command of a script that stays: the last one with the most to say."""
    with_options = [command for command in commands if any(word.startswith("--") for word in command)]
    return list((with_options or commands or [()])[-1])
