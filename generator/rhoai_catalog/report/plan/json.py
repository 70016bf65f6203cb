"""The plan for programs: stable, and in plain ASCII, so that no terminal and no log is led astray by it."""

from __future__ import annotations

import dataclasses
from typing import Final

from rhoai_catalog.plan import Operation, Plan
from rhoai_catalog.report.plain import plain
from rhoai_catalog.report.plan.headline import labels
from rhoai_catalog.text.json import json_text

VERSION: Final = 1
PAGE: Final = "Page"  # what programs know the kind of a changed page as


def plan_json(plan: Plan) -> str:
    """The whole plan, with what happens to each file but not its text. Keys are sorted."""
    changes = tuple(dataclasses.replace(change, kind=change.kind or PAGE) for change in plan.changes)
    counts = {
        table: {operation.value: plan.count(operation, pages=table == "pages") for operation in Operation}
        for table in ("entities", "pages")
    }
    document = {
        **plain(dataclasses.replace(plan, changes=changes, files={})),
        "version": VERSION,
        "digest": plan.digest,
        "counts": counts,
        "withheld": plan.withheld,
        "labels": labels(plan),
        "files": {path: "removed" if text is None else "written" for path, text in plan.files.items()},
    }
    return json_text(document)
