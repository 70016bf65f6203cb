"""The nouns of proposing: what a run decides from, what it proposes, and what it did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from rhoai_catalog.catalog import Files
from rhoai_catalog.decline import NOTHING, Declined
from rhoai_catalog.identity import Identity
from rhoai_catalog.plan import Absence, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a plan is made from.

    `base` is the base branch's tree, `start` the one that the plan changes, and `branch` what merging our branch as it
    is would give, None where nothing is up for review. `declined` are changes that people did not want, `absent` is
    since when things have been gone, `now` the time of this run.
    """

    base: Files
    start: Files
    now: datetime
    branch: Files | None = None
    declined: Declined = NOTHING
    absent: Mapping[Identity, Absence] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a pull request says: `message` is that of the commit, and begins with the title."""

    title: str
    body: str
    message: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was done, and to which pull request.

    `action` is one of nothing, unchanged, waiting, created, updated, pushed, declined, closed. `notes` are what could
    not be done beside it. `plan` is what the proposal was made from.
    """

    action: str
    branch: str
    plan: Plan
    url: str = ""
    number: int | None = None
    commit: str = ""
    notes: tuple[str, ...] = ()
