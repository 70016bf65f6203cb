"""A thing comes into the tree as one: the entity that stands for it, the others that follow that one, and its site.

So they are declined together, and offered together: all as that entity is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any, Self

from rhoai_catalog import documents
from rhoai_catalog.decline import FORGE, WHOLE, Declined, Denial
from rhoai_catalog.entity import Entity
from rhoai_catalog.identity import Identity, Key
from rhoai_catalog.kinds import rank
from rhoai_catalog.merge.current import Current


class Creations:
    """Where the entities and pages that would come were declined; `led` says it of the things that would be new."""

    def __init__(self, declined: Declined, led: Mapping[Identity, Denial | None]) -> None:
        self._declined, self._led = declined, led

    @classmethod
    def described(cls, declined: Declined, current: Current, entities: Iterable[Entity]) -> Self:
        """What is described, and not in the tree."""
        of = {entity.key: entity for entity in entities if declined}
        leads = [of[key] for key in _leads(of) if key not in current.places and key not in current.lines]
        return cls(declined, {lead.identity: _denial(declined, lead) for lead in leads if lead.is_whole})

    @classmethod
    def proposed(cls, declined: Declined, branch: Current, base: Current) -> Self:
        """What is on a branch, and not in the tree of the base branch; what a person edited there is wanted."""
        leads = _leads(key for key, lines in branch.lines.items() if lines[0].kind)
        new = [key for key in leads if key in branch.places and key not in base.lines]
        return cls(
            declined,
            {
                key.identity: None if branch.is_edited(key) else declined.denial(key, WHOLE, branch.lines[key][0].doc)
                for key in new
            },
        )

    def denial(self, key: Key, content: str) -> Denial | None:
        """Where it was declined to create this, of which `content` is the digest; what the forge refuses is its own."""
        own = self._declined.denial(key, WHOLE, content)
        return own if own and own.pull == FORGE else self._led.get(key.identity, own)


def _leads(keys: Iterable[Key]) -> Iterable[Key]:
    """The keys of the entities that stand for their things."""
    leads: dict[Identity, Key] = {}
    for key in sorted(keys, key=lambda key: rank(key.name)):
        leads.setdefault(key.identity, key)
    return leads.values()


def _denial(declined: Declined, lead: Entity) -> Denial | None:
    """Where it was declined; also as it would be, had a source that was renamed kept its name."""
    before = (
        _renamed(lead.document, re.compile(rf"(?<![\w-]){re.escape(source.name)}(?![\w-])"), name.name)
        for source, names in declined.former.items()
        for name in names
    )
    texts = map(documents.dump, chain([lead.document], before))
    denials = (declined.denial(lead.key, WHOLE, documents.digest(text)) for text in texts)
    return next(filter(None, denials), None)


def _renamed(value: Any, word: re.Pattern[str], name: str) -> Any:
    """A value of a document with a name in place of a word."""
    if isinstance(value, Mapping):
        return {key: _renamed(inner, word, name) for key, inner in value.items()}
    if isinstance(value, list):
        return [_renamed(inner, word, name) for inner in value]
    return word.sub(lambda _: name, value) if isinstance(value, str) else value
