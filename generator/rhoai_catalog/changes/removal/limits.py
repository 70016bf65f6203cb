"""How much may go at once, and how soon."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from rhoai_catalog.changes.removal.undescribed import ListedThing
from rhoai_catalog.config import Config, Removal
from rhoai_catalog.identity import Identity
from rhoai_catalog.merge import Current
from rhoai_catalog.plan import Absence


@dataclass(frozen=True, slots=True, kw_only=True)
class Grace:
    """What earlier runs saw: how long things have been proven gone. `now` is the time of this run.

    `approved` are the things of the base branch, whose tree is `base`: of nothing else does it matter that it goes,
    where a listing is believed. `proposed` are those whose removal is up for review already.
    """

    now: datetime
    absent: Mapping[Identity, Absence]
    base: Current
    approved: frozenset[Identity]
    proposed: frozenset[Identity]


class Limits:
    """Nothing of a source and kind goes where too much of it, or too much in all, would go at once."""

    def __init__(
        self,
        shown: list[ListedThing],
        going: list[ListedThing],
        alive: set[str],
        unserved: set[str],
        config: Config,
        allowed: Mapping[str, int],
    ) -> None:
        self.config, self.allowed, self.alive, self.unserved = config, allowed, alive, unserved
        self.shown = Counter(thing.group for thing in shown)
        self.going = Counter(thing.group for thing in going)
        free = [thing for thing in going if not self.is_allowed(thing)]
        self.whole_run = self._exceeds(len(free), len(shown))
        self.totals = len(free), len(shown)

    def reason(self, thing: ListedThing) -> str:
        if self.is_allowed(thing):
            return ""
        going, shown = self.going[thing.group], self.shown[thing.group]
        if thing.group in self.unserved:
            return f"{thing.source} has no kind {thing.kind} any more"
        if thing.source not in self.alive:
            return f"{thing.source} lists nothing any more"
        if thing.group not in self.alive and shown > 1:
            return f"{thing.source} lists no {thing.kind} any more"
        if self._exceeds(going, shown):
            return f"{going} of {shown} {thing.kind} of {thing.source} would go at once"
        if self.whole_run:
            return f"{self.totals[0]} of {self.totals[1]} entities would go in one run"
        return ""

    def release(self, thing: ListedThing) -> str:
        return f"--allow-removal {thing.group}={self.going[thing.group]}"

    def is_allowed(self, thing: ListedThing) -> bool:
        return self.allowed.get(thing.group, 0) >= self.going[thing.group]

    def _exceeds(self, going: int, shown: int) -> bool:
        removal = self.config.removal
        enough = shown >= removal.population and going > removal.count
        return enough and going * 100 > removal.percent * shown


class Waiting:
    """Nothing goes before it was proven gone in so many runs, over so many hours."""

    def __init__(self, grace: Grace | None, removal: Removal, limits: Limits) -> None:
        self.grace, self.removal, self.limits = grace, removal, limits

    def absence(self, thing: ListedThing) -> Absence:
        """Since when the thing has been gone, this run counted in."""
        assert self.grace is not None
        before = self.grace.absent.get(thing.identity)
        return Absence(runs=before.runs + 1, since=before.since) if before else Absence(runs=1, since=self.grace.now)

    def reason(self, thing: ListedThing) -> str:
        if self.grace is None or thing.identity in self.grace.proposed or self.limits.is_allowed(thing):
            return ""
        absence = self.absence(thing)
        waited = self.grace.now - absence.since >= timedelta(hours=self.removal.hours)
        if waited and absence.runs >= self.removal.runs:
            return ""
        since = f"{absence.since:%Y-%m-%d %H:%M} UTC"
        return f"gone since {since}; it waits for {self.removal.runs} runs and {self.removal.hours:g} hours"
