"""What was observed: frozen plain data in the words of KServe, the Model Registry and the Model Catalog.

A snapshot holds facts, never raw objects: no arguments, environment values or credentials reach it. A fact that
this run could not know is `UNKNOWN`, which is not the same as a fact that is absent (`None`).
"""

from __future__ import annotations

import dataclasses
import enum
import hashlib
import json
import re
import types
import typing
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar, cast

from generator.errors import GeneratorError

T = TypeVar("T")
VERSION: Final = 1
SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")


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
    """

    id: str
    artifact_type: str
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
    custom_properties: Mapping[str, Any] = field(default_factory=dict)
    artifacts: tuple[Artifact, ...] | None = ()


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
    registered_models: tuple[RegisteredModel, ...] = ()
    model_versions: tuple[ModelVersion, ...] = ()
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


NOT_GIVEN: Final = "it is in none of the given snapshots"
LOST: Final = "it was found in the cluster before, and is not any more"
KINDS: Final = {  # what must be listed completely before anything of a source is proven gone
    KSERVE: ("InferenceService", "LLMInferenceService"),
    MODEL_REGISTRY: ("RegisteredModel", "ModelVersion"),
    MODEL_CATALOG: ("CatalogSource",),
}


def covering(snapshot: Snapshot, expected: Iterable[Source]) -> Snapshot:
    """The snapshot for exactly the expected sources and those discovered: one that is missing is incomplete.

    What was discovered once is expected as long as the tree shows it.
    """
    wanted = {source.key: source for source in expected}
    wanted |= {s.key: s for s in snapshot.sources if s.discovered and wanted.get(s.key, s).discovered}
    seen = {source.key for source in snapshot.sources}
    missing = tuple(
        Scope(source=key, kind=kind, complete=False, reason=LOST if source.discovered else NOT_GIVEN)
        for key, source in sorted(wanted.items())
        if key not in seen
        for kind in (*KINDS[source.family], *([DISCOVERY] if source.family == KSERVE else []))
    )
    tables: dict[str, Any] = {item.name: getattr(snapshot, item.name) for item in dataclasses.fields(Snapshot)}
    for table, rows in tables.items():
        tables[table] = tuple(row for row in rows if _source_key(row) in wanted)
    tables["sources"] = tuple(source for _, source in sorted(wanted.items()))
    return Snapshot(**{**tables, "scopes": (*tables["scopes"], *missing)})


def discovered_name(cluster: str, service: str) -> str:
    """The name of a source that was found in a cluster, by its Service there: a source name, whatever that is."""
    wanted = f"{cluster}-{service}"
    if re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?", wanted):
        return wanted
    suffix = hashlib.sha256(wanted.encode()).hexdigest()[:8]
    return f"{re.sub(r'[^a-z0-9-]+', '-', wanted.lower())[:21].strip('-')}-{suffix}"


def identity(*parts: str) -> str:
    """The identity of a thing in its source: parts joined by `/`, each percent-encoded where it must be.

    Encoded are `/`, `%`, white space and control characters; everything else stays readable.
    """
    return "/".join("".join(_encoded(character) for character in part) for part in parts)


def _encoded(character: str) -> str:
    if character in "/%" or character.isspace() or not character.isprintable():
        return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))
    return character


# -- JSON --------------------------------------------------------------------------------------------------------


def to_json(snapshot: Snapshot) -> str:
    """The snapshot as stable, readable JSON text; `from_json` reads it back to an equal value."""
    return json.dumps({"version": VERSION, **_plain(snapshot)}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def from_json(text: str, name: str) -> Snapshot:
    """Read `to_json`'s text; `name` (of the file) goes into the error."""
    hint = "a snapshot is what `rhoai-catalog observe -o FILE` writes; observe again with this version"
    try:
        data = json.loads(text)
        if SURROGATE.search(text):  # half a character, which no file can hold
            data = json.loads(json.dumps(data, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise GeneratorError(f"{name} is not JSON: {error}", hint) from error
    if not isinstance(data, dict) or data.get("version") != VERSION:
        raise GeneratorError(f"{name} is no snapshot of version {VERSION}", hint)
    try:
        return cast(Snapshot, _typed({key: value for key, value in data.items() if key != "version"}, Snapshot))
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        raise GeneratorError(f"{name} is no sound snapshot: {error}", hint) from error


def merged(snapshots: Iterable[Snapshot]) -> Snapshot:
    """Several snapshots as one: of two of the same source the complete one counts; two complete ones are an error."""
    by_source: dict[str, list[Snapshot]] = {}
    for snapshot in snapshots:
        for source in snapshot.sources:
            by_source.setdefault(source.key, []).append(snapshot)
    chosen: dict[str, Snapshot] = {}
    for key, candidates in by_source.items():
        complete = [s for s in candidates if all(scope.complete for scope in s.scopes if scope.source == key)]
        if len(complete) > 1:
            raise GeneratorError(
                f"{key} is complete in {len(complete)} of the given snapshots", "give each source once"
            )
        chosen[key] = (complete or candidates)[0]
    tables: dict[str, list[Any]] = {item.name: [] for item in dataclasses.fields(Snapshot)}
    for key, snapshot in sorted(chosen.items()):
        for table, rows in tables.items():
            rows += [row for row in getattr(snapshot, table) if _source_key(row) == key]
    return Snapshot(**{table: tuple(rows) for table, rows in tables.items()})


def _source_key(row: Any) -> str:
    match row:
        case Source():
            return row.key
        case Scope():
            return row.source
        case Namespace() | InferenceService():
            return f"{KSERVE}/{row.cluster}"
        case RegisteredModel() | ModelVersion():
            return f"{MODEL_REGISTRY}/{row.registry}"
        case _:
            return f"{MODEL_CATALOG}/{row.catalog}"


def _plain(value: Any) -> Any:
    if isinstance(value, Fact):
        if value.value is UNKNOWN:
            return {"unknown": value.origin}
        return {"value": _plain(value.value), "from": value.origin}
    if dataclasses.is_dataclass(value):
        pairs = ((item, getattr(value, item.name)) for item in dataclasses.fields(value))
        return {item.name: _plain(given) for item, given in pairs if not _is_default(item, given)}
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    return value


def _is_default(item: dataclasses.Field[Any], given: Any) -> bool:
    factory = item.default_factory
    return bool(given == (item.default if factory is dataclasses.MISSING else factory()))


def _typed(data: Any, wanted: Any) -> Any:
    origin, arguments = typing.get_origin(wanted), typing.get_args(wanted)
    if origin is Fact:
        if "unknown" in data:
            return Fact(UNKNOWN, data["unknown"])
        return Fact(_typed(data["value"], arguments[0]), data["from"])
    if origin in (types.UnionType, typing.Union):
        if data is None:
            return None
        return _typed(data, next(a for a in arguments if a is not types.NoneType)) if len(arguments) == 2 else data
    if origin is tuple:
        return tuple(_typed(item, arguments[0]) for item in data)
    if dataclasses.is_dataclass(wanted):
        hints = typing.get_type_hints(wanted)
        unknown = set(data) - set(hints)
        if unknown:
            raise ValueError(f"unknown field {sorted(unknown)[0]!r}")
        return cast(Any, wanted)(**{key: _typed(value, hints[key]) for key, value in data.items()})
    if wanted in (str, bool, int) and not isinstance(data, wanted):
        raise ValueError(f"{wanted.__name__} expected, got {type(data).__name__}")
    return data
