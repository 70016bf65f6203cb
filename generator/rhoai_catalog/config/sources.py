"""The sources that are configured: clusters, and services at a URL."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from rhoai_catalog import limits
from rhoai_catalog.config.credentials import Credentials
from rhoai_catalog.families import KSERVE
from rhoai_catalog.identity import SourceKey
from rhoai_catalog.snapshot import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A Kubernetes API server: `server` with a token, or a context of a kubeconfig, or the one we run in.

    `plain_http`: its token may go without TLS. `timeout` is how long reading it may take in all. `confined_to`: where
    the files lie that its kubeconfig may name, which then names no program and no proxy and has TLS verified; None: it
    is trusted.
    """

    name: str
    server: str | None = None
    kubeconfig: Path | None = None
    context: str | None = None
    in_cluster: bool = False
    credentials: Credentials = field(default_factory=Credentials)
    ca_file: Path | None = None
    include: tuple[str, ...] = ("*",)
    exclude: tuple[str, ...] = ("openshift-*", "kube-*")
    discover: bool = False
    fetch_definitions: bool = False
    confined_to: tuple[Path, ...] | None = None
    formerly: tuple[str, ...] = ()
    plain_http: bool = False
    timeout: timedelta = timedelta(seconds=limits.SOURCE_SECONDS)

    def admits(self, namespace: str) -> bool:
        """Whether the globs admit a namespace."""
        wanted = any(fnmatch.fnmatchcase(namespace, pattern) for pattern in self.include)
        return wanted and not any(fnmatch.fnmatchcase(namespace, pattern) for pattern in self.exclude)

    @property
    def key(self) -> SourceKey:
        return SourceKey.of(KSERVE, self.name)

    @property
    def source(self) -> Source:
        """As a snapshot names it."""
        return Source(family=KSERVE, name=self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A source at a URL (the address of the service, without the API's path), such as a Model Registry.

    `clusters` are those whose servers refer to it (none named: all); `registry` is the name that their labels use.
    `plain_http`: its token may go without TLS. `timeout` is how long reading it may take in all.
    """

    family: str
    name: str
    url: str
    credentials: Credentials = field(default_factory=Credentials)
    ca_file: Path | None = None
    clusters: tuple[str, ...] = ()
    registry: str | None = None
    formerly: tuple[str, ...] = ()
    plain_http: bool = False
    timeout: timedelta = timedelta(seconds=limits.SOURCE_SECONDS)

    @property
    def key(self) -> SourceKey:
        return SourceKey.of(self.family, self.name)

    @property
    def source(self) -> Source:
        """As a snapshot names it."""
        return Source(family=self.family, name=self.name, clusters=self.clusters, registry=self.registry)
