"""Mappings that the catalog replaces by what stands at a URL: `{$text: ./openapi.yaml}`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from rhoai_catalog.pointer import Trail, of_trail

PLACEHOLDERS: Final = ("$text", "$json", "$yaml", "$openapi", "$asyncapi")  # the last two are RHDH's


def may_hold(text: str) -> bool:
    """Whether there may be placeholders in a document: their keys stand in it as they are, or escaped."""
    return "$" in text or "\\" in text


def is_placeholder(value: Any) -> bool:
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)) in PLACEHOLDERS


def placeholders(value: Any, trail: Trail = None) -> Iterator[tuple[str, str, Any]]:
    """Pointer, key and target of every placeholder."""
    if isinstance(value, dict):
        if is_placeholder(value):
            ((key, target),) = value.items()
            yield of_trail(trail), key, target
            return
        for key, inner in value.items():
            if inner.__class__ is not str:
                yield from placeholders(inner, (trail, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from placeholders(inner, (trail, number))
