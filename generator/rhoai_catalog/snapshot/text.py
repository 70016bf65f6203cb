"""A snapshot as JSON text, and back."""

from __future__ import annotations

import dataclasses
import json
import re
import types
import typing
from collections.abc import Mapping
from typing import Any, Final, cast

from rhoai_catalog.errors import GeneratorError
from rhoai_catalog.snapshot.facts import UNKNOWN, Fact, Snapshot

VERSION: Final = 1
SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")


def to_json(snapshot: Snapshot) -> str:
    """The snapshot as stable, readable JSON text; `from_json` reads it back to an equal value."""
    return json.dumps({"version": VERSION, **_plain(snapshot)}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def from_json(text: str, name: str) -> Snapshot:
    """Read `to_json`'s text; `name` (of the file) goes into the error."""
    hint = "a snapshot is what `rhoai-catalog observe -o FILE` writes; observe again with this version"
    try:
        data = json.loads(text)
        if SURROGATE.search(text):  # half a character, which no file can hold
            data = json.loads(json.dumps(data, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise GeneratorError(f"{name} is not JSON: {error}", hint) from error
    if not isinstance(data, dict) or data.get("version") != VERSION:
        raise GeneratorError(f"{name} is no snapshot of version {VERSION}", hint)
    try:
        return cast(Snapshot, _typed({key: value for key, value in data.items() if key != "version"}, Snapshot))
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        raise GeneratorError(f"{name} is no sound snapshot: {error}", hint) from error


def _plain(value: Any) -> Any:
    if isinstance(value, Fact):
        if value.value is UNKNOWN:
            return {"unknown": value.origin}
        return {"value": _plain(value.value), "from": value.origin}
    if dataclasses.is_dataclass(value):
        pairs = ((item, getattr(value, item.name)) for item in dataclasses.fields(value))
        return {item.name: _plain(given) for item, given in pairs if not _is_default(item, given)}
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    return value


def _is_default(item: dataclasses.Field[Any], given: Any) -> bool:
    factory = item.default_factory
    return bool(given == (item.default if factory is dataclasses.MISSING else factory()))


def _typed(data: Any, wanted: Any) -> Any:
    origin, arguments = typing.get_origin(wanted), typing.get_args(wanted)
    if origin is Fact:
        if "unknown" in data:
            return Fact(UNKNOWN, data["unknown"])
        return Fact(_typed(data["value"], arguments[0]), data["from"])
    if origin in (types.UnionType, typing.Union):
        if data is None:
            return None
        return _typed(data, next(a for a in arguments if a is not types.NoneType)) if len(arguments) == 2 else data
    if origin is tuple:
        return tuple(_typed(item, arguments[0]) for item in data)
    if dataclasses.is_dataclass(wanted):
        hints = typing.get_type_hints(wanted)
        unknown = set(data) - set(hints)
        if unknown:
            raise ValueError(f"unknown field {sorted(unknown)[0]!r}")
        return cast(Any, wanted)(**{key: _typed(value, hints[key]) for key, value in data.items()})
    if wanted in (str, bool, int) and not isinstance(data, wanted):
        raise ValueError(f"{wanted.__name__} expected, got {type(data).__name__}")
    return data
