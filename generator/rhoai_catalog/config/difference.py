"""What differs between two texts of generator.yaml, as a person who approves it is shown it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from rhoai_catalog import documents
from rhoai_catalog.errors import DocumentError
from rhoai_catalog.plan import ValueChange
from rhoai_catalog.pointer import join
from rhoai_catalog.text.secrets import masked


def changed_keys(old: str, new: str) -> Iterator[ValueChange]:
    """Both sides of every key that differs, those first that were there before, which runs follow.

    Nothing where one of the texts is no configuration.
    """
    parsed = [_parsed(text) for text in (old, new)]
    before, after = ({} if None in parsed else dict(_keys(keys)) for keys in parsed)
    for pointer in dict.fromkeys([*before, *after]):
        was, becomes = before.get(pointer), after.get(pointer)
        if was != becomes:
            yield ValueChange(pointer=_masked(pointer), old=_side(was), new=_side(becomes), by_hand=True)


def _parsed(text: str) -> Mapping[str, Any] | None:
    try:
        keys = documents.parse(text) or {}
    except DocumentError:
        return None
    return keys if isinstance(keys, Mapping) else None


def _keys(value: Any, *trail: str) -> Iterator[tuple[str, str]]:
    """Every value that is no mapping as JSON, which tells 1 from true and null from nothing, by its pointer; a row of
    a list by its name, whichever place it has.
    """
    rows = value
    if isinstance(value, list) and value and all(isinstance(row, Mapping) and "name" in row for row in value):
        rows = {str(row["name"]): row for row in value}
    if isinstance(rows, Mapping) and rows and len(rows) == len(value):
        for key, inner in rows.items():
            yield from _keys(inner, *trail, str(key))
    elif trail:
        yield join(*trail), json.dumps(value, sort_keys=True)


def _side(text: str | None) -> Any:
    """One side of a change; None is what is not there, so null is told by its name."""
    return text if text in (None, "null") else _masked(json.loads(text))


def _masked(value: Any) -> Any:
    """A value without what looks like a secret, which no configuration has."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, Mapping):
        return {_masked(str(key)): _masked(inner) for key, inner in value.items()}
    return [_masked(inner) for inner in value] if isinstance(value, list) else value
