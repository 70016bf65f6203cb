"""Whose commits are on the branch: a name in one proves nothing, so what it holds is asked, too."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from rhoai_catalog.propose.git import Checkout, Commit
from rhoai_catalog.propose.memory import Memory
from rhoai_catalog.propose.proposal import Differ

WEB: Final = "noreply@github.com"  # the committer of what is done in GitHub's pages, and through its API


class Written(NamedTuple):
    """A file of the repository that a person wrote, or what of it: an entity or page, a value or section of that."""

    file: str
    what: str = ""
    pointer: str = ""
    value: str = ""


def read_people(
    checkout: Checkout, base: str, head: str, memory: Memory, ours: Collection[str], differ: Differ
) -> tuple[tuple[Commit, ...], tuple[Commit, ...]]:
    """Commits that others made, or that hold what a person wrote, whatever name they carry; and those among them that
    carry ours although they do.
    """
    if head == memory.head:  # also where the base branch was rewritten, and its commits are now on ours alone
        return (), ()
    commits = checkout.commits(head, base)
    others = [commit for commit in commits if len(commit.parents) < 2 and commit.author_email not in ours]
    start = checkout.merge_base(base, head) or base
    if not others and memory.patch and checkout.patch_id(start, head) == memory.patch:  # only brought up to date
        return (), ()
    by_hand = _by_hand(checkout, start, head, differ)
    named = {*ours, WEB}
    forged = [
        commit
        for commit in commits
        if {commit.author_email, commit.committer_email} <= named and _is_forged(checkout, commit, by_hand, differ)
    ]
    if others:
        people = [one for one in commits if one in forged or _is_made_by_others(checkout, one, ours)]
        return tuple(people), tuple(forged)
    is_amended = memory.patch and any(commit.committer_email not in named for commit in commits)
    return (commits if by_hand or is_amended else ()), tuple(forged)


def _is_made_by_others(checkout: Checkout, commit: Commit, ours: Collection[str]) -> bool:
    """Whether a person amended a commit of ours, or made a merge that is another one than comes by itself."""
    if commit.author_email in ours and commit.committer_email in {*ours, WEB}:
        return False
    if len(commit.parents) < 2:
        return True
    branch, base, *more = commit.parents
    return bool(more) or checkout.merged(base, branch).tree != commit.tree


def _by_hand(checkout: Checkout, old: str, new: str, differ: Differ) -> frozenset[Written]:
    """What a person must have written of what differs between two commits or trees."""
    written = {Written(path) for path in checkout.foreign(old, new)}
    for change in differ(checkout.files(old), checkout.files(new)):
        file = str(checkout.catalog / change.file)
        values = [value for value in change.values if value.by_hand]
        written |= {Written(file, change.what, value.pointer, repr(value.new)) for value in values}
        written |= {Written(file, change.what)} if change.by_hand else set()
    return frozenset(written)


def _is_forged(checkout: Checkout, commit: Commit, by_hand: Collection[Written], differ: Differ) -> bool:
    """Whether a commit in our name holds what a person wrote, and what still stands."""
    if not by_hand or not commit.parents:
        return bool(by_hand)
    before = commit.parents[0]
    if len(commit.parents) > 1:
        before = checkout.merged(commit.parents[1], before).tree
    if not {one.file for one in by_hand}.intersection(checkout.changed(before, commit.sha)):
        return False
    return not _by_hand(checkout, before, commit.sha, differ).isdisjoint(by_hand)
