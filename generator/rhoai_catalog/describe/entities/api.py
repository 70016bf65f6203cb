"""The endpoint of a server -> API, with a definition that people can call it by."""

from __future__ import annotations

from collections.abc import Iterator

from rhoai_catalog.describe.aspects.links import HOW_TO_CALL, put_links_of
from rhoai_catalog.describe.aspects.ownership import like_component
from rhoai_catalog.describe.aspects.server import api_ref, put_server
from rhoai_catalog.describe.aspects.summary import put_summary
from rhoai_catalog.describe.context import Described, ServerContext
from rhoai_catalog.describe.entities.component import TECHDOCS_ENTITY
from rhoai_catalog.describe.entities.draft import TECHDOCS_REF, Draft, annotation_pointer
from rhoai_catalog.entity import Entity, LeftOut


def describe(context: ServerContext) -> Described:
    """The API of a server; owner, lifecycle and system are its Component's. A definition in the tree stays while this
    run cannot know another.
    """
    choice = context.choice
    kept = context.in_tree and not choice.settled
    left_out = () if kept else tuple(_left_out(context))
    if api_ref(context) is None or context.component is None:
        return Described(left_out=left_out)
    draft = Draft(context)
    put_server(draft, context.server)
    like_component(draft, context.component)
    put_links_of(draft, context.component, without=HOW_TO_CALL)
    _documentation(draft, context.component)
    put_summary(draft, context)
    if kept or choice.definition is None:
        draft.unknown |= {"/spec/definition", "/spec/type"}
    else:
        draft.put("/spec/type", choice.definition.type, choice.origin)
        draft.put("/spec/definition", choice.definition.text, choice.origin)
    return Described(entity=draft.entity(), left_out=left_out)


def _documentation(draft: Draft, component: Entity) -> None:
    """The site that its Component shows is its own, too."""
    annotations = component.document["metadata"]["annotations"]
    site = annotations.get(TECHDOCS_ENTITY) or (str(component.ref) if TECHDOCS_REF in annotations else None)
    draft.annotation(TECHDOCS_ENTITY, site, "the site of the same server's Component")
    if component.unknown & {annotation_pointer(TECHDOCS_ENTITY), annotation_pointer(TECHDOCS_REF)}:
        draft.unknown.add(annotation_pointer(TECHDOCS_ENTITY))


def _left_out(context: ServerContext) -> Iterator[LeftOut]:
    server, choice = context.server, context.choice
    if choice.problem:
        yield LeftOut(what=f"API definition of {server.namespace}/{server.name}", reason=choice.problem)
    if choice.definition is None:
        what = f"API of {server.cluster}/{server.namespace}/{server.name}"
        yield LeftOut(what=what, reason=f"no definition: {choice.origin}")
