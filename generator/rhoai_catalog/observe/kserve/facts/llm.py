"""An LLMInferenceService with its base configurations: what is laid over what, and the program that comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from rhoai_catalog.families import KSERVE
from rhoai_catalog.observe.kserve.facts.process import (
    TEMPLATE,
    Process,
    container_of,
    laid_over,
    process_in,
    with_values,
)
from rhoai_catalog.observe.kserve.facts.shell import ExpansionBudget
from rhoai_catalog.observe.kserve.fields import Object, annotation, at, items, label, mapping, metadata, text
from rhoai_catalog.observe.kserve.surroundings import Surroundings

SERVER: Final = "main"
PLATFORMS: Final = ("redhat-ods-applications", "opendatahub", KSERVE)  # namespaces of KServe's own configurations


@dataclass(frozen=True, slots=True, kw_only=True)
class LlmServer:
    """The merged spec, the name of the model as KServe computes it, and why some of it is not known, if so."""

    item: Object
    spec: Mapping[str, Any]
    model_name: str = ""
    unknown: str

    def named(self, name: str) -> LlmServer:
        """The server with the name of its model, whose templates are filled in."""
        room = ExpansionBudget()
        return replace(
            self, model_name=TEMPLATE.sub(lambda match: room.filled(match, self._value(match[1]) or None), name)
        )

    @property
    def process(self) -> Process:
        """The program of the container `main`, whose templates see the whole server."""
        container = container_of(items(at(self.spec, "template", "containers")), SERVER)
        return process_in(with_values(container, self._value), "spec.template and its baseRefs")

    def _value(self, name: str) -> str | None:
        part, _, rest = name.partition(".")
        metadata_value = {"Name": metadata(self.item).get("name"), "Namespace": metadata(self.item).get("namespace")}
        if part == "ObjectMeta":
            part, _, rest = rest.partition(".")
        if part in ("Labels", "Annotations"):
            return (label if part == "Labels" else annotation)(self.item, rest)
        if name == "Spec.Model.Name":
            return self.model_name
        if part == "Spec":
            value = at(self.spec, *(f"{key[:1].lower()}{key[1:]}" for key in rest.split(".")))
            return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
        return text(metadata_value.get(part)) if not rest else None


def llm_server(item: Object, around: Surroundings) -> LlmServer:
    """The server with every configuration that it refers to; a later one wins, and its own spec over all, but for the
    name of the model, where the last configuration that says one wins.
    """
    own = mapping(item.get("spec"))
    name = text(at(own, "model", "name")) or str(metadata(item).get("name"))
    merged: Mapping[str, Any] = {}
    unknown = ""
    for ref in filter(None, (text(mapping(row).get("name")) for row in items(own.get("baseRefs")))):
        config = _config(item, ref, around)
        if config is None:
            unknown = unknown or around.llm_configs.unknown or f"there is no LLMInferenceServiceConfig {ref}"
            continue
        merged = _patched(merged, config)
        name = text(at(config, "model", "name")) or name
    server = LlmServer(item=item, spec=_patched(merged, own), unknown=unknown)
    return server.named(name)


def _config(item: Object, name: str, around: Surroundings) -> Mapping[str, Any] | None:
    for namespace in (str(metadata(item).get("namespace")), *PLATFORMS):
        if configs := around.llm_configs.get(namespace, name):
            return configs[0]
    return None


def _patched(base: Mapping[str, Any], over: Mapping[str, Any]) -> Mapping[str, Any]:
    """A spec with another over it: mappings by key, containers by name, any other list as a whole."""
    patched = dict(base)
    for key, value in over.items():
        known = patched.get(key)
        if key == "containers" and isinstance(known, list) and isinstance(value, list):
            patched[key] = _containers(known, value)
        elif isinstance(known, Mapping) and isinstance(value, Mapping):
            patched[key] = _patched(known, value)
        elif value is not None:
            patched[key] = value
    return patched


def _containers(base: Sequence[Any], over: Sequence[Any]) -> list[Any]:
    rows = {str(mapping(row).get("name")): mapping(row) for row in base}
    for row in map(mapping, over):
        name = str(row.get("name"))
        known = rows.get(name)
        rows[name] = {**known, **row, **laid_over(known, row, append=False)} if known else row
    return list(rows.values())
