"""What may be taken out of the tree: only what is proven gone, never too much at once, never a person's work."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.base import as_generated
from rhoai_catalog.config import Config, Removal
from rhoai_catalog.entity import Description
from rhoai_catalog.families import FAMILIES, Family
from rhoai_catalog.identity import Identity, SourceKey
from rhoai_catalog.kinds import listed_as, profile_of
from rhoai_catalog.merge import Current
from rhoai_catalog.plan import Absence, Held
from rhoai_catalog.snapshot import Snapshot

OFFERED: Final = tuple(
    f"{family.name}/" for family in FAMILIES.values() if family.offers
)  # only types tell their kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedThing:
    """Something that the tree shows, or that a run described; `kind` is what it was listed as."""

    identity: Identity
    kind: str

    @property
    def source(self) -> SourceKey:
        return self.identity.source

    @property
    def group(self) -> str:
        return self.source.group(self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retirement:
    """What goes, what is held back and why, and what stays because a person worked on it.

    `doubted` are the groups (source and kind) whose listings are not believed, since too much would go by them, or not
    yet. `absent` is since when each thing has been proven gone that is not in the tree's own hands yet.
    """

    gone: frozenset[Identity]
    held: tuple[Held, ...]
    doubted: frozenset[str]
    orphans: frozenset[Identity]
    dropped: Mapping[Identity, str]
    absent: Mapping[Identity, Absence]

    def sparing(self, description: Description) -> Retirement:
        """Without what a description shows, or leaves as it is, after all."""
        return replace(self, gone=self.gone - _described(description))


@dataclass(frozen=True, slots=True, kw_only=True)
class Grace:
    """What earlier runs saw: how long things have been proven gone. `now` is the time of this run.

    `approved` are the things of the base branch: of nothing else does it matter that it goes, where a listing is
    believed. `proposed` are those whose removal is up for review already.
    """

    now: datetime
    absent: Mapping[Identity, Absence]
    approved: frozenset[Identity]
    proposed: frozenset[Identity]


def retire(
    current: Current,
    description: Description,
    snapshot: Snapshot,
    config: Config,
    allowed: Mapping[str, int],
    grace: Grace | None = None,
) -> Retirement:
    """Decide about everything in the tree that was not described. `allowed` lifts the limits: group -> how many.

    Without a `grace`, what is proven gone goes at once.
    """
    types = {
        key.identity: str(as_generated(lines[0].values.get("/spec/type")))
        for key, lines in current.lines.items()
        if lines[0].kind and key.identity.startswith(OFFERED)
    }
    types |= {entity.identity: str(entity.document["spec"].get("type")) for entity in description.entities}

    @functools.cache
    def thing_of(identity: Identity) -> ListedThing:
        family = FAMILIES.get(identity.source.family)
        kind = family.kind_of(identity, listed_as(types.get(identity, ""))) if family else ""
        return ListedThing(identity=identity, kind=kind)

    shown = [thing_of(identity) for identity in sorted(_in_tree(current))]
    described = _described(description)
    absent = [thing for thing in shown if thing.identity not in described]
    edited = _edited(current, {thing.identity for thing in absent})
    orphans: set[Identity] = set()
    unproven: Counter[tuple[str, str]] = Counter()
    unproven_things: list[Identity] = []
    dropped: dict[Identity, str] = {}
    candidates: list[ListedThing] = []
    for thing in absent:
        key = _dropped_by(thing, snapshot, config) or description.hidden.get(thing.identity, "")
        reason = _unproven(thing, snapshot)
        if reason and not key:
            unproven[thing.group, reason] += 1
            unproven_things.append(thing.identity)
        elif thing.identity in edited:
            orphans.add(thing.identity)
        elif key:
            dropped[thing.identity] = key
        else:
            candidates.append(thing)
    kept = _dependencies(current, orphans)
    used = {key.identity for key, place in current.places.items() if place.ref in kept} & description.hidden.keys()
    orphans |= used & dropped.keys()
    dropped = {identity: key for identity, key in dropped.items() if identity not in used}
    fresh = {t.identity for t in candidates if grace is not None and t.identity not in grace.approved}
    candidates = [thing for thing in candidates if thing.identity not in fresh]
    seen = [thing_of(identity) for identity in (*described, *description.hidden)]
    alive = {str(name) for thing in seen for name in (thing.source, thing.group)}
    unserved = {SourceKey(scope.source).group(scope.kind) for scope in snapshot.scopes if not scope.served}
    limits = _Limits([t for t in shown if t.identity not in fresh], candidates, alive, unserved, config, allowed)
    waiting = _Waiting(grace, config.removal, limits)
    reasons = {thing: limits.reason(thing) or waiting.reason(thing) for thing in candidates}
    unbelieved = {thing.group for thing in candidates if limits.reason(thing)}
    fresh = {identity for identity in fresh if thing_of(identity).group not in unbelieved}
    held = [
        Held(what=f"{group}: {count} not seen", reason=reason, release="decided once it is listed completely")
        for (group, reason), count in sorted(unproven.items())
    ]
    held += [
        Held(what=thing.identity, reason=reason, release=limits.release(thing))
        for thing, reason in reasons.items()
        if reason
    ]
    return Retirement(
        gone=frozenset({thing.identity for thing in candidates if not reasons[thing]} | fresh | set(dropped)),
        held=tuple(held),
        doubted=frozenset(t.group for t in candidates if reasons[t] and t.identity not in description.hidden),
        orphans=frozenset(orphans),
        dropped=dropped,
        absent={**_unseen(grace, unproven_things), **{t.identity: waiting.absence(t) for t in candidates if grace}},
    )


def _unseen(grace: Grace | None, unproven: Iterable[Identity]) -> dict[Identity, Absence]:
    """What was proven gone before, and cannot be looked for now: that is remembered as it was."""
    return {identity: grace.absent[identity] for identity in unproven if grace and identity in grace.absent}


def _described(description: Description) -> frozenset[Identity]:
    return description.present | {entity.identity for entity in description.entities}


def _in_tree(current: Current) -> set[Identity]:
    """What sources show. The index and the README are the catalog's own."""
    moving = {key.identity for key in current.places if key in current.lines}
    return {*(identity for identity in moving if identity.source.family != "catalog"), *current.unchanged.shown()}


