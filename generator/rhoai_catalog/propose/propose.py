"""The state machine of the one pull request.

Three values decide: the base branch's tree, the tree that merging our branch would give, and what people declined.

| branch and pull request | what the plan starts from, and what happens |
|---|---|
| no branch, or one whose pull request ended | the base branch; our commit is made anew on it |
| up for review, nothing on it but ours | likewise; but while a source is incomplete, from what is proposed already |
| people's commits on it, up for review or not | both branches merged; our commit goes on top, nothing of theirs is rewritten |
| the tree would be that of the base branch | nothing is left: a pull request that is still open is closed, which is no decline |
| the tree would be what merging the branch gives | nothing is pushed |
| approved, queued, or merging by itself | what is safe waits for the merge; authentication, addresses, removals come at once |
| closed unmerged by a person | exactly its changes are declined, and left out from then on |
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from rhoai_catalog.catalog import Files
from rhoai_catalog.config import ConfigError, Repository
from rhoai_catalog.decline import Declined, digests
from rhoai_catalog.errors import ProposeError
from rhoai_catalog.plan import Change, Plan
from rhoai_catalog.propose import publish
from rhoai_catalog.propose.forges import Forge, PullRequest, make_forge
from rhoai_catalog.propose.git import Checkout, Commit, LeaseLostError
from rhoai_catalog.propose.memory import Memory, Settling
from rhoai_catalog.propose.proposal import Outcome, Proposal, Review

Tell = Callable[[str], None]
Differ = Callable[[Files, Files], tuple[Change, ...]]
EMPTIED = "Everything that was proposed here is on the base branch, or no longer needed. Closing it declines nothing."


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """How a proposal is made: the stages before this one.

    `complete` is whether every source could be listed. `differ` tells what differs between two trees.
    """

    plan: Callable[[Review], Plan]
    words: Callable[[Plan], Proposal]
    differ: Differ
    complete: bool
    now: datetime
    settle: timedelta = timedelta(hours=24)
    offer_again: str = ""


def propose(repository: Repository, catalog: Path, making: Making, *, open_pull_request: bool, tell: Tell) -> Outcome:
    """Keep the branch and its pull request up to date; `catalog` is the folder in the checkout.

    Whoever pushes at the same moment wins; then all is read again, once. Raises ProposeError.
    """
    token = repository.credentials.token() if open_pull_request else _token_if_any(repository)
    checkout = Checkout(catalog, repository, token)
    checkout.require_clean()
    forge = make_forge(repository, token) if open_pull_request else None
    try:
        return _Proposing(repository, checkout, forge, making, tell).run()
    except LeaseLostError:
        tell(f"{repository.branch} was changed meanwhile; reading it again")
    try:
        return _Proposing(repository, checkout, forge, making, tell).run()
    except LeaseLostError as error:
        raise ProposeError(f"{repository.branch} is being changed by someone else", "try again later") from error


def _token_if_any(repository: Repository) -> str | None:
    """Without a forge, a remote may need no token: a path, or one that Git itself knows how to log in to."""
    try:
        return repository.credentials.token()
    except ConfigError:
        return None
