"""What people reverted, and is proposed again: file and base line went back together, so no tree shows it by itself.

On our branch every commit of theirs is looked at; on the base branch those that say to revert something. Words prove
nothing: a commit reverted what its own difference takes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property
from typing import NamedTuple

from rhoai_catalog import limits
from rhoai_catalog.base import FOLDER
from rhoai_catalog.catalog import Files
from rhoai_catalog.decline import digests
from rhoai_catalog.identity import Identity
from rhoai_catalog.plan import Change, Reverted
from rhoai_catalog.propose.git import Checkout, Commit
from rhoai_catalog.propose.proposal import Differ
from rhoai_catalog.propose.situation import Situation


class _Turn(NamedTuple):
    """What a commit took back, and what it brought."""

    back: frozenset[str]
    forth: frozenset[str]


class Reverts:
    """What people took back on the branches of one run, `base` being the name of the base branch: each commit is read
    once, whatever is asked of it.
    """

    def __init__(self, checkout: Checkout, now: Situation, base: str, differ: Differ) -> None:
        self.checkout, self.now, self.base, self.differ = checkout, now, base, differ
        self.changed: dict[str, tuple[str, ...]] = {}  # by commit
        self.turn, self.later = cache(self._turn), cache(self._later)

    def told(self, changes: Sequence[Change]) -> tuple[Reverted, ...]:
        """A row for each thing that is proposed although a person reverted it."""
        proposed = digests(changes)
        if not proposed:
            return ()
        on_branch = self._on_branch()
        who = {**self._on_base(proposed), **on_branch}
        told: dict[Identity, Reverted] = {}
        for change in sorted(changes, key=lambda change: (change.is_page, bool(change.part_of))):
            known = digests([change]) & who.keys()
            if known and change.identity not in told:
                digest = max(known, key=lambda digest: (who[digest].time, digest))
                number = (self.now.pull.number if self.now.pull else 0) if digest in on_branch else self._merged(digest)
                commit = who[digest]
                told[change.identity] = Reverted(what=change.what, commit=commit.sha, person=commit.author, pull=number)
        return tuple(told.values())

    def _merged(self, digest: str) -> int:
        """The last pull request that was merged with a change, as far as that is remembered; else 0."""
        proposed = self.now.remembered.memory.proposed
        merged = (pull.number for pull in self.now.closed if pull.state == "merged")
        return max((number for number in merged if digest in proposed.get(number, ())), default=0)

    # -- which commit reverted a change, by its digest: the newest ---------------------------------------------------

    def _on_branch(self) -> dict[str, Commit]:
        """Unless they put it back themselves later; that we did is what is told."""
        found: dict[str, Commit] = {}
        settled: set[str] = set()
        for commit in self._by_people:
            turn = self.turn(commit)
            found |= dict.fromkeys(turn.back - settled, commit)
            settled |= turn.back | turn.forth
        return found

    def _on_base(self, proposed: frozenset[str]) -> dict[str, Commit]:
        """Unless it was merged again later, which is looked for in as many commits: it is proposed again at once."""
        found: dict[str, Commit] = {}
        for commit in self._saying_so:
            if back := proposed & self.turn(commit).back - found.keys():
                found |= dict.fromkeys(back.difference(*(self.turn(one).forth for one in self.later(commit))), commit)
        return found

    # -- the commits, newest first -----------------------------------------------------------------------------------

    @cached_property
    def _by_people(self) -> Sequence[Commit]:
        return self._of_base_files(self.now.people)[: limits.REVERTS]

    @cached_property
    def _saying_so(self) -> Sequence[Commit]:
        if not self.now.lease:  # else history was fetched with the branch
            self.checkout.fetch(f"refs/heads/{self.base}", history=True)
        return self._of_base_files(self.checkout.reverts(self.now.base))[: limits.REVERTS]

    def _later(self, commit: Commit) -> Sequence[Commit]:
        files = [path for path in self.changed[commit.sha] if _is_of_base(path)]
        return self._of_base_files(self.checkout.later(self.now.base, commit.sha, files)[-limits.REVERTS :])

    def _of_base_files(self, commits: Sequence[Commit]) -> Sequence[Commit]:
        """Whoever leaves the base alone reverted nothing: that is a hand edit, and stays."""
        self.changed |= self.checkout.changed_by([one for one in commits if one.sha not in self.changed])
        return [one for one in commits if any(map(_is_of_base, self.changed[one.sha]))]

    def _turn(self, commit: Commit) -> _Turn:
        paths = self.changed[commit.sha]
        before, after = (Files(texts=self.checkout.texts(one, paths)) for one in (commit.parents[0], commit.sha))
        return _Turn(digests(self.differ(after, before)), digests(self.differ(before, after)))


def _is_of_base(path: str) -> bool:
    return path.startswith(f"{FOLDER}/")
