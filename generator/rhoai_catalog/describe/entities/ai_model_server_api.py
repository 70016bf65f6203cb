"""A server -> AiModelServerAPI, the kind of RHDH 2.1 that holds address, protocol and model names in one entity."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any, Final

from rhoai_catalog.backstage import EntityRef, is_name, is_namespace
from rhoai_catalog.config import Config
from rhoai_catalog.describe.entities.component import declared, shared
from rhoai_catalog.describe.entities.draft import Draft
from rhoai_catalog.describe.entities.ownership import like_component
from rhoai_catalog.describe.identities.joins import Version
from rhoai_catalog.entity import Entity
from rhoai_catalog.kinds import AI_MODEL_SERVER_API
from rhoai_catalog.snapshot import InferenceService, Unknown
from rhoai_catalog.text.prose import INVISIBLE, line

PROTOCOLS: Final = {  # protocol of the runtime -> what spec.serverType calls it, and where it begins
    "openai": ("openai-v1", "/v1"),
    "openai-huggingface": ("openai-v1", "/openai/v1"),
    "openai-ovms": ("openai-v1", "/v3"),
    "v1": ("kserve-v1", ""),
    "v2": ("open-inference-v2", ""),
    "grpc-v1": ("tensorflow-grpc", ""),
    "grpc-v2": ("open-inference-grpc-v2", ""),
}
SEMVER: Final = re.compile(r"v?([0-9]+(?:\.[0-9]+){1,2}(?:[-+][0-9A-Za-z.-]+)?)")


def ai_model_server(
    server: InferenceService,
    ref: EntityRef,
    file: PurePosixPath,
    *,
    component: Entity,
    version: Version | Unknown | None,
    api: EntityRef | None,
    config: Config,
    in_tree: bool,
) -> Entity | None:
    """The AiModelServerAPI of a server, whose owner, lifecycle, system and documentation are those of its Component.

    None where the server has no address yet, which the kind needs.
    """
    draft = Draft(AI_MODEL_SERVER_API, ref, server.identity)
    shared(draft, server)
    category(draft, "model-server", version)
    for key, value in component.document["metadata"]["annotations"].items():
        draft.annotation(key, value, component.origins.get(Draft.pointer("annotations", key), ""))
    draft.unknown |= {pointer for pointer in component.unknown if pointer.startswith("/metadata/")}
    like_component(draft, component, config, in_tree=in_tree)
    draft.put("/spec/type", AI_MODEL_SERVER_API.type, "what every model server is")
    if not _protocol(draft, server, in_tree):
        return None
    authentication = server.authentication_required
    if isinstance(authentication.value, Unknown):
        draft.unknown.add("/spec/requiresApiKey")
    else:
        draft.put("/spec/requiresApiKey", authentication.value, authentication.origin)
    _models(draft, server)
    _api(draft, server, api)
    return draft.entity(file)


def category(draft: Draft, name: str, version: Version | Unknown | None) -> None:
    """What the AI catalog of RHDH 2.1 files an entity under."""
    draft.annotation("rhdh.io/ai-asset-category", name, "the kind of thing that it is")
    draft.annotation("rhdh.io/ai-asset-source", "rhoai-catalog", "this program")
    if isinstance(version, Unknown):
        draft.unknown.add(Draft.pointer("annotations", "rhdh.io/ai-asset-version"))
    elif version is not None and (found := SEMVER.fullmatch(version.version.name)):
        draft.annotation("rhdh.io/ai-asset-version", found[1], "ModelVersion name")


def _protocol(draft: Draft, server: InferenceService, in_tree: bool) -> bool:
    """spec.serverType and spec.serverUrl; says whether the entity has both, or has had them."""
    spoken, told = server.protocols, declared(server, "serverType", "servertype")
    first = "" if isinstance(spoken.value, Unknown) or not spoken.value else spoken.value[0]
    name, path = PROTOCOLS.get(first, (first or "unknown", ""))
    if isinstance(spoken.value, Unknown) and not told and in_tree:
        draft.unknown |= {"/spec/serverType", "/spec/serverUrl"}
        return True
    draft.put("/spec/serverType", line(told[0])[:63] if told else name, told[1] if told else spoken.origin)
    for url in (server.external_url, server.internal_url):
        if isinstance(url.value, Unknown):
            draft.unknown.add("/spec/serverUrl")
            return in_tree
        if url.value:
            draft.put("/spec/serverUrl", f"{url.value.rstrip('/')}{path}", url.origin)
            return True
    return False


def _models(draft: Draft, server: InferenceService) -> None:
    names = server.served_model_names
    if isinstance(names.value, Unknown):
        draft.unknown.add("/spec/models")
        return
    shown: dict[str, str] = {}  # the search index takes no two that differ by case, the database no control character
    for name in names.value:
        if name and not INVISIBLE.search(name):
            shown.setdefault(name.lower(), name)
    available = list(shown.values())
    wanted = declared(server, "default")
    default = wanted[0] if wanted and wanted[0] in available else next(iter(available), None)
    models: dict[str, Any] = {"available": available, **({"default": default} if default else {})}
    if not isinstance(server.protocols.value, Unknown) and server.protocols.value[:1] == ("openai",):
        models = {"discoverable": True, **models}
    draft.put("/spec/models", models if available else None, names.origin)


def _api(draft: Draft, server: InferenceService, api: EntityRef | None) -> None:
    """The API that people named on the server, else the server's own."""
    told = declared(server, "api-entity-ref")
    named = EntityRef.parse(told[0], "api") if told else None
    if told and named and named.kind == "api" and is_name(named.name) and is_namespace(named.namespace):
        draft.put("/spec/apiEntityRef", str(named), told[1])
    elif api is not None:
        draft.put("/spec/apiEntityRef", str(api), "the API of the same server")
