"""What lasts of a thing's state and makes a difference to who picks it: a tag to filter by, and words to read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rhoai_catalog.describe.context import ServerContext, VersionContext
from rhoai_catalog.describe.entities.draft import Draft
from rhoai_catalog.describe.identities.version import Version

STOPPED: Final = "stopped"
TAGS: Final = "/metadata/tags"
LIFECYCLE: Final = "/spec/lifecycle"


STATES: Final = {  # its tag -> what a description says of it
    STOPPED: "It is stopped.",
    "broken": "It has not been ready for more than a week.",
    "archived": "Its version is archived in the registry.",
    "deprecated": "It is deprecated.",
    "experimental": "It is experimental.",
}


def put_states(draft: Draft, context: ServerContext | VersionContext) -> str:
    """Tag what lasts, after the lifecycle is put; gives the words for the description."""
    if LIFECYCLE in draft.unknown:
        draft.unknown.add(TAGS)
    found = [*_states(draft, context)]
    for state, origin in found:
        draft.tag(state, origin)
    return " ".join(STATES[state] for state, _ in found)


def _states(draft: Draft, context: ServerContext | VersionContext) -> Iterator[tuple[str, str]]:
    """Each state, and what tells it."""
    if isinstance(context, ServerContext):
        server = context.server
        if server.state == STOPPED:
            yield STOPPED, f"{server.kind} annotation serving.kserve.io/stop"
        if server.out_of_order:
            yield "broken", f"{server.kind} status condition Ready"
    if isinstance(context.version, Version) and context.version.archived:
        yield "archived", "its state in the registry"
    elif (lifecycle := draft.spec.get("lifecycle")) in ("deprecated", "experimental"):
        yield lifecycle, draft.origins[LIFECYCLE]
