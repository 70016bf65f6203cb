"""Which changes stand where the forge says that it sees a secret: they are held, and the rest is pushed."""

from __future__ import annotations

from rhoai_catalog.decline import digests
from rhoai_catalog.plan import Plan
from rhoai_catalog.propose.proposal import Places, Stages


def refused_changes(places: Places, plan: Plan, catalog: str, stages: Stages) -> frozenset[str]:
    """The digests of every change of the entities and pages at these places of the repository."""
    folder = f"{catalog}/"
    below = frozenset((path.removeprefix(folder), line) for path, line in places if path.startswith(folder))
    written = {file: text for file, text in plan.files.items() if text is not None}
    things = stages.things_at(written, below)
    return digests(change for change in plan.changes if change.key in things)
