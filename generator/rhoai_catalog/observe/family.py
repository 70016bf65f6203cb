"""What the folder of every family has: `read` and `check`, and what they are given and give.

`read(source, reading)` looks at one source. What fails makes its scope incomplete; nothing is raised but ConfigError,
where its token cannot be had. `check(source, traffic)` says whether it could be read.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, cast
from urllib.parse import urlsplit

from rhoai_catalog.check import Check
from rhoai_catalog.config import Cluster, Service
from rhoai_catalog.entity import LeftOut
from rhoai_catalog.families import FAMILIES
from rhoai_catalog.http.policy import Policy
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.snapshot import CardsInUse, Scope, Snapshot

SourceConfig = Cluster | Service


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a source is read: who counts its requests, and how patiently (None: as its family thinks best).

    `before` is what an earlier run saw: only what may have changed since is asked for. `profiles` are what the
    configuration shows. `in_turn`: what depends on other sources is left for when all were read.
    """

    traffic: Traffic
    policy: Policy | None = None
    before: Snapshot | None = None
    profiles: Collection[str] = ()
    in_turn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveredService:
    """A source that another one shows, to be read with that one's token and CA; `hosts` all lead to it."""

    service: Service
    hosts: frozenset[str]

    def is_at(self, url: str) -> bool:
        """Whether an address leads to it."""
        return urlsplit(url).hostname in self.hosts

    def is_same(self, source: SourceConfig) -> bool:
        """Whether a configured source is this one: by its name, or at an address that leads to it."""
        return source.key == self.service.key or (isinstance(source, Service) and self.is_at(source.url))


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """What one source holds: rows by the name of their table in a snapshot, and how completely each kind was listed.

    `left_out` are rows that could not be used. `rest` reads what was left for when all sources were read, given the
    cards that anything refers to (None: all), and gives the facts in place of these.
    """

    scopes: tuple[Scope, ...]
    tables: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()
    discovered: tuple[DiscoveredService, ...] = ()
    rest: Callable[[CardsInUse | None], SourceFacts] | None = None


class FamilyFolder(Protocol):
    """A folder of this one, as the row of its family names it."""

    def read(self, source: SourceConfig, reading: Reading) -> SourceFacts: ...

    def check(self, source: SourceConfig, traffic: Traffic) -> Iterator[Check]: ...


def folder_of(source: SourceConfig) -> FamilyFolder:
    """The folder that knows a source's family."""
    row = FAMILIES[source.key.family]
    return cast(FamilyFolder, importlib.import_module(f"{__package__}.{row.folder}"))
