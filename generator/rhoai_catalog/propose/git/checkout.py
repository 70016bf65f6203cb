"""The repository around the catalog's folder, as the state machine sees it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path, PurePosixPath
from typing import Final

from rhoai_catalog.base import FOLDER
from rhoai_catalog.catalog import Files
from rhoai_catalog.config import Repository
from rhoai_catalog.errors import ProposeError
from rhoai_catalog.propose.git import content, history, remote, threeway
from rhoai_catalog.propose.git.author import EMAIL, Authorship
from rhoai_catalog.propose.git.command import Git

NAMED: Final = 3  # files that an error names
KEPT: Final = 4  # catalogs that are in memory: of both branches, of where they were one, and of what they merge to


class Checkout:
    """The repository around a folder; `catalog` is that folder's path in it.

    Its files, index, branches and settings are never touched: objects are added, and refs of the remote are pushed.
    Commits and trees are named by their full ids.
    """

    def __init__(self, folder: Path, repository: Repository, token: str | None) -> None:
        git = Git.around(folder)
        self.root = git.root
        self.catalog = PurePosixPath(folder.resolve().relative_to(git.root).as_posix())
        self.git = remote.logged_in(git, repository.url, token)
        self.authorship = Authorship(author=repository.author, sign=repository.sign)
        self.files = lru_cache(maxsize=KEPT)(self._files)
        self._known: content.Contents = {}

    @cached_property
    def emails(self) -> frozenset[str]:
        """The addresses that commits of ours carry, those of earlier settings included as far as they are known."""
        return frozenset({EMAIL, self.authorship.email or self.git.run("config", "--get", "user.email")})

    @property
    def has_signing_key(self) -> bool:
        """Whether the checkout's own settings name one."""
        return not self.git.ended("config", "--get", "user.signingkey").code

    # -- reading -------------------------------------------------------------------------------------------------

    def require_clean(self) -> None:
        """Raise if the catalog has changes that no commit holds: a proposal would not see them."""
        listed = self.git.run("status", "--porcelain", "-z", "--no-renames", "--", str(self.catalog))
        if changes := [line[3:] for line in listed.split("\0") if line]:
            names = ", ".join(changes[:NAMED]) + (f" and {len(changes) - NAMED} more" if changes[NAMED:] else "")
            raise ProposeError(
                f"{self.catalog}/ has uncommitted changes: {names}", "commit or stash them, then try again"
            )

    def heads(self, *branches: str) -> Mapping[str, str]:
        """The commits that branches of the remote point to; a branch that is not there is not in the answer."""
        return remote.heads(self.git, *branches)

    def refs(self, *names: str) -> Mapping[str, str]:
        """The same for refs of any kind, by their full names."""
        return remote.refs(self.git, *names)

    def fetch(self, *refs: str, history: bool = False) -> None:
        """Fetch refs of the remote by their full names.

        `history`: back to the beginning where the clone is shallow, which it takes to tell whose commits a branch
        holds, and to merge it.
        """
        remote.fetch(self.git, *refs, history=history)

    def _files(self, commit: str) -> Files:
        """The files of the catalog at a commit by path below it, and those that cannot be read as text."""
        return content.read_files(self.git, self.catalog, commit, known=self._known)

    def texts(self, commit: str, paths: Collection[str] | None = None) -> dict[str, str]:
        """The texts of the catalog at a commit by path below it; `paths`: of these alone. They are not kept."""
        return dict(content.read_files(self.git, self.catalog, commit, paths, {**self._known}).texts)

    def changed(self, old: str, new: str) -> tuple[str, ...]:
        """Every path of the repository that differs between two commits or trees."""
        return history.changed(self.git, old, new)

    def foreign(self, old: str, new: str) -> tuple[str, ...]:
        """Those of them that a catalog is not made of, wherever they lie."""
        return content.foreign(self.git, self.catalog, old, new)

    def patch_id(self, old: str, new: str) -> str:
        """A digest of what differs: the same for a branch that was only brought up to date."""
        return history.patch_id(self.git, old, new)

    def commits(self, branch: str, base: str) -> tuple[history.Commit, ...]:
        """The commits of a branch that are not in base, newest first."""
        return history.commits(self.git, branch, base)

    def changed_by(self, commits: Sequence[history.Commit]) -> Mapping[str, tuple[str, ...]]:
        """The paths below the catalog that each of some commits changed since its first parent, by its id."""
        folder = f"{self.catalog}/"
        changed = history.changed_below(self.git, commits, str(self.catalog))
        return {sha: tuple(path.removeprefix(folder) for path in paths) for sha, paths in changed.items()}

    def reverts(self, branch: str) -> tuple[history.Commit, ...]:
        """The commits of a branch, merges left aside, that say to revert something, newest first."""
        return history.reverts(self.git, branch)

    def later(self, branch: str, since: str, paths: Sequence[str]) -> tuple[history.Commit, ...]:
        """By which commits a branch, since one of its own, changed bases of the catalog, each merge as one."""
        below = [str(self.catalog / path) for path in (paths if len(paths) <= content.COMMAND_LINE else (FOLDER,))]
        return history.commits(self.git, branch, since, "--first-parent", paths=below)

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor of two commits; None where they have none."""
        return history.merge_base(self.git, one, other)

    def merged(self, base: str, branch: str) -> threeway.Merge:
        """The base branch with what a branch changed since both were one; see threeway."""
        return threeway.merged(self.git, self.catalog, base, branch)

    def try_push(self, branch: str) -> None:
        """Go as far towards a push as nothing is sent. Raises ProposeError where the remote lets nobody of us in."""
        remote.try_push(self.git, f"refs/heads/{branch}")

    # -- writing -------------------------------------------------------------------------------------------------

    def write_tree(self, start: str | None, files: Mapping[str, str | None]) -> str:
        """The id of the tree of `start` with texts below the catalog set, or removed where they are None."""
        return content.write_tree(self.git, self.catalog, start, files)

    def commit(self, tree: str, parents: Sequence[str], message: str, *, sign: bool = True) -> str:
        """Commit a tree, by the author and with the signature that are configured; returns the commit."""
        options = [*(f"-p{parent}" for parent in parents), *(["-S"] if sign and self.authorship.sign else [])]
        text = (message.replace("\0", "").rstrip("\n") + "\n").encode("utf-8", "replace")
        environment = self.authorship.environment
        return self.git.run("commit-tree", *options, "-F", "-", tree, stdin=text, environment=environment)

    def commit_tree(
        self, start: str | None, files: Mapping[str, str | None], parents: Sequence[str], message: str
    ) -> str:
        """Commit the tree of `start` with texts below the catalog set, or removed where they are None."""
        return self.commit(self.write_tree(start, files), parents, message)

    def push(self, commit: str, branch: str, expected: str) -> None:
        """Point the remote's branch to a commit, if it still points to what was read (empty: it was not there)."""
        remote.push(self.git, commit, f"refs/heads/{branch}", expected)

    def push_ref(self, commit: str, ref: str, expected: str) -> None:
        """The same for a ref of any kind, by its full name."""
        remote.push(self.git, commit, ref, expected)

    def delete(self, branch: str, expected: str) -> None:
        """Delete the remote's branch, if it still points to what was read."""
        remote.push(self.git, "", f"refs/heads/{branch}", expected)
