"""The nouns: sources, scopes, what a cluster shows, and all of it together."""

from __future__ import annotations

import dataclasses
import enum
import functools
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from rhoai_catalog import limits
from rhoai_catalog.backstage import web_url
from rhoai_catalog.families import KSERVE
from rhoai_catalog.identity import Identity, SourceKey
from rhoai_catalog.snapshot.models import (
    Agent,
    CatalogModel,
    CatalogSearch,
    CatalogSource,
    Experiment,
    LooseArtifact,
    McpServer,
    ModelVersion,
    RegisteredInferenceService,
    RegisteredModel,
    ServingEnvironment,
)

T = TypeVar("T")


class Unknown(enum.Enum):
    """The one value that says: this run could not know."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN

KEY_NAME: Final = re.compile(f"[A-Za-z0-9][A-Za-z0-9._-]{{0,{limits.KEY_NAME - 1}}}")
# Whose token a model server takes, where it takes one.
OPENSHIFT: Final = "openshift"
MAAS: Final = "maas"  # an API key of Models as a Service
OWN_KEY: Final = "api-key"  # one that the server itself compares
GATEWAY_KEY: Final = "gateway-key"  # one that Kuadrant compares
GATEWAY_TOKEN: Final = "gateway-token"  # one of an issuer that Kuadrant trusts
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
    def key(self) -> SourceKey:
        return SourceKey.of(self.family, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The smallest thing that is listed completely or not at all: source and kind, perhaps of one namespace.

    `source` is a `Source.key`; `namespace` is empty where one listing covered every namespace. Where the source has no
    such kind at all (`served` is false), the listing is complete and empty, but nothing goes for that alone. A listing
    that is not complete keeps something back, unless `withholds` is false: the source told of trouble of its own, and
    only what depends on it is in doubt.
    """

    source: str
    kind: str
    namespace: str = ""
    complete: bool
    served: bool = True
    listed: int = 0
    reason: str = ""
    hint: str = ""
    withholds: bool = True

    @property
    def is_withheld(self) -> bool:
        """Whether something that may be true is not known by it."""
        return self.withholds and not self.complete


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
class ApiKey:
    """Where a request has an API key, or a token, of the gateway: `place` is header, query or cookie, `name` is what it
    is called there, `prefix` stands before it, with a space between.
    """

    place: str
    name: str
    prefix: str = ""

    @property
    def is_sound(self) -> bool:
        """Whether a request can carry it, and an example say so: names are plain words."""
        words = (self.name, *([self.prefix] if self.prefix else []))
        return self.place in ("header", "query", "cookie") and all(map(KEY_NAME.fullmatch, words))


def issuer_of(text: str | None) -> str | None:
    """The text if it is an address that an issuer of tokens can have, short enough to read, else None."""
    sound = web_url(text) if text and len(text) <= limits.STATED_VALUE else None
    return None if sound is None or re.search(r"[?#]", sound) else sound


@dataclass(frozen=True, slots=True, kw_only=True)
class InferenceService:
    """A KServe InferenceService or LLMInferenceService (`kind` says which), reduced to facts.

    `state` is one of ready, loading, failed, stopped, deleting, unknown. `protocols` are those of the runtime, such as
    `openai`, `v1`, `v2`, `grpc-v2`. `context_length` is in tokens, None where nothing says it. `task` is what is asked
    for (`chat`, `embedding`, `rerank`, ...), None where the model decides; `token` whose token is taken where one is
    (`openshift`, `maas`, `api-key`, `gateway-key`, `gateway-token`), `api_key` where the last two of these go, `issuer`
    the address of who issues the last, if anything names it. `further_model_names` are
    names that it takes beside those that callers use, `grpc_url` is where it takes gRPC, if not at the same address,
    `prefix` a path before those of all requests. `out_of_order` says that it has not been ready for more than a week,
    which outlasts what comes and goes. `annotations` are the few that people write for a catalog. `api_definition` is
    what the server itself tells (JSON), None where it was not asked.
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
    context_length: Fact[int | None]
    task: Fact[str | None] = Fact(None, "nothing says what it does")
    token: Fact[str | None] = Fact(OPENSHIFT, "what the proxies of OpenShift AI ask for")
    api_key: ApiKey | None = None
    issuer: str | None = None
    further_model_names: tuple[str, ...] = ()
    grpc_url: str | None = None
    prefix: str = ""
    state: str
    state_reason: str = ""
    out_of_order: bool = False
    artifact_uris: tuple[str, ...] = ()
    api_definition: Fact[str | None] | None = None
    registry: RegistryLink | None = None

    @property
    def identity(self) -> Identity:
        return Identity.of(KSERVE, self.cluster, self.namespace, self.kind, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class InferenceGraph:
    """A KServe InferenceGraph: it routes requests between servers (`services`, by name) of its namespace."""

    cluster: str
    namespace: str
    name: str
    url: str | None = None
    services: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
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
    catalog_searches: tuple[CatalogSearch, ...] = ()
    mcp_servers: tuple[McpServer, ...] = ()
    agents: tuple[Agent, ...] = ()

    def is_complete(self, source: str, kind: str, namespace: str | None = None) -> bool:
        """Whether a kind of a source was listed completely, in one namespace or in all that were asked for.

        What was never asked for is not complete.
        """
        listed = self._listed.get((source, kind), {})
        if namespace is not None:
            listed = {name: listed[name] for name in ("", namespace) if name in listed}
        return bool(listed) and all(listed.values())

    @functools.cached_property
    def _listed(self) -> Mapping[tuple[str, str], Mapping[str, bool]]:
        """Whether each kind of each source was listed completely, by namespace."""
        listed: dict[tuple[str, str], dict[str, bool]] = {}
        for scope in self.scopes:
            names = listed.setdefault((scope.source, scope.kind), {})
            names[scope.namespace] = scope.complete and names.get(scope.namespace, True)
        return listed

    def doubting(self, groups: Collection[str]) -> Snapshot:
        """The snapshot as if the listings of these groups (`kserve/east/InferenceService`) had not been complete."""
        scopes = tuple(
            dataclasses.replace(scope, complete=scope.complete and f"{scope.source}/{scope.kind}" not in groups)
            for scope in self.scopes
        )
        return dataclasses.replace(self, scopes=scopes)

    def withholding(self, doubts: Collection[Scope]) -> Snapshot:
        """The snapshot with these listings keeping something back, whatever their sources told."""
        scopes = (dataclasses.replace(scope, withholds=scope.withholds or scope in doubts) for scope in self.scopes)
        return dataclasses.replace(self, scopes=tuple(scopes))

    def incomplete(self) -> tuple[Scope, ...]:
        return tuple(scope for scope in self.scopes if not scope.complete)
