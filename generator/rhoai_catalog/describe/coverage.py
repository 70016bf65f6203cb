"""Which registered versions `models.versions` of generator.yaml asks for."""

from __future__ import annotations

import functools
from typing import Final

from rhoai_catalog.config import Models
from rhoai_catalog.describe.identities.registrations import Registrations
from rhoai_catalog.describe.identities.version import Version
from rhoai_catalog.families import MODEL_REGISTRY
from rhoai_catalog.identity import Identity, SourceKey
from rhoai_catalog.number import number
from rhoai_catalog.snapshot import UNKNOWN, Unknown

KEY: Final = "models.versions"


class Coverage:
    """The live versions that are covered: all, or those that a server uses and the newest of each model."""

    def __init__(self, registrations: Registrations, models: Models) -> None:
        self.registrations, self.latest = registrations, models.latest

    def of(self, version: Version) -> bool | Unknown:
        """Whether a live version is covered; UNKNOWN while a cluster, or its registry, cannot tell."""
        if self.latest is None or version.identity in self.registrations.servers_of:
            return True
        sources, registry = self.registrations.sources, SourceKey.of(MODEL_REGISTRY, version.version.registry)
        if self.latest and not sources.is_listed(registry):  # others may be newer
            return UNKNOWN
        if version.identity in self._newest:
            return True
        return False if sources.all_servers_known else UNKNOWN

    @functools.cached_property
    def _newest(self) -> frozenset[Identity]:
        """The latest live versions of each model, by creation time, then id."""
        of_model: dict[tuple[str, str], list[Version]] = {}
        for version in self.registrations.versions:
            if not version.archived:
                of_model.setdefault((version.version.registry, version.model.id), []).append(version)
        newest = (sorted(live, key=_age, reverse=True)[: self.latest] for live in of_model.values())
        return frozenset(version.identity for live in newest for version in live)


def _age(version: Version) -> tuple[int, int]:
    """To compare: larger is newer; one that tells no time is the oldest."""
    return number(version.version.created or "", -1), number(version.version.id, -1)
