"""Which server serves which registered version."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from rhoai_catalog.describe.identities.sources import Sources
from rhoai_catalog.describe.identities.version import Version
from rhoai_catalog.families import MODEL_REGISTRY
from rhoai_catalog.identity import Identity, discovered_name
from rhoai_catalog.snapshot import UNKNOWN, InferenceService, Source, Unknown


class Registrations:
    """The registered versions of a snapshot; `orphans` are those whose model is not there."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        models = {(model.registry, model.id): model for model in sources.snapshot.registered_models}
        rows = [(models.get((row.registry, row.registered_model_id)), row) for row in sources.snapshot.model_versions]
        self.versions = tuple(Version(model=model, version=row) for model, row in rows if model is not None)
        self.orphans = tuple(row for model, row in rows if model is None)
        self._by_id = {(v.version.registry, v.version.id): v for v in self.versions}

    def registry_of(self, server: InferenceService) -> Source | None:
        """The registry that a server's label names, among those of its own cluster; without a label, the only one."""
        if server.registry is None:
            return None
        near = self.sources.near(MODEL_REGISTRY, server.cluster)
        label = server.registry.registry
        if label is not None:
            named = discovered_name(server.cluster, label)
            near = tuple(s for s in near if label == s.registry or (s.registry is None and s.name == named))
        return near[0] if len(near) == 1 else None

    def version_of(self, server: InferenceService) -> Version | Unknown | None:
        """The registered version that a server serves; UNKNOWN while its registry cannot tell, or be found."""
        registry, link = self.registry_of(server), server.registry
        if link is None or link.model_version_id is None:
            return None
        if registry is None:
            return UNKNOWN if self.sources.is_undiscovered(server.cluster) else None
        version = self._by_id.get((registry.name, link.model_version_id))
        if version is None:
            return None if self.sources.is_listed(registry.key) else UNKNOWN
        return version if version.model.id == link.registered_model_id else None

    @functools.cached_property
    def servers_of(self) -> Mapping[Identity, tuple[InferenceService, ...]]:
        """The servers of each version's identity, sorted by their own identity."""
        servers_of: dict[Identity, list[InferenceService]] = {}
        for server in sorted(self.sources.snapshot.inference_services, key=lambda server: server.identity):
            version = self.version_of(server)
            if isinstance(version, Version):
                servers_of.setdefault(version.identity, []).append(server)
        return {key: tuple(servers) for key, servers in servers_of.items()}
