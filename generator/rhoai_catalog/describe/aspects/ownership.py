"""Who owns what, its lifecycle and its system: what people wrote, through the rules of the configuration."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator
from typing import Final

from rhoai_catalog.backstage import EntityRef, is_name, is_namespace
from rhoai_catalog.config import Config
from rhoai_catalog.describe.entities.draft import Draft
from rhoai_catalog.describe.facts.connector import LONGEST_WORD
from rhoai_catalog.describe.facts.stated import Stated
from rhoai_catalog.describe.identities.version import Version
from rhoai_catalog.entity import Entity
from rhoai_catalog.pointer import join
from rhoai_catalog.snapshot import Unknown
from rhoai_catalog.text.prose import line

ROBOTS: Final = ("system:", "kube:")  # requesters that are nobody's colleague


def owner(draft: Draft, candidates: Iterable[Stated | Unknown]) -> str | None:
    """Set the owner from what names one, best first; returns a text that named an owner but led to none.

    Where a candidate is unknown, so is the owner: the one that an entity in the tree has stays, a new one takes what is
    known until then.
    """
    config, nobody = draft.context.config, None
    for candidate in candidates:
        if isinstance(candidate, Unknown):
            if not draft.until_known("/spec/owner"):
                return nobody
            continue
        for pattern, mapped in config.owners.rules:
            if fnmatch.fnmatchcase(candidate.text.strip().lower(), pattern.lower()):
                origin = f"{candidate.origin}, by the rule {pattern!r} of owners.map"
                draft.put("/spec/owner", _canonical(mapped), origin)
                return nobody
        reference = _reference(candidate.text)
        if reference:
            draft.put("/spec/owner", reference, candidate.origin)
            return nobody
        if nobody is None and not candidate.text.startswith(ROBOTS):
            nobody = f"{line(candidate.text)[:80]!r} ({candidate.origin})"
    draft.put("/spec/owner", _canonical(config.owners.default), "owners.default")
    return nobody


def named(*candidates: tuple[str, object]) -> Iterator[Stated]:
    """The candidates, of (origin, value), that are texts with anything in them."""
    for origin, value in candidates:
        if isinstance(value, str) and value.strip():
            yield Stated(value, origin)


def version_owners(version: Version) -> Iterator[Stated]:
    """Who may own a version, best first."""
    yield from named(
        ("ModelVersion custom property Owner", version.version.custom_properties.get("Owner")),
        ("RegisteredModel custom property Owner", version.model.custom_properties.get("Owner")),
        ("RegisteredModel owner", version.model.owner),
        ("ModelVersion author", version.version.author),
    )


def lifecycle(draft: Draft, stated: Stated | Unknown | None) -> None:
    """The lifecycle that is stated, else the configured one. An unknown one stays where an entity is in the tree."""
    if isinstance(stated, Unknown):
        if not draft.until_known("/spec/lifecycle"):
            return
        stated = None
    chosen = stated or Stated(draft.context.config.defaults.lifecycle, "defaults.lifecycle")
    draft.put("/spec/lifecycle", line(chosen.text)[:LONGEST_WORD], chosen.origin)


def system(draft: Draft, stated: Stated | None, place: str) -> None:
    """The system that a person named, else that of the first rule for its place (`<cluster>/<namespace>` or
    `<registry>/<model>`), else the configured one; what is no reference is left out.
    """
    config = draft.context.config
    chosen = stated or _ruled(config, place) or Stated(config.defaults.system or "", "defaults.system")
    if not chosen.text:
        return
    ref = EntityRef.parse(chosen.text, "system")
    if ref and ref.kind == "system" and is_name(ref.name) and is_namespace(ref.namespace):
        draft.put("/spec/system", str(ref), chosen.origin)
    else:
        draft.refuse(chosen.origin, "is no reference to a system")


def like_component(draft: Draft, component: Entity) -> None:
    """Owner, lifecycle and system are those of the same server's Component, and the owner also where a person set it
    there. What is not known of them stays where the entity is in the tree; a new one takes the defaults until then.
    """
    config = draft.context.config
    defaults = {"owner": _canonical(config.owners.default), "lifecycle": config.defaults.lifecycle}
    for name in ("lifecycle", "owner", "system"):
        pointer = join("spec", name)
        by_hand = draft.context.known.owners.get(component.key, "") if name == "owner" else ""
        if _is_owner(by_hand):
            draft.put(pointer, by_hand, "the Component of the same server, where a person set it")
        elif pointer not in component.unknown:
            draft.put(pointer, component.document["spec"].get(name), component.origins.get(pointer, ""))
        elif draft.until_known(pointer):
            draft.put(pointer, defaults.get(name), "the default, until it is known")


def _ruled(config: Config, place: str) -> Stated | None:
    for pattern, ref in config.systems:
        if fnmatch.fnmatchcase(place.lower(), pattern.lower()):
            return Stated(ref, f"the rule {pattern!r} of systems")
    return None


def _reference(text: str) -> str | None:
    """A full reference to a group or user, else nothing: a bare name does not say which of both it is."""
    ref = EntityRef.parse(text)
    return str(ref) if ref and _is_anybody(ref) else None


def _is_owner(text: str) -> bool:
    """Whether Backstage takes a text for an owner; a bare name is a group's."""
    ref = EntityRef.parse(text, "group")
    return ref is not None and _is_anybody(ref)


def _is_anybody(ref: EntityRef) -> bool:
    return ref.kind in ("group", "user") and is_name(ref.name) and is_namespace(ref.namespace)


def _canonical(text: str) -> str:
    return str(EntityRef.parse(text, "group") or text)
