"""A snapshot as JSON text, and back."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from typing import Any, Final

from rhoai_catalog.errors import GeneratorError
from rhoai_catalog.snapshot.facts import UNKNOWN, Fact, Snapshot
from rhoai_catalog.snapshot.wire import noun, noun_of

VERSION: Final = 1
SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")
HINT: Final = "a snapshot is what `rhoai-catalog observe -o FILE` writes; observe again with this version"


def to_json(snapshot: Snapshot) -> str:
    """The snapshot as stable, readable JSON text; `from_json` reads it back to an equal value."""
    return json.dumps({"version": VERSION, **_plain(snapshot)}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def from_json(text: str, name: str) -> Snapshot:
    """Read `to_json`'s text; `name` (of the file) goes into the error."""
    if (sound := noun_of(Snapshot, text, VERSION)) is not None:
        return sound
    try:
        plain = _without_half_characters(json.loads(text), text)
    except (ValueError, RecursionError) as error:
        raise GeneratorError(f"{name} is not JSON: {error}", HINT) from error
    version = plain.pop("version", None) if isinstance(plain, dict) else None
    if version != VERSION or isinstance(version, bool):
        raise GeneratorError(f"{name} is no snapshot of version {VERSION}", HINT)
    try:
        return noun(Snapshot, plain)
    except ValueError as error:
        raise GeneratorError(f"{name} is no sound snapshot: {error}", HINT) from error


def _without_half_characters(plain: Any, text: str) -> Any:
    """JSON can name half a character, which no file can hold."""
    if not SURROGATE.search(text):
        return plain
    return json.loads(json.dumps(plain, ensure_ascii=False).encode("utf-8", "replace"))


def _plain(value: Any) -> Any:
    if isinstance(value, Fact):
        if value.value is UNKNOWN:
            return {"unknown": value.origin}
        return {"value": _plain(value.value), "from": value.origin}
    if dataclasses.is_dataclass(value):
        pairs = ((field, getattr(value, field.name)) for field in dataclasses.fields(value))
        return {field.name: _plain(content) for field, content in pairs if not _is_default(field, content)}
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    return value


def _is_default(field: dataclasses.Field[Any], value: Any) -> bool:
    factory = field.default_factory
    return bool(value == (field.default if factory is dataclasses.MISSING else factory()))
