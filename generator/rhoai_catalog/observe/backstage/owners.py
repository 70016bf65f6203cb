"""Who can own, as `owners.known` says: references, files of groups and users, the organisation of a Backstage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from rhoai_catalog import documents
from rhoai_catalog.backstage import EntityRef, ref_of, web_url
from rhoai_catalog.check import Check
from rhoai_catalog.config import Owners, Service
from rhoai_catalog.disk import read_text
from rhoai_catalog.entity import LeftOut
from rhoai_catalog.errors import ConfigError, DocumentError, GeneratorError, SourceError
from rhoai_catalog.http.policy import Policy
from rhoai_catalog.http.service import open_service
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.observation import Observation
from rhoai_catalog.observe.backstage.query import POLICY, REF, query
from rhoai_catalog.text.credentials import without_userinfo

KINDS: Final = ("group", "user")
SOURCE: Final = "owners.known"


def known_owners(owners: Owners) -> frozenset[EntityRef] | None:
    """Everybody who can own; None where nothing says so. Raises ConfigError, SourceError."""
    refs: set[EntityRef] = set()
    for entry in owners.known:
        ref = owner(entry)
        if ref is not None:
            refs.add(ref)
        elif is_address(entry):
            refs |= read_organisation(_backstage(entry.rstrip("/"), owners))
        else:
            refs |= owners_in(read_text(Path(entry), "the owners"), entry)
    return frozenset(refs) if owners.known else None


def read_organisation(service: Service, policy: Policy = POLICY) -> frozenset[EntityRef]:
    """Every group and user of the Backstage at the service's address, page by page. Raises SourceError."""
    client = open_service(
        service, Traffic(service.key, seconds=service.timeout.total_seconds()), service.credentials.token(), policy
    )
    try:
        return frozenset(ref for kind in KINDS for ref in query(client, f"kind={kind}", ",".join(REF)))
    finally:
        client.close()


def check_owners(owners: Owners) -> Iterator[Check]:
    """Look up each entry of `owners.known`."""
    for entry in owners.known:
        try:
            count = len(known_owners(replace(owners, known=(entry,))) or ())
        except GeneratorError as error:
            yield Check.failed(SOURCE, error)
        else:
            yield Check(source=SOURCE, message=f"{without_userinfo(entry)}: groups and users that can own: {count:,}")


def is_address(entry: str) -> bool:
    """Whether an entry of `owners.known` takes the network to look up."""
    return "://" in entry


def with_owners(observation: Observation, owners: Owners) -> Observation:
    """An observation with everybody who can own; where that cannot be read, with a remark instead."""
    try:
        return replace(observation, owners=known_owners(owners))
    except SourceError as error:
        remark = LeftOut(what="owners.known", reason=f"no owner was checked: {error.message}")
        return replace(observation, left_out=(*observation.left_out, remark))


def _backstage(url: str, owners: Owners) -> Service:
    sound = web_url(url)
    if sound is None:
        hint = "name it as https://hub.example.net, without user and password; the token goes into a variable"
        raise ConfigError("an address of a Backstage, to know who can own, is none", hint)
    host = urlsplit(sound).netloc
    return Service(family="backstage", name=host, url=sound, credentials=owners.credentials, ca_file=owners.ca_file)


def owners_in(text: str, name: str) -> frozenset[EntityRef]:
    """The groups and users in a file of entities, a list of references, or lines of them (`#` begins a comment).

    Raises ConfigError where the text (of the file `name`) holds none.
    """
    owners = frozenset(filter(None, (owner(line.partition("#")[0].strip()) for line in text.splitlines())))
    if not owners:
        try:
            owners = frozenset(ref for document in documents.load(text) for ref in _owners(document))
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


def _owners(document: Any) -> Iterator[EntityRef]:
    if isinstance(document, str):
        yield from (ref for line in document.split() if (ref := owner(line)) is not None)
    elif isinstance(document, list):
        yield from (ref for item in document for ref in _owners(item))
    elif isinstance(document, Mapping):
        ref = ref_of(document)
        if ref is not None and ref.kind in KINDS:
            yield ref
