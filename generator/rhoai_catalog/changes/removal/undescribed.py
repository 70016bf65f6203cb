"""What the tree shows and a run did not describe any more: what is proven gone, and what of the rest stays, and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.config import Config
from rhoai_catalog.entity import Description
from rhoai_catalog.families import FAMILIES, Family
from rhoai_catalog.identity import Identity, SourceKey
from rhoai_catalog.kinds import profile_of
from rhoai_catalog.merge import Current
from rhoai_catalog.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedThing:
    """Something that the tree shows, or that a run described; `kind` is what it was listed as."""

    identity: Identity
    kind: str

    @property
    def source(self) -> SourceKey:
        return self.identity.source

    @property
    def group(self) -> str:
        return self.source.group(self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undescribed:
    """What the tree shows and a run did not describe: what is not proven gone, each with the reason; what stays as
    people worked on it, or depend on it; what the configuration dropped, by which key; and what is proven gone.
    """

    unproven: Mapping[ListedThing, str]
    orphans: frozenset[Identity]
    dropped: Mapping[Identity, str]
    proven: Sequence[ListedThing]


def sorted_out(
    absent: Sequence[ListedThing], current: Current, description: Description, snapshot: Snapshot, config: Config
) -> Undescribed:
    """What may come of each thing that is `absent` from the description."""
    edited = _edited(current, {thing.identity for thing in absent})
    unproven: dict[ListedThing, str] = {}
    orphans: set[Identity] = set()
    dropped: dict[Identity, str] = {}
    proven: list[ListedThing] = []
    for thing in absent:
        key = dropped_by(thing, description, snapshot, config)
        if not key and (reason := _unproven(thing, snapshot)):
            unproven[thing] = reason
        elif thing.identity in edited:
            orphans.add(thing.identity)
        elif key:
            dropped[thing.identity] = key
        else:
            proven.append(thing)
    kept = _dependencies(current, orphans)
    used = {key.identity for key, place in current.places.items() if place.ref in kept} & description.hidden.keys()
    orphans |= used & dropped.keys()
    rest = {identity: key for identity, key in dropped.items() if identity not in used}
    return Undescribed(unproven=unproven, orphans=frozenset(orphans), dropped=rest, proven=proven)


def _dependencies(current: Current, things: Collection[Identity]) -> frozenset[EntityRef | None]:
    """What the entities of things depend on, as they stand in the tree."""
    places = [place for key, place in current.places.items() if key.identity in things]
    specs = [(place.ref, place.data.get("spec")) for place in places]
    lists = [(ref, spec.get("dependsOn")) for ref, spec in specs if ref and isinstance(spec, Mapping)]
    return frozenset(
        EntityRef.parse(text, namespace=ref.namespace)
        for ref, texts in lists
        if isinstance(texts, list)
        for text in texts
        if isinstance(text, str)
    )


def _edited(current: Current, things: Collection[Identity]) -> frozenset[Identity]:
    """Those of the things in whose entities or pages a person worked."""
    keys = [key for key in current.lines if key.identity in things and current.in_tree(key)]
    return frozenset(key.identity for key in keys if current.is_worked_on(key))


def _unproven(thing: ListedThing, snapshot: Snapshot) -> str:
    """Why it is not known that the thing is gone, or nothing."""
    family = FAMILIES.get(thing.source.family)
    if family is None:
        return f"this version knows no source like {thing.source}"
    proof = family.proof(thing.identity, thing.kind)
    if all(snapshot.is_complete(thing.source, kind, namespace) for kind, namespace in proof):
        return ""
    what = f"{thing.kind} of {thing.source}" if family.by_namespace or family.offers else thing.source
    return f"{what} could not be listed completely"


def dropped_by(thing: ListedThing, description: Description, snapshot: Snapshot, config: Config) -> str:
    """The key of the configuration that no longer names the thing, or nothing."""
    return _unnamed_by(thing, snapshot, config) or description.hidden.get(thing.identity, "")


def _unnamed_by(thing: ListedThing, snapshot: Snapshot, config: Config) -> str:
    family = FAMILIES.get(thing.source.family)
    if family is None:
        return ""
    if thing.source not in {source.key for source in snapshot.sources}:
        return family.key
    if family.offers and profile_of(thing.kind) not in config.profiles:
        return "profiles"
    return _excluded_by(thing, family, config)


def _excluded_by(thing: ListedThing, family: Family, config: Config) -> str:
    for cluster in config.clusters if family.by_namespace else ():
        if thing.source == cluster.key and not cluster.admits(thing.identity.parts[0]):
            return f"{family.key} {cluster.name} namespaces"
    return ""
