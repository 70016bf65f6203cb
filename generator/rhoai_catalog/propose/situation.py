"""What one run finds: the heads of both branches, pull requests, whose commits there are, and what was remembered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, NamedTuple

from rhoai_catalog.config import Repository
from rhoai_catalog.errors import ProposeError
from rhoai_catalog.propose import memory as memories
from rhoai_catalog.propose.forges import Forge, PullRequest
from rhoai_catalog.propose.git import Checkout, Commit, Merge
from rhoai_catalog.propose.memory import Memory, Recollection
from rhoai_catalog.propose.proposal import BEGIN, Differ

WEB: Final = "noreply@github.com"  # the committer of what is done in GitHub's pages, and through its API


class Written(NamedTuple):
    """A file of the repository that a person wrote, or what of it: an entity or page, a value or section of that."""

    file: str
    what: str = ""
    pointer: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """`base` and `head` are commits; `head` is empty where the branch is not there, or ended in a merge.

    `lease` is what the remote's branch points to, whatever that means. `merged` is the tree that merging the branch
    would give, `people` are commits of others on it, `forged` those of them that say to be ours, `ours` the mail
    addresses that ours carry, `pull` is the open pull request, `closed` are those that ended.
    """

    base: str
    head: str
    lease: str
    merged: Merge | None
    people: tuple[Commit, ...]
    forged: tuple[Commit, ...]
    ours: frozenset[str]
    pull: PullRequest | None
    closed: tuple[PullRequest, ...]
    has_forge: bool
    remembered: Recollection

    @property
    def branch_counts(self) -> bool:
        """Whether what is on the branch is up for review, or people's."""
        return bool(self.head) and (self.pull is not None or not self.has_forge or bool(self.people))


def read_situation(repository: Repository, checkout: Checkout, forge: Forge | None, differ: Differ) -> Situation:
    """Read the remote and the forge. Raises ProposeError."""
    heads = checkout.heads(repository.base, repository.branch)
    if repository.base not in heads:
        hint = "check repository.base; push a first commit to it"
        raise ProposeError(f"the remote has no branch {repository.base}", hint)
    base, lease = heads[repository.base], heads.get(repository.branch, "")
    checkout.fetch(*(f"refs/heads/{name}" for name in heads), history=bool(lease))
    remembered = memories.read(checkout)
    ours = checkout.emails | ({remembered.memory.email} - {""})
    pull = forge.open_pull() if forge else None
    ended = forge.closed_pulls() if forge else ()
    closed = tuple(
        one for one in ended if one.base == repository.base or BEGIN in one.body
    )  # also where it was retargeted
    is_spent = pull is None and any(one.state == "merged" and one.head == lease for one in closed)
    head = "" if is_spent or not lease or not checkout.commits(lease, base) else lease
    people, forged = _people(checkout, base, head, remembered.memory, ours, differ) if head else ((), ())
    return Situation(
        base=base,
        head=head,
        lease=lease,
        merged=checkout.merged(base, head) if head else None,
        people=people,
        forged=forged,
        ours=ours,
        pull=pull,
        closed=closed,
        has_forge=forge is not None,
        remembered=remembered,
    )


def _people(
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
        return tuple(commit for commit in commits if commit in others or commit in forged), tuple(forged)
    is_amended = memory.patch and any(commit.committer_email not in named for commit in commits)
    return (commits if by_hand or is_amended else ()), tuple(forged)


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
