"""Listing the kinds of a cluster: page by page into what is kept of each object, and how completely."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from rhoai_catalog.config import Cluster
from rhoai_catalog.errors import SourceError
from rhoai_catalog.http.errors import Forbidden, NotFound
from rhoai_catalog.observe.kserve.api import ConversionFailed, KubernetesApi
from rhoai_catalog.observe.kserve.fields import Object
from rhoai_catalog.observe.kserve.resources import KINDS, OF_THE_CLUSTER
from rhoai_catalog.snapshot import Scope

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """What was kept of a kind; `whole` unless a listing of it failed."""

    rows: list[T]
    whole: bool


class Lister:
    """Lists kinds of one cluster; `scopes` tells of every listing. Nothing is raised."""

    def __init__(self, cluster: Cluster, api: KubernetesApi) -> None:
        self.cluster, self.api = cluster, api
        self.scopes: list[Scope] = []

    def read(self, kind: str, keep: Callable[[Object], T | None]) -> Listed[T]:
        """What `keep` makes of each object of a kind; None is left out. The objects themselves are dropped."""
        resource, versions = KINDS[kind]
        try:
            served = [version for version in versions if self.api.serves(version, resource)]
        except SourceError as error:
            self._failed(kind, "", error)
            return Listed([], False)
        if not served:
            self.scopes.append(Scope(source=self.cluster.key, kind=kind, complete=True, served=False))
            return Listed([], True)
        return self._listed(kind, served, resource, "", keep)

    def read_optional(self, kind: str, keep: Callable[[Object], T | None]) -> Listed[T]:
        """As `read`, but a cluster that has no such kind, or shows it to others only, is as one without any object.

        Then no scope tells of it. The rights of single namespaces do not help: what counts may lie in any.
        """
        resource, versions = KINDS[kind]
        try:
            served = [version for version in versions if self._is_served(version, resource)]
            rows = self._rows(served, resource, "", keep) if served else []
        except (Forbidden, NotFound):
            return Listed([], True)
        except SourceError as error:
            self._failed(kind, "", error)
            return Listed([], False)
        if served:
            self.scopes.append(Scope(source=self.cluster.key, kind=kind, complete=True, listed=len(rows)))
        return Listed(rows, True)

    def _is_served(self, version: str, resource: str) -> bool:
        """Whether a version is served; nothing is asked where the list of all groups tells."""
        group, _, name = version.partition("/")
        return name in self.api.groups().get(group, ()) and self.api.serves(version, resource)

    def _listed(
        self, kind: str, versions: list[str], resource: str, namespace: str, keep: Callable[[Object], T | None]
    ) -> Listed[T]:
        """In the whole cluster; where that is forbidden, in the namespaces that the configuration names."""
        try:
            rows = self._rows(versions, resource, namespace, keep)
        except Forbidden as error:
            named = self.named() if namespace == "" and kind not in OF_THE_CLUSTER else []
            if named:
                parts = [self._listed(kind, versions, resource, name, keep) for name in named]
                return Listed([row for part in parts for row in part.rows], all(part.whole for part in parts))
            self._failed(kind, namespace, error)
            return Listed([], False)
        except SourceError as error:
            self._failed(kind, namespace, error)
            return Listed([], False)
        self.scopes.append(
            Scope(source=self.cluster.key, kind=kind, namespace=namespace, complete=True, listed=len(rows))
        )
        return Listed(rows, True)

    def _rows(self, versions: list[str], resource: str, namespace: str, keep: Callable[[Object], T | None]) -> list[T]:
        """At the best version; where its conversion fails, an older one may be what is stored."""
        for version in versions[:-1]:
            try:
                return self.api.read_each(version, resource, namespace, keep)
            except ConversionFailed:
                continue
        return self.api.read_each(versions[-1], resource, namespace, keep)

    def named(self) -> list[str]:
        """The namespaces that the configuration names without a glob."""
        return [name for name in self.cluster.include if not set("*?[") & set(name) and self.cluster.admits(name)]

    def _failed(self, kind: str, namespace: str, error: SourceError) -> None:
        scope = Scope(
            source=self.cluster.key,
            kind=kind,
            namespace=namespace,
            complete=False,
            reason=error.message,
            hint=error.hint,
        )
        self.scopes.append(scope)
