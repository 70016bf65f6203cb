"""What rows of the registry and the catalog have in common: texts, custom properties, addresses."""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Mapping
from typing import Any, Final

from rhoai_catalog import limits
from rhoai_catalog.http.json import parse_json
from rhoai_catalog.text.credentials import without_credentials, without_userinfo

SECRET: Final = re.compile(
    r"password|passwd|passphrase|secret|credential|(api|access|private)[-_. ]?key|token$", re.IGNORECASE
)
SPECIAL_TOKEN: Final = re.compile(r"(bos|eos|pad|unk|sep|cls|mask|per|first|output|input)[-_. ]?token$", re.IGNORECASE)
CHURN: Final = frozenset(["_lastModified"])  # changes with every click in the dashboard


def text(row: Mapping[str, Any], *names: str) -> str | None:
    """The first non-empty text under any of the names."""
    for name in names:
        value = row.get(name)
        if isinstance(value, str) and value:
            return without_credentials(value[: limits.VALUE_LENGTH])
    return None


def texts(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = row.get(name)
    items = [v for v in value if isinstance(v, str) and v] if isinstance(value, list) else []
    return tuple(dict.fromkeys(without_credentials(item[: limits.VALUE_LENGTH]) for item in items))


def described(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a registered model and a catalog model tell of themselves in the same fields."""
    return {
        "description": text(row, "description"),
        "readme": text(row, "readme"),
        "license": text(row, "license"),
        "license_link": text(row, "licenseLink", "license_link"),
        "provider": text(row, "provider"),
        "maturity": text(row, "maturity"),
        "language": texts(row, "language"),
        "tasks": texts(row, "tasks"),
        "library_name": text(row, "libraryName"),
        "custom_properties": custom_properties(row),
    }


def custom_properties(row: Mapping[str, Any]) -> dict[str, Any]:
    """Custom properties as plain JSON values, sorted; what looks like a secret, and what only churns, is left out."""
    properties = row.get("customProperties")
    properties = properties if isinstance(properties, Mapping) else {}
    return {
        name: decoded
        for name, value in sorted(properties.items())
        if isinstance(value, Mapping) and name not in CHURN and not is_secret(name, decoded := _harmless(_value(value)))
    }


def is_secret(name: str, value: Any) -> bool:
    """Whether a property may hold a credential, by its name; a number (`max_tokens`, `ms_per_token`) is none."""
    return bool(SECRET.search(name)) and not SPECIAL_TOKEN.search(name) and not isinstance(value, int | float)


def _harmless(value: Any) -> Any:
    """Without credentials, at any depth."""
    if isinstance(value, str):
        return without_credentials(value)
    if isinstance(value, list):
        return [_harmless(item) for item in value]
    if isinstance(value, dict):
        return {key: _harmless(item) for key, item in value.items() if not is_secret(key, item)}
    return value


def _value(value: Mapping[str, Any]) -> Any:
    kind = value.get("metadataType")
    if kind == "MetadataIntValue":
        digits = str(value.get("int_value", ""))
        return int(digits) if re.fullmatch(r"[-+]?\d{1,18}", digits) else digits[: limits.VALUE_LENGTH]
    if kind == "MetadataDoubleValue":
        return finite(value.get("double_value"))
    if kind == "MetadataBoolValue":
        return value.get("bool_value") is True
    if kind == "MetadataStructValue":
        return _struct(str(value.get("struct_value", "")))
    return str(value.get("string_value", ""))[: limits.VALUE_LENGTH]


def finite(value: Any) -> float | str | None:
    """A number as it is; what JSON has no number for, as text."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value if math.isfinite(value) else str(value)
    return None


def _struct(struct: str) -> Any:
    """The spec says base64 of JSON, the servers answer JSON itself."""
    for candidate in (struct, _from_base64(struct)):
        try:
            value = parse_json(candidate)
        except ValueError:
            continue
        return value if isinstance(value, dict | list) else str(value)
    return struct[: limits.VALUE_LENGTH]


def _from_base64(struct: str) -> str:
    try:
        return base64.b64decode(struct, validate=True).decode()
    except (ValueError, binascii.Error):
        return ""


def address(uri: str | None) -> str | None:
    """An artifact's address without user, password, query and fragment: any of them may hold a key."""
    if not uri:
        return None
    bare = without_userinfo(uri).partition("?")[0].partition("#")[0]
    return (bare if "://" in bare else bare.rpartition("@")[2])[: limits.VALUE_LENGTH] or None
