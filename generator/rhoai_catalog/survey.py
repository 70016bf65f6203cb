"""What `init` knows before it writes anything: a cluster, the repository that it runs in, what a person chose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a cluster has, as far as whoever asks may see it.

    `server` is the address of its API, without a slash behind it, `ca` the certificates that are believed there (PEM),
    where the kubeconfig names any. `kinds` are those that it serves, each with its version. `services` are addresses of
    registries and model catalogs by the name that they have as sources; `registries` the names of all Services of
    registries in `namespace`, with an address or without. `unread` says what could not be looked at, or has no address.
    `oc` is how a shell speaks to this cluster, and no other; `logged_in`: whoever asks does so by a login to OpenShift,
    whose token `oc whoami -t` shows.
    """

    server: str
    ca: str = ""
    version: str = ""
    kinds: Mapping[str, str] = field(default_factory=dict)
    namespace: str = ""
    services: Mapping[str, str] = field(default_factory=dict)
    registries: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    oc: str = "oc"
    logged_in: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The repository that a folder lies in: its root, the web address of its remote, its default branch.

    Without a `url` the remote is no web address, a folder for example. `forge` is empty where it is not known.
    """

    root: Path
    url: str
    base: str
    forge: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a person decides; `cluster` is its name as a source, `hub` the address of the Hub, if there is one.

    `inside`: runs take place in the cluster itself, not where the forge runs its jobs. `variable` holds the cluster's
    token, where its name does not follow from the cluster's. The cluster `joins` others, which are configured already.
    """

    cluster: str
    owner: str
    profiles: tuple[str, ...]
    hub: str = ""
    forge: str = ""
    inside: bool = False
    variable: str = ""
    joins: bool = False

    @property
    def token(self) -> str:
        """The variable that holds the cluster's token."""
        return self.variable or f"{self.cluster.upper().replace('-', '_')}_TOKEN"

    @property
    def ca_file(self) -> str:
        """The file with the certificates that are believed at the cluster, beside generator.yaml."""
        return f"{self.cluster}-ca.crt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that is left to do: what it is, why, and the commands for it."""

    title: str
    why: str = ""
    commands: tuple[str, ...] = ()
