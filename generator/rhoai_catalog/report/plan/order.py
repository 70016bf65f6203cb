"""The words and marks for what happens, and the order of pages and of hand edits."""

from __future__ import annotations

from typing import Final

from rhoai_catalog.plan import Change, HandEdit, Operation, Plan

DONE: Final = {Operation.CREATE: "added", Operation.UPDATE: "changed", Operation.REMOVE: "removed"}
MARKS: Final = {Operation.CREATE: "+", Operation.UPDATE: "~", Operation.REMOVE: "-"}
NO_OWNER: Final = "No owner"


def pages(plan: Plan) -> tuple[Change, ...]:
    return tuple(sorted((change for change in plan.changes if change.is_page), key=lambda change: change.what))


def hand_edits(plan: Plan) -> list[HandEdit]:
    """Those that ask for a decision first."""
    return sorted(plan.hand_edits, key=lambda edit: (edit.state != "conflict", edit.what, edit.pointer))
