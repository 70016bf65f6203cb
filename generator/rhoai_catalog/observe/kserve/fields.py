"""Parts of a Kubernetes object, whatever its shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Object = Mapping[str, Any]


def mapping(value: Any) -> Mapping[str, Any]:
    """The value if it is a mapping, else an empty one: objects may have any shape."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def at(value: Any, *path: str) -> Any:
    """The value below keys, or None."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def metadata(item: Object) -> Mapping[str, Any]:
    value = item.get("metadata")
    return value if isinstance(value, dict) else {}


def label(item: Object, name: str) -> str | None:
    """One of the labels, None where it is not there or no text: what is asked for of every server is not copied."""
    return _string(mapping(metadata(item).get("labels")).get(name))


def annotation(item: Object, name: str) -> str | None:
    return _string(mapping(metadata(item).get("annotations")).get(name))


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def labels_of(item: Object) -> Mapping[str, str]:
    return {k: v for k, v in mapping(metadata(item).get("labels")).items() if isinstance(v, str)}


def annotations_of(item: Object) -> Mapping[str, str]:
    return {k: v for k, v in mapping(metadata(item).get("annotations")).items() if isinstance(v, str)}


def owners(item: Object) -> frozenset[str]:
    """The UIDs of an object's owners."""
    return frozenset(str(mapping(owner).get("uid")) for owner in items(metadata(item).get("ownerReferences")))
