"""Who owns what, its lifecycle and its system: what people wrote, through the rules of the configuration."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping
from typing import Any

from generator.backstage import EntityRef, is_name, is_namespace
from generator.config import Config
from generator.describe.draft import Draft, line
from generator.snapshot import Unknown

ROBOTS = ("system:", "kube:")  # requesters that are nobody's colleague


def owner(
    draft: Draft, candidates: Iterable[tuple[str, str | Unknown | None]], config: Config, *, in_tree: bool
) -> str | None:
    """Set the owner from (origin, text) candidates; returns a text that named an owner but led to none.

    Where a candidate is unknown, the owner that an entity has `in_tree` stays; a new entity needs one.
    """
    nobody: str | None = None
    for origin, text in candidates:
        if isinstance(text, Unknown) and in_tree:
            draft.unknown.add("/spec/owner")
            return nobody
        if not isinstance(text, str) or not text.strip():
            continue
        for pattern, mapped in config.owners.rules:
            if fnmatch.fnmatchcase(text.strip().lower(), pattern.lower()):
                draft.put("/spec/owner", _canonical(mapped), f"{origin}, by the rule {pattern!r} of owners.map")
                return nobody
        reference = _reference(text)
        if reference:
            draft.put("/spec/owner", reference, origin)
            return nobody
        if not text.startswith(ROBOTS):
            nobody = nobody or f"{line(text)[:80]!r} ({origin})"
    draft.put("/spec/owner", _canonical(config.owners.default), "owners.default")
    return nobody


def _ruled(config: Config, place: str) -> tuple[str, str] | None:
    for pattern, ref in config.systems:
        if fnmatch.fnmatchcase(place.lower(), pattern.lower()):
            return ref, f"the rule {pattern!r} of systems"
    return None


def _reference(text: str) -> str | None:
    """A full reference to a group or user, else nothing: a bare name does not say which of both it is."""
    ref = EntityRef.parse(text)
    sound = ref and ref.kind in ("group", "user") and is_name(ref.name) and is_namespace(ref.namespace)
    return str(ref) if sound else None


def _canonical(text: str) -> str:
    return str(EntityRef.parse(text, "group") or text)


def first(*tables: tuple[str, Mapping[str, Any], str]) -> tuple[str, str] | None:
    """The first (text, origin) among (name of the table, table, key)."""
    for name, table, key in tables:
        value = table.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip(), f"{name} {key}"
    return None


def lifecycle(draft: Draft, found: tuple[str, str] | Unknown | None, config: Config, *, in_tree: bool) -> None:
    """The lifecycle that was found, else the configured one. An unknown one stays where an entity is `in_tree`."""
    if isinstance(found, Unknown) and in_tree:
        draft.unknown.add("/spec/lifecycle")
        return
    text, origin = found if isinstance(found, tuple) else (config.defaults.lifecycle, "defaults.lifecycle")
    draft.put("/spec/lifecycle", line(text)[:63], origin)


def system(draft: Draft, found: tuple[str, str] | None, config: Config, place: str) -> None:
    """The system that a person named, else that of the first rule for its place (`<cluster>/<namespace>` or
    `<registry>/<model>`), else the configured one; what is no reference is left out.
    """
    text, origin = found or _ruled(config, place) or (config.defaults.system or "", "defaults.system")
    ref = EntityRef.parse(text, "system") if text else None
    if ref and ref.kind == "system" and is_name(ref.name) and is_namespace(ref.namespace):
        draft.put("/spec/system", str(ref), origin)
