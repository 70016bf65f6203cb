"""A server -> AiModelServerAPI, the kind of RHDH 2.1 that holds address, protocol and model names in one entity."""

from __future__ import annotations

from typing import Any, Final

from rhoai_catalog.backstage import EntityRef, is_name, is_namespace
from rhoai_catalog.describe.aspects.ai_asset import put_ai_asset
from rhoai_catalog.describe.aspects.ownership import like_component
from rhoai_catalog.describe.aspects.server import api_ref, put_server
from rhoai_catalog.describe.context import Described, ServerContext
from rhoai_catalog.describe.entities.component import TECHDOCS_REF
from rhoai_catalog.describe.entities.draft import Draft, annotation_pointer
from rhoai_catalog.describe.facts.declared import declared
from rhoai_catalog.describe.facts.served_names import shown_names
from rhoai_catalog.describe.identities.files import relative
from rhoai_catalog.entity import Entity, LeftOut
from rhoai_catalog.pointer import below
from rhoai_catalog.snapshot import InferenceService, Unknown
from rhoai_catalog.text.prose import line

PROTOCOLS: Final = {  # protocol of the runtime -> what spec.serverType calls it, and where it begins
    "openai": ("openai-v1", "/v1"),
    "openai-huggingface": ("openai-v1", "/openai/v1"),
    "openai-ovms": ("openai-v1", "/v3"),
    "v1": ("kserve-v1", ""),
    "v2": ("open-inference-v2", ""),
    "grpc-v1": ("tensorflow-grpc", ""),
    "grpc-v2": ("open-inference-grpc-v2", ""),
}


def describe(context: ServerContext) -> Described:
    """The AiModelServerAPI of a server, whose owner, lifecycle, system and documentation are those of its Component.

    None where the server has no address yet, which the kind needs.
    """
    draft, server = Draft(context), context.server
    put_server(draft, server)
    put_ai_asset(draft, "model-server", context.version)
    if context.component is not None:
        _like_component(draft, context.component)
    draft.put("/spec/type", context.kind.type, "what every model server is")
    _server_type(draft, server)
    if not _server_url(draft, server):
        what = f"{context.kind.kind} of {server.cluster}/{server.namespace}/{server.name}"
        return Described(left_out=(LeftOut(what=what, reason="the server has no address yet"),), gone=True)
    authentication = server.authentication_required
    if isinstance(authentication.value, Unknown):
        draft.unknown.add("/spec/requiresApiKey")
    else:
        draft.put("/spec/requiresApiKey", authentication.value, authentication.origin)
    _models(draft, server)
    _api(draft, context)
    return Described(entity=draft.entity())


def _like_component(draft: Draft, component: Entity) -> None:
    for key, value in component.document["metadata"]["annotations"].items():
        if key == TECHDOCS_REF and draft.context.site is not None:  # as it is named from this file
            value = f"dir:{relative(draft.context.site, draft.context.file.parent)}"
        draft.annotation(key, value, component.origins.get(annotation_pointer(key), ""))
    draft.unknown |= {pointer for pointer in component.unknown if below(pointer, ["/metadata"])}
    like_component(draft, component)


def _is_kept(draft: Draft, server: InferenceService) -> bool:
    """Whether the entity in the tree keeps its protocol and its address: the runtime's protocols are not known."""
    undeclared = declared(server, "serverType", "servertype") is None
    return isinstance(server.protocols.value, Unknown) and undeclared and draft.context.in_tree


def _server_type(draft: Draft, server: InferenceService) -> None:
    stated = declared(server, "serverType", "servertype")
    if _is_kept(draft, server):
        draft.unknown.add("/spec/serverType")
    elif stated is not None:
        draft.put("/spec/serverType", line(stated.text)[:63], stated.origin)
    else:
        protocol = _protocol(server)
        name, _ = PROTOCOLS.get(protocol, (line(protocol)[:63], ""))
        draft.put("/spec/serverType", name or "unknown", server.protocols.origin)


def _server_url(draft: Draft, server: InferenceService) -> bool:
    """spec.serverUrl, preferably outside the cluster; says whether the entity has one, or has had one."""
    if _is_kept(draft, server):
        draft.unknown.add("/spec/serverUrl")
        return True
    _, path = PROTOCOLS.get(_protocol(server), ("", ""))
    for url in (server.external_url, server.internal_url):
        if isinstance(url.value, Unknown):
            draft.unknown.add("/spec/serverUrl")
            return draft.context.in_tree
        if url.value:
            draft.put("/spec/serverUrl", f"{url.value.rstrip('/')}{path}", url.origin)
            return True
    return False


def _protocol(server: InferenceService) -> str:
    """The first protocol of the runtime, as far as it is known."""
    protocols = server.protocols.value
    return "" if isinstance(protocols, Unknown) or not protocols else protocols[0]


def _models(draft: Draft, server: InferenceService) -> None:
    names = shown_names(server)
    if isinstance(names.value, Unknown):
        draft.unknown.add("/spec/models")
        return
    shown: dict[str, str] = {}  # the search index takes no two that differ by case
    for name in names.value:
        shown.setdefault(name.lower(), name)
    available = list(shown.values())
    if not available:
        return
    wanted = declared(server, "default")
    default = wanted.text if wanted is not None and wanted.text in available else available[0]
    models: dict[str, Any] = {"available": available, "default": default}
    if _protocol(server) == "openai":
        models = {"discoverable": True, **models}
    draft.put("/spec/models", models, names.origin)


def _api(draft: Draft, context: ServerContext) -> None:
    """The API that people named on the server, else the server's own."""
    stated, own = declared(context.server, "api-entity-ref"), api_ref(context)
    ref = EntityRef.parse(stated.text, "api") if stated is not None else None
    if stated and ref and ref.kind == "api" and is_name(ref.name) and is_namespace(ref.namespace):
        draft.put("/spec/apiEntityRef", str(ref), stated.origin)
    elif own is not None:
        draft.put("/spec/apiEntityRef", str(own), "the API of the same server")
