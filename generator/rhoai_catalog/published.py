"""The tree that a Hub reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rhoai_catalog.backstage import EntityRef


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedTree:
    """What a Hub should show: each entity with its file, the address that it is read from, and the commit.

    `leads` are the files that each Location means; `unread` those of them that nobody can read, each with the reason.
    """

    location: str
    commit: str
    entities: Mapping[EntityRef, tuple[str, Mapping[str, Any]]]
    leads: Mapping[EntityRef, frozenset[str]]
    unread: Mapping[str, str]

    def led_to(self, ref: EntityRef) -> frozenset[str]:
        """The files that an entity means; none of anything but a Location."""
        return self.leads.get(ref, frozenset())
