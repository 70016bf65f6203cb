"""Which server serves which registered version, and which catalog model a version was registered from."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rhoai_catalog.families import KSERVE, MODEL_CATALOG, MODEL_REGISTRY
from rhoai_catalog.identity import Identity
from rhoai_catalog.snapshot import (
    DISCOVERY,
    UNKNOWN,
    CatalogModel,
    InferenceService,
    ModelVersion,
    Namespace,
    RegisteredModel,
    Snapshot,
    Source,
    Unknown,
    discovered_name,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A ModelVersion with its RegisteredModel."""

    model: RegisteredModel
    version: ModelVersion

    @property
    def identity(self) -> Identity:
        return Identity.of(MODEL_REGISTRY, self.version.registry, self.model.name, self.version.name)

    @property
    def archived(self) -> bool:
        return "ARCHIVED" in (self.model.state, self.version.state)


class Joins:
    """Look-ups over one snapshot; nothing of two clusters or registries ever mixes."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        models = {(model.registry, model.id): model for model in snapshot.registered_models}
        self.orphans = tuple(v for v in snapshot.model_versions if (v.registry, v.registered_model_id) not in models)
        self.versions = tuple(
            Version(model=models[version.registry, version.registered_model_id], version=version)
            for version in snapshot.model_versions
            if (version.registry, version.registered_model_id) in models
        )
        self._by_id = {(v.version.registry, v.version.id): v for v in self.versions}
        self._namespaces = {(namespace.cluster, namespace.name): namespace for namespace in snapshot.namespaces}

    def namespace_of(self, server: InferenceService) -> Namespace | Unknown | None:
        """The namespace of a server, UNKNOWN where the cluster's namespaces could not be listed."""
        found = self._namespaces.get((server.cluster, server.namespace))
        listed = self.snapshot.is_complete(f"{KSERVE}/{server.cluster}", "Namespace")
        return found if found is not None or listed else UNKNOWN

    # -- servers and registries --------------------------------------------------------------------------------------

    def registry_of(self, server: InferenceService) -> Source | None:
        """The registry that a server's label names, among those of its own cluster; without a label, the only one."""
        if server.registry is None:
            return None
        near = [s for s in self._family(MODEL_REGISTRY) if not s.clusters or server.cluster in s.clusters]
        label = server.registry.registry
        if label is not None:
            named = discovered_name(server.cluster, label)
            near = [s for s in near if label == s.registry or (s.registry is None and s.name == named)]
        return near[0] if len(near) == 1 else None

    def version_of(self, server: InferenceService) -> Version | Unknown | None:
        """The registered version that a server serves; UNKNOWN while its registry cannot tell, or be found."""
        registry, link = self.registry_of(server), server.registry
        if link is None or link.model_version_id is None:
            return None
        if registry is None:
            return UNKNOWN if self._is_undiscovered(server.cluster) else None
        version = self._by_id.get((registry.name, link.model_version_id))
        if version is None:
            return None if self.registry_is_complete(registry.name) else UNKNOWN
        return version if version.model.id == link.registered_model_id else None

    def registry_is_complete(self, registry: str) -> bool:
        key = f"{MODEL_REGISTRY}/{registry}"
        return all(self.snapshot.is_complete(key, kind) for kind in ("RegisteredModel", "ModelVersion"))

    def _is_undiscovered(self, cluster: str) -> bool:
        """Whether the registries and the catalog of a cluster were looked for in vain."""
        scopes = [s for s in self.snapshot.scopes if (s.source, s.kind) == (f"{KSERVE}/{cluster}", DISCOVERY)]
        return any(not scope.complete for scope in scopes)

    @functools.cached_property
    def servers_of(self) -> Mapping[str, tuple[InferenceService, ...]]:
        """The servers of each version's identity, sorted by their own identity."""
        found: dict[str, list[InferenceService]] = {}
        for server in sorted(self.snapshot.inference_services, key=lambda server: server.identity):
            version = self.version_of(server)
            if isinstance(version, Version):
                found.setdefault(version.identity, []).append(server)
        return {key: tuple(servers) for key, servers in found.items()}

    @functools.cached_property
    def all_servers_known(self) -> bool:
        """Whether it is known of every version that no further server serves it."""
        kinds = ("InferenceService", "LLMInferenceService")
        clusters = [source.key for source in self._family(KSERVE)]
        return all(self.snapshot.is_complete(cluster, kind) for cluster in clusters for kind in kinds)

    # -- versions and catalog models ---------------------------------------------------------------------------------

    def card_of(self, version: Version) -> CatalogModel | Unknown | None:
        """The catalog model that a version was registered from, by every release's way of saying so."""
        wanted = tuple(dict.fromkeys(_catalog_names(version)))
        if not wanted:
            return None
        for catalog in self._catalogs(version.version.registry):
            for class_, name in wanted:
                for model in self._catalog_models.get((catalog.name, name), ()):
                    if class_ in self._source_names(model):
                        return model
        catalogs = self._catalogs(version.version.registry)
        whole = all(self._catalog_is_complete(c) and not self._is_emptied(c, wanted) for c in catalogs)
        return None if whole and (catalogs or not self._are_discovered(version.version.registry)) else UNKNOWN

    @staticmethod
    def is_same_origin(one: Version, other: Version) -> bool:
        """Whether two versions are known to be registered from the same catalog model, whatever it is."""
        told = one.version.artifacts is not None and other.version.artifacts is not None
        return told and set(_catalog_names(one)) == set(_catalog_names(other)) != set()

    def card_of_server(self, server: InferenceService) -> CatalogModel | Unknown | None:
        """The catalog model that a server without a registered version serves: the one stored where its model is."""
        wanted = set(server.artifact_uris)
        if not wanted:
            return None
        near = [c for c in self._family(MODEL_CATALOG) if not c.clusters or server.cluster in c.clusters]
        for catalog in near:
            for uri in sorted(wanted):
                if models := self._by_uri.get((catalog.name, uri)):
                    return models[0]
        searched = all(self._catalog_is_complete(c) and not self._untold.get(c.name, True) for c in near)
        return None if searched and not self._is_undiscovered(server.cluster) else UNKNOWN

    def told_card_of_server(self, server: InferenceService) -> CatalogModel | Unknown | None:
        """As `card_of_server`, but a catalog that lists nothing at all knows none of it."""
        card = self.card_of_server(server)
        near = [c for c in self._family(MODEL_CATALOG) if not c.clusters or server.cluster in c.clusters]
        listed = all(self._catalog_is_complete(c) and not self._untold.get(c.name, False) for c in near)
        return None if isinstance(card, Unknown) and listed and not self._is_undiscovered(server.cluster) else card

    @functools.cached_property
    def _by_uri(self) -> Mapping[tuple[str, str], tuple[CatalogModel, ...]]:
        found: dict[tuple[str, str], tuple[CatalogModel, ...]] = {}
        for model in sorted(self.snapshot.catalog_models, key=lambda model: (model.source_id, model.name)):
            for uri in model.artifact_uris or ():
                found[model.catalog, uri] = (*found.get((model.catalog, uri), ()), model)
        return found

    @functools.cached_property
    def _untold(self) -> Mapping[str, bool]:
        """The catalogs that list anything, and whether one of their models does not tell where it is stored."""
        untold: dict[str, bool] = {}
        for model in self.snapshot.catalog_models:
            untold[model.catalog] = untold.get(model.catalog, False) or model.artifact_uris is None
        return untold

    def _are_discovered(self, registry: str) -> bool:
        """Whether the catalogs of a registry are found in its clusters, so that none at all proves nothing."""
        source = next(s for s in self._family(MODEL_REGISTRY) if s.name == registry)
        looked = {s.source for s in self.snapshot.scopes if s.kind == DISCOVERY}
        return any(f"{KSERVE}/{cluster}" in looked for cluster in source.clusters) or (
            not source.clusters and bool(looked)
        )

    def _catalogs(self, registry: str) -> tuple[Source, ...]:
        """The catalogs of the registry's own clusters, else the only one there is."""
        catalogs = self._family(MODEL_CATALOG)
        clusters = {c for source in self._family(MODEL_REGISTRY) if source.name == registry for c in source.clusters}
        near = tuple(c for c in catalogs if not clusters or not c.clusters or clusters & set(c.clusters))
        return near or (catalogs if len(catalogs) == 1 else ())

    def _catalog_is_complete(self, catalog: Source) -> bool:
        kinds = ("CatalogSource", "CatalogModel")
        scopes = [s for s in self.snapshot.scopes if s.source == catalog.key and s.kind in kinds]
        return bool(scopes) and all(scope.complete for scope in scopes)

    def _is_emptied(self, catalog: Source, wanted: Iterable[tuple[str, str]]) -> bool:
        """Whether the catalog, or a source that the version names, lists nothing: more likely a mistake than meant."""
        named = {class_ for class_, _ in wanted}
        listing = {model.source_id for model in self.snapshot.catalog_models if model.catalog == catalog.name}
        sources = [source for source in self.snapshot.catalog_sources if source.catalog == catalog.name]
        return not listing or any({s.id, s.name, *s.labels} & named and s.id not in listing for s in sources)

    @functools.cached_property
    def _catalog_models(self) -> Mapping[tuple[str, str], tuple[CatalogModel, ...]]:
        found: dict[tuple[str, str], tuple[CatalogModel, ...]] = {}
        for model in self.snapshot.catalog_models:
            key = (model.catalog, model.name)
            found[key] = (*found.get(key, ()), model)
        return found

    def _source_names(self, model: CatalogModel) -> frozenset[str]:
        """What a version may call the catalog source of a model: its id, its display name, one of its labels."""
        for source in self.snapshot.catalog_sources:
            if (source.catalog, source.id) == (model.catalog, model.source_id):
                return frozenset([source.id, source.name, *source.labels])
        return frozenset([model.source_id])

    def _family(self, family: str) -> tuple[Source, ...]:
        return tuple(source for source in self.snapshot.sources if source.family == family)


def _catalog_names(version: Version) -> Iterator[tuple[str, str]]:
    """(source, model name) pairs to try: those of the artifacts (2.22 and later), then of the properties (2.19 on)."""
    for artifact in version.version.artifacts or ():
        class_, group, name = artifact.model_source_class, artifact.model_source_group, artifact.model_source_name
        if artifact.model_source_kind == "catalog" and class_ and name:
            yield class_, name
            if group:
                yield class_, f"{group}/{name}"
    properties = version.version.custom_properties
    class_ = properties.get("_registeredFromCatalogSourceName")
    group = properties.get("_registeredFromCatalogRepositoryName")
    name = properties.get("_registeredFromCatalogModelName")
    if isinstance(class_, str) and isinstance(name, str):
        yield class_, name
        if isinstance(group, str):
            yield class_, f"{group}/{name}"
