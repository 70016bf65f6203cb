"""InferenceService, LLMInferenceService -> Component `model-server`."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from rhoai_catalog.backstage import AUTH_POINTER, EntityRef, web_url
from rhoai_catalog.config import Config
from rhoai_catalog.describe.entities.draft import Draft, listed
from rhoai_catalog.describe.entities.facts import LONGEST, Evidence, maturity_lifecycle, put_facts
from rhoai_catalog.describe.entities.ownership import first, lifecycle, owner, system
from rhoai_catalog.describe.identities.files import relative
from rhoai_catalog.describe.identities.joins import Joins, Version
from rhoai_catalog.entity import Entity
from rhoai_catalog.identity import Identity
from rhoai_catalog.kinds import COMPONENT
from rhoai_catalog.snapshot import CatalogModel, Fact, InferenceService, Namespace, Unknown
from rhoai_catalog.text.prose import line, paragraphs

EXTERNAL_URL = "rhdh.modelcatalog.io/external-route-url"
INTERNAL_URL = "rhdh.modelcatalog.io/internal-service-url"
SERVED_NAMES = "rhoai-catalog/served-model-names"
PREFIXES = ("rhdh.io/", "modelcatalogbridge.rhdh.io/", "terasky.backstage.io/")  # that earlier tools read
LINKS = (  # title of a link, and the keys of earlier tools whose address it shows
    ("Homepage", "homepage-url", "homepageurl"),
    ("How to use", "how-to-use", "howtouse"),
    ("Usage", "usage"),
    ("License", "license"),
    ("Documentation", "techdocs"),
    ("Training", "training"),
    ("Ethics", "ethics"),
    ("Support", "support"),
)
MOST = 20  # tags and links that a server's annotations may bring along


def declared(server: InferenceService, *names: str) -> tuple[str, str] | None:
    """What a person wrote on the server for the catalog, under any of the earlier tools' keys."""
    keys = [prefix + name for name in names for prefix in PREFIXES]
    return first(*((f"{server.kind} annotation", server.annotations, key) for key in keys))


def component(
    server: InferenceService,
    ref: EntityRef,
    file: PurePosixPath,
    *,
    joins: Joins,
    resources: Mapping[Identity, EntityRef],
    site: PurePosixPath | None,
    api: EntityRef | None,
    namespace: Namespace | Unknown | None,
    config: Config,
    in_tree: bool,
) -> tuple[Entity, str | None]:
    """The Component of a server, and an owner's name that led to nobody. `resources` are those of versions in the
    tree, by identity; each hosts a TechDocs site. `site` is the folder of a site of the server's own.
    """
    draft = Draft(COMPONENT, ref, server.identity)
    shared(draft, server)
    draft.put("/spec/type", COMPONENT.type, "what every model server is")
    version = joins.version_of(server)
    card = joins.told_card_of_server(server) if version is None else None
    lifecycle(draft, server_lifecycle(server, version, card), config, in_tree=in_tree)
    system(draft, declared(server, "system"), config, f"{server.cluster}/{server.namespace}")
    nobody = owner(draft, _owners(server, version, namespace), config, in_tree=in_tree)
    _model(draft, version, card, in_tree=in_tree)
    _links(draft, server)
    _annotations(draft, server, joins)
    _tags(draft, server)
    _relations(draft, version, resources)
    if site is not None:
        draft.annotation("backstage.io/techdocs-ref", f"dir:{relative(site, file.parent)}", "where its pages are")
    elif version is None and isinstance(joins.card_of_server(server), Unknown):
        draft.unknown.add("/metadata/annotations/backstage.io~1techdocs-ref")
    if api is not None:
        draft.relation("providesApis", [api], "the API of the same server")
    return draft.entity(file), nobody


