"""The trees of a review, read; and what one plan compares."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.catalog import Files
from rhoai_catalog.changes.difference import difference
from rhoai_catalog.changes.removal import Grace, Retirement
from rhoai_catalog.entity import Description, Known
from rhoai_catalog.identity import Identity
from rhoai_catalog.merge import NOTHING_UNCHANGED, Current, MergedTree, UnchangedParts, load, without_declined
from rhoai_catalog.plan import Change
from rhoai_catalog.review import Review
from rhoai_catalog.snapshot import Snapshot

Renamed = Callable[[Identity], Identity]


@dataclass(frozen=True, kw_only=True)
class Trees:
    """The trees of a review: that of the base branch, and the one to start from, without what was declined. Of parts
    that are unchanged, no text is read.
    """

    review: Review
    renamed: Renamed
    base: Current
    current: Current

    @classmethod
    def read(cls, review: Review, renamed: Renamed, unchanged: UnchangedParts = NOTHING_UNCHANGED) -> Trees:
        """Read all but the unchanged parts; of these, too, a part of which something is in other files as well."""
        moving = review.without(unchanged.texts)
        current = base = load(moving.start.texts, moving.start.unreadable, renamed, unchanged)
        if review.base is not review.start:
            base = load(moving.base.texts, (), renamed, unchanged)
        if also := {part for tree in (current, base) for part in _also_in(tree, unchanged)}:
            return cls.read(review, renamed, unchanged.without(also))
        if review.declined and base is not current:
            texts = without_declined(current, base, review.declined)
            current = current if texts == current.texts else load(texts, moving.start.unreadable, renamed, unchanged)
        return cls(review=review, renamed=renamed, base=base, current=current)

    def with_parts(self, parts: Collection[str]) -> Trees:
        """The trees in which these parts are read, too."""
        return Trees.read(self.review, self.renamed, self.current.unchanged.without(parts)) if parts else self

    @functools.cached_property
    def moving(self) -> Review:
        """The review without the unchanged parts."""
        return self.review.without(self.current.unchanged.texts)

    @functools.cached_property
    def known(self) -> Known:
        """The names, files and sites that things have been given."""
        return self.current.known(self.base)

    def grace(self) -> Grace | None:
        """The grace period that things have; what is up for removal on the branch already has had it."""
        now, branch = self.review.now, self.moving.branch
        if now is None:
            return None
        approved = frozenset(key.identity for key in self.base.places if key in self.base.lines)
        there = {key.identity for key in load(branch.texts, (), self.renamed).lines} if branch is not None else approved
        return Grace(now=now, absent=self.review.absent, base=self.base, approved=approved, proposed=approved - there)


def _also_in(tree: Current, unchanged: UnchangedParts) -> Iterator[str]:
    """The unchanged parts of which a tree has something in other files, by identity, reference or digest."""
    if unchanged:
        pieces = [piece for in_file in tree.pieces.values() for piece in in_file]
        lines = [line for own in tree.lines.values() for line in own]
        refs = {piece.ref for piece in pieces} | {EntityRef.parse(line.ref) for line in lines}
        things = {key.identity for key in (*tree.lines, *(piece.key for piece in pieces)) if key is not None}
        yield from (unchanged.refs[ref] for ref in refs if ref is not None and ref in unchanged.refs)
        yield from (unchanged.things[thing] for thing in things if thing in unchanged.things)
        yield from (unchanged.docs[line.doc] for line in lines if line.doc in unchanged.docs)


@dataclass(frozen=True, kw_only=True)
class Desired:
    """What one plan compares: the trees, in which unchanged parts are not read; what was observed; what that was
    described as; what goes; and the merged tree.
    """

    trees: Trees
    observed: Snapshot
    description: Description
    retirement: Retirement
    merged: MergedTree

    @property
    def base(self) -> Current:
        """What the plan is told against."""
        return self.trees.base

    @property
    def current(self) -> Current:
        """What the merge started from."""
        return self.trees.current

    @property
    def start(self) -> Mapping[str, str]:
        """The texts that the plan's files change: those of `current`, and what was declined and is still in them."""
        return self.trees.moving.start.texts

    @functools.cached_property
    def after(self) -> Current:
        """The tree as it would be."""
        return load(self.merged.texts, (), self.trees.renamed, self.current.unchanged)

    def texts(self) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """All texts of the base branch, and all as they would be."""
        unchanged = self.current.unchanged.texts
        return {**unchanged, **self.base.texts}, {**unchanged, **self.merged.texts}


def differ(before: Files, after: Files, renamed: Renamed) -> tuple[Change, ...]:
    """What differs between two trees."""
    return difference(load(before.texts, (), renamed), load(after.texts, (), renamed))
