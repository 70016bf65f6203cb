"""What earlier runs came to, in files of the user's cache folder: it saves time, and never changes a byte of a result.

    store       where the files lie, by which rules they hold, and that what is read is what was written
    answers     the same question again: the plan of then
    groups      things that are described from the same inputs again, in a tree that holds them as they were described:
                they stay as they are, and parts of the tree with nothing else in them are not read

It does not lie in the catalog: whoever may write there could then tell a run that a forged value is as observed.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from rhoai_catalog.cache.answers import Answers, Question
from rhoai_catalog.cache.store import Store
from rhoai_catalog.config import Config

if TYPE_CHECKING:
    from rhoai_catalog.cache.groups import Groups

__all__ = ["Cache", "Question"]


class Cache:
    """What was known before this run; what this run used of it, or learnt, is what the next one finds."""

    def __init__(self, store: Store | None = None) -> None:
        self.answers = Answers(store)
        self._store = store

    @functools.cached_property
    def groups(self) -> Groups:
        """Read, and imported, where the answer is not known."""
        from rhoai_catalog.cache.groups import Groups

        return Groups(self._store)

    @classmethod
    def of(cls, config: Config, *, unless: bool = False) -> Cache:
        """The cache of a catalog on this machine; an empty one that is not kept, where it is not wanted."""
        return cls(None if unless else Store.of(config))

    def save(self) -> None:
        """Write what the next run may use; where that is not possible, it does without."""
        self.answers.save()
        if "groups" in vars(self):  # they were asked for
            self.groups.save()
