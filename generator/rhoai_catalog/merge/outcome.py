"""What merging gives: the tree, and what was done with each thing in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rhoai_catalog.decline import Denial
from rhoai_catalog.identity import Key
from rhoai_catalog.merge.document.entity import Kept
from rhoai_catalog.plan import Held


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeOutcome:
    """What the merge did with one entity or page. `old` and `new` are its data before and after, None where it is not.

    `changed` holds (old, new) by pointer; `kept` what people own; `state` is deleted, orphan or declined where a
    person's act keeps the thing as it is; `denial` says where it was declined. `as_described`: what stands in the tree
    now is what was described, all of it known, and nothing else: to merge it again would change nothing.
    """

    key: Key
    what: str
    kind: str
    file: str
    old: Mapping[str, Any] | None = None
    new: Mapping[str, Any] | None = None
    changed: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    kept: tuple[Kept, ...] = ()
    state: str = ""
    denial: Denial | None = None
    as_described: bool = False

    @property
    def is_page(self) -> bool:
        return not self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedTree:
    """The desired tree: all its texts, what happened to each thing, and what could not be merged. `entity_files` are
    those that hold entities and nothing else.
    """

    texts: Mapping[str, str]
    entity_files: frozenset[str]
    outcomes: tuple[MergeOutcome, ...]
    held: tuple[Held, ...]
