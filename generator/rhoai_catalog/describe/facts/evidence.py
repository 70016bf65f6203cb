"""All that speaks of a model: its registered version, the catalog model it is, or both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rhoai_catalog.describe.identities.version import Version
from rhoai_catalog.snapshot import CatalogModel, Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a registry and a catalog hold of a model."""

    version: Version | None = None
    card: CatalogModel | Unknown | None = None

    @property
    def known_card(self) -> CatalogModel | None:
        return self.card if isinstance(self.card, CatalogModel) else None

    def readme(self) -> str:
        """The model card, with its front matter."""
        card = self.known_card
        return (card.readme if card else None) or (self.version.model.readme if self.version else None) or ""

    def properties(self) -> Iterator[tuple[Mapping[str, Any], str]]:
        """Custom properties, the nearest first, and whose they are."""
        if self.version is not None:
            yield self.version.version.custom_properties, "ModelVersion custom property"
            yield self.version.model.custom_properties, "RegisteredModel custom property"
        if (card := self.known_card) is not None:
            yield card.custom_properties, f"CatalogModel {card.source_id}/{card.name} custom property"

    def names(self) -> Iterator[tuple[str, str]]:
        """What the model is called, and where."""
        if self.version is not None:
            yield self.version.model.name, "RegisteredModel name"
            yield self.version.version.name, "ModelVersion name"
        if (card := self.known_card) is not None:
            yield card.name, f"CatalogModel {card.source_id} name"
