"""A remote, a forge before it, and the adapter that speaks to the forge."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from outside import Loopback
from ready import copy_of
from rhoai_catalog.config import Credentials, Repository
from rhoai_catalog.propose.forges import Forge, make_forge
from rhoai_catalog.propose.forges.api.patience import Patience

from forges.described import problems
from forges.gitea import LoopbackGitea
from forges.github import LoopbackGitHub
from forges.gitlab import LoopbackGitLab
from forges.loopback import LoopbackForge
from forges.place import TOKEN, commit, git

BRANCH = "rhoai-catalog/update"
FORGES = {"github": LoopbackGitHub, "gitea": LoopbackGitea, "gitlab": LoopbackGitLab}


@dataclass
class World:
    """`waits` are the seconds that the adapter would have waited; nothing does wait."""

    remote: Path
    forge: LoopbackForge
    waits: list[float] = field(default_factory=list)

    def repository(self, **more: Any) -> Repository:
        credentials = Credentials(env="FORGE_TOKEN")
        return Repository(
            **{
                "url": f"{self.forge.url}/{self.forge.web}",
                "forge": self.forge.forge,
                "branch": BRANCH,
                "credentials": credentials,
                **more,
            }
        )

    def adapter(self, **more: Any) -> Forge:
        patience = Patience(sleep=self.waits.append)
        return make_forge(self.repository(**more), TOKEN, patience)

    def push(self, text: str, branch: str = BRANCH) -> str:
        """A commit of this text, on top of the branch or of main; gives the commit."""
        commit(self.remote, branch, text, self.head(branch) or self.head("main"))
        self.forge.look()
        return self.head(branch)

    def head(self, branch: str = BRANCH) -> str:
        return self.forge.head_of(branch)


def make_remote(folder: Path) -> None:
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main", "remote.git")
    commit(folder / "remote.git", "main", "first")


@contextmanager
def forge_world(folder: Path, name: str) -> Iterator[World]:
    """`name` is that of a forge in the configuration. At the end its requests are held to its description, if any."""
    if not (folder / "remote.git").exists():
        copy_of(make_remote, folder)
    remote = folder / "remote.git"
    forge = FORGES[name](remote)
    with Loopback(forge.answer) as server:
        forge.url = server.url
        yield World(remote, forge)
    if wrong := problems(name, forge.calls):
        raise AssertionError("\n".join(wrong))
