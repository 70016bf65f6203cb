"""The plan for programs: stable, and in plain ASCII, so that no terminal and no log is led astray by it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Final

from rhoai_catalog.plan import Operation, Plan
from rhoai_catalog.report.plain import plain
from rhoai_catalog.report.plan.headline import labels
from rhoai_catalog.report.plan.things import count
from rhoai_catalog.text.json import json_text

VERSION: Final = 1
NOT_TOLD: Final = ("absent",)  # a memory of runs, not of the plan
PAGE: Final = "Page"  # what programs know the kind of a changed page as


def plan_json(plan: Plan) -> str:
    """The whole plan, with what happens to each file but not its text. Keys are sorted."""
    return json_text(plan_document(plan))


def plan_document(plan: Plan) -> Mapping[str, Any]:
    """The plan as plain data."""
    changes = tuple(dataclasses.replace(change, kind=change.kind or PAGE) for change in plan.changes)
    without_texts = dataclasses.replace(plan, changes=changes, files={}, absent={})
    counted = {
        table: {operation.value: plan.count(operation, pages=table == "pages") for operation in Operation}
        for table in ("entities", "pages")
    }
    return {
        **{name: value for name, value in plain(without_texts).items() if name not in NOT_TOLD},
        "version": VERSION,
        "digest": plan.digest,
        "counts": {**counted, "things": {operation.value: count(plan, operation) for operation in Operation}},
        "withheld": plan.withheld,
        "labels": labels(plan),
        "files": {path: "removed" if text is None else "written" for path, text in plan.files.items()},
    }
