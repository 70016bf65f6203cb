"""A registered version: a ModelVersion together with its RegisteredModel."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

from rhoai_catalog.families import MODEL_REGISTRY
from rhoai_catalog.identity import Identity
from rhoai_catalog.snapshot import ModelVersion, RegisteredModel


@dataclass(frozen=True, kw_only=True)
class Version:
    """A ModelVersion with its RegisteredModel."""

    model: RegisteredModel
    version: ModelVersion

    @functools.cached_property
    def identity(self) -> Identity:
        return Identity.of(MODEL_REGISTRY, self.version.registry, self.model.name, self.version.name)

    @property
    def archived(self) -> bool:
        return "ARCHIVED" in (self.model.state, self.version.state)

    @functools.cached_property
    def catalog_names(self) -> tuple[tuple[str, str], ...]:
        """What it may have been registered from: (catalog source, name of the catalog model), each once, best first."""
        return tuple(dict.fromkeys([*self._named_by_artifacts(), *self._named_by_properties()]))

    def _named_by_artifacts(self) -> Iterator[tuple[str, str]]:
        """As 2.22 and later say it."""
        for artifact in self.version.artifacts or ():
            source, name = artifact.model_source_class, artifact.model_source_name
            if artifact.model_source_kind == "catalog" and source and name:
                yield source, name
                if artifact.model_source_group:
                    yield source, f"{artifact.model_source_group}/{name}"

    def _named_by_properties(self) -> Iterator[tuple[str, str]]:
        """As 2.19 on said it."""
        properties = self.version.custom_properties
        source = properties.get("_registeredFromCatalogSourceName")
        group = properties.get("_registeredFromCatalogRepositoryName")
        name = properties.get("_registeredFromCatalogModelName")
        if isinstance(source, str) and isinstance(name, str):
            yield source, name
            if isinstance(group, str):
                yield source, f"{group}/{name}"
