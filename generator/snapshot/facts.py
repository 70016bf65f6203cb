"""The nouns: what a cluster, a registry and a model catalog showed, in their own words."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from generator.snapshot.identities import identity

T = TypeVar("T")


class Unknown(enum.Enum):
    """The one value that says: this run could not know."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN

KSERVE: Final = "kserve"
MODEL_REGISTRY: Final = "model-registry"
MODEL_CATALOG: Final = "model-catalog"
DISCOVERY: Final = "ModelRegistry"  # the scope of a cluster: its registries and its catalog were looked for


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """A derived value and its evidence: the object and field it was read from, or why it is unknown."""

    value: T | Unknown
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A cluster, a registry or a model catalog of the estate.

    `clusters` are those whose servers refer to a registry or catalog (none named: all); `registry` is the name that
    servers' labels use for it. `discovered` sources were found in a cluster, not configured.
    """

    family: str
    name: str
    clusters: tuple[str, ...] = ()
    registry: str | None = None
    discovered: bool = False

    @property
    def key(self) -> str:
        return f"{self.family}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The smallest thing that is listed completely or not at all: source and kind, perhaps of one namespace.

    `source` is a `Source.key`; `namespace` is empty where one listing covered every namespace. Where the source has no
    such kind at all (`served` is false), the listing is complete and empty, but nothing goes for that alone.
    """

    source: str
    kind: str
    namespace: str = ""
    complete: bool
    served: bool = True
    listed: int = 0
    reason: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Namespace:
    """A namespace of a cluster, as far as it tells who owns what."""

    cluster: str
    name: str
    display_name: str | None = None
    description: str | None = None
    requester: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryLink:
    """What the labels of a server say about its registered version. `registry` is as labelled, or None."""

    registry: str | None
    registered_model_id: str
    model_version_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InferenceService:
    """A KServe InferenceService or LLMInferenceService (`kind` says which), reduced to facts.

    `state` is one of ready, loading, failed, stopped, deleting, unknown. `protocols` are those of the runtime, such as
    `openai`, `v1`, `v2`, `grpc-v2`. `annotations` are the few that people write for a catalog.
    """

    cluster: str
    namespace: str
    kind: str
    name: str
    display_name: str | None = None
    description: str | None = None
    annotations: Mapping[str, str] = field(default_factory=dict)
    external_url: Fact[str | None]
    internal_url: Fact[str | None]
    authentication_required: Fact[bool | None]
    served_model_names: Fact[tuple[str, ...]]
    runtime: Fact[str | None]
    protocols: Fact[tuple[str, ...]]
    model_format: Fact[str | None]
    accelerators: Fact[Mapping[str, int]]
    state: str
    state_reason: str = ""
    artifact_uris: tuple[str, ...] = ()
    registry: RegistryLink | None = None

    @property
    def identity(self) -> str:
        return identity(KSERVE, self.cluster, self.namespace, self.kind, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class InferenceGraph:
    """A KServe InferenceGraph: it routes requests between servers (`services`, by name) of its namespace."""

    cluster: str
    namespace: str
    name: str
    url: str | None = None
    services: tuple[str, ...] = ()


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
class CatalogModel:
    """A model of a model catalog; `readme` is the model card (Markdown)."""

    catalog: str
    source_id: str
    name: str
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything one run has seen, sorted; the same estate gives the same snapshot, byte for byte."""

    sources: tuple[Source, ...] = ()
    scopes: tuple[Scope, ...] = ()
    namespaces: tuple[Namespace, ...] = ()
    inference_services: tuple[InferenceService, ...] = ()
    inference_graphs: tuple[InferenceGraph, ...] = ()
    registered_models: tuple[RegisteredModel, ...] = ()
    model_versions: tuple[ModelVersion, ...] = ()
    loose_artifacts: tuple[LooseArtifact, ...] = ()
    serving_environments: tuple[ServingEnvironment, ...] = ()
    registered_inference_services: tuple[RegisteredInferenceService, ...] = ()
    experiments: tuple[Experiment, ...] = ()
    catalog_sources: tuple[CatalogSource, ...] = ()
    catalog_models: tuple[CatalogModel, ...] = ()

    def is_complete(self, source: str, kind: str, namespace: str | None = None) -> bool:
        """Whether a kind of a source was listed completely, in one namespace or in all that were asked for.

        What was never asked for is not complete.
        """
        scopes = [scope for scope in self.scopes if scope.source == source and scope.kind == kind]
        if namespace is not None:
            scopes = [scope for scope in scopes if scope.namespace in ("", namespace)]
        return bool(scopes) and all(scope.complete for scope in scopes)

    def doubting(self, groups: Collection[str]) -> Snapshot:
        """The snapshot as if the listings of these groups (`kserve/east/InferenceService`) had not been complete."""
        scopes = tuple(
            dataclasses.replace(scope, complete=scope.complete and f"{scope.source}/{scope.kind}" not in groups)
            for scope in self.scopes
        )
        return dataclasses.replace(self, scopes=scopes)

    def incomplete(self) -> tuple[Scope, ...]:
        return tuple(scope for scope in self.scopes if not scope.complete)
