"""The endpoint of a server -> API, with a definition that people can call it by."""

from __future__ import annotations

from collections.abc import Iterator

from rhoai_catalog.describe.aspects.ownership import like_component
from rhoai_catalog.describe.aspects.server import api_ref, put_server
from rhoai_catalog.describe.context import Described, ServerContext
from rhoai_catalog.describe.entities.draft import Draft
from rhoai_catalog.entity import LeftOut


def describe(context: ServerContext) -> Described:
    """The API of a server; owner, lifecycle and system are its Component's. While none is known, the definition stays,
    and a server that never had one has no API.
    """
    left_out = tuple(_left_out(context))
    if api_ref(context) is None or context.component is None:
        return Described(left_out=left_out)
    draft = Draft(context)
    put_server(draft, context.server)
    like_component(draft, context.component)
    if context.choice is None or context.choice.definition is None:
        draft.unknown |= {"/spec/definition", "/spec/type"}
    else:
        draft.put("/spec/type", context.choice.definition.type, context.choice.origin)
        draft.put("/spec/definition", context.choice.definition.text, context.choice.origin)
    return Described(entity=draft.entity(), left_out=left_out)


def _left_out(context: ServerContext) -> Iterator[LeftOut]:
    server, choice = context.server, context.choice
    if choice is not None and choice.problem:
        yield LeftOut(what=f"API definition of {server.namespace}/{server.name}", reason=choice.problem)
    if choice is not None and choice.definition is None:
        what = f"API of {server.cluster}/{server.namespace}/{server.name}"
        yield LeftOut(what=what, reason=f"no definition: {choice.origin}")
