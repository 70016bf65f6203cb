"""Nouns -> the plain data that JSON is made of."""

from __future__ import annotations

import dataclasses
import enum
import math
from collections.abc import Mapping
from typing import Any, Final

NAMES: Final = {"identity": "source"}  # what programs know a field by
OURS: Final = {"Change": {"name", "content"}, "ValueChange": {"digest"}}  # what a decline is compared by


def plain(value: Any) -> Any:
    """Dataclasses as mappings, members of an enum as their names in lower case, numbers that JSON lacks as texts."""
    if isinstance(value, enum.Enum):
        return value.name.lower()
    if dataclasses.is_dataclass(value):
        fields = (f.name for f in dataclasses.fields(value) if f.name not in OURS.get(type(value).__name__, ()))
        return {NAMES.get(name, name): plain(getattr(value, name)) for name in fields}
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [plain(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
