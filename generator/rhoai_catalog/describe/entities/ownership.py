"""Who owns what, its lifecycle and its system: what people wrote, through the rules of the configuration."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping
from typing import Any

from rhoai_catalog.backstage import EntityRef, is_name, is_namespace
from rhoai_catalog.config import Config
from rhoai_catalog.describe.entities.draft import Draft
from rhoai_catalog.entity import Entity
from rhoai_catalog.snapshot import Unknown
from rhoai_catalog.text.prose import line

ROBOTS = ("system:", "kube:")  # requesters that are nobody's colleague


def owner(
    draft: Draft, candidates: Iterable[tuple[str, str | Unknown | None]], config: Config, *, in_tree: bool
) -> str | None:
    """Set the owner from (origin, text) candidates; returns a text that named an owner but led to none.

    Where a candidate is unknown, so is the owner: the one that an entity has `in_tree` stays, a new one takes what is
    known until then.
    """
    nobody: str | None = None
    for origin, text in candidates:
        if isinstance(text, Unknown):
            draft.unknown.add("/spec/owner")
            if in_tree:
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
        if isinstance(value, str) and line(value):
            return value.strip(), f"{name} {key}"
    return None


def lifecycle(draft: Draft, found: tuple[str, str] | Unknown | None, config: Config, *, in_tree: bool) -> None:
    """The lifecycle that was found, else the configured one. An unknown one stays where an entity is `in_tree`."""
    if isinstance(found, Unknown):
        draft.unknown.add("/spec/lifecycle")
        if in_tree:
            return
    text, origin = found if isinstance(found, tuple) else (config.defaults.lifecycle, "defaults.lifecycle")
    draft.put("/spec/lifecycle", line(text)[:63], origin)


def like_component(draft: Draft, component: Entity, config: Config, *, in_tree: bool) -> None:
    """Owner, lifecycle and system are those of the same server's Component. What is not known of them stays where the
    entity is `in_tree`; a new one takes the defaults until then.
    """
    defaults = {"owner": _canonical(config.owners.default), "lifecycle": config.defaults.lifecycle}
    for name in ("lifecycle", "owner", "system"):
        pointer = f"/spec/{name}"
        if pointer not in component.unknown:
            draft.put(pointer, component.document["spec"].get(name), component.origins.get(pointer, ""))
            continue
        draft.unknown.add(pointer)
        if not in_tree:
            draft.put(pointer, defaults.get(name), "the default, until it is known")


def system(draft: Draft, found: tuple[str, str] | None, config: Config, place: str) -> None:
    """The system that a person named, else that of the first rule for its place (`<cluster>/<namespace>` or
    `<registry>/<model>`), else the configured one; what is no reference is left out.
    """
    text, origin = found or _ruled(config, place) or (config.defaults.system or "", "defaults.system")
    ref = EntityRef.parse(text, "system") if text else None
    if ref and ref.kind == "system" and is_name(ref.name) and is_namespace(ref.namespace):
        draft.put("/spec/system", str(ref), origin)
    elif text:
        draft.refuse(origin, "is no reference to a system")
