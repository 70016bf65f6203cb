"""The nouns of the configuration: owners, limits, the repository, and all of it together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal

from rhoai_catalog.alike import did_you_mean
from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.config.credentials import Credentials
from rhoai_catalog.config.sources import Cluster, Service
from rhoai_catalog.errors import ConfigError
from rhoai_catalog.families import KSERVE
from rhoai_catalog.identity import Identity, SourceKey
from rhoai_catalog.kinds import SEED, Kind
from rhoai_catalog.snapshot import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """Who owns what: rules of (glob in any case, entity reference), else the default.

    `known` says who can own at all: references, files with groups and users, addresses of a Backstage. `forge` is what
    owners are called there: `@org/team`, or a login.
    """

    default: str = "group:default/ai-platform"
    rules: tuple[tuple[str, str], ...] = ()
    forge: Mapping[str, str] = field(default_factory=dict)
    known: tuple[str, ...] = ()
    credentials: Credentials = field(default_factory=Credentials)
    ca_file: Path | None = None

    @property
    def takes_network(self) -> bool:
        """Whether a Backstage must be asked to know who can own."""
        return any("://" in entry for entry in self.known)

    def on_forge(self, owners: Iterable[str]) -> tuple[str, ...]:
        """What these owners are called on the forge, as far as anybody said, each once."""
        names = {EntityRef.parse(owner): name for owner, name in self.forge.items()}
        refs = [EntityRef.parse(owner, kind="group") for owner in owners]
        return tuple(dict.fromkeys(names[ref] for ref in refs if ref in names))


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """How loud each rule is (error, warning, note, off), which profiles are asked for, where known problems are."""

    rules: Mapping[str, str] = field(default_factory=dict)
    profiles: tuple[str, ...] = ()
    baseline: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    lifecycle: str = "production"
    system: str | None = None
    entity_namespace: str = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """Which registered versions are shown: those that a server uses, and so many of each model; None: all."""

    latest: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """Nothing of a source and kind is removed where more than `percent` and more than `count` would go at once.

    Percentages are not looked at below `population` entities. `runs` and `hours` are the grace period.
    """

    percent: float = 30
    count: int = 5
    population: int = 10
    runs: int = 2
    hours: float = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequestRules:
    """How the pull request is kept; one that is approved is left in peace for as long as `settle`.

    `auto_merge`: the forge merges what is safe by itself. `four_eyes`: a check fails while only those approved who
    committed to the branch. `reviewers`: whether the owners of what is flagged are asked.
    """

    settle: timedelta = timedelta(hours=24)
    auto_merge: Literal["off", "safe"] = "off"
    four_eyes: bool = True
    reviewers: Literal["owners", "none"] = "owners"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """Where proposals go; without a `url` no pull request can be opened. `forge` is github, gitea or gitlab, and
    `api_url` is needed where it is not beside `url`.

    `author` of our commits is `Name <mail>`, or `repository`: whoever the checkout's own settings name. `sign` signs
    them with its own key.
    """

    url: str = ""
    forge: str = "github"
    base: str = "main"
    branch: str = "rhoai-catalog/update"
    credentials: Credentials = field(default_factory=Credentials)
    api_url: str | None = None
    ca_file: Path | None = None
    author: str | None = None
    sign: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """The Red Hat Developer Hub that shows the catalog; the token may read its catalog.

    `location` is the address of the index as its app-config names it, where that is not the usual one of the
    repository. `plain_http`: the token may go without TLS.
    """

    url: str
    location: str = ""
    credentials: Credentials = field(default_factory=Credentials)
    ca_file: Path | None = None
    plain_http: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole configuration. `root` is the folder of generator.yaml: the catalog.

    `systems` are rules of (glob in any case on cluster/namespace or registry/model, reference to a System). A source
    that is incomplete for longer than `stale_after` makes a run of `propose` fail.
    """

    root: Path
    clusters: tuple[Cluster, ...] = ()
    services: tuple[Service, ...] = ()
    owners: Owners = field(default_factory=Owners)
    defaults: Defaults = field(default_factory=Defaults)
    systems: tuple[tuple[str, str], ...] = ()
    profiles: tuple[str, ...] = (SEED,)
    models: Models = field(default_factory=Models)
    removal: Removal = field(default_factory=Removal)
    validation: Validation = field(default_factory=Validation)
    repository: Repository | None = None
    hub: Hub | None = None
    pull_request: PullRequestRules = field(default_factory=PullRequestRules)
    stale_after: timedelta = timedelta(days=3)

    def proposing_to(self, *, open_pull_request: bool) -> Repository:
        """The repository to propose to, whose token is there. Raises ConfigError."""
        repository = self.repository or Repository()
        if open_pull_request and not repository.url:
            hint = "add `repository:` with url and forge; or push the branch alone, with --no-pr"
            raise ConfigError("generator.yaml names no repository", hint)
        if open_pull_request:
            repository.credentials.token()
        return repository

    def of_names(self, names: Collection[str]) -> tuple[Cluster | Service, ...]:
        """The sources of these names; without any, all. Raises ConfigError."""
        unknown = set(names) - {source.name for source in self.sources}
        if unknown:
            known = sorted(source.name for source in self.sources)
            hint = did_you_mean(sorted(unknown)[0], known) or f"its sources: {', '.join(known)}"
            raise ConfigError(f"generator.yaml has no source {sorted(unknown)[0]!r}", hint)
        return tuple(source for source in self.sources if not names or source.name in names)

    def shows(self, kind: Kind) -> bool:
        """Whether things are shown as a kind."""
        return not kind.profile or kind.profile in self.profiles

    @property
    def sources(self) -> tuple[Cluster | Service, ...]:
        return (*self.clusters, *self.services)

    def services_of(self, family: str) -> tuple[Service, ...]:
        return tuple(service for service in self.services if service.family == family)

    def expected(self, shown: Iterable[SourceKey] = ()) -> tuple[Source, ...]:
        """The sources that a snapshot of the estate must hold; `shown` are those of what the tree shows."""
        return (*self.found_before(shown), *(source.source for source in self.sources))

    def found_before(self, keys: Iterable[SourceKey]) -> tuple[Source, ...]:
        """The sources among these keys (of what the tree shows) that a cluster must have shown: none configures them.

        Which registry a label means is told by the name: that of its cluster, and the label.
        """
        configured = {source.key for source in self.sources}
        clusters = sorted((c.name for c in self.clusters if c.discover), key=len, reverse=True)
        sources = []
        for key in sorted(set(keys) - configured):
            cluster = next((cluster for cluster in clusters if key.name.startswith(f"{cluster}-")), None)
            if key.family != KSERVE and cluster is not None:
                sources.append(Source(family=key.family, name=key.name, clusters=(cluster,), discovered=True))
        return tuple(sources)

    def renamed(self, identity: Identity) -> Identity:
        """The identity as it is today, where its source was renamed (`formerly`)."""
        renamed = [source for source in self.sources if source.formerly]
        before = identity.source if renamed else SourceKey()
        for source in renamed:
            if source.key.family == before.family and before.name in source.formerly:
                return identity.in_source(source.key)
        return identity

    @property
    def former(self) -> Mapping[SourceKey, tuple[SourceKey, ...]]:
        """What sources that were renamed were called before."""
        return {
            source.key: tuple(SourceKey.of(source.key.family, name) for name in source.formerly)
            for source in self.sources
            if source.formerly
        }
