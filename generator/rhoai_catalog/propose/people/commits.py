"""Whose commits are on the branch: a name in one proves nothing, so what it holds is asked, too."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from rhoai_catalog.decline import WHOLE
from rhoai_catalog.plan import Change, Operation
from rhoai_catalog.propose.git import Checkout, Commit
from rhoai_catalog.propose.memory import Memory
from rhoai_catalog.propose.proposal import Differ, Stages

WEB: Final = "noreply@github.com"  # the committer of what is done in GitHub's pages, and through its API


class HandWritten(NamedTuple):
    """A file of the repository that a person wrote, or what of it: an entity or page, a value or section of that."""

    file: str
    what: str = ""
    pointer: str = ""
    value: str = ""


class Contributions(NamedTuple):
    """`people` are commits that others made, or that hold what a person wrote, whatever name they carry; `forged` those
    among them that carry ours although they do. `made` are digests of what ours change.
    """

    people: tuple[Commit, ...] = ()
    forged: tuple[Commit, ...] = ()
    made: tuple[str, ...] = ()


def read_contributions(
    checkout: Checkout, base: str, head: str, memory: Memory, ours: Collection[str], stages: Stages
) -> Contributions:
    """Whose commits are on the branch. One that is remembered to be ours is: what a person wrote may stand elsewhere by
    what a run changes around it. While a source is incomplete, what was generated and what was forged with its base
    line look the same: then no other commit is ours.
    """
    if head == memory.head:  # also where the base branch was rewritten, and its commits are now on ours alone
        return Contributions(made=memory.made)
    commits = checkout.commits(head, base)
    others = [commit for commit in commits if len(commit.parents) < 2 and commit.author_email not in ours]
    start = checkout.merge_base(base, head) or base
    if not others and memory.patch and checkout.patch_id(start, head) == memory.patch:  # only brought up to date
        return Contributions(made=memory.made)
    by_hand = _by_hand(checkout, start, head, stages.differ)
    named = {*ours, WEB}
    in_our_name = [one for one in commits if {one.author_email, one.committer_email} <= named]
    suspect = [one for one in in_our_name if _is_forged(checkout, one, by_hand, stages.differ)]
    forged = [one for one in suspect if not one.parents or _digest(checkout, one) not in memory.made]
    made = memory.made
    if not made or not stages.complete:
        digests = {one: _digest(checkout, one) for one in in_our_name if one.parents}
        strange = [one for one in digests if made and digests[one] not in made and one not in forged]
        forged += [one for one in strange if _stands(checkout, one, head, stages.differ)]
        made = made or tuple(sorted({digests[one] for one in digests if one not in forged}))
    if others:
        people = tuple(one for one in commits if one in forged or _is_made_by_others(checkout, one, ours))
        return Contributions(people, tuple(forged), made)
    is_amended = memory.patch and any(_is_made_by_others(checkout, one, ours) for one in commits)
    return Contributions(commits if by_hand or forged or is_amended else (), tuple(forged), made)


def read_proven(
    checkout: Checkout, base: str, head: str, forged: Collection[Commit], ours: Collection[str]
) -> set[str]:
    """Digests of the commits in our name of which the head has everything as they left it: they are ours where it is
    what we would write. Of one that was partly taken back, the rest may have been anything.
    """
    named = {*ours, WEB}
    commits = [one for one in checkout.commits(head, base) if {one.author_email, one.committer_email} <= named]
    pairs = [(_before(checkout, one), one.sha) for one in commits if one.parents and one not in forged]
    later = [{*checkout.changed(made, head)} for _, made in pairs]
    return {
        checkout.patch_id(*pair)
        for pair, since in zip(pairs, later, strict=True)
        if since.isdisjoint(checkout.changed(*pair))
    }


def _is_made_by_others(checkout: Checkout, commit: Commit, ours: Collection[str]) -> bool:
    """Whether a person amended a commit of ours, or made a merge that is another one than comes by itself."""
    if commit.author_email in ours and commit.committer_email in {*ours, WEB}:
        return False
    if len(commit.parents) < 2:
        return True
    return len(commit.parents) > 2 or _before(checkout, commit) != commit.tree


def _by_hand(checkout: Checkout, old: str, new: str, differ: Differ) -> frozenset[HandWritten]:
    """What a person must have written of what differs between two commits or trees."""
    written = {HandWritten(path) for path in checkout.foreign(old, new)}
    for change in differ(checkout.files(old), checkout.files(new)):
        file = str(checkout.catalog / change.file)
        values = [value for value in change.values if value.by_hand]
        written |= {HandWritten(file, change.what, value.pointer, repr(value.new)) for value in values}
        written |= {HandWritten(file, change.what)} if change.by_hand else set()
    return frozenset(written)


def _is_forged(checkout: Checkout, commit: Commit, by_hand: Collection[HandWritten], differ: Differ) -> bool:
    """Whether a commit in our name holds what a person wrote, and what still stands."""
    if not by_hand or not commit.parents:
        return bool(by_hand)
    before = _before(checkout, commit)
    if not {one.file for one in by_hand}.intersection(checkout.changed(before, commit.sha)):
        return False
    return not _by_hand(checkout, before, commit.sha, differ).isdisjoint(by_hand)


def _stands(checkout: Checkout, commit: Commit, head: str, differ: Differ) -> bool:
    """Whether something that a commit changed is still so: what would take it back was not all done."""
    back, done = (
        {(change.what, place) for change in differ(*map(checkout.files, pair)) for place in _places(change)}
        for pair in ((commit.sha, _before(checkout, commit)), (commit.sha, head))
    )
    return any((what, place) not in done and (what, WHOLE) not in done for what, place in back)


def _places(change: Change) -> Iterable[str]:
    return (value.pointer for value in change.values) if change.operation is Operation.UPDATE else (WHOLE,)


def _digest(checkout: Checkout, commit: Commit) -> str:
    """Of what a commit changes."""
    return checkout.patch_id(_before(checkout, commit), commit.sha)


def _before(checkout: Checkout, commit: Commit) -> str:
    """What a commit was made from; of a merge, the tree that comes by itself."""
    if len(commit.parents) < 2:
        return commit.parents[0]
    return checkout.merged(commit.parents[1], commit.parents[0]).tree
