"""What a run takes out of the tree, what it holds back, and what it leaves to people."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from rhoai_catalog.base import as_generated
from rhoai_catalog.changes.removal.limits import Grace, Limits, Waiting
from rhoai_catalog.changes.removal.undescribed import ListedThing, dropped_by, sorted_out
from rhoai_catalog.config import Config
from rhoai_catalog.entity import Description
from rhoai_catalog.families import FAMILIES
from rhoai_catalog.identity import Identity, SourceKey
from rhoai_catalog.kinds import listed_as
from rhoai_catalog.merge import Current
from rhoai_catalog.plan import Absence, Held
from rhoai_catalog.snapshot import Snapshot

OFFERED: Final = tuple(f"{family.name}/" for family in FAMILIES.values() if family.offers)  # types tell their kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class Retirement:
    """What goes, what is held back and why, and what stays because a person worked on it.

    `doubted` are the groups (source and kind) whose listings are not believed, since too much would go by them, or not
    yet. `dropped` tells by which key of the configuration things go, or have gone on the branch that is up for review.
    `absent` is since when each thing has been proven gone that is not in the tree's own hands yet.
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
    trees = (grace.base, current) if grace is not None else (current,)
    thing_of = functools.cache(functools.partial(_thing, types=_types(trees, description)))
    shown = [thing_of(identity) for identity in sorted(_in_tree(current))]
    described = _described(description)
    approved = grace.approved if grace is not None else frozenset()
    found = sorted_out([t for t in shown if t.identity not in described], current, description, snapshot, config)
    fresh = {t.identity for t in found.proven if grace is not None and t.identity not in approved}
    candidates = [thing for thing in found.proven if thing.identity not in fresh]
    seen = [thing_of(identity) for identity in (*described, *description.hidden)]
    alive = {str(name) for thing in seen for name in (thing.source, thing.group)}
    unserved = {SourceKey(scope.source).group(scope.kind) for scope in snapshot.scopes if not scope.served}
    limits = Limits([t for t in shown if t.identity not in fresh], candidates, alive, unserved, config, allowed)
    waiting = Waiting(grace, config.removal, limits)
    reasons = {thing: limits.reason(thing) or waiting.reason(thing) for thing in candidates}
    unbelieved = {thing.group for thing in candidates if limits.reason(thing)}
    withdrawn = {identity for identity in fresh if thing_of(identity).group not in unbelieved}
    taken = [thing_of(identity) for identity in sorted(approved - _in_tree(current) - described)]
    held = [
        Held(what=thing.identity, reason=reason, release=limits.release(thing))
        for thing, reason in reasons.items()
        if reason
    ]
    return Retirement(
        gone=frozenset({*(thing.identity for thing in candidates if not reasons[thing]), *withdrawn, *found.dropped}),
        held=(*_held_unproven(found.unproven), *held),
        doubted=frozenset(t.group for t in candidates if reasons[t] and t.identity not in description.hidden),
        orphans=found.orphans,
        dropped={t.identity: dropped_by(t, description, snapshot, config) for t in taken} | {**found.dropped},
        absent={**_unseen(grace, found.unproven), **{t.identity: waiting.absence(t) for t in candidates if grace}},
    )


def _types(trees: Iterable[Current], description: Description) -> Mapping[Identity, str]:
    """The types of what is offered, in the trees and as described."""
    types = {
        key.identity: str(as_generated(lines[0].values.get("/spec/type")))
        for tree in trees
        for key, lines in tree.lines.items()
        if lines[0].kind and key.identity.startswith(OFFERED)
    }
    return types | {entity.identity: str(entity.document["spec"].get("type")) for entity in description.entities}


def _thing(identity: Identity, types: Mapping[Identity, str]) -> ListedThing:
    family = FAMILIES.get(identity.source.family)
    kind = family.kind_of(identity, listed_as(types.get(identity, ""))) if family else ""
    return ListedThing(identity=identity, kind=kind)


def _held_unproven(unproven: Mapping[ListedThing, str]) -> Iterator[Held]:
    """A row for each group and reason."""
    for (group, reason), count in sorted(Counter((thing.group, why) for thing, why in unproven.items()).items()):
        yield Held(what=f"{group}: {count} not seen", reason=reason, release="decided once it is listed completely")


def _unseen(grace: Grace | None, unproven: Iterable[ListedThing]) -> dict[Identity, Absence]:
    """What was proven gone before, and cannot be looked for now: that is remembered as it was."""
    known = grace.absent if grace is not None else {}
    return {thing.identity: known[thing.identity] for thing in unproven if thing.identity in known}


def _described(description: Description) -> frozenset[Identity]:
    return description.present | {entity.identity for entity in description.entities}


def _in_tree(current: Current) -> set[Identity]:
    """What sources show. The index and the README are the catalog's own."""
    moving = {key.identity for key in current.places if key in current.lines}
    return {*(identity for identity in moving if identity.source.family != "catalog"), *current.unchanged.shown()}