def server_lifecycle(
    server: InferenceService, version: Version | Unknown | None, card: CatalogModel | Unknown | None
) -> tuple[str, str] | Unknown | None:
    """What is declared on the server, else what the registry says of the version that it serves, or the catalog."""
    if told := declared(server, "lifecycle"):
        return told
    if version is None:
        return maturity_lifecycle(Evidence(card=card))
    if isinstance(version, Unknown):
        return version
    tables = (("ModelVersion", version.version), ("RegisteredModel", version.model))
    return first(*((f"{name} custom property", table.custom_properties, "Lifecycle") for name, table in tables))


def shared(draft: Draft, server: InferenceService) -> None:
    """What the Component and the API of one server have in common."""
    where = f"{server.kind} {server.namespace}/{server.name}"
    named = (line(server.display_name or ""), f"{where} annotation openshift.io/display-name")
    title = named if named[0] else declared(server, "title") or (server.name, f"{where} metadata.name")
    draft.put("/metadata/title", line(title[0]) or server.name, title[1])
    told = declared(server, "description")
    origin = told[1] if told else f"{where} annotation openshift.io/description"
    description = paragraphs(told[0] if told else server.description or "")
    if not description:
        description = f"{server.kind} {server.name} in namespace {server.namespace} of cluster {server.cluster}"
        origin = "its name; nobody described it"
    draft.put("/metadata/description", description, origin)
    draft.label("rhoai-catalog/cluster", server.cluster, "the cluster's name in generator.yaml")
    draft.label("rhoai-catalog/namespace", server.namespace, f"{where} metadata.namespace")
    draft.fact(EXTERNAL_URL, server.external_url, lambda url: web_url(url) if url else None)
    draft.fact(INTERNAL_URL, server.internal_url, lambda url: url)
    draft.fact(SERVED_NAMES, server.served_model_names, listed)
    _authentication(draft, server.authentication_required)
    url = server.external_url.value
    if isinstance(url, Unknown):
        draft.unknown.add("/metadata/links")
    elif url:
        draft.link("API", url, server.external_url.origin)


def _authentication(draft: Draft, fact: Fact[bool | None]) -> None:
    if isinstance(fact.value, Unknown):
        draft.unknown.add(AUTH_POINTER)
    elif fact.value is not None:
        draft.authentication(fact.value, fact.origin)


def _model(
    draft: Draft, version: Version | Unknown | None, card: CatalogModel | Unknown | None, *, in_tree: bool
) -> None:
    """What of the model belongs on the server: its homepage; of one that no registry knows, all that people pick by."""
    if isinstance(version, Version):
        tables = (("ModelVersion", version.version), ("RegisteredModel", version.model))
        told = first(*((f"{name} custom property", table.custom_properties, "Homepage URL") for name, table in tables))
        if told:
            draft.link("Homepage", *told)
    elif isinstance(version, Unknown) or isinstance(card, Unknown):
        draft.unknown.add("/metadata/links")
    if version is None and card is not None:
        put_facts(draft, Evidence(card=card), in_tree=in_tree)
    if isinstance(card, CatalogModel):
        draft.link("License", card.license_link, f"CatalogModel {card.source_id}/{card.name} licenseLink")


def _links(draft: Draft, server: InferenceService) -> None:
    """Links that people wrote on the server: those of the earlier tools, and a JSON list of {url, title}."""
    for title, *names in LINKS:
        told = declared(server, *names)
        if told and title == "License" and not re.match(r"https?:", told[0]):
            draft.annotation("rhoai-catalog/license", line(told[0])[:LONGEST], told[1])
        elif told:
            draft.wanted_link(title, told)
    text, origin = declared(server, "links") or ("", "")
    rows: Any = []
    with contextlib.suppress(ValueError, RecursionError):
        rows = json.loads(text)
    for row in rows[:MOST] if isinstance(rows, list) else ():
        url, name = (row.get("url"), row.get("title")) if isinstance(row, dict) else (None, None)
        if isinstance(url, str):
            draft.link((line(name) if isinstance(name, str) else "")[:100] or "Link", url, origin)


