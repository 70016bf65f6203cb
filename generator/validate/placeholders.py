"""Mappings that the catalog replaces by what stands at a URL: `{$text: ./openapi.yaml}`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from generator.validate.words import token

KEYS: Final = ("$text", "$json", "$yaml", "$openapi", "$asyncapi")  # the last two are RHDH's


def is_placeholder(value: Any) -> bool:
    return isinstance(value, Mapping) and len(value) == 1 and next(iter(value)) in KEYS


def placeholders(value: Any, pointer: str = "") -> Iterator[tuple[str, str, Any]]:
    """Pointer, key and target of every placeholder."""
    if is_placeholder(value):
        ((key, target),) = value.items()
        yield pointer, key, target
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from placeholders(inner, f"{pointer}/{token(key)}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from placeholders(inner, f"{pointer}/{number}")
