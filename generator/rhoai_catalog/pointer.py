"""JSON pointers (RFC 6901): made, split and escaped here only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Trail = tuple[Any, str | int] | None  # the way to a value: that to its parent, and its own key; cheap at every node


def escape(key: str) -> str:
    """A key as a part of a pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def unescape(part: str) -> str:
    """A part of a pointer as the key that it is."""
    return part.replace("~1", "/").replace("~0", "~")


def join(*keys: str | int) -> str:
    """The pointer that leads through these keys; without any, the whole document."""
    return "".join(f"/{escape(str(key))}" for key in keys)


def split(pointer: str) -> list[str]:
    """The keys that a pointer leads through."""
    return [unescape(part) for part in pointer.split("/")[1:]]


def of_trail(trail: Trail) -> str:
    """The pointer of a trail."""
    keys: list[str | int] = []
    while trail is not None:
        trail, key = trail
        keys.append(key)
    return join(*reversed(keys))


def below(pointer: str, prefixes: Iterable[str]) -> bool:
    """Whether a pointer is one of the prefixes or lies below one."""
    return any(pointer == prefix or pointer.startswith(f"{prefix}/") for prefix in prefixes)
