"""The trees of a review, read; and all that one plan is compared from."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rhoai_catalog.catalog import Files
from rhoai_catalog.changes.difference import difference
from rhoai_catalog.changes.removal import Grace, Retirement
from rhoai_catalog.entity import Description
from rhoai_catalog.identity import Identity
from rhoai_catalog.merge import Current, MergedTree, load, without_declined
from rhoai_catalog.plan import Change
from rhoai_catalog.review import Review
from rhoai_catalog.snapshot import Snapshot

Renamed = Callable[[Identity], Identity]


@dataclass(frozen=True, kw_only=True)
class Desired:
    """What the plan is told against (`base`), what the merge started from (`current`), and what it made of that.

    `start` are the texts that the plan's files change: those of `current`, and what was declined and is still in them.
    """

    start: Mapping[str, str]
    base: Current
    current: Current
    observed: Snapshot
    description: Description
    retirement: Retirement
    merged: MergedTree

    @functools.cached_property
    def after(self) -> Current:
        """The tree as it would be."""
        return load(self.merged.texts)


def read_trees(review: Review, renamed: Renamed) -> tuple[Current, Current]:
    """The base branch's tree, and the one to start from, in which nothing is that was declined."""
    current = load(review.start.texts, review.start.unreadable, renamed)
    if review.base is review.start:
        return current, current
    base = load(review.base.texts, (), renamed)
    if review.declined:
        texts = without_declined(current, base, review.declined)
        current = current if texts == current.texts else load(texts, review.start.unreadable, renamed)
    return base, current


def grace_of(review: Review, base: Current, renamed: Renamed) -> Grace | None:
    """The grace period that things have; what is up for removal on the branch already has had it."""
    if review.now is None:
        return None
    approved = _things(base)
    branch = load(review.branch.texts, (), renamed) if review.branch is not None else None
    proposed = approved - {key.identity for key in branch.lines} if branch is not None else frozenset()
    return Grace(now=review.now, absent=review.absent, approved=approved, proposed=proposed)


def differ(before: Files, after: Files, renamed: Renamed) -> tuple[Change, ...]:
    """What differs between two trees."""
    return difference(load(before.texts, (), renamed), load(after.texts, (), renamed))


def _things(tree: Current) -> frozenset[Identity]:
    return frozenset(key.identity for key in tree.places if key in tree.lines)
