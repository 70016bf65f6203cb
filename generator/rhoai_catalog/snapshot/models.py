"""What a Model Registry and a Model Catalog hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rhoai_catalog.families import MODEL_CATALOG
from rhoai_catalog.identity import Identity, SourceKey


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredModel:
    """A RegisteredModel of a Model Registry. `state` is LIVE or ARCHIVED; ids are strings of integers."""

    registry: str
    id: str
    name: str
    description: str | None = None
    owner: str | None = None
    state: str = "LIVE"
    readme: str | None = None
    license: str | None = None
    license_link: str | None = None
    provider: str | None = None
    maturity: str | None = None
    language: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    library_name: str | None = None
    custom_properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """An artifact of a model version; `artifact_type` is the API's word (`model-artifact`, `metric`, ...).

    `value` is a metric's number or a parameter's text; `model_source_*` say where a version was registered from.
    `updated` (milliseconds since 1970, as text) tells whether it changed since a snapshot from before.
    """

    id: str
    artifact_type: str
    updated: str | None = None
    name: str | None = None
    description: str | None = None
    uri: str | None = None
    value: float | str | None = None
    model_format_name: str | None = None
    model_format_version: str | None = None
    model_source_kind: str | None = None
    model_source_class: str | None = None
    model_source_group: str | None = None
    model_source_name: str | None = None
    custom_properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelVersion:
    """A ModelVersion; `artifacts` is None where this run could not list them."""

    registry: str
    id: str
    registered_model_id: str
    name: str
    description: str | None = None
    author: str | None = None
    state: str = "LIVE"
    created: str | None = None
    custom_properties: Mapping[str, Any] = field(default_factory=dict)
    artifacts: tuple[Artifact, ...] | None = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LooseArtifact:
    """An artifact that no version has, and when it changed last."""

    registry: str
    id: str
    updated: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingEnvironment:
    """A ServingEnvironment of a registry: where its InferenceServices run, mostly a namespace."""

    registry: str
    id: str
    name: str
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredInferenceService:
    """An InferenceService as a registry notes it: that a version is, or was, deployed somewhere.

    The registry checks none of the ids; without `model_version_id` any version may be meant.
    """

    registry: str
    id: str
    registered_model_id: str
    name: str | None = None
    model_version_id: str | None = None
    serving_environment_id: str | None = None
    runtime: str | None = None
    desired_state: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """An Experiment of a registry, where it has them."""

    registry: str
    id: str
    name: str
    description: str | None = None
    owner: str | None = None
    state: str = "LIVE"


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogSource:
    """A source of a model catalog; models registered before RHOAI 2.25 name it by `name` or a label."""

    catalog: str
    id: str
    name: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class McpTool:
    """A tool of an MCP server; `parameters` are types by name, `access` is read_only, read_write or execute."""

    name: str
    description: str | None = None
    access: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Something that a catalog offers beside models."""

    catalog: str
    source_id: str
    name: str
    display_name: str | None = None
    description: str | None = None
    readme: str | None = None
    repository_url: str | None = None
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class McpServer(Offer):
    """A server of the Model Context Protocol; `endpoints` are its addresses (http, sse) where it runs already."""

    version: str | None = None
    provider: str | None = None
    license: str | None = None
    license_link: str | None = None
    deployment_mode: str | None = None
    transports: tuple[str, ...] = ()
    endpoints: Mapping[str, str] = field(default_factory=dict)
    tools: tuple[McpTool, ...] = ()
    documentation_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent(Offer):
    """An agent, and what it is built with."""

    framework: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogModel:
    """A model of a model catalog; `readme` is the model card (Markdown).

    `artifact_uris` are where it is stored, None where this run could not ask, or did not since nothing refers to it;
    `accuracy` are its benchmarks by name. `updated` (milliseconds since 1970, as text) tells whether it changed since a
    snapshot from before.
    """

    catalog: str
    source_id: str
    name: str
    updated: str | None = None
    description: str | None = None
    readme: str | None = None
    license: str | None = None
    license_link: str | None = None
    provider: str | None = None
    maturity: str | None = None
    language: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    library_name: str | None = None
    custom_properties: Mapping[str, Any] = field(default_factory=dict)
    artifact_uris: tuple[str, ...] | None = ()
    accuracy: Mapping[str, float] = field(default_factory=dict)

    @property
    def identity(self) -> Identity:
        return Identity.of(MODEL_CATALOG, self.catalog, self.source_id, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogSearch:
    """The addresses that a catalog was searched for: whatever of it is stored there tells so in its `artifact_uris`."""

    catalog: str
    uris: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardsInUse:
    """The catalog models of whose artifacts anything depends: those that are `named`, and whatever is stored at some
    addresses, by the catalog that may know of them.
    """

    named: frozenset[Identity]
    stored: Mapping[SourceKey, tuple[str, ...]]
