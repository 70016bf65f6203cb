"""What people declined by closing pull requests, and what of it is to be offered again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

from rhoai_catalog.alike import did_you_mean
from rhoai_catalog.decline import Declined, digests, upkeep_digests
from rhoai_catalog.errors import ProposeError
from rhoai_catalog.kinds import LOCATION
from rhoai_catalog.plan import Plan
from rhoai_catalog.propose.forges import Forge, PullRequest
from rhoai_catalog.propose.git import Checkout
from rhoai_catalog.propose.memory import Memory
from rhoai_catalog.propose.proposal import Differ
from rhoai_catalog.propose.publish import is_superseded
from rhoai_catalog.propose.situation import Situation

OFFER_AGAIN: Final = "catalog:offer-again"  # a label for a closed pull request


class Declines:
    """The changes of every pull request that a person closed, as they were proposed at its close."""

    def __init__(
        self, now: Situation, checkout: Checkout, forge: Forge | None, differ: Differ, tell: Callable[[str], None]
    ) -> None:
        self.base, self.checkout, self.forge, self.differ, self.tell = now.base, checkout, forge, differ, tell
        self.open, self.merged = now.pull, now.merged
        memory = now.remembered.memory
        closed = [
            p for p in now.closed if p.state == "closed" and not is_superseded(p) and p.number not in memory.closed
        ]
        known = {pull.number: self._changes(pull, memory) for pull in closed}
        self._of = {number: changes for number, changes in known.items() if changes is not None}
        if forge is None:  # who closed what is not asked; what is known stands
            self._of = {number: frozenset(changes) for number, changes in memory.declined.items()}
        taken_back = {pull.number for pull in closed if OFFER_AGAIN in pull.labels}
        self._refused = self._of.keys() - taken_back

    def declined(self, memory: Memory) -> Declined:
        """All that is left out; of what was declined more than once, where it was last."""
        pulls: dict[str, int] = {}
        for number in sorted(self._refused):
            for digest in self._of[number]:
                if memory.offered.get(digest, 0) < number:
                    pulls[digest] = number
        return Declined(pulls)

    def is_all_declined(self, plan: Plan, memory: Memory, declined: Declined) -> bool:
        """Whether a pull request would propose nothing that people did not decline, or nothing but what they committed
        to the branch, where it stays. Without any change to a thing, the index counts, and what was generated last.
        """
        if proposed := digests(plan.changes):
            return proposed <= declined.pulls.keys()
        upkeep = frozenset() if plan.changes else upkeep_digests(plan.upkeep)
        if upkeep and any(upkeep <= {*memory.proposed.get(number, ())} for number in self._refused):
            return True
        follows = bool(upkeep) and any(row.file == LOCATION.file for row in plan.upkeep)
        return bool(plan.declined) and not follows

    def with_open(self, memory: Memory) -> Memory:
        """What the open pull request proposes was offered again after earlier ones declined it, remembered or not."""
        declined = self.declined(memory).pulls
        if not declined or self.open is None or self.merged is None:
            return memory
        up_for_review = self.differ(self.checkout.files(self.base), self.checkout.files(self.merged.tree))
        again = {d for d in digests(up_for_review) if declined.get(d, self.open.number) < self.open.number}
        return replace(memory, offered={**memory.offered, **dict.fromkeys(again, self.open.number - 1)})

    def remembered(self, memory: Memory, offered: Iterable[str]) -> Memory:
        """What closed pull requests proposed, and what is offered again from now on, until it is declined anew."""
        last = max(self._of, default=0)
        again = {**memory.offered, **dict.fromkeys(offered, last)}
        return replace(memory, declined={number: tuple(sorted(of)) for number, of in self._of.items()}, offered=again)

    def _changes(self, pull: PullRequest, memory: Memory) -> frozenset[str] | None:
        """None where they are not known; the next run asks again."""
        if pull.number in memory.declined:
            return frozenset(memory.declined[pull.number])
        try:
            return self._read(pull)
        except ProposeError:
            if pull.number in memory.proposed:
                return frozenset(memory.proposed[pull.number])
        self.tell(
            f"what #{pull.number} proposed when it was closed is not known any more, so nothing of it is left out"
        )
        return None

    def _read(self, pull: PullRequest) -> frozenset[str]:
        """The changes from the head that the forge keeps. Raises ProposeError where it keeps none."""
        ref = self.forge.capabilities.head_ref(pull.number) if self.forge else None
        if ref is None:
            raise ProposeError(f"the forge keeps no head of #{pull.number}")
        self.checkout.fetch(ref, history=True)
        head = self.checkout.refs(ref)[ref]
        start = self.checkout.merge_base(self.base, head) or self.base
        return digests(self.differ(self.checkout.files(start), self.checkout.files(head)))


def not_offered(asked: Iterable[str], plan: Plan) -> Iterator[str]:
    """What a run says of things that it was asked to offer again, and of which the plan leaves nothing out."""
    declined = {change.what for change in plan.declined}
    for ref in sorted(set(asked) - declined):
        yield f"{ref} is not offered again: {did_you_mean(ref, declined) or 'nothing of it is left out'}"
