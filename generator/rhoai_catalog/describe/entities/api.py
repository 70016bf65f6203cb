"""The endpoint of a server -> API, with a definition that people can call it by."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.config import Config
from rhoai_catalog.describe.definitions.contract import declared_definition
from rhoai_catalog.describe.definitions.definition import Definition, definition
from rhoai_catalog.describe.definitions.howto import task_of
from rhoai_catalog.describe.entities.component import declared, shared
from rhoai_catalog.describe.entities.draft import Draft
from rhoai_catalog.describe.entities.facts import TASKS, Evidence
from rhoai_catalog.describe.entities.facts import first as first_fact
from rhoai_catalog.describe.entities.facts import is_settled as settled_fact
from rhoai_catalog.describe.entities.ownership import first, like_component
from rhoai_catalog.describe.identities.joins import Version
from rhoai_catalog.entity import Entity
from rhoai_catalog.kinds import API
from rhoai_catalog.snapshot import CatalogModel, Fact, InferenceService, Unknown

SPEC = ("api-spec", "apispec")  # annotations that hold a definition
MOST_FETCHED = 60_000  # characters of a definition that nobody wrote for readers


def api_definition(
    server: InferenceService, version: Version | Unknown | None, card: CatalogModel | Unknown | None
) -> tuple[Definition | None, str, str]:
    """The definition of a server's endpoint, where it comes from, and what went wrong with a declared one."""
    urls = tuple(url for fact in (server.external_url, server.internal_url) if isinstance(url := fact.value, str))
    authentication = server.authentication_required.value
    required = None if isinstance(authentication, Unknown) else authentication
    told, called, problem = declared(server, *SPEC), declared(server, "api-type", "apitype"), ""
    if told is None and isinstance(version, Version):
        tables = (("ModelVersion", version.version), ("RegisteredModel", version.model))
        told = first(*((f"{name} custom property", table.custom_properties, "API Spec") for name, table in tables))
        called = called or first(*(("", table.custom_properties, "API Type") for _, table in tables))
    if told is not None and told[0] != "TBD":
        kind = called[0].lower() if called else ""
        made, notes = declared_definition(told[0], servers=urls, authentication_required=required, kind=kind)
        if made is not None:
            return made, told[1], ""
        problem = f"{told[1]} is not used: {'; '.join(notes)}"
    fetched = server.api_definition
    if fetched is not None and isinstance(fetched.value, str):
        made, notes = declared_definition(
            fetched.value, servers=urls, authentication_required=required, longest=MOST_FETCHED
        )
        if made is not None:
            return made, fetched.origin, problem
        problem = problem or f"{fetched.origin} is not used: {'; '.join(notes)}"
    protocols, names = server.protocols.value, server.served_model_names.value
    if isinstance(protocols, Unknown):
        return None, server.protocols.origin, problem
    made = definition(
        protocols,
        title=server.display_name or server.name,
        servers=urls,
        model_names=() if isinstance(names, Unknown) else names,
        authentication_required=required,
        task=task_of(first_fact(TASKS, _evidence(version, card))[0]),
    )
    return made, f"the protocol of the runtime ({server.protocols.origin})", problem


def _evidence(version: Version | Unknown | None, card: CatalogModel | Unknown | None) -> Evidence:
    return Evidence(version=version if isinstance(version, Version) else None, card=card)


def is_settled(
    server: InferenceService, version: Version | Unknown | None, card: CatalogModel | Unknown | None
) -> bool:
    """Whether everything that a definition is made of is known; while it is not, a definition that is there stays."""
    told = declared(server, *SPEC)
    own = told is not None and declared_definition(told[0], servers=())[0] is not None
    if not own and (isinstance(version, Unknown) or not settled_fact(TASKS, _evidence(version, card))):
        return False
    facts: list[Fact[Any]] = [server.protocols, server.served_model_names, server.external_url, server.internal_url]
    if server.api_definition is not None:
        facts.append(server.api_definition)
    return not any(isinstance(fact.value, Unknown) for fact in facts)


def api(
    server: InferenceService,
    ref: EntityRef,
    file: PurePosixPath,
    *,
    made: Definition | None,
    origin: str,
    component: Entity,
    config: Config,
    in_tree: bool,
) -> Entity:
    """The API of a server; owner, lifecycle and system are its Component's. Without `made`, the definition stays."""
    draft = Draft(API, ref, server.identity)
    shared(draft, server)
    like_component(draft, component, config, in_tree=in_tree)
    if made is None:
        draft.unknown |= {"/spec/definition", "/spec/type"}
    else:
        draft.put("/spec/type", made.type, origin)
        draft.put("/spec/definition", made.text, origin)
    return draft.entity(file)
