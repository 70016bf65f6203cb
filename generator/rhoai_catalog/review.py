"""What a plan is told against, what it starts from, and what people and earlier runs have to say in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from rhoai_catalog.catalog import Files
from rhoai_catalog.decline import NOTHING, Declined, Former
from rhoai_catalog.identity import Identity
from rhoai_catalog.plan import Absence

ROBOT: Final = "rhoai-catalog@users.noreply.github.com"  # whom our commits are by


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The trees and the memory that one plan is made from.

    `base` is the base branch's tree, `start` the one that the plan changes, and `branch` what merging our branch as it
    is would give, None where nothing is up for review. `declined` are changes that people did not want, `absent` is
    since when things have been gone. `now` is the time of this run; None: there is no grace period.
    """

    base: Files
    start: Files
    branch: Files | None = None
    declined: Declined = NOTHING
    absent: Mapping[Identity, Absence] = field(default_factory=dict)
    now: datetime | None = None

    @classmethod
    def of(cls, files: Files) -> Review:
        """One tree that is all there is, as in a working tree."""
        return cls(base=files, start=files)

    def knowing(self, former: Former) -> Review:
        """The review in which what was declined of a source under a former name is declined."""
        return replace(self, declined=replace(self.declined, former=former))

    def trees(self) -> tuple[Files, ...]:
        """The trees, each once."""
        there = (tree for tree in (self.start, self.base, self.branch) if tree is not None)
        return tuple({id(tree): tree for tree in there}.values())

    def without(self, files: Collection[str]) -> Review:
        """The review as if these files were in none of its trees."""
        if not files:
            return self
        left = {id(tree): tree.without(files) for tree in self.trees()}
        branch = left[id(self.branch)] if self.branch is not None else None
        return replace(self, base=left[id(self.base)], start=left[id(self.start)], branch=branch)
