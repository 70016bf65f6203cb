"""The nouns of proposing: what is asked for, what a pull request says, and what was done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from rhoai_catalog.catalog import Files
from rhoai_catalog.config import PullRequestRules
from rhoai_catalog.identity import Key
from rhoai_catalog.plan import Change, Plan
from rhoai_catalog.review import Review

BEGIN: Final = "<!-- rhoai-catalog:begin -->"  # what we say in a pull request begins here


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeOptions:
    """What one run of `propose` is asked for; `offer_again` are references of entities or paths of pages.

    `run` is the address at which people read its log.
    """

    now: datetime
    open_pull_request: bool = True
    offer_again: tuple[str, ...] = ()
    run: str = ""


Places = frozenset[tuple[str, int]]  # paths and lines, from 1
Differ = Callable[[Files, Files], tuple[Change, ...]]  # two trees -> what differs


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """How a proposal is made: the stages before this one.

    `complete` is whether every source could be listed, `rules` how the pull request is kept, `stale_after` how long a
    source may be incomplete.
    """

    plan: Callable[[Review], Plan]
    words: Callable[[Plan, str], Proposal]  # the plan, and the folder of the catalog in the repository
    differ: Differ
    things_at: Callable[[Mapping[str, str], Places], frozenset[Key]]
    complete: bool
    rules: PullRequestRules
    stale_after: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a pull request says: `message` is that of the commit, and begins with the title.

    `reviewers` are whom to ask: `@org/team`, or logins. `run` is where the run that says it is read.
    """

    title: str
    body: str
    message: str
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    run: str = ""
