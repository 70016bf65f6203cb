"""The names that a model server answers to: what a caller puts into `model`, or into the path."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from rhoai_catalog.observe.kserve.facts.endpoints import deployment_mode
from rhoai_catalog.observe.kserve.facts.families import NOBODY, ServingFamily
from rhoai_catalog.observe.kserve.facts.llm import LlmServer
from rhoai_catalog.observe.kserve.facts.process import Process, is_known
from rhoai_catalog.observe.kserve.facts.runtimes import row_of
from rhoai_catalog.observe.kserve.fields import Object, at, items, mapping, metadata, text
from rhoai_catalog.snapshot import UNKNOWN, Fact

PUBLISHERS: Final = "publishers/"  # how a gateway that several servers share tells them apart
VALUED: Final = ("--keepalive", "--format", "--dimensions")  # options of `ollama run` that take the next word
LORA: Final = ("--lora-modules", "--lora_modules", "--lora-paths")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedNames:
    """The names that the shown address takes, and others that it takes as well."""

    served: Fact[tuple[str, ...]]
    others: tuple[str, ...] = ()


def names_of(item: Object, process: Process, family: str | None, unknown: str) -> ServedNames:
    """Of an InferenceService, by the program that callers reach. `unknown` says why its runtime could not be seen."""
    own = str(metadata(item).get("name"))
    if deployment_mode(item) == "ModelMesh":
        return ServedNames(served=Fact((own,), "metadata.name, by which ModelMesh finds a model"))
    row = row_of(family, process)
    if unknown and not process.in_front and (row == NOBODY or not process.option(*row.names)):
        return ServedNames(served=Fact(UNKNOWN, unknown))
    return ServedNames(served=_served(process, row, own))


def llm_names_of(server: LlmServer, process: Process, family: str, url: str | None) -> ServedNames:
    """Of an LLMInferenceService: its own program's, else what its status says of the address, else its model's."""
    row = row_of(family, process)
    if process.option(*row.names) or (process.words and (_models(process, row) or not _is_preset(process))):
        return ServedNames(served=_served(process, row, ""))
    listed = _listed(server.item, url)
    short = tuple(name for name in listed if not name.startswith(PUBLISHERS))
    if listed:
        shown = short or listed
        others = tuple(name for name in listed if name not in shown)
        return ServedNames(served=Fact(shown, "status.addresses[].models of the shown address"), others=others)
    if server.unknown:
        return ServedNames(served=Fact(UNKNOWN, server.unknown))
    adapters = [text(mapping(row).get("name")) for row in items(at(server.spec, "model", "lora", "adapters"))]
    return ServedNames(served=_known((server.model_name, *filter(None, adapters)), "spec.model.name and its adapters"))


def _is_preset(process: Process) -> bool:
    """Whether the platform's own program runs: nothing, or further arguments alone, are said."""
    return all(word.startswith("-") or not word.endswith(("vllm", "python", "python3")) for word in process.words[:1])


def _listed(item: Object, url: str | None) -> tuple[str, ...]:
    """The names that the status lists for an address; without one, for the first that is not for model routing."""
    rows = [mapping(row) for row in items(at(item, "status", "addresses"))]
    plain = [row for row in rows if not str(row.get("name") or "").endswith("-model-routing")]
    shown = next((row for row in rows if url is not None and row.get("url") == url), None)
    for row in (shown, *plain) if shown else (*plain, *rows):
        names = [text(mapping(model).get("name")) for model in items(row.get("models"))]
        if any(names):
            return tuple(dict.fromkeys(filter(None, names)))
    return ()


def _served(process: Process, row: ServingFamily, conventional: str) -> Fact[tuple[str, ...]]:
    """By the names of the family, then by the text of its model, then by KServe's convention."""
    if names := _given(process, row, row.names):
        adapters = _adapters(process, row, names)
        return _known((*names, *adapters), f"{process.origin}, {_where(process, row.names)}")
    if process.hides(*row.names):
        return Fact((), f"{process.origin}: its name comes from elsewhere")
    if row.any_name:
        return Fact((row.any_name,), f"{row.name} answers to any name")
    if process.has("--config", "--config_path", "--config_file", "--model-config-name"):
        return Fact((), f"{process.origin}: the names stand in a file of the server")
    if names := _models(process, row):
        adapters = _adapters(process, row, names)
        return _known((*names, *adapters), f"{process.origin}, the text of {_where(process, row.model)}")
    if names := tuple(_fetched(process, row)):
        return _known(names, f"{process.origin}: its script fetches them")
    if row.conventional and conventional:
        return Fact((conventional,), "metadata.name")
    return Fact((), f"no manifest says by which name {row.name or 'this server'} knows its model")


def _models(process: Process, row: ServingFamily) -> tuple[str, ...]:
    """The texts by which the program was given its models, as far as they are names."""
    texts = _given(process, row, row.model)
    if not texts and row.positional and row.positional in process.words:
        after = process.words[process.words.index(row.positional) + 1 :]
        texts = after[:1] if after and not after[0].startswith("-") else ()
    return tuple("/".join(text.split("/")[-row.parts :]) for text in texts)


def _fetched(process: Process, row: ServingFamily) -> Iterator[str]:
    """The models that a script makes a program fetch before it is called."""
    for words in process.commands if row.fetching else ():
        program, *rest = words
        if program.rpartition("/")[2] == row.name and rest and rest[0] in row.fetching:
            named = [w for before, w in pairwise(rest) if not w.startswith("-") and before not in VALUED]
            yield from named[:1]


def _given(process: Process, row: ServingFamily, names: tuple[str, ...]) -> tuple[str, ...]:
    """All that a family takes of what its options, or variables, say."""
    values = process.option(*names)
    if row.several == "options":
        values = tuple(each[0] for each in process.options(*names)) or values
    elif row.several != "words":
        values = values[:1]
    parts = (value.split(row.apart) if row.apart else [value] for value in values)
    return tuple(part for each in parts for part in each if part)


def _where(process: Process, names: tuple[str, ...]) -> str:
    """The option, or the variable, that says it; without any, a word behind the program."""
    return next((name for name in names if process.has(name) or name in process.env), "its model")


def _adapters(process: Process, row: ServingFamily, bases: tuple[str, ...]) -> Iterator[str]:
    """The names of LoRA adapters: `name=path`, or JSON with a name; behind that of the base model, where a family asks
    for both, and takes a path alone for a name.
    """
    together = row.adapter_after
    for item in process.option(*LORA):
        names = _in_json(item) if item.startswith(("{", "[")) else [item.partition("=")[0]] if "=" in item else []
        for name in names or ([item] if together and not item.startswith(("{", "[")) else []):
            yield from (f"{base}{together}{name}" for base in bases[:1]) if together else (name,)


def _in_json(text_of_modules: str) -> list[str]:
    try:
        value = json.loads(text_of_modules)
    except (ValueError, RecursionError):
        return []
    modules = [module for module in (value if isinstance(value, list) else [value]) if isinstance(module, Mapping)]
    return [name for module in modules if isinstance(name := module.get("name", module.get("lora_name")), str)]


def _known(names: tuple[str, ...], origin: str) -> Fact[tuple[str, ...]]:
    """The names, where every one is what the program gets."""
    if all(map(is_known, names)):
        return Fact(tuple(dict.fromkeys(filter(None, names))), origin)
    return Fact((), f"{origin}: its value is only known where the server runs")
