"""The tree that a Hub reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rhoai_catalog.backstage import EntityRef


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedTree:
    """What a Hub should show: each entity with its file, the address that it is read from, and the commit."""

    location: str
    commit: str
    entities: Mapping[EntityRef, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)
