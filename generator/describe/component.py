"""InferenceService, LLMInferenceService -> Component `model-server`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from generator.backstage import AUTH_POINTER, AUTH_TAGS, Entity, EntityRef, web_url
from generator.config import Config
from generator.describe.draft import Draft, line, listed, paragraphs
from generator.describe.joins import Joins, Version
from generator.describe.ownership import first, lifecycle, owner, system
from generator.snapshot import Fact, InferenceService, Namespace, Unknown

EXTERNAL_URL = "rhdh.modelcatalog.io/external-route-url"
INTERNAL_URL = "rhdh.modelcatalog.io/internal-service-url"
SERVED_NAMES = "rhoai-catalog/served-model-names"
OLD, NEW = "modelcatalogbridge.rhdh.io/", "rhdh.io/"  # prefixes that earlier tools read


def declared(server: InferenceService, *names: str) -> tuple[str, str] | None:
    """What a person wrote on the server for the catalog, under any of the earlier tools' keys."""
    keys = [prefix + name for name in names for prefix in (NEW, OLD)]
    return first(*((f"{server.kind} annotation", server.annotations, key) for key in keys))


def component(
    server: InferenceService,
    ref: EntityRef,
    file: PurePosixPath,
    *,
    joins: Joins,
    resources: Mapping[str, EntityRef],
    sites: Mapping[str, EntityRef],
    api: EntityRef | None,
    namespace: Namespace | Unknown | None,
    config: Config,
    in_tree: bool,
) -> tuple[Entity, str | None]:
    """The Component of a server, and an owner's name that led to nobody. `resources` and `sites` are those of versions
    in the tree, by identity.
    """
    draft = Draft("Component", ref, server.identity)
    shared(draft, server)
    draft.put("/spec/type", "model-server", "what every model server is")
    lifecycle(draft, declared(server, "lifecycle"), config)
    system(draft, declared(server, "system"), config)
    version = joins.version_of(server)
    nobody = owner(draft, _owners(server, version, namespace), config, in_tree=in_tree)
    homepage = declared(server, "homepage-url", "homepageurl")
    if homepage:
        draft.link("Homepage", *homepage)
    _annotations(draft, server, joins)
    _relations(draft, version, resources, sites)
    if api is not None:
        draft.relation("providesApis", [api], "the API of the same server")
    return draft.entity(file), nobody


def shared(draft: Draft, server: InferenceService) -> None:
    """What the Component and the API of one server have in common."""
    where = f"{server.kind} {server.namespace}/{server.name}"
    draft.put("/metadata/title", line(server.display_name or "") or server.name, f"{where} display name")
    told = declared(server, "description")
    description = paragraphs(told[0] if told else server.description or "")
    fallback = f"{server.kind} {server.name} in namespace {server.namespace} of cluster {server.cluster}"
    draft.put("/metadata/description", description or fallback, told[1] if told else f"{where} description")
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
        draft.tag(AUTH_TAGS[0] if fact.value else AUTH_TAGS[1], fact.origin)


def _annotations(draft: Draft, server: InferenceService, joins: Joins) -> None:
    where = f"{server.kind} {server.namespace}/{server.name}"
    draft.fact("rhoai-catalog/runtime", server.runtime, lambda name: name)
    draft.fact("rhoai-catalog/model-format", server.model_format, lambda name: line(name) if name else None)
    draft.fact("rhoai-catalog/accelerators", server.accelerators, _accelerators)
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


def _relations(
    draft: Draft, version: Version | Unknown | None, resources: Mapping[str, EntityRef], sites: Mapping[str, EntityRef]
) -> None:
    if isinstance(version, Unknown):
        draft.unknown |= {"/spec/dependsOn", "/metadata/annotations/backstage.io~1techdocs-entity"}
    elif version is not None and version.identity in resources:
        draft.relation("dependsOn", [resources[version.identity]], "the registered version that its labels name")
        if version.identity in sites:
            site = str(sites[version.identity])
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
