"""A bare remote, our checkout and a person's clone, all real, for the laws of Git."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forges import git
from rhoai_catalog.config import Repository
from rhoai_catalog.propose.git import Authorship, Checkout

BRANCH = "rhoai-catalog/update"
ADDRESS = "https://git.example.net/org/catalog"


@dataclass
class Place:
    remote: Path
    folder: Path
    person: Path

    def open(self, authorship: Authorship | None = None, token: str | None = None, url: str = ADDRESS) -> Checkout:
        who = authorship or Authorship()
        return Checkout(self.folder / "catalog", Repository(url=url, author=who.author, sign=who.sign), token)

    def head(self, branch: str = "main") -> str:
        return git(self.remote, "rev-parse", "--verify", f"refs/heads/{branch}")

    def bytes(self, commit: str, path: str) -> bytes:
        command = ["git", "-C", str(self.remote), "cat-file", "blob", f"{commit}:{path}"]
        return subprocess.run(command, check=True, capture_output=True).stdout

    def commit(self, branch: str, files: Mapping[str, str | bytes | None], *, start: str = "", time: int = 0) -> str:
        """A person's commit on a branch of the remote; `start`: the branch it is made from where it is new."""
        git(self.person, "fetch", "--quiet", "origin")
        git(self.person, "checkout", "--quiet", "-B", "work", f"origin/{start or branch}")
        for name, text in files.items():
            path = self.person / name
            if text is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode() if isinstance(text, str) else text)
        git(self.person, "add", "--all", "--force", *(["--", *files] if files else []))
        return self.committed(branch, time=time)

    def committed(self, branch: str, *options: str, time: int = 0) -> str:
        """Commit what the person has added, and push it."""
        dated = {"GIT_COMMITTER_DATE": f"{time} +0000"} if time else {}
        command = ["git", "-c", "user.name=Alice", "-c", "user.email=alice@example.net", "-C", str(self.person)]
        command += ["commit", "--quiet", "--allow-empty", "--message", "What I think", *options]
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, **dated})
        git(self.person, "push", "--quiet", "origin", f"HEAD:refs/heads/{branch}")
        return git(self.person, "rev-parse", "HEAD")

    def clone(self, *options: str, name: str = "again") -> Place:
        """The same remote with a clone of another kind as our checkout."""
        folder = self.folder.parent / name
        git(self.remote.parent, "clone", "--quiet", *options, f"file://{self.remote}", str(folder))
        return Place(self.remote, folder, self.person)

    def state(self) -> tuple[Any, ...]:
        """What nothing of ours may change in the checkout."""
        folder = Path(git(self.folder, "rev-parse", "--absolute-git-dir"))
        names = ("config", "config.worktree", "HEAD", "FETCH_HEAD", "index")
        return (
            [(name, (folder / name).read_bytes()) for name in names if (folder / name).exists()],
            [ref for ref in git(self.folder, "for-each-ref").splitlines() if BRANCH not in ref],  # a push updates it
            git(self.folder, "worktree", "list"),
            git(self.folder, "status", "--porcelain", "--branch", "--ignored"),
        )


def tree_of(checkout: Checkout, commit: str) -> str:
    return git(checkout.root, "rev-parse", "--verify", f"{commit}^{{tree}}")


def place_in(folder: Path, *options: str) -> Place:
    """`options` are those of `git init`."""
    place = Place(folder / "remote.git", folder / "checkout", folder / "person")
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main", *options, str(place.remote))
    git(place.remote, "config", "uploadpack.allowFilter", "true")
    git(place.remote, "config", "uploadpack.allowAnySHA1InWant", "true")
    git(folder, "init", "--quiet", "--initial-branch=main", *options, str(place.person))
    git(place.person, "remote", "add", "origin", str(place.remote))
    (place.person / "catalog" / "models").mkdir(parents=True)
    (place.person / "catalog" / "index.yaml").write_text("one\ntwo\nthree\n")
    (place.person / "catalog" / "models" / "a.md").write_text("# A\n")
    (place.person / "README").write_text("read me\n")
    git(place.person, "add", "--all")
    place.committed("main")
    git(folder, "clone", "--quiet", str(place.remote), str(place.folder))
    return place
