"""What commits are and what they changed: told by one command each, whatever their number."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NamedTuple

from rhoai_catalog.propose.git.command import Git
from rhoai_catalog.propose.git.trees import TreeEntry

_FIELDS: Final = ("%H", "%P", "%T", "%an", "%ae", "%cn", "%ce", "%ct", "%B")
_DIFFERENCE: Final = ("diff-tree", "-r", "-z", "--no-renames", "--ignore-submodules=none")
_REVERTS: Final = ('^Revert "', "^This reverts (commit|merge request) ", "^Reverts ")
_NO_MERGE_BASE: Final = 1  # its exit code; what cannot be read is another
_LAST_SECOND: Final = 253_402_300_799  # of the year 9999; a hostile commit is made later


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One commit; `time` is when it was committed, in UTC."""

    sha: str
    parents: tuple[str, ...]
    tree: str
    author: str
    author_email: str
    committer: str
    committer_email: str
    time: datetime
    message: str


class TreeDifference(NamedTuple):
    """A path before and after; None where it is not there."""

    old: TreeEntry | None
    new: TreeEntry | None


def commits(git: Git, branch: str, base: str = "", *options: str, paths: Sequence[str] = ()) -> tuple[Commit, ...]:
    """The commits of a branch that are not in base, newest first, none before those made on top of it.

    `options` are further ones of `git log`; `paths`: those alone that changed one of these.
    """
    shape = f"--format={'%x00'.join(_FIELDS)}"
    span = f"{base}..{branch}" if base else branch
    how = ("-z", "--date-order", "--no-show-signature", shape, *options)
    output = git.run("log", *how, "--end-of-options", span, "--", *paths)
    values = output.removesuffix("\0").split("\0") if output else []
    rows = (values[place : place + len(_FIELDS)] for place in range(0, len(values), len(_FIELDS)))
    return tuple(
        Commit(
            sha=sha,
            parents=tuple(parents.split()),
            tree=tree,
            author=author,
            author_email=author_email,
            committer=committer,
            committer_email=committer_email,
            time=moment(seconds),
            message=message,
        )
        for sha, parents, tree, author, author_email, committer, committer_email, seconds, message in rows
    )


def reverts(git: Git, branch: str) -> tuple[Commit, ...]:
    """The commits of a branch, merges left aside, whose words are those that Git, or a forge, gives to a revert."""
    words = ("--extended-regexp", *(f"--grep={one}" for one in _REVERTS))
    return commits(git, branch, "", "--no-merges", *words)


def moment(seconds: str) -> datetime:
    """A time of Git; one that no calendar has becomes the nearest that it has, none becomes the oldest."""
    number = int(seconds) if re.fullmatch(r"-?[0-9]{1,30}", seconds) else 0
    return datetime.fromtimestamp(min(max(number, 0), _LAST_SECOND), tz=UTC)


def merge_base(git: Git, one: str, other: str) -> str | None:
    """The best common ancestor of two commits; None where they have none."""
    ended = git.ended("merge-base", "--end-of-options", one, other)
    if ended.code != _NO_MERGE_BASE:
        ended.require_success("merge-base")
    return ended.output.decode().strip() or None


def changed(git: Git, old: str, new: str) -> tuple[str, ...]:
    """Every path of the repository that differs between two commits or trees."""
    output = git.run(*_DIFFERENCE, "--name-only", "--end-of-options", old, new)
    return tuple(path for path in output.split("\0") if path)


def changed_below(git: Git, commits: Sequence[Commit], folder: str) -> Mapping[str, Sequence[str]]:
    """What each commit changed below a folder since its first parent, by its id; nothing of one that has none."""
    lines = "".join(f"{one.sha} {one.parents[0]}\n" for one in commits if one.parents)
    how = (*_DIFFERENCE, "--name-only", "--stdin", "--", folder)
    output = git.run(*how, stdin=lines.encode()) if lines else ""
    paths: dict[str, list[str]] = {one.sha: [] for one in commits}
    rows: list[str] = []
    for token in filter(None, output.split("\0")):  # a commit, and the paths behind it
        if token in paths:
            rows = paths[token]
        else:
            rows.append(token)
    return paths


def differences(git: Git, old: str, new: str) -> Mapping[str, TreeDifference]:
    """Every path of the repository that differs between two commits or trees, with what is there."""
    tokens = iter(git.run(*_DIFFERENCE, "--raw", "--no-abbrev", "--end-of-options", old, new).split("\0"))
    differences = {}
    for row in tokens:
        if row:
            old_mode, new_mode, old_id, new_id, _ = row.removeprefix(":").split(" ")
            differences[next(tokens)] = TreeDifference(_entry(old_mode, old_id), _entry(new_mode, new_id))
    return differences


def patch_id(git: Git, old: str, new: str) -> str:
    """A digest of what a tree has otherwise than another, wherever else both changed alike."""
    entries = sorted((path, pair.new) for path, pair in differences(git, old, new).items())
    return hashlib.sha256(repr(entries).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _entry(mode: str, id: str) -> TreeEntry | None:
    return TreeEntry(mode, id) if mode.strip("0") else None


def touched(git: Git, side: str, ancestor: str | None) -> Mapping[str, datetime]:
    """When each path was last changed on a side since the ancestor."""
    since = [f"^{ancestor}"] if ancestor else []
    shape = ("-z", "-c", "--raw", "--no-abbrev", "--no-renames", "--no-show-signature", "--format=@%ct")
    times: dict[str, datetime] = {}
    time = moment("")
    tokens = iter(git.run("log", *shape, "--end-of-options", side, *since).split("\0"))
    for token in tokens:  # a time, and rows, each with a path behind it, which may look like any of them
        if token.startswith("@"):
            time = moment(token[1:])
        elif token:
            path = next(tokens)
            times[path] = max(time, times.get(path, time))
    return times