def _dependencies(current: Current, things: Collection[Identity]) -> frozenset[EntityRef | None]:
    """What the entities of things depend on, as they stand in the tree."""
    places = [place for key, place in current.places.items() if key.identity in things]
    specs = [(place.ref, place.data.get("spec")) for place in places]
    lists = [(ref, spec.get("dependsOn")) for ref, spec in specs if ref and isinstance(spec, Mapping)]
    return frozenset(
        EntityRef.parse(text, namespace=ref.namespace)
        for ref, texts in lists
        if isinstance(texts, list)
        for text in texts
        if isinstance(text, str)
    )


def _edited(current: Current, things: Collection[Identity]) -> frozenset[Identity]:
    """Those of the things in whose entities or pages a person worked."""
    keys = [key for key in current.lines if key.identity in things and current.in_tree(key)]
    return frozenset(key.identity for key in keys if current.is_worked_on(key))


def _unproven(thing: ListedThing, snapshot: Snapshot) -> str:
    """Why it is not known that the thing is gone, or nothing."""
    family = FAMILIES.get(thing.source.family)
    if family is None:
        return f"this version knows no source like {thing.source}"
    proof = family.proof(thing.identity, thing.kind)
    if all(snapshot.is_complete(thing.source, kind, namespace) for kind, namespace in proof):
        return ""
    what = f"{thing.kind} of {thing.source}" if family.by_namespace or family.offers else thing.source
    return f"{what} could not be listed completely"


def _dropped_by(thing: ListedThing, snapshot: Snapshot, config: Config) -> str:
    """The key of the configuration that no longer names the thing, or nothing."""
    family = FAMILIES.get(thing.source.family)
    if family is None:
        return ""
    if thing.source not in {source.key for source in snapshot.sources}:
        return family.key
    if family.offers and profile_of(thing.kind) not in config.profiles:
        return "profiles"
    return _excluded_by(thing, family, config)


def _excluded_by(thing: ListedThing, family: Family, config: Config) -> str:
    for cluster in config.clusters if family.by_namespace else ():
        if thing.source == cluster.key and not cluster.admits(thing.identity.parts[0]):
            return f"{family.key} {cluster.name} namespaces"
    return ""


class _Limits:
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


class _Waiting:
    """Nothing goes before it was proven gone in so many runs, over so many hours."""

    def __init__(self, grace: Grace | None, removal: Removal, limits: _Limits) -> None:
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
