"""Git, in a checkout that is never touched: work happens in a temporary worktree. The one door to GitPython."""

from __future__ import annotations

import base64
import contextlib
import os
import re
import tempfile
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")  # that git is missing is told when it is needed
import git

from rhoai_catalog.config import Repository
from rhoai_catalog.errors import ProposeError

REMOTE: Final = "origin"
NAME: Final = "rhoai-catalog"
EMAIL: Final = "rhoai-catalog@users.noreply.github.com"
DIGEST: Final = "Catalog-Change-Digest"
TREE: Final = "Catalog-Tree"
IDENTITY: Final = {
    "GIT_AUTHOR_NAME": NAME,
    "GIT_AUTHOR_EMAIL": EMAIL,
    "GIT_COMMITTER_NAME": NAME,
    "GIT_COMMITTER_EMAIL": EMAIL,
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
NOT_COMMITTED: Final = "not committed yet"
QUIET: Final = ("-c", "core.hooksPath=/dev/null", "-c", "commit.gpgsign=false", "-c", "core.autocrlf=false")


class LeaseLostError(ProposeError):
    """Somebody pushed to the branch between our reading it and our push."""


class Checkout:
    """The repository around a folder. `catalog` is that folder's path in it."""

    def __init__(self, folder: Path, repository: Repository, token: str | None) -> None:
        try:
            self._repo = git.Repo(folder, search_parent_directories=True)
        except (git.InvalidGitRepositoryError, git.NoSuchPathError) as error:
            raise ProposeError(
                f"{folder} is in no Git repository", "run in a clone of the catalog's repository"
            ) from error
        if self._repo.working_dir is None:
            raise ProposeError(f"{folder} is in a bare repository", "run in a clone of the catalog's repository")
        self.root = Path(self._repo.working_dir).resolve()
        self.catalog = folder.resolve().relative_to(self.root)
        self._secret = token or ""
        self._environment = {**IDENTITY, **self._credentials(repository, token)}

    def _credentials(self, repository: Repository, token: str | None) -> Mapping[str, str]:
        """The token as a header for the remote's own host, by environment: never in an argument or a file."""
        if REMOTE not in (remote.name for remote in self._repo.remotes):
            raise ProposeError(f"{self.root} has no remote {REMOTE}", "git remote add origin URL")
        remote, wanted = urlsplit(self._repo.remote(REMOTE).url), urlsplit(repository.url)
        if not token or remote.scheme not in ("http", "https") or remote.hostname != wanted.hostname:
            return {}
        host = remote.netloc.rpartition("@")[2]
        header = base64.b64encode(f"x-access-token:{token}".encode()).decode()
        self._secret_header = header
        key = f"http.{remote.scheme}://{host}/.extraheader"
        values = ("", f"Authorization: Basic {header}")  # the empty one takes back what a CI checkout has set
        pairs = {f"GIT_CONFIG_KEY_{n}": key for n in range(2)} | {
            f"GIT_CONFIG_VALUE_{n}": v for n, v in enumerate(values)
        }
        return {"GIT_CONFIG_COUNT": "2", **pairs}

    _secret_header = ""

    # -- reading -------------------------------------------------------------------------------------------------

    def require_clean(self) -> None:
        """Raise if the catalog has changes that no commit holds: a proposal would not see them."""
        changes = self.run("status", "--porcelain", "--", str(self.catalog))
        if changes:
            names = ", ".join(line[3:] for line in changes.splitlines()[:3])
            raise ProposeError(
                f"{self.catalog}/ has uncommitted changes: {names}", "commit or stash them, then try again"
            )

    def heads(self, *branches: str) -> dict[str, str]:
        """The commits that branches of the remote point to; a branch that is not there is not in the answer."""
        lines = self.run("ls-remote", "--heads", REMOTE, *(f"refs/heads/{name}" for name in branches)).splitlines()
        return {ref.removeprefix("refs/heads/"): sha for sha, _, ref in (line.partition("\t") for line in lines)}

    def fetch(self, *refs: str) -> None:
        """Fetch what the refs need, whole: a shallow clone cannot tell whose commits a branch holds."""
        shallow = ["--unshallow"] if self.run("rev-parse", "--is-shallow-repository") == "true" else []
        self.run("fetch", "--quiet", "--no-tags", *shallow, REMOTE, *refs)

    def is_merged(self, commit: str, base: str) -> bool:
        return self.run("rev-list", "--count", commit, f"^{base}") == "0"

    def own_commit(self, branch: str, base: str) -> str | None:
        """Our last commit on a branch, or None."""
        return next((sha for sha in self._commits(branch, base) if self._is_ours(sha)), None)

    def people_commits(self, branch: str, base: str) -> list[str]:
        """Commits of a branch that somebody else made or amended; merges that change nothing by themselves aside."""
        return [sha for sha in self._commits(branch, base) if not self._is_ours(sha) and not self._is_plain_merge(sha)]

    def _commits(self, branch: str, base: str) -> list[str]:
        return self.run("rev-list", branch, f"^{base}").split()

    def _is_ours(self, sha: str) -> bool:
        author, committer, tree, message = self.run("show", "--no-patch", "--format=%ae%n%ce%n%T%n%B", sha).split(
            "\n", 3
        )
        return author == committer == EMAIL and _trailer(message, TREE) == tree

    def _is_plain_merge(self, sha: str) -> bool:
        parents = self.run("show", "--no-patch", "--format=%P", sha).split()
        return len(parents) > 1 and not self.run("show", "--cc", "--name-only", "--format=", sha)

    def digest(self, commit: str) -> str:
        """The digest that one of our commits carries."""
        return _trailer(self.run("show", "--no-patch", "--format=%B", commit), DIGEST)

    def subject(self, commit: str) -> str:
        return self.run("show", "--no-patch", "--format=%s", commit)

    # -- writing -------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def worktree(self, commit: str) -> Iterator[Path]:
        """A temporary worktree at a commit; it is gone afterwards, whatever happens."""
        with tempfile.TemporaryDirectory(prefix="rhoai-catalog-") as folder:
            path = Path(folder).resolve() / "tree"
            self.run("worktree", "add", "--quiet", "--detach", str(path), commit)
            try:
                yield path
            finally:
                self.run("worktree", "remove", "--force", str(path))

    def merge(self, worktree: Path, base: str) -> None:
        """Merge the base branch into a worktree. In base files both sides stay; a conflict elsewhere is raised."""
        try:
            self.run("merge", "--quiet", "--no-edit", base, folder=worktree)
        except ProposeError:
            conflicts = self.run("diff", "--name-only", "--diff-filter=U", folder=worktree).splitlines()
            others = [name for name in conflicts if f"{self.catalog}/.base/" not in name]
            if others or not conflicts:
                names = ", ".join(others[:3])
                hint = "merge the base branch into it and resolve them, or close the pull request"
                raise ProposeError(f"the branch conflicts with the base branch in {names}", hint) from None
            self.run("add", "--", *conflicts, folder=worktree)
            self.run("commit", "--quiet", "--no-edit", folder=worktree)

    def commit(self, worktree: Path, message: str, digest: str) -> str:
        """Commit the catalog of a worktree; returns the commit. Our trailers are the message's last lines."""
        self.run("add", "--all", "--", str(self.catalog), folder=worktree)
        tree = self.run("write-tree", folder=worktree)
        text = f"{message.rstrip()}\n\n{DIGEST}: {digest}\n{TREE}: {tree}\n"
        self.run("commit", "--quiet", "--cleanup=verbatim", "--message", text, folder=worktree)
        return self.run("rev-parse", "HEAD", folder=worktree)

    def push(self, commit: str, branch: str, expected: str) -> None:
        """Point the remote's branch to a commit, if it still points to what was read (empty: it was not there)."""
        ref = f"refs/heads/{branch}"
        self._push(f"--force-with-lease={ref}:{expected}", f"{commit}:{ref}")

    def delete(self, branch: str, expected: str) -> None:
        """Delete the remote's branch, if it still points to what was read."""
        ref = f"refs/heads/{branch}"
        self._push(f"--force-with-lease={ref}:{expected}", f":{ref}")

    def _push(self, *arguments: str) -> None:
        try:
            self.run("push", "--quiet", REMOTE, *arguments)
        except ProposeError as error:
            if "stale info" in error.message or "fetch first" in error.message or "cannot lock ref" in error.message:
                raise LeaseLostError(error.message, error.hint) from error
            raise

    # -- the door ------------------------------------------------------------------------------------------------

    def run(self, *arguments: str, folder: Path | None = None) -> str:
        """Run one Git command. Raises ProposeError with what Git said, without credentials."""
        command = ["git", *QUIET, "-C", str(folder or self.root), *arguments]
        try:
            output: Any = self._repo.git.execute(command, env=self._environment)
        except git.GitCommandError as error:
            raise ProposeError(f"git {arguments[0]}: {self._said(error)}", _hint(str(error.stderr))) from None
        except git.GitCommandNotFound as error:
            raise ProposeError("git is not installed", "install it") from error
        return str(output)

    def _said(self, error: Any) -> str:
        lines = [line.strip() for line in re.sub(r"^\s*stderr: '|'$", "", str(error.stderr).strip()).splitlines()]
        chosen = [line for line in lines if re.search(r"rejected|fatal|error|denied", line)] or lines or ["failed"]
        said = " ".join(chosen[:2])
        for secret in filter(None, (self._secret, self._secret_header)):
            said = said.replace(secret, "***")
        return re.sub(r"//[^/@\s]+@", "//***@", said)[:400]


def authors(file: Path, lines: Collection[int]) -> dict[int, str]:
    """Who wrote lines of a file, and in which commit; nothing where the file is in no repository, or Git lacks."""
    found: dict[int, str] = {}
    try:
        repository = git.Repo(file.parent, search_parent_directories=True)
        for line in lines:
            command = ["git", "blame", "--porcelain", "-L", f"{line},{line}", "--", str(file.resolve())]
            told = str(repository.git.execute(command, env={"LC_ALL": "C"}))
            values = dict(re.findall(r"^(author|author-mail|author-time|summary) (.*)$", told, re.MULTILINE))
            sha = told[:8]
            if sha == "00000000":
                found[line] = NOT_COMMITTED
            elif values:
                day = datetime.fromtimestamp(int(values["author-time"]), tz=UTC).date().isoformat()
                found[line] = f"{values['author']} {values['author-mail']} in {sha} of {day}: {values['summary']}"
    except git.GitCommandError as error:
        return dict.fromkeys(lines, NOT_COMMITTED) if "no such path" in str(error.stderr) else found
    except (git.GitError, OSError, KeyError, ValueError):
        return found
    return found


def _trailer(message: str, name: str) -> str:
    """The value of a trailer in the last paragraph of a message."""
    last = message.strip().rsplit("\n\n", 1)[-1]
    values = re.findall(rf"^{re.escape(name)}: (\S+)$", last, re.MULTILINE)
    return str(values[-1]) if values else ""


def _hint(said: str) -> str:
    if re.search(r"Authentication failed|could not read Username|403|401|Permission denied", said):
        return "the token is wrong, has expired, or lacks the right to push here (contents: write)"
    if re.search(r"Could not resolve|unable to access|Connection|does not appear to be a git repository", said):
        return f"check the remote {REMOTE}: git remote -v"
    if re.search(r"protected branch|hook declined", said):
        return "the branch is protected; choose another in repository.branch"
    return "see what Git says above"
