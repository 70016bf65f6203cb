"""What people wrote for a catalog: on a server, or into the custom properties of a registered version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from rhoai_catalog.describe.facts.stated import Stated
from rhoai_catalog.describe.identities.version import Version
from rhoai_catalog.snapshot import InferenceService
from rhoai_catalog.text.prose import line

PREFIXES: Final = ("rhdh.io/", "modelcatalogbridge.rhdh.io/", "terasky.backstage.io/")  # that earlier tools read


def declared(server: InferenceService, *names: str) -> Stated | None:
    """What a person wrote on the server for the catalog, under any of the earlier tools' keys."""
    if not server.annotations:
        return None
    keys = [prefix + name for name in names for prefix in PREFIXES]
    return _first((f"{server.kind} annotation", server.annotations, key) for key in keys)


def custom_property(version: Version, *keys: str) -> Stated | None:
    """The first custom property of that name, on the version, else on its model."""
    tables = (
        ("ModelVersion custom property", version.version.custom_properties),
        ("RegisteredModel custom property", version.model.custom_properties),
    )
    return _first((name, table, key) for key in keys for name, table in tables)


def _first(places: Iterable[tuple[str, Mapping[str, Any], str]]) -> Stated | None:
    """The first visible text among (name of the table, table, key)."""
    for name, table, key in places:
        value = table.get(key)
        if isinstance(value, str) and line(value):
            return Stated(value.strip(), f"{name} {key}")
    return None
