"""What rows of the registry and the catalog have in common: texts, custom properties, addresses."""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

LONGEST: Final = 1_000_000  # characters of one text; longer ones are cut
SECRET: Final = re.compile(r"(?i)(password|passwd|secret|token|api[-_ ]?key|credential)")
CHURN: Final = frozenset(["_lastModified"])  # changes with every click in the dashboard


def text(row: Mapping[str, Any], *names: str) -> str | None:
    """The first non-empty text under any of the names."""
    for name in names:
        value = row.get(name)
        if isinstance(value, str) and value:
            return value[:LONGEST]
    return None


def texts(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = row.get(name)
    return tuple(dict.fromkeys(v for v in value if isinstance(v, str) and v)) if isinstance(value, list) else ()


def custom_properties(row: Mapping[str, Any]) -> dict[str, Any]:
    """Custom properties as plain JSON values, sorted; what looks like a secret, and what only churns, is left out."""
    found = row.get("customProperties")
    properties = found if isinstance(found, Mapping) else {}
    return {
        str(name): _value(value)
        for name, value in sorted(properties.items())
        if isinstance(value, Mapping) and name not in CHURN and not SECRET.search(str(name))
    }


def _value(value: Mapping[str, Any]) -> Any:
    kind = value.get("metadataType")
    if kind == "MetadataIntValue":
        told = str(value.get("int_value", ""))
        return int(told) if re.fullmatch(r"[-+]?\d{1,18}", told) else told[:LONGEST]
    if kind == "MetadataDoubleValue":
        return finite(value.get("double_value"))
    if kind == "MetadataBoolValue":
        return value.get("bool_value") is True
    if kind == "MetadataStructValue":
        return _struct(str(value.get("struct_value", "")))
    return str(value.get("string_value", ""))[:LONGEST]


def finite(value: Any) -> float | str | None:
    """A number as it is; what JSON has no number for, as text."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value if math.isfinite(value) else str(value)
    return None


def _struct(told: str) -> Any:
    """The spec says base64 of JSON, the servers answer JSON itself."""
    for candidate in (told, _from_base64(told)):
        try:
            value = json.loads(candidate)
        except ValueError:
            continue
        return value if isinstance(value, dict | list) else str(value)
    return told[:LONGEST]


def _from_base64(told: str) -> str:
    try:
        return base64.b64decode(told, validate=True).decode()
    except (ValueError, binascii.Error):
        return ""


def address(uri: str | None) -> str | None:
    """An artifact's address without user, password, query and fragment: any of them may hold a key."""
    if not uri:
        return None
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if not parts.scheme or not parts.netloc:
        return uri.partition("?")[0].partition("#")[0].rpartition("@")[2][:LONGEST] or None
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
