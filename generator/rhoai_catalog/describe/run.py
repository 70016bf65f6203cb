"""One run of describing: what it goes by, and what it has come to so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rhoai_catalog.config import Config
from rhoai_catalog.describe.context import Described
from rhoai_catalog.describe.coverage import Coverage
from rhoai_catalog.describe.identities.cards import Cards
from rhoai_catalog.describe.identities.names import Names
from rhoai_catalog.describe.identities.registrations import Registrations
from rhoai_catalog.describe.identities.sources import Sources
from rhoai_catalog.describe.pages.sites import Sites
from rhoai_catalog.entity import Description, Entity, Known, LeftOut
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
        self._left_out: set[LeftOut] = set()
        self._nobodies: dict[str, list[str]] = {}

    def leave_out(self, what: str, reason: str) -> None:
        self._left_out.add(LeftOut(what=what, reason=reason))

    def add(self, described: Described, name: str, *, shown: bool = True) -> None:
        """Take in what a thing is described as; `name` is what a report calls the thing."""
        self._left_out |= set(described.left_out)
        if described.nobody:
            self._nobodies.setdefault(described.nobody, []).append(name)
        if described.entity is not None and shown:
            self._entities.append(described.entity)
        elif described.entity is not None:  # what it refuses is told all the same
            self._left_out |= {LeftOut(what=name, reason=refused) for refused in described.entity.refused}

    def description(self) -> Description:
        self._tell_masks()
        for entity in self._entities:
            for refused in entity.refused:
                self.leave_out(str(entity.ref), refused)
        for text, names in self._nobodies.items():  # each once, whatever it was written on
            others = f" and {len(names) - 1} more" if len(names) > 1 else ""
            self.leave_out(f"owner {text}", f"no rule of owners.map names a group or user ({min(names)}{others})")
        return Description(
            entities=tuple(self._entities),
            pages=tuple(self.sites.pages),
            left_out=tuple(sorted(self._left_out)),
            present=frozenset(self.present),
            hidden=self.hidden,
            settled=frozenset(self.sites.settled),
            dropped=frozenset(self.dropped),
            gone=frozenset(self.gone),
            doubts=frozenset(self.sites.doubts),
            waiting={source: len(things) for source, things in self.sites.waiting.items()},
        )

    def _tell_masks(self) -> None:
        """Say where a secret was masked, so that somebody takes it out of its source, and renews it."""
        places = [(str(e.ref), pointer, text) for e in self._entities for pointer, text in _texts(e.document)]
        places += [(str(page.file), "", page.text) for page in self.sites.pages if isinstance(page.text, str)]
        for what, pointer, text in places:
            for kind in set(masked_in(text)):
                place = f"{pointer} held" if pointer else "it held"
                self.leave_out(
                    what, f"{place} what looks like a secret ({kind}); take it out of its source, and renew it"
                )


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
