"""What things are described from, group by group, as a digest: what has the same inputs is described the same.

A context is all that the kinds of a thing are made from, so each of its fields counts, whatever is added to it later;
beside it counts what its pages show. What the tree holds of the things themselves, the configuration and the program
are not in it.
"""

from __future__ import annotations

import functools
import hashlib
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from typing import Any, Final

from msgspec.json import Encoder

from rhoai_catalog.describe.context import Context, ServerContext, VersionContext
from rhoai_catalog.describe.facts import connector
from rhoai_catalog.describe.identities.version import Version
from rhoai_catalog.describe.run import Run
from rhoai_catalog.entity import Group
from rhoai_catalog.identity import Identity
from rhoai_catalog.snapshot import Unknown

SHARED: Final = ("kind", "known", "config")  # fields that say nothing of a thing by itself
ENCODER: Final = Encoder(enc_hook=str)


def groups(
    run: Run, versions: Mapping[Identity, VersionContext], servers: Mapping[Identity, ServerContext]
) -> list[Group]:
    """Each version that is shown with the servers that serve it, and each other server by itself."""
    serving: dict[Identity, list[ServerContext]] = {}
    for key, server in servers.items():
        version = server.version.identity if isinstance(server.version, Version) else key
        serving.setdefault(version if version in versions else key, []).append(server)
    return [_group(run, key, versions.get(key), serving.get(key, ())) for key in sorted({*versions, *serving})]


def _group(run: Run, key: Identity, version: VersionContext | None, servers: Iterable[ServerContext]) -> Group:
    contexts = [*([version] if version is not None else []), *servers]
    members = frozenset(context.identity for context in contexts)
    inputs = [_of_version(run, version)] if version is not None else []
    inputs += [_of_server(run, server) for server in servers]
    if None in inputs:
        return Group(identity=key, members=members, inputs="")
    return Group(identity=key, members=members, inputs=hashlib.sha256(ENCODER.encode(inputs)).hexdigest())


def _of_version(run: Run, context: VersionContext) -> list[Any] | None:
    """All that a version and its site are described from; None where that is in doubt."""
    version, sites = context.version, run.sites
    if isinstance(context.evidence.card, Unknown) or any(run.cards.doubts_of(version)):
        return None
    history = sites.history.of(version), sites.history.is_known(version)
    return [*_fields(context), history]


def _of_server(run: Run, context: ServerContext) -> list[Any] | None:
    """All that a server and its site are described from; None where that is in doubt."""
    server, version, cards = context.observed, context.version, run.cards
    shown = context.identity in run.known.sites
    unknown = context.site_unknown or isinstance(version, Unknown) or isinstance(context.evidence.card, Unknown)
    if unknown or any(cards.doubts_near(server, version, shown=shown)):
        return None
    api = connector.kept_api(server)
    kept = api is not None and api[0] in run.known.taken
    named = cards.named_on(server)
    return [*_fields(context), named, kept]


def _fields(context: Context) -> tuple[Any, ...]:
    kind: Any = type(context)
    return _getter(kind)(context)


@functools.cache
def _getter(kind: type[Any]) -> Callable[[Context], tuple[Any, ...]]:
    return operator.attrgetter(*(field.name for field in fields(kind) if field.name not in SHARED))
