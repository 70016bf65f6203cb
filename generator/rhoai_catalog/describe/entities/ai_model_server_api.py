"""A server -> AiModelServerAPI, the kind of RHDH 2.1 that holds address, protocol and model names in one entity."""

from __future__ import annotations

from typing import Any, Final

from rhoai_catalog.describe.aspects.ai_asset import put_ai_asset
from rhoai_catalog.describe.aspects.links import put_links_of
from rhoai_catalog.describe.aspects.ownership import like_component
from rhoai_catalog.describe.aspects.server import api_ref, needs_token, put_server
from rhoai_catalog.describe.aspects.summary import put_summary
from rhoai_catalog.describe.context import Described, ServerContext
from rhoai_catalog.describe.definitions.operations import BASES, LISTS_NO_MODELS, speaks
from rhoai_catalog.describe.definitions.tasks import task_of
from rhoai_catalog.describe.entities.draft import TECHDOCS_REF, Draft, annotation_pointer
from rhoai_catalog.describe.facts.connector import LONGEST_WORD, api_type, default_first, kept_api
from rhoai_catalog.describe.facts.declared import declared
from rhoai_catalog.describe.facts.served_names import shown_names
from rhoai_catalog.describe.identities.files import relative
from rhoai_catalog.entity import Entity, LeftOut
from rhoai_catalog.pointer import Subtrees, join
from rhoai_catalog.snapshot import InferenceService, Unknown
from rhoai_catalog.text.prose import line

SERVER_TYPES: Final = {  # protocol of the runtime -> what spec.serverType calls it
    **dict.fromkeys(BASES, "openai-v1"),
    "v1": "kserve-v1",
    "v2": "open-inference-v2",
    "grpc-v1": "tensorflow-grpc",
    "grpc-v2": "open-inference-grpc-v2",
}
GRPC: Final = ("grpc-v1", "grpc-v2", "tgis")
LEAST_BASE: Final = {"openai-v1": "/v1"}  # where a type begins whose protocol is not observed


def describe(context: ServerContext) -> Described:
    """The AiModelServerAPI of a server; what people read, pick and filter by is that of its Component.

    None where the server has no address yet, which the kind needs.
    """
    draft, server = Draft(context), context.server
    put_server(draft, server)
    put_ai_asset(draft, "model-server", context.version)
    if context.component is not None:
        _like_component(draft, context.component)
    put_summary(draft, context)
    draft.put("/spec/type", context.kind.type, "what every model server is")
    _server_type(draft, context)
    if not _server_url(draft, context):
        what = f"{context.kind.kind} of {server.cluster}/{server.namespace}/{server.name}"
        return Described(left_out=(LeftOut(what=what, reason="the server has no address yet"),), gone=True)
    token = needs_token(server)
    if isinstance(token.value, Unknown):
        draft.unknown.add("/spec/requiresApiKey")
    else:
        draft.put("/spec/requiresApiKey", token.value, token.origin)
    _models(draft, context)
    _api(draft, context)
    return Described(entity=draft.entity())


def _like_component(draft: Draft, component: Entity) -> None:
    for key, value in component.document["metadata"]["annotations"].items():
        if key == TECHDOCS_REF and draft.context.site is not None:  # as it is named from this file
            value = f"dir:{relative(draft.context.site, draft.context.file.parent)}"
        draft.annotation(key, value, component.origins.get(annotation_pointer(key), ""))
    for key, value in component.document["metadata"].get("labels", {}).items():
        draft.label(key, value, component.origins.get(join("metadata", "labels", key), ""))
    for tag in component.document["metadata"].get("tags", ()):
        draft.tag(tag, component.origins.get(join("metadata", "tags", tag), ""))
    draft.unknown |= {pointer for pointer in component.unknown if pointer in Subtrees(["/metadata"])}
    put_links_of(draft, component)
    like_component(draft, component)


def _is_kept(draft: Draft, server: InferenceService) -> bool:
    """Whether the entity in the tree keeps its protocol and its address: the runtime's protocols are not known."""
    undeclared = declared(server, "serverType", "servertype") is None
    return isinstance(server.protocols.value, Unknown) and undeclared and draft.context.in_tree


