"""An approved pull request is left in peace: what is safe waits until it is merged, for a while."""

from __future__ import annotations

from datetime import datetime

from rhoai_catalog.propose.forges import Approval
from rhoai_catalog.propose.git import Checkout
from rhoai_catalog.propose.memory import Memory, Settling
from rhoai_catalog.propose.proposal import Stages
from rhoai_catalog.propose.situation import Situation


def wait_for_merge(
    checkout: Checkout,
    approval: Approval,
    now: Situation,
    stages: Stages,
    time: datetime,
    memory: Memory,
    tree: str,
) -> Settling | None:
    """Since when news wait for the merge of the pull request; None where they are pushed now."""
    if now.pull is None or now.merged is None or now.merged.clashes:
        return None
    if not (approval.state == "current" or approval.queued or approval.armed):
        return None
    proposed = checkout.files(now.merged.tree)
    news = stages.differ(proposed, checkout.files(tree))
    removed = {change.key for change in stages.differ(checkout.files(now.base), proposed) if change.is_removal}
    if any(change.is_urgent or change.key in removed for change in news):  # also what is there again after all
        return None
    same = memory.settling if memory.settling is not None and memory.settling.pull == now.pull.number else None
    settling = same or Settling(pull=now.pull.number, since=time)
    return None if time - settling.since >= stages.rules.settle and not approval.queued else settling
