"""The words and marks for what happens; flags, and the order of pages, of hand edits and of what is drawn."""

from __future__ import annotations

from typing import Final

from rhoai_catalog.plan import Change, Flag, HandEdit, Operation, Plan

DONE: Final = {Operation.CREATE: "added", Operation.UPDATE: "changed", Operation.REMOVE: "removed"}
MARKS: Final = {Operation.CREATE: "+", Operation.UPDATE: "~", Operation.REMOVE: "-"}
NO_OWNER: Final = "No owner"


def pages(plan: Plan) -> tuple[Change, ...]:
    return tuple(sorted((change for change in plan.changes if change.is_page), key=lambda change: change.what))


def hand_edits(plan: Plan) -> list[HandEdit]:
    """Those that ask for a decision first."""
    return sorted(plan.hand_edits, key=lambda edit: (edit.state != "conflict", edit.what, edit.pointer))


def flags(plan: Plan) -> dict[str, tuple[Flag, ...]]:
    """All flags of each entity and page, by what it is called; those of its hand edits, too."""
    found: dict[str, set[Flag]] = {}
    flagged: tuple[Change | HandEdit, ...] = (*plan.changes, *plan.hand_edits)
    for each in flagged:
        found.setdefault(each.what, set()).update(each.flags)
    return {what: tuple(flag for flag in Flag if flag in some) for what, some in found.items()}


def drawn(plan: Plan) -> list[str]:
    """The servers that have relations: by the first flag of each, or of what it leads to, else at the end."""
    ranks, flagged = {flag: rank for rank, flag in enumerate(Flag)}, flags(plan)

    def rank(server: str) -> int:
        around = (server, *plan.relations[server])
        return min((ranks[flag] for what in around for flag in flagged.get(what, ())), default=len(ranks))

    return sorted(plan.relations, key=lambda server: (rank(server), server))
