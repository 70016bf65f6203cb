"""Who can own: the groups and users that an organisation's files or lists name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rhoai_catalog import documents
from rhoai_catalog.backstage import EntityRef, ref_of
from rhoai_catalog.errors import ConfigError, DocumentError

KINDS = ("group", "user")


def owners_in(text: str, name: str) -> frozenset[EntityRef]:
    """The groups and users in a file of entities, a list of references, or lines of them (`#` begins a comment).

    Raises ConfigError where the text (of the file `name`) holds none.
    """
    owners = frozenset(filter(None, (owner(line.partition("#")[0].strip()) for line in text.splitlines())))
    if not owners:
        try:
            owners = frozenset(ref for data in documents.load(text) for ref in _owners(data))
        except DocumentError as error:
            raise ConfigError(f"{name}:{error.line}:{error.column}: {error.message}", "mend the YAML") from error
    if not owners:
        hint = "it holds entities of kind Group and User, or references such as group:default/risk, one a line"
        raise ConfigError(f"{name} names no group and no user", hint)
    return owners


def owner(text: str) -> EntityRef | None:
    """A reference to a group or a user, if the text is one."""
    ref = EntityRef.parse(text)
    return ref if ref is not None and ref.kind in KINDS else None


def _owners(data: Any) -> Iterator[EntityRef]:
    if isinstance(data, str):
        yield from (ref for line in data.split() if (ref := owner(line)) is not None)
    elif isinstance(data, list):
        yield from (ref for item in data for ref in _owners(item))
    elif isinstance(data, Mapping):
        ref = ref_of(data)
        if ref is not None and ref.kind in KINDS:
            yield ref
