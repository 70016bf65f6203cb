"""The plan for programs: stable JSON in plain ASCII, so that no terminal and no log is led astray by it."""

from __future__ import annotations

import dataclasses
import enum
import json
import math
from collections.abc import Mapping
from typing import Any, Final

from rhoai_catalog.plan import Change, Operation, Plan
from rhoai_catalog.report.headline import labels

VERSION: Final = 1
PAGE: Final = "Page"  # what programs know the kind of a changed page as
NAMES: Final = {"identity": "source"}  # what programs know a field by


def plan_json(plan: Plan) -> str:
    """The whole plan, with what happens to each file but not its text. Keys are sorted."""
    fields = {
        field.name: _plain(getattr(plan, field.name)) for field in dataclasses.fields(plan) if field.name != "files"
    }
    counts = {
        table: {operation.value: plan.count(operation, pages=table == "pages") for operation in Operation}
        for table in ("entities", "pages")
    }
    document = {
        **fields,
        "version": VERSION,
        "digest": plan.digest,
        "counts": counts,
        "withheld": plan.withheld,
        "labels": labels(plan),
        "files": {path: "removed" if text is None else "written" for path, text in plan.files.items()},
    }
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=True, allow_nan=False)


def _plain(value: Any) -> Any:
    """Plain data. An operation is its value, a flag its name in lower case, a number that JSON lacks its text."""
    if isinstance(value, Operation):
        return value.value
    if isinstance(value, enum.Enum):
        return value.name.lower()
    if isinstance(value, Change):
        value = dataclasses.replace(value, kind=value.kind or PAGE)
    if dataclasses.is_dataclass(value):
        return {NAMES.get(f.name, f.name): _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
