"""A checkout with temporary worktrees, for the state machine that writes files and lets Git add and merge them."""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rhoai_catalog.errors import ProposeError
from rhoai_catalog.propose.git.author import EMAIL
from rhoai_catalog.propose.git.checkout import Checkout

DIGEST: Final = "Catalog-Change-Digest"
TREE: Final = "Catalog-Tree"


class WorktreeCheckout(Checkout):
    """Reads what our own commits say in their trailers, and writes through worktrees."""

    def own_commit(self, branch: str, base: str) -> str | None:
        """Our last commit on a branch, or None."""
        return next((sha for sha in self._commits(branch, base) if self._is_ours(sha)), None)

    def people_commits(self, branch: str, base: str) -> list[str]:
        """Commits of a branch that somebody else made or amended; merges that change nothing by themselves aside."""
        return [sha for sha in self._commits(branch, base) if not self._is_ours(sha) and not self._is_plain_merge(sha)]

    def _commits(self, branch: str, base: str) -> list[str]:
        return self.git.run("rev-list", branch, f"^{base}").split()

    def _is_ours(self, sha: str) -> bool:
        author, committer, tree, message = self._shown(sha, "%ae%n%ce%n%T%n%B").split("\n", 3)
        return author == committer == EMAIL and _trailer(message, TREE) == tree

    def _is_plain_merge(self, sha: str) -> bool:
        parents = self._shown(sha, "%P").split()
        return len(parents) > 1 and not self.git.run("show", "--cc", "--name-only", "--format=", sha)

    def digest(self, commit: str) -> str:
        """The digest that one of our commits carries."""
        return _trailer(self._shown(commit, "%B"), DIGEST)

    def subject(self, commit: str) -> str:
        return self._shown(commit, "%s")

    def _shown(self, commit: str, shape: str) -> str:
        return self.git.run("show", "--no-patch", f"--format={shape}", commit)

    @contextlib.contextmanager
    def worktree(self, commit: str) -> Iterator[Path]:
        """A temporary worktree at a commit; it is gone afterwards, whatever happens."""
        with tempfile.TemporaryDirectory(prefix="rhoai-catalog-") as folder:
            path = Path(folder).resolve() / "tree"
            self.git.run("worktree", "add", "--quiet", "--detach", str(path), commit)
            try:
                yield path
            finally:
                self.git.run("worktree", "remove", "--force", str(path))

    def merge(self, worktree: Path, base: str) -> None:
        """Merge the base branch into a worktree. In base files both sides stay; a conflict elsewhere is raised."""
        identity = self.authorship.environment
        try:
            self.git.run("merge", "--quiet", "--no-edit", base, folder=worktree, environment=identity)
        except ProposeError:
            conflicts = self.git.run("diff", "--name-only", "--diff-filter=U", folder=worktree).splitlines()
            others = [name for name in conflicts if f"{self.catalog}/.base/" not in name]
            if others or not conflicts:
                names = ", ".join(others[:3])
                hint = "merge the base branch into it and resolve them, or close the pull request"
                raise ProposeError(f"the branch conflicts with the base branch in {names}", hint) from None
            self.git.run("add", "--", *conflicts, folder=worktree)
            self.git.run("commit", "--quiet", "--no-edit", folder=worktree, environment=identity)

    def commit_all(self, worktree: Path, message: str, digest: str) -> str:
        """Commit the catalog of a worktree; returns the commit. Our trailers are the message's last lines."""
        self.git.run("add", "--all", "--", str(self.catalog), folder=worktree)
        tree = self.git.run("write-tree", folder=worktree)
        text = f"{message.rstrip()}\n\n{DIGEST}: {digest}\n{TREE}: {tree}\n"
        identity = self.authorship.environment
        self.git.run(
            "commit", "--quiet", "--cleanup=verbatim", "--message", text, folder=worktree, environment=identity
        )
        return self.git.run("rev-parse", "HEAD", folder=worktree)


def _trailer(message: str, name: str) -> str:
    """The value of a trailer in the last paragraph of a message."""
    last = message.strip().rsplit("\n\n", 1)[-1]
    values = re.findall(rf"^{re.escape(name)}: (\S+)$", last, re.MULTILINE)
    return str(values[-1]) if values else ""
