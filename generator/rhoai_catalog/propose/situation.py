"""What one run finds: the heads of both branches, pull requests, whose commits there are, and what was remembered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from rhoai_catalog.config import Repository
from rhoai_catalog.errors import ProposeError
from rhoai_catalog.propose import memory as memories
from rhoai_catalog.propose.forges import Forge, PullRequest
from rhoai_catalog.propose.git import Checkout, Commit, Merge
from rhoai_catalog.propose.memory import Memory, Recollection
from rhoai_catalog.propose.proposal import BEGIN, Differ

WEB: Final = "noreply@github.com"  # the committer of what is done in GitHub's pages, and through its API


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """`base` and `head` are commits; `head` is empty where the branch is not there, or ended in a merge.

    `lease` is what the remote's branch points to, whatever that means. `merged` is the tree that merging the branch
    would give, `people` are commits of others on it, `ours` the mail addresses that ours carry, `pull` is the open pull
    request, `closed` are those that ended.
    """

    base: str
    head: str
    lease: str
    merged: Merge | None
    people: tuple[Commit, ...]
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
    return Situation(
        base=base,
        head=head,
        lease=lease,
        merged=checkout.merged(base, head) if head else None,
        people=_people(checkout, base, head, remembered.memory, ours, differ) if head else (),
        ours=ours,
        pull=pull,
        closed=closed,
        has_forge=forge is not None,
        remembered=remembered,
    )


def _people(
    checkout: Checkout, base: str, head: str, memory: Memory, ours: Collection[str], differ: Differ
) -> tuple[Commit, ...]:
    """Commits that others made, or that hold what a person wrote, whatever name they carry."""
    if head == memory.head:  # also where the base branch was rewritten, and its commits are now on ours alone
        return ()
    commits = checkout.commits(head, base)
    others = tuple(commit for commit in commits if len(commit.parents) < 2 and commit.author_email not in ours)
    if others:
        return others
    start = checkout.merge_base(base, head) or base
    if memory.patch and checkout.patch_id(start, head) == memory.patch:  # only brought up to date
        return ()
    if memory.patch and any(commit.committer_email not in {*ours, WEB} for commit in commits):  # ours, amended
        return commits
    folder = f"{checkout.catalog}/"
    if any(not path.startswith(folder) for path in checkout.changed(start, head)):
        return commits
    changes = differ(checkout.files(start), checkout.files(head))
    by_hand = any(change.by_hand or any(value.by_hand for value in change.values) for change in changes)
    return commits if by_hand else ()
