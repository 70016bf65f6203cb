"""One run of describing: what it goes by, and what it has come to so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from rhoai_catalog.config import Config
from rhoai_catalog.describe.context import Described
from rhoai_catalog.describe.coverage import Coverage
from rhoai_catalog.describe.identities.cards import Cards
from rhoai_catalog.describe.identities.names import Names
from rhoai_catalog.describe.identities.registrations import Registrations
from rhoai_catalog.describe.identities.sources import Sources
from rhoai_catalog.describe.pages.sites import Sites
from rhoai_catalog.entity import Description, Entity, Group, Known, LeftOut, Remarks
from rhoai_catalog.identity import Identity, Key
from rhoai_catalog.pointer import join
from rhoai_catalog.snapshot import Snapshot
from rhoai_catalog.text.secrets import masked_in


class Run:
    """Look-ups over the snapshot and the tree, and a Description in the making.

    `present` are things to be left as they are, `hidden` those that are not to be shown, `dropped` the kinds as which
    things are not shown any more, `gone` those as which they cannot be.
    """

    def __init__(self, snapshot: Snapshot, config: Config, known: Known) -> None:
        self.snapshot, self.config, self.known = snapshot, config, known
        self.sources = Sources(snapshot)
        self.registrations = Registrations(self.sources)
        self.coverage = Coverage(self.registrations, config.models)
        self.cards = Cards(self.sources)
        self.names = Names(known, config.defaults.entity_namespace)
        self.sites = Sites(snapshot, self.registrations, self.cards, known, config.hub.url if config.hub else "")
        self.present: set[Identity] = set()
        self.hidden: dict[Identity, str] = {}
        self.dropped: set[Key] = set()
        self.gone: set[Key] = set()
        self._entities: list[Entity] = []
        self._groups: list[Group] = []
        self._remarks: dict[Identity | None, Remarks] = {}

    def leave_out(self, what: str, reason: str, of: Identity | None = None) -> None:
        """Tell that something is not shown, or not in full; `of` is the thing, where it is described."""
        self._remark(of, Remarks(left_out=frozenset([LeftOut(what=what, reason=reason)])))

    def add(self, described: Described, identity: Identity, name: str, *, shown: bool = True) -> None:
        """Take in what a thing is described as; `name` is what a report calls the thing."""
        nobodies = frozenset([(described.nobody, name)] if described.nobody else [])
        self._remark(identity, Remarks(left_out=frozenset(described.left_out), nobodies=nobodies))
        entity = described.entity
        if entity is None:
            return
        if shown:
            self._entities.append(entity)
        for refused in entity.refused:  # told all the same
            self.leave_out(str(entity.ref) if shown else name, refused, identity)

    def add_group(self, group: Group, remarks: Remarks | None) -> None:
        """Take in a group that is to be described; with remarks, one that is unchanged."""
        if remarks is None:
            self._groups.append(group)
        else:
            self.present |= group.members
            self._remark(group.identity, remarks)

    def description(self) -> Description:
        for identity, remarks in self._masks():
            self._remark(identity, remarks)
        everything = self._remarks_of(self._remarks)
        return Description(
            entities=tuple(self._entities),
            pages=tuple(self.sites.pages),
            left_out=tuple(sorted(everything.left_out | _nobodies(everything.nobodies))),
            present=frozenset(self.present),
            hidden=self.hidden,
            settled=frozenset(self.sites.settled),
            dropped=frozenset(self.dropped),
            gone=frozenset(self.gone),
            doubts=frozenset(self.sites.doubts),
            waiting={source: len(things) for source, things in self.sites.waiting.items()},
            groups=tuple(replace(group, remarks=self._remarks_of(group.members)) for group in self._groups),
        )

    def _remark(self, identity: Identity | None, remarks: Remarks) -> None:
        self._remarks[identity] = self._remarks.get(identity, Remarks()) | remarks

    def _remarks_of(self, things: Iterable[Identity | None]) -> Remarks:
        told = [self._remarks[thing] for thing in things if thing in self._remarks]
        return Remarks(
            left_out=frozenset().union(*(one.left_out for one in told)),
            nobodies=frozenset().union(*(one.nobodies for one in told)),
        )

    def _masks(self) -> Iterator[tuple[Identity, Remarks]]:
        """Where a secret was masked, so that somebody takes it out of its source, and renews it."""
        for entity in self._entities:
            for pointer, text in _texts(entity.document):
                yield from _masked(entity.identity, str(entity.ref), pointer, text)
        for page in self.sites.pages:
            if isinstance(page.text, str):
                yield from _masked(page.identity, str(page.file), "", page.text)


def _masked(identity: Identity, what: str, pointer: str, text: str) -> Iterator[tuple[Identity, Remarks]]:
    place = f"{pointer} held" if pointer else "it held"
    for kind in set(masked_in(text)):
        reason = f"{place} what looks like a secret ({kind}); take it out of its source, and renew it"
        yield identity, Remarks(left_out=frozenset([LeftOut(what=what, reason=reason)]))


def _nobodies(nobodies: Iterable[tuple[str, str]]) -> frozenset[LeftOut]:
    """Each text that names an owner but leads to none, once, whatever it was written on."""
    things: dict[str, list[str]] = {}
    for text, name in nobodies:
        things.setdefault(text, []).append(name)
    told = set()
    for text, names in things.items():
        others = f" and {len(names) - 1} more" if len(names) > 1 else ""
        reason = f"no rule of owners.map names a group or user ({min(names)}{others})"
        told.add(LeftOut(what=f"owner {text}", reason=reason))
    return frozenset(told)


def _texts(value: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """The texts in a document, each with its JSON pointer."""
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts(inner, f"{pointer}{join(key)}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(inner, f"{pointer}{join(index)}")
