"""What one run finds: the heads of both branches, pull requests, whose commits there are, and what was remembered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple

from rhoai_catalog.config import Repository
from rhoai_catalog.errors import ProposeError
from rhoai_catalog.propose import memory as memories
from rhoai_catalog.propose.forges import Forge, PullRequest
from rhoai_catalog.propose.git import Checkout, Commit, Merge
from rhoai_catalog.propose.memory import Memory, Recollection
from rhoai_catalog.propose.people.commits import Contributions, read_contributions, read_proven
from rhoai_catalog.propose.proposal import BEGIN, Stages


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """`base` and `head` are commits; `head` is empty where the branch is not there, or ended in a merge.

    `lease` is what the remote's branch points to, whatever that means. `merged` is the tree that merging the branch
    would give, `people` are commits of others on it, `forged` those of them that say to be ours, `made` digests of what
    ours change, `ours` the mail addresses that ours carry, `pull` is the open pull request, `closed` are those that
    ended. `left` are branches that earlier runs were for, each with our open pull request; 0: it is there, and no
    forge is asked. `gone` are those of them of which nothing is left that a run must know.
    """

    base: str
    head: str
    lease: str
    merged: Merge | None
    people: tuple[Commit, ...]
    forged: tuple[Commit, ...]
    made: tuple[str, ...]
    ours: frozenset[str]
    pull: PullRequest | None
    closed: tuple[PullRequest, ...]
    left: Mapping[str, int]
    gone: frozenset[str]
    has_forge: bool
    remembered: Recollection

    @property
    def up_for_review(self) -> Merge | None:
        """What merging the branch would give, where what is on it is up for review, or people's."""
        return self.merged if self.pull is not None or not self.has_forge or self.people else None

    def proven(self, checkout: Checkout) -> tuple[str, ...]:
        """What ours change, where the branch is as we would write it: a run before may have failed to remember it."""
        if self.head == self.remembered.memory.head:
            return self.made
        return tuple(sorted({*self.made, *read_proven(checkout, self.base, self.head, self.forged, self.ours)}))

    def left_alone(self) -> Iterator[str]:
        """What a run says of branches that it does not push to any more."""
        for branch, number in self.left.items():
            if number:
                what = f"#{number} from the branch {branch} is ours, too, and still open"
                yield f"{what}: merge it, or close it, which declines nothing"
            else:
                yield f"the branch {branch} was repository.branch: delete it if nobody needs what is on it"


def read_situation(
    repository: Repository,
    checkout: Checkout,
    forge: Forge | None,
    forge_of: Callable[[str], Forge],
    stages: Stages,
) -> Situation:
    """Read the remote and the forge; `forge_of` gives that for another branch. Raises ProposeError."""
    base_ref, branch_ref = f"refs/heads/{repository.base}", f"refs/heads/{repository.branch}"
    found = checkout.refs(base_ref, branch_ref, memories.REF)
    if base_ref not in found:
        hint = "check repository.base; push a first commit to it"
        raise ProposeError(f"the remote has no branch {repository.base}", hint)
    base, lease = found[base_ref], found.get(branch_ref, "")
    checkout.fetch(base_ref, *([branch_ref] if lease else []), history=bool(lease))
    remembered = memories.read(checkout, found.get(memories.REF, ""))
    memory = remembered.memory
    pull = forge.open_pull() if forge else None
    before = [name for name in memory.branches if name not in (repository.branch, repository.base)]
    others = _read_others(before, checkout, memory, forge_of if forge else None)
    pulls = (*(forge.closed_pulls() if forge else ()), *others.closed)
    # also where it was retargeted
    closed = tuple(one for one in pulls if one.base == repository.base or BEGIN in one.body)
    is_spent = pull is None and any(one.state == "merged" and one.head == lease for one in closed)
    head = "" if is_spent or not lease or not checkout.commits(lease, base) else lease
    if memory.branches[-1:] != (repository.branch,):  # that was another branch's
        memory = replace(memory, made=())
    ours = checkout.emails | ({memory.email} - {""})
    whose = read_contributions(checkout, base, head, memory, ours, stages) if head else Contributions()
    return Situation(
        base=base,
        head=head,
        lease=lease,
        merged=checkout.merged(base, head) if head else None,
        people=whose.people,
        forged=whose.forged,
        made=whose.made,
        ours=ours,
        pull=pull,
        closed=closed,
        left=others.left,
        gone=others.gone,
        has_forge=forge is not None,
        remembered=remembered,
    )


class _Others(NamedTuple):
    """Branches that earlier runs were for: which of them are `left` and `gone`, as a situation has it, and our pull
    requests from them that ended.
    """

    left: Mapping[str, int]
    gone: frozenset[str] = frozenset()
    closed: tuple[PullRequest, ...] = ()


def _read_others(
    names: Collection[str], checkout: Checkout, memory: Memory, forge_of: Callable[[str], Forge] | None
) -> _Others:
    if forge_of is None:
        return _Others(left=dict.fromkeys(checkout.heads(*names) if names else (), 0))
    forges = {name: forge_of(name) for name in names}
    known = {*memory.proposed, *memory.declined}
    closed = {name: [one for one in each.closed_pulls() if _is_ours(one, known)] for name, each in forges.items()}
    pulls = {name: each.open_pull() for name, each in forges.items()}
    left = {name: pull.number for name, pull in pulls.items() if pull is not None and _is_ours(pull, known)}
    over = {name for name in names if name not in left and not _has_declined(closed[name], memory)}
    gone = frozenset(over.difference(checkout.heads(*over) if over else ()))
    return _Others(left=left, gone=gone, closed=tuple(chain.from_iterable(closed.values())))


def _has_declined(pulls: Iterable[PullRequest], memory: Memory) -> bool:
    return any(pull.state == "closed" and pull.number not in memory.closed for pull in pulls)


def _is_ours(pull: PullRequest, known: Container[int]) -> bool:
    """Whether a run made it, and not a person who uses a branch that runs leave alone by now."""
    return BEGIN in pull.body or pull.number in known