def _tags(draft: Draft, server: InferenceService) -> None:
    """What the dashboard asks people for, and tags that they wrote on the server."""
    for key in ("opendatahub.io/model-type", "opendatahub.io/genai-use-case"):
        draft.tag(server.annotations.get(key), f"{server.kind} annotation {key}")
    text, origin = declared(server, "backstage-tags") or ("", "")
    for tag in re.split(r"[,\n]", text)[:MOST]:
        if tag.strip() and not draft.tag(tag.strip(), origin):
            draft.refuse(origin, "has a tag without a letter or digit that a tag can have")


def _annotations(draft: Draft, server: InferenceService, joins: Joins) -> None:
    where = f"{server.kind} {server.namespace}/{server.name}"
    draft.fact("rhoai-catalog/runtime", server.runtime, lambda name: name)
    draft.fact("rhoai-catalog/model-format", server.model_format, lambda name: line(name) if name else None)
    draft.fact("rhoai-catalog/accelerators", server.accelerators, _accelerators)
    draft.fact("rhoai-catalog/context-length", server.context_length, lambda tokens: str(tokens) if tokens else None)
    for fact in (server.runtime, server.model_format):
        if isinstance(fact.value, Unknown):
            draft.unknown.add("/metadata/tags")
    if not isinstance(server.model_format.value, Unknown):
        draft.tag(server.model_format.value, server.model_format.origin)
    if server.state == "stopped":
        draft.annotation("rhoai-catalog/state", "stopped", f"{where} annotation serving.kserve.io/stop")
    link, registry = server.registry, joins.registry_of(server)
    name = registry.name if registry else link.registry if link else None
    if link and name and link.model_version_id:
        told = f"{name}/{link.registered_model_id}/{link.model_version_id}"
        draft.annotation("rhoai-catalog/model-version", told, f"{where} labels modelregistry.*")
    draft.annotation("backstage.io/kubernetes-cluster", server.cluster, "the cluster's name in generator.yaml")
    draft.annotation("backstage.io/kubernetes-namespace", server.namespace, f"{where} metadata.namespace")
    draft.annotation("backstage.io/kubernetes-label-selector", _selector(server), "the labels that KServe puts on pods")


def _accelerators(counts: Mapping[str, int]) -> str | None:
    return listed(f"{resource}={count}" for resource, count in sorted(counts.items()) if count)


def _selector(server: InferenceService) -> str:
    if server.kind == "LLMInferenceService":
        return f"app.kubernetes.io/part-of=llminferenceservice,app.kubernetes.io/name={server.name}"
    return f"serving.kserve.io/inferenceservice={server.name}"


def _relations(draft: Draft, version: Version | Unknown | None, resources: Mapping[Identity, EntityRef]) -> None:
    if isinstance(version, Unknown):
        documentation = ("techdocs-entity", "techdocs-ref")
        draft.unknown |= {"/spec/dependsOn", *(f"/metadata/annotations/backstage.io~1{key}" for key in documentation)}
    elif version is not None and version.identity in resources:
        draft.relation("dependsOn", [resources[version.identity]], "the registered version that its labels name")
        site = str(resources[version.identity])
        draft.annotation("backstage.io/techdocs-entity", site, "the site of the version that it serves")


def _owners(
    server: InferenceService, version: Version | Unknown | None, namespace: Namespace | Unknown | None
) -> Iterator[tuple[str, str | Unknown | None]]:
    told = declared(server, "owner")
    if told:
        yield told[1], told[0]
    if isinstance(version, Version):
        yield from version_owners(version)
    elif isinstance(version, Unknown):
        yield "its registered version", version
    where = f"Namespace {server.namespace} openshift.io/requester"
    yield where, namespace.requester if isinstance(namespace, Namespace) else namespace


def version_owners(version: Version) -> Iterator[tuple[str, str | None]]:
    """Who may own a version, best first, with where it stands."""
    for name, table in (("ModelVersion", version.version), ("RegisteredModel", version.model)):
        value = table.custom_properties.get("Owner")
        yield f"{name} custom property Owner", value if isinstance(value, str) else None
    yield "RegisteredModel owner", version.model.owner
    yield "ModelVersion author", version.version.author
