"""A remote, a clone of a person, a forge before the remote, and the adapter that speaks to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from outside import Loopback
from rhoai_catalog.config import Credentials, Repository
from rhoai_catalog.propose.forges import Forge, make_forge
from rhoai_catalog.propose.forges.api.patience import Patience

from forges.described import problems
from forges.gitea import LoopbackGitea
from forges.github import LoopbackGitHub
from forges.gitlab import LoopbackGitLab
from forges.loopback import LoopbackForge
from forges.place import TOKEN, git

BRANCH = "rhoai-catalog/update"
FORGES = {"github": LoopbackGitHub, "gitea": LoopbackGitea, "gitlab": LoopbackGitLab}


@dataclass
class World:
    """`waits` are the seconds that the adapter would have waited; nothing does wait."""

    remote: Path
    person: Path
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
        git(self.person, "fetch", "--quiet", "origin")
        start = f"origin/{branch}" if self.head(branch) else "origin/main"
        git(self.person, "checkout", "--quiet", "-B", "work", start)
        (self.person / "file").write_text(text, "utf-8")
        git(self.person, "add", "--all")
        git(self.person, "commit", "--quiet", "--allow-empty", "--message", text)
        git(self.person, "push", "--quiet", "origin", f"HEAD:{branch}")
        self.forge.look()
        return git(self.person, "rev-parse", "HEAD")

    def head(self, branch: str = BRANCH) -> str:
        return self.forge.head_of(branch)


@contextmanager
def forge_world(folder: Path, name: str) -> Iterator[World]:
    """`name` is that of a forge in the configuration. At the end its requests are held to its description, if any."""
    remote, person = folder / "remote.git", folder / "person"
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(remote))
    git(folder, "init", "--quiet", "--initial-branch=main", str(person))
    git(person, "remote", "add", "origin", str(remote))
    (person / "file").write_text("first\n", "utf-8")
    git(person, "add", "--all")
    git(person, "commit", "--quiet", "--message", "Begin")
    git(person, "push", "--quiet", "origin", "main")
    forge = FORGES[name](remote)
    with Loopback(forge.answer) as server:
        forge.url = server.url
        yield World(remote, person, forge)
    if wrong := problems(name, forge.calls):
        raise AssertionError("\n".join(wrong))
