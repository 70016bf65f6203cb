"""What a snapshot knows of its sources: which of them belong together, and what they could list."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Final

from rhoai_catalog.families import FAMILIES, KSERVE, MODEL_CATALOG, MODEL_REGISTRY
from rhoai_catalog.identity import SourceKey
from rhoai_catalog.snapshot import DISCOVERY, UNKNOWN, InferenceService, Namespace, Scope, Snapshot, Source, Unknown

MODELS: Final = "CatalogModel"


class Sources:
    """Look-ups over the sources of one snapshot; nothing of two clusters or registries ever mixes."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._namespaces = {(namespace.cluster, namespace.name): namespace for namespace in snapshot.namespaces}
        discoveries = [scope for scope in snapshot.scopes if scope.kind == DISCOVERY]
        self._searched = {scope.source for scope in discoveries}
        self._searched_in_vain = {scope.source for scope in discoveries if not scope.complete}

    def family(self, family: str) -> tuple[Source, ...]:
        return tuple(source for source in self.snapshot.sources if source.family == family)

    def near(self, family: str, cluster: str) -> tuple[Source, ...]:
        """The sources of a family that the servers of a cluster may refer to."""
        return tuple(s for s in self.family(family) if not s.clusters or cluster in s.clusters)

    def namespace_of(self, server: InferenceService) -> Namespace | Unknown | None:
        """The namespace of a server, UNKNOWN where the cluster's namespaces could not be listed."""
        namespace = self._namespaces.get((server.cluster, server.namespace))
        listed = self.snapshot.is_complete(SourceKey.of(KSERVE, server.cluster), "Namespace")
        return namespace if namespace is not None or listed else UNKNOWN

    def catalogs_of(self, registry: str) -> tuple[Source, ...]:
        """The catalogs of the registry's own clusters, else the only one there is."""
        catalogs = self.family(MODEL_CATALOG)
        clusters = {c for source in self.family(MODEL_REGISTRY) if source.name == registry for c in source.clusters}
        near = tuple(c for c in catalogs if not clusters or not c.clusters or clusters & set(c.clusters))
        return near or (catalogs if len(catalogs) == 1 else ())

    # -- what is known -----------------------------------------------------------------------------------------------

    def is_listed(self, source: SourceKey) -> bool:
        """Whether all that a cluster or a registry holds was listed."""
        return all(self.snapshot.is_complete(source, kind) for kind in FAMILIES[source.family].proofs)

    @functools.cached_property
    def all_servers_known(self) -> bool:
        """Whether it is known of every version that no further server serves it."""
        return all(self.is_listed(source.key) for source in self.family(KSERVE))

    def is_catalog_listed(self, catalog: Source) -> bool:
        """Whether all that a catalog holds was listed, but for its broken sources."""
        kinds = ("CatalogSource", MODELS)
        scopes = [s for s in self.snapshot.scopes if s.source == catalog.key and s.kind in kinds]
        return bool(scopes) and not any(scope.is_withheld for scope in scopes)

    def broken_in(self, catalog: str) -> Mapping[str, Scope]:
        """The listings of a catalog's sources that told of trouble of their own, by the id of the source."""
        return self._broken.get(SourceKey.of(MODEL_CATALOG, catalog), {})

    @functools.cached_property
    def _broken(self) -> Mapping[str, Mapping[str, Scope]]:
        broken: dict[str, dict[str, Scope]] = {}
        for scope in self.snapshot.scopes:
            if scope.kind == MODELS and not scope.complete and not scope.withholds:
                broken.setdefault(scope.source, {})[scope.namespace] = scope
        return broken

    def is_undiscovered(self, cluster: str) -> bool:
        """Whether the registries and the catalog of a cluster were looked for in vain."""
        return SourceKey.of(KSERVE, cluster) in self._searched_in_vain

    def discovers_catalogs(self, registry: str) -> bool:
        """Whether the catalogs of a registry are found in its clusters, so that none at all proves nothing."""
        source = next(s for s in self.family(MODEL_REGISTRY) if s.name == registry)
        if not source.clusters:
            return bool(self._searched)
        return any(SourceKey.of(KSERVE, cluster) in self._searched for cluster in source.clusters)
