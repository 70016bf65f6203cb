"""InferenceService, LLMInferenceService -> Component `model-server`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from rhoai_catalog import limits
from rhoai_catalog.describe.aspects.ai_asset import LABELS, TAGS, put_facts, put_filters
from rhoai_catalog.describe.aspects.links import put_licence, put_links, put_links_to_hub, put_tags
from rhoai_catalog.describe.aspects.ownership import lifecycle, named, owner, system, version_owners
from rhoai_catalog.describe.aspects.server import api_ref, put_server, where
from rhoai_catalog.describe.aspects.summary import put_summary
from rhoai_catalog.describe.context import Described, ServerContext
from rhoai_catalog.describe.entities.draft import TECHDOCS_REF, Draft, annotation_pointer, listed
from rhoai_catalog.describe.facts import connector
from rhoai_catalog.describe.facts.declared import custom_property, declared
from rhoai_catalog.describe.facts.evidence import Evidence
from rhoai_catalog.describe.facts.facts import maturity_lifecycle
from rhoai_catalog.describe.facts.stated import Stated
from rhoai_catalog.describe.identities.version import Version
from rhoai_catalog.snapshot import InferenceService, Namespace, Unknown
from rhoai_catalog.text.prose import line

TECHDOCS_ENTITY: Final = "backstage.io/techdocs-entity"

ANY: Final = "any"  # a format that says nothing


def describe(context: ServerContext) -> Described:
    """The Component of a server."""
    draft, server = Draft(context), context.server
    put_server(draft, server)
    draft.put("/spec/type", context.kind.type, "what every model server is")
    lifecycle(draft, _lifecycle(context))
    system(draft, declared(server, "system"), f"{server.cluster}/{server.namespace}")
    nobody = owner(draft, _owners(context))
    _model(draft, context)
    put_links(draft, server)
    put_links_to_hub(draft, context)
    _runtime(draft, server)
    _registration(draft, context)
    _kubernetes(draft, server)
    put_tags(draft, server)
    _relations(draft, context)
    _site(draft, context)
    put_summary(draft, context)
    return Described(entity=draft.entity(), nobody=nobody)


def _lifecycle(context: ServerContext) -> Stated | Unknown | None:
    """What is declared on the server, else what the registry says of the version that it serves, or the catalog."""
    if stated := declared(context.server, "lifecycle"):
        return stated
    if context.version is None:
        return maturity_lifecycle(context.evidence)
    if isinstance(context.version, Unknown):
        return context.version
    return custom_property(context.version, "Lifecycle")


def _owners(context: ServerContext) -> Iterator[Stated | Unknown]:
    if stated := declared(context.server, "owner"):
        yield stated
    if isinstance(context.version, Version):
        yield from version_owners(context.version)
    elif isinstance(context.version, Unknown):
        yield context.version
    if isinstance(context.namespace, Namespace):
        yield from named((f"Namespace {context.server.namespace} openshift.io/requester", context.namespace.requester))
    elif isinstance(context.namespace, Unknown):
        yield context.namespace


def _model(draft: Draft, context: ServerContext) -> None:
    """What of the model belongs on the server: its homepage, and what people filter by; of one that no registry knows,
    all that they pick by.
    """
    if isinstance(context.version, Unknown):
        draft.unknown |= {"/metadata/links", TAGS, LABELS}
    elif context.version is None:
        _unregistered(draft, context.evidence)
    else:
        put_filters(draft, context.evidence)
        if homepage := custom_property(context.version, "Homepage URL"):
            draft.link("Homepage", homepage.text, homepage.origin)


def _unregistered(draft: Draft, evidence: Evidence) -> None:
    """What a catalog says of a model that no registry knows."""
    if isinstance(evidence.card, Unknown):
        draft.unknown.add("/metadata/links")
    if evidence.card is not None:
        put_facts(draft, evidence)
    put_licence(draft, evidence)


def _runtime(draft: Draft, server: InferenceService) -> None:
    draft.fact("rhoai-catalog/runtime", server.runtime, lambda name: line(name or "")[: limits.STATED_VALUE])
    draft.fact("rhoai-catalog/model-format", server.model_format, lambda name: line(name or "")[: limits.STATED_VALUE])
    draft.fact("rhoai-catalog/accelerators", server.accelerators, _accelerators)
    draft.fact("rhoai-catalog/context-length", server.context_length, lambda tokens: str(tokens) if tokens else None)
    if isinstance(server.runtime.value, Unknown) or isinstance(server.model_format.value, Unknown):
        draft.unknown.add("/metadata/tags")
    if not isinstance(server.model_format.value, Unknown) and (server.model_format.value or "").lower() != ANY:
        draft.tag(server.model_format.value, server.model_format.origin)
    if server.state == "stopped":
        draft.annotation("rhoai-catalog/state", "stopped", f"{where(server)} annotation serving.kserve.io/stop")


def _accelerators(counts: Mapping[str, int]) -> str | None:
    return listed(f"{resource}={count}" for resource, count in sorted(counts.items()) if count)


def _registration(draft: Draft, context: ServerContext) -> None:
    """The version that the labels name, whether or not it is there."""
    link = context.server.registry
    registry = context.registry or (link.registry if link else None)
    if link and registry and link.model_version_id:
        version = f"{registry}/{link.registered_model_id}/{link.model_version_id}"
        draft.annotation("rhoai-catalog/model-version", version, f"{where(context.server)} labels modelregistry.*")


def _kubernetes(draft: Draft, server: InferenceService) -> None:
    """By what the Kubernetes and Topology tabs find the server's pods."""
    namespace = f"{where(server)} metadata.namespace"
    draft.annotation("backstage.io/kubernetes-cluster", server.cluster, "the cluster's name in generator.yaml")
    draft.annotation("backstage.io/kubernetes-namespace", server.namespace, namespace)
    draft.annotation("backstage.io/kubernetes-label-selector", _selector(server), "the labels that KServe puts on pods")


def _selector(server: InferenceService) -> str:
    if server.kind == "LLMInferenceService":
        return f"app.kubernetes.io/part-of=llminferenceservice,app.kubernetes.io/name={server.name}"
    return f"serving.kserve.io/inferenceservice={server.name}"


def _relations(draft: Draft, context: ServerContext) -> None:
    if isinstance(context.version, Unknown):
        draft.unknown |= {"/spec/dependsOn", annotation_pointer(TECHDOCS_ENTITY), annotation_pointer(TECHDOCS_REF)}
    elif context.resource is not None:
        draft.relation("dependsOn", [context.resource], "the registered version that its labels name")
        if context.site is None and connector.documentation(context.server) is None:
            draft.annotation(TECHDOCS_ENTITY, str(context.resource), "the site of the version that it serves")
    own, kept = api_ref(context), connector.kept_api(context.server)
    apis = {own: "the API of the same server"} if own is not None else {}
    if kept is not None and kept[0] in context.known.taken:
        apis.setdefault(*kept)
    draft.relation("providesApis", apis, "; ".join(apis.values()))


def _site(draft: Draft, context: ServerContext) -> None:
    if (stated := connector.documentation(context.server)) is not None:
        draft.annotation(TECHDOCS_REF, f"url:{stated.text}", stated.origin)
        return
    draft.site()
    if context.site is None and context.site_unknown:
        draft.unknown.add(annotation_pointer(TECHDOCS_REF))
