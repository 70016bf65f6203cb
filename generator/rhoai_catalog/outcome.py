"""What a run of `propose` did."""

from __future__ import annotations

from dataclasses import dataclass

from rhoai_catalog.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was done, to which branch and pull request, and the plan that it was done for.

    `action` is one of nothing, unchanged, waiting, created, updated, pushed, declined, closed. `notes` are what could
    not be done beside it, `stale` the sources that have been incomplete for too long. `folder` is the catalog's in the
    repository.
    """

    action: str
    branch: str
    plan: Plan
    url: str = ""
    number: int | None = None
    commit: str = ""
    folder: str = "catalog"
    notes: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
