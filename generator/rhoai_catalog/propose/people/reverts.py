"""What people reverted, and is proposed again: file and base line went back together, so no tree shows it by itself.

On our branch every commit of theirs is looked at; on the base branch those that say to revert something. Words prove
nothing: a commit reverted what its own difference takes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
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
    """What of the proposed a commit took back, what it brought, and the files of the base that it changed."""

    back: frozenset[str] = frozenset()
    forth: frozenset[str] = frozenset()
    bases: tuple[str, ...] = ()


def read_reverts(
    checkout: Checkout, now: Situation, base: str, changes: Sequence[Change], differ: Differ
) -> tuple[Reverted, ...]:
    """A row for each thing that is proposed although a person reverted it; `base` is the name of the base branch."""
    reverts = _Reverts(checkout, differ, digests(changes))
    if not reverts.proposed:
        return ()
    if not now.lease:  # else history was fetched with the branch
        checkout.fetch(f"refs/heads/{base}", history=True)
    on_branch = reverts.on_branch(now.people)
    who = {**reverts.on_base(now.base), **on_branch}
    told: dict[Identity, Reverted] = {}
    for change in sorted(changes, key=lambda change: (change.is_page, bool(change.part_of))):
        known = digests([change]) & who.keys()
        if known and change.identity not in told:
            digest = max(known, key=lambda digest: (who[digest].time, digest))
            number = (now.pull.number if now.pull else 0) if digest in on_branch else _merged(now, digest)
            commit = who[digest]
            told[change.identity] = Reverted(what=change.what, commit=commit.sha, person=commit.author, pull=number)
    return tuple(told.values())


def _merged(now: Situation, digest: str) -> int:
    """The last pull request that was merged with a change, as far as that is remembered; else 0."""
    proposed = now.remembered.memory.proposed
    merged = (pull.number for pull in now.closed if pull.state == "merged")
    return max((number for number in merged if digest in proposed.get(number, ())), default=0)


class _Reverts:
    """Which commit reverted each of the changes that are proposed, by their digests: the newest."""

    def __init__(self, checkout: Checkout, differ: Differ, proposed: frozenset[str]) -> None:
        self.checkout, self.differ, self.proposed = checkout, differ, proposed
        self.turn = cache(self._turn)

    def on_branch(self, people: Sequence[Commit]) -> dict[str, Commit]:
        """Unless they put it back themselves later; that we did is what is told."""
        found: dict[str, Commit] = {}
        settled: set[str] = set()
        for commit in people[: limits.REVERTS]:
            turn = self.turn(commit)
            found |= dict.fromkeys(turn.back - settled, commit)
            settled |= turn.back | turn.forth
        return found

    def on_base(self, base: str) -> dict[str, Commit]:
        """Unless it was merged again later, which is looked for in as many commits: it is proposed again at once."""
        found: dict[str, Commit] = {}
        for commit in self.checkout.reverts(base, limits.REVERTS):
            turn = self.turn(commit)
            if back := turn.back - found.keys():
                later = self.checkout.later(base, commit.sha, turn.bases)[-limits.REVERTS :]
                found |= dict.fromkeys(back.difference(*(self.turn(one).forth for one in later)), commit)
        return found

    def _turn(self, commit: Commit) -> _Turn:
        """Nothing for whoever leaves the base alone: that is a hand edit, and stays."""
        folder = f"{self.checkout.catalog}/"
        changed = self.checkout.changed(commit.parents[0], commit.sha) if commit.parents else ()
        paths = [path.removeprefix(folder) for path in changed if path.startswith(folder)]
        bases = tuple(path for path in paths if path.startswith(f"{FOLDER}/"))
        if not bases:
            return _Turn()
        before, after = (Files(texts=self.checkout.texts(one, paths)) for one in (commit.parents[0], commit.sha))
        back, forth = (digests(self.differ(*way)) & self.proposed for way in ((after, before), (before, after)))
        return _Turn(back, forth, bases)
