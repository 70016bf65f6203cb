"""What an entity says of itself where the Hub shows it: what a server serves, by which name, whether a token is needed,
and the way to its definition. The Hub shows no annotation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from rhoai_catalog import limits
from rhoai_catalog.backstage import AUTH_TAGS
from rhoai_catalog.describe.aspects.ai_asset import TAGS
from rhoai_catalog.describe.aspects.server import api_ref
from rhoai_catalog.describe.aspects.states import STATES, put_states
from rhoai_catalog.describe.context import ServerContext
from rhoai_catalog.describe.definitions.tokens import NONE_NEEDED, UNCLEAR, UNKNOWN, scheme
from rhoai_catalog.describe.entities.draft import Draft
from rhoai_catalog.describe.facts.served_names import further_names, shown_names
from rhoai_catalog.describe.identities.version import Version
from rhoai_catalog.snapshot import OWN_KEY, Fact, InferenceService, Unknown
from rhoai_catalog.text import hub
from rhoai_catalog.text.prose import line


def put_summary(draft: Draft, context: ServerContext) -> None:
    """Below what people say of the server; what is not known now leaves the whole description as it is."""
    server = context.server
    facts: list[Fact[Any]] = [
        shown_names(server),
        server.runtime,
        server.accelerators,
        server.context_length,
        server.authentication_required,
        server.token,
    ]
    states = put_states(draft, context)
    model: list[object] = [context.version] if context.version is not None else [context.evidence.card]
    unknown = any(isinstance(value, Unknown) for value in (*model, *(fact.value for fact in facts)))
    if (unknown or TAGS in draft.unknown) and not draft.until_known("/metadata/description"):
        draft.withdraw_description()
        return
    told = [*filter(None, [states]), *_sentences(context)]
    draft.summarize(" ".join([*told, *found_by(draft, told), *_way(context)]))


def _sentences(context: ServerContext) -> Iterator[str]:
    server = context.server
    if what := _what(context):
        yield f"Serves {what}."
    yield from _names(server)
    yield from _token(server)


def found_by(draft: Draft, told: Sequence[str]) -> Iterator[str]:
    """The tags that say more than what is told: the Hub's search reads descriptions, and no tags."""
    words = {*re.split(r"[^a-z0-9:+#-]+", " ".join(told).lower()), *AUTH_TAGS, *STATES}
    if tags := sorted(draft.metadata.get("tags", set()) - words):
        yield f"Tagged {', '.join(tags)}."


def _way(context: ServerContext) -> Iterator[str]:
    if (api := api_ref(context)) is not None:
        yield f"[How to call it](/catalog/{api.namespace}/api/{api.name}/definition)"


def _what(context: ServerContext) -> str:
    """The model, what runs it, on what, and how long a conversation may be."""
    server, version = context.server, context.version
    parts = []
    if isinstance(version, Version):
        parts.append(hub.inert(line(f"{version.model.name} {version.version.name}")))
    elif (card := context.evidence.known_card) is not None:
        parts.append(hub.inert(line(card.name)))
    if isinstance(server.runtime.value, str):
        parts.append(f"{'' if parts else 'a model '}with {hub.code(line(server.runtime.value))}")
    devices = server.accelerators.value
    if parts and not isinstance(devices, Unknown) and devices:
        counted = (f"{count} × {hub.code(name)}" for name, count in sorted(devices.items()))
        parts.append(f"on {' and '.join(counted)}")
    if parts and isinstance(server.context_length.value, int):
        parts.append(f"for up to {server.context_length.value:,} tokens")
    return " ".join(parts)


def _names(server: InferenceService) -> Iterator[str]:
    names = shown_names(server).value
    if not isinstance(names, Unknown) and names:
        more = len(names) - limits.SUMMARY_NAMES + further_names(server)
        shown = [hub.code(name) for name in names[: limits.SUMMARY_NAMES]]
        shown += [f"one of {more:,} others"] if more > 0 else []
        *first, last = shown
        yield f"Ask for {' or '.join(filter(None, (', '.join(first), last)))} as `model`."


def _token(server: InferenceService) -> Iterator[str]:
    required, token = server.authentication_required.value, server.token.value
    if required is True or token == OWN_KEY:
        whose = UNCLEAR if isinstance(token, Unknown) else token or ""
        name = scheme("" if required is True and whose == OWN_KEY else whose)
        yield f"{name} is needed."
    else:
        yield NONE_NEEDED if required is False else UNKNOWN
