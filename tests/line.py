"""The whole line over small estates: what was observed is given, everything after that is real: Git, forge, files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from forges import TOKEN, LoopbackForge, Pull, World, forge_world, git, make_remote
from ready import copy_of
from rhoai_catalog import pipeline
from rhoai_catalog.cache import Cache
from rhoai_catalog.cache.store import Store
from rhoai_catalog.config import Cluster, Config, Owners, Removal, Service
from rhoai_catalog.observation import Observation
from rhoai_catalog.outcome import Outcome
from rhoai_catalog.propose import ProposeOptions
from rhoai_catalog.snapshot import Snapshot
from test_describe import model, server, snapshot, version

BRANCH = "rhoai-catalog/update"
PART = "servers/east/pay/entities.yaml"
AT_ONCE = Removal(runs=1, hours=0)

__all__ = ["AT_ONCE", "BRANCH", "PART", "Line", "line_in", "model", "observed", "server", "version"]


@dataclass
class Line:
    """A remote, our checkout, a person's clone, a forge; the time goes on by `pace` with every run."""

    world: World
    checkout: Path
    clone: Path
    config: Config
    now: datetime = datetime(2026, 5, 4, 12, tzinfo=UTC)
    pace: timedelta = timedelta(hours=1)
    told: list[str] = field(default_factory=list)
    repository: dict[str, Any] = field(default_factory=dict)  # further keys of it

    def run(
        self, *rows: Any, down: tuple[str, ...] = (), allowed: dict[str, int] | None = None, **asked: Any
    ) -> Outcome:
        """One run in which these were observed; sources (or groups) of `down` could not be listed."""
        self.now += self.pace
        request = ProposeOptions(**{"now": self.now, **asked})
        observation = Observation(snapshot=observed(rows, down, self.config))
        repository = self.world.repository(**self.repository)
        config = replace(self.config, repository=repository)
        cache = Cache(Store(stem=self.checkout.parent / "cache" / "catalog", rules=str(self.config)))
        outcome = pipeline.propose_changes(config, observation, allowed or {}, request, self.told.append, cache)
        cache.save()
        return outcome

    # -- what there is ---------------------------------------------------------------------------------------------

    @property
    def forge(self) -> LoopbackForge:
        return self.world.forge

    @property
    def pull(self) -> Pull:
        """The newest pull request."""
        return self.forge.pulls[-1]

    def head(self, branch: str = BRANCH) -> str:
        return self.world.head(branch)

    def text(self, file: str = PART, branch: str = BRANCH) -> str:
        return git(self.world.remote, "show", f"{branch}:catalog/{file}")

    def files(self, branch: str = BRANCH) -> set[str]:
        names = git(self.world.remote, "ls-tree", "-r", "-z", "--name-only", branch).split("\0")
        return {name.removeprefix("catalog/") for name in names if name}

    def authors(self, branch: str = BRANCH) -> list[str]:
        return git(self.world.remote, "log", "--no-merges", "--format=%an", f"main..{branch}").splitlines()

    def writes(self) -> list[tuple[str, str]]:
        return [(call.method, call.path) for call in self.forge.calls if call.method != "GET"]

    # -- what people do --------------------------------------------------------------------------------------------

    def person(self, branch: str, change: Callable[[Path], None], *how: str) -> str:
        """A person's commit on a branch; gives the commit. `how` are further options of it."""
        clone = self.clone
        git(clone, "fetch", "--quiet", "--prune", "origin")
        git(clone, "checkout", "--quiet", "--force", "-B", "work", f"origin/{branch}")
        change(clone / "catalog")
        git(clone, "add", "--all", "--force")
        git(clone, "commit", "--quiet", "--message", "What I think", *how)
        git(clone, "push", "--quiet", "--force", "origin", f"HEAD:{branch}")
        self.forge.look()
        return git(clone, "rev-parse", "HEAD")

    def edit(self, branch: str, old: str, new: str, file: str = PART, *how: str) -> str:
        def change(catalog: Path) -> None:
            text = (catalog / file).read_text("utf-8")
            assert old in text, text
            (catalog / file).write_text(text.replace(old, new, 1), "utf-8")

        return self.person(branch, change, *how)

    def merge(self, *how: str) -> None:
        """A person merges the branch into main, and the forge notes it."""
        clone = self.clone
        git(clone, "fetch", "--quiet", "--prune", "origin")
        git(clone, "checkout", "--quiet", "--force", "-B", "work", "origin/main")
        git(clone, "merge", "--quiet", *(how or ("--no-ff", "--no-edit")), f"origin/{BRANCH}")
        if "--squash" in how:
            git(clone, "commit", "--quiet", "--message", "Squashed")
        git(clone, "push", "--quiet", "origin", "HEAD:main")
        self.forge.close(self.pull.number, merged=True)


def observed(rows: tuple[Any, ...], down: tuple[str, ...], config: Config) -> Snapshot:
    seen = snapshot(*rows, sources=tuple(one.source for one in (*config.clusters, *config.services)))
    scopes = tuple(
        replace(scope, complete=False, reason="no answer")
        if scope.source in down or f"{scope.source}/{scope.kind}" in down
        else scope
        for scope in seen.scopes
    )
    return replace(seen, scopes=scopes)


def _make_clones(folder: Path) -> None:
    make_remote(folder)
    checkout = folder / "checkout"
    for clone in (checkout, folder / "person"):
        git(folder, "clone", "--quiet", str(folder / "remote.git"), str(clone))
    (checkout / "catalog").mkdir()
    (checkout / "catalog" / "generator.yaml").write_text("# the configuration\n", "utf-8")
    git(checkout, "add", "--all")
    git(checkout, "commit", "--quiet", "--message", "Configure")
    git(checkout, "push", "--quiet", "origin", "main")


@contextmanager
def line_in(folder: Path, forge: str, monkeypatch: Any, **more: Any) -> Iterator[Line]:
    monkeypatch.setenv("FORGE_TOKEN", TOKEN)
    copy_of(_make_clones, folder)
    with forge_world(folder, forge) as world:
        checkout, person = folder / "checkout", folder / "person"
        config = Config(
            root=checkout / "catalog",
            clusters=(Cluster(name="east", server="https://east.example.net"),),
            services=(Service(family="model-registry", name="shared", url="https://r.example.net", registry="public"),),
            owners=Owners(default="group:default/ai"),
            **more,
        )
        yield Line(world, checkout, person, config)