def _server_type(draft: Draft, context: ServerContext) -> None:
    server, stated, kind = (
        context.server,
        declared(context.server, "serverType", "servertype"),
        api_type(context.server),
    )
    protocol = _protocol(context)
    if _is_kept(draft, server):
        draft.unknown.add("/spec/serverType")
    elif stated is not None:
        draft.put("/spec/serverType", line(stated.text)[:LONGEST_WORD], stated.origin)
    elif not protocol and kind is not None:
        draft.put("/spec/serverType", kind.text, kind.origin)
    else:
        name = SERVER_TYPES.get(protocol, line(protocol)[:63]) or "unknown"
        draft.put("/spec/serverType", name, server.protocols.origin)


def _server_url(draft: Draft, context: ServerContext) -> bool:
    """spec.serverUrl, preferably outside the cluster; says whether the entity has one, or has had one."""
    server = context.server
    if _is_kept(draft, server):
        draft.unknown.add("/spec/serverUrl")
        return True
    for url in (server.external_url, server.internal_url):
        if isinstance(url.value, Unknown):
            draft.unknown.add("/spec/serverUrl")
            return draft.context.in_tree
        if url.value:
            address = url.value.rstrip("/").removesuffix(f"/v2/models/{server.name}")  # each request has that itself
            draft.put("/spec/serverUrl", address + server.prefix + _base(context), url.origin)
            return True
    return False


def _base(context: ServerContext) -> str:
    """Where the API begins below the address of the server: of what people call it, as far as anybody knows that."""
    stated, spoken = declared(context.server, "serverType", "servertype"), _spoken(context)
    if stated is None:
        return BASES.get(_protocol(context), "")
    meant = next((name for name in spoken if SERVER_TYPES.get(name) == stated.text), "")
    return BASES.get(meant, LEAST_BASE.get(stated.text, ""))


def _protocol(context: ServerContext) -> str:
    """The first protocol of the runtime, as far as it is known, that is of the type that people call the API."""
    kind, spoken = api_type(context.server), _spoken(context)
    if kind is None:
        return spoken[0] if spoken else ""
    fitting = [name for name in spoken if kind.text == ("grpc" if name in GRPC else "openapi")]
    return fitting[0] if fitting else ""


def _spoken(context: ServerContext) -> tuple[str, ...]:
    """The protocols of the runtime; one whose models of this task do not answer to OpenAI's requests lacks that one."""
    spoken, family = context.server.protocols.value, str(context.server.runtime.value)
    task, _ = task_of(context.server, context.evidence)
    known = () if isinstance(spoken, Unknown) else spoken
    return tuple(name for name in known if speaks(family, name, task))


def _models(draft: Draft, context: ServerContext) -> None:
    names = shown_names(context.server)
    if isinstance(names.value, Unknown):
        draft.unknown.add("/spec/models")
        return
    shown: dict[str, str] = {}  # the search index takes no two that differ by case
    for name in names.value:
        if shown.setdefault(name.lower(), name) != name:
            draft.refuse(names.origin, "has a name that differs from another by case only")
    available = list(shown.values())
    if not available:
        return
    default = default_first(context.server).served_model_names.value
    chosen = next((name for name in default if name in available), available[0]) if isinstance(default, tuple) else ""
    models: dict[str, Any] = {"available": available, "default": chosen}
    if _protocol(context) in BASES and context.server.runtime.value not in LISTS_NO_MODELS:
        models = {"discoverable": True, **models}
    draft.put("/spec/models", models, names.origin)


def _api(draft: Draft, context: ServerContext) -> None:
    """The API that people named on the server, else the server's own."""
    kept, own = kept_api(context.server), api_ref(context)
    if kept is not None:
        draft.put("/spec/apiEntityRef", str(kept[0]), kept[1])
    elif own is not None:
        draft.put("/spec/apiEntityRef", str(own), "the API of the same server")
