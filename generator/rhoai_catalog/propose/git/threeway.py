"""Base and branch as one tree, without a work tree and without a human: never a conflict that stops a run.

Git's own merge reads attributes, drivers and settings of the repository; here only trees and texts take part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import PurePosixPath

from rhoai_catalog.base import FOLDER as BASE
from rhoai_catalog.plan import Clash
from rhoai_catalog.propose.git.command import Git
from rhoai_catalog.propose.git.history import differences, merge_base, moment, touched
from rhoai_catalog.propose.git.hunks import Side, Versions, merged_text, united_text
from rhoai_catalog.propose.git.objects import read_blobs, write_blobs
from rhoai_catalog.propose.git.trees import TreeEntry, edited, tree_of
from rhoai_catalog.text.secrets import masked


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """The id of the merged tree, and what gave way in it: in the catalog by paths below it, elsewhere by paths of the
    repository, with a slash in front.
    """

    tree: str
    clashes: tuple[Clash, ...] = ()


def merged(git: Git, catalog: PurePosixPath, base: str, branch: str) -> Merge:
    """The base branch with what a branch changed since both were one.

    Of a conflict below the catalog folder the newer side stands, by when each last changed the file; the branch on a
    tie. Files of the base keep the lines of both. Elsewhere a file that does not merge is the base branch's, and so
    is a name that is a file on one side and a folder on the other.
    """
    ancestor = merge_base(git, base, branch)
    if ancestor == branch:
        return Merge(tree=tree_of(git, base))
    if ancestor == base:
        return Merge(tree=tree_of(git, branch))
    return _TreeMerge(git, catalog, ancestor, base, branch).run()


class _TreeMerge:
    def __init__(self, git: Git, catalog: PurePosixPath, ancestor: str | None, base: str, branch: str) -> None:
        self.git, self.catalog = git, catalog
        self.ancestor, self.commits = ancestor, {"base": base, "branch": branch}
        start = ancestor or git.run("hash-object", "-t", "tree", "--stdin")
        self.ours, self.theirs = differences(git, start, base), differences(git, start, branch)
        self.contested = [path for path in self.theirs if path in self.ours and not self._is_agreed(path)]
        self.changes = {path: change.new for path, change in self.theirs.items() if path not in self.ours}
        self.texts: dict[str, bytes] = {}
        self.clashes: dict[str, list[Clash]] = {}  # by paths of the repository

    def run(self) -> Merge:
        wanted = {entry.id for path in self.contested for entry in self._versions(path) if entry and entry.is_file}
        known = [commit for commit in (self.ancestor, *self.commits.values()) if commit]
        self.contents = read_blobs(self.git, wanted, known) if wanted else {}
        for path in self.contested:
            self._settle(path)
        for (path, _), blob in zip(self.texts.items(), write_blobs(self.git, [*self.texts.values()]), strict=True):
            self.changes[path] = TreeEntry(self._mode(path), blob)
        self._yield_to_base()
        clashes = tuple(clash for _, told in sorted(self.clashes.items()) for clash in sorted(told))
        return Merge(tree=edited(self.git, self.commits["base"], self.changes), clashes=clashes)

    def _settle(self, path: str) -> None:
        """Settle one path that both sides changed, each in its own way."""
        base, old, branch = self._versions(path)
        if base and branch and base.is_file and branch.is_file:
            if base.id == branch.id:  # they differ by who may run it
                self.changes[path] = branch
                return
            texts = [self.contents[entry.id] if entry and entry.is_file else b"" for entry in (base, old, branch)]
            if self._merge(path, Versions(base=texts[0], old=texts[1], branch=texts[2])):
                return
        kept = self._standing(path)
        if self._is_base_file(path) and None in (base, branch):
            kept = "base" if base else "branch"
        else:
            self._tell(path, kept)
        if kept == "branch":
            self.changes[path] = branch

    def _merge(self, path: str, versions: Versions) -> bool:
        """Merge the texts of one path, if they are texts, and if they may."""
        if self._is_base_file(path):
            text = united_text(self.git, versions)
            if text is not None:
                self.texts[path] = text
            return text is not None
        kept = self._standing(path)
        merge = merged_text(self.git, versions, kept)
        if merge is None or (merge[1] and not self._is_inside(path)):
            return False
        self.texts[path], lost = merge
        self.clashes[path] = [self._clash(path, kept, each.text, each.line) for each in lost]
        return True

    def _yield_to_base(self) -> None:
        """Where one side has a file and the other a folder of that name, the base branch's stands."""
        files = {path for path, change in self.ours.items() if self.changes.get(path, change.new)}
        folders = {parent for path in files for parent in _parents(path)}
        for path in [path for path, entry in self.changes.items() if entry]:
            if path in folders or not files.isdisjoint(_parents(path)):
                self._tell(path, "base")
                del self.changes[path]

    def _tell(self, path: str, kept: Side) -> None:
        yielding = self.theirs[path].new if kept == "base" else self.ours[path].new
        self.clashes[path] = [self._clash(path, kept, self._text(yielding), 1)]

    def _clash(self, path: str, kept: Side, lost: str, line: int) -> Clash:
        name = str(PurePosixPath(path).relative_to(self.catalog)) if self._is_inside(path) else f"/{path}"
        return Clash(file=name, kept=kept, lost=masked(lost), line=line)

    def _text(self, entry: TreeEntry | None) -> str:
        if entry is None or not entry.is_file:
            return ""
        content = self.contents.get(entry.id)
        if content is None:
            [content] = read_blobs(self.git, [entry.id], [self.commits["branch"]]).values()
        return "" if b"\0" in content else content.decode("utf-8", "replace")

    # -- what is known of a path ---------------------------------------------------------------------------------

    def _versions(self, path: str) -> tuple[TreeEntry | None, TreeEntry | None, TreeEntry | None]:
        """What base, ancestor and branch have there."""
        return self.ours[path].new, self.ours[path].old, self.theirs[path].new

    def _is_agreed(self, path: str) -> bool:
        return self.ours[path].new == self.theirs[path].new

    def _is_inside(self, path: str) -> bool:
        return PurePosixPath(path).is_relative_to(self.catalog)

    def _is_base_file(self, path: str) -> bool:
        return PurePosixPath(path).is_relative_to(self.catalog / BASE)

    def _standing(self, path: str) -> Side:
        """The side that stands where both changed a line."""
        if not self._is_inside(path):
            return "base"
        ours, theirs = self._times
        return "base" if ours.get(path, moment("")) > theirs.get(path, moment("")) else "branch"

    def _mode(self, path: str) -> str:
        base, old, branch = self._versions(path)
        assert base and branch
        return branch.mode if old and base.mode == old.mode else base.mode

    @cached_property
    def _times(self) -> tuple[Mapping[str, datetime], Mapping[str, datetime]]:
        base, branch = (touched(self.git, commit, self.ancestor) for commit in self.commits.values())
        return base, branch


def _parents(path: str) -> Iterator[str]:
    return (str(parent) for parent in PurePosixPath(path).parents if parent.parts)
