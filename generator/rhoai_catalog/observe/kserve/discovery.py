"""Registries and the model catalog of a cluster, found where the platform keeps them, and only there.

A token follows what is found, so nothing of a tenant counts: not a Service with the right label in a namespace of
theirs, not an address in an annotation. What counts is an admitted Route to a Service in the namespace that the
platform names, of a component that it manages; a project of that name that somebody asked for is not the platform's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from rhoai_catalog.config import Cluster, Service
from rhoai_catalog.entity import LeftOut
from rhoai_catalog.errors import SourceError
from rhoai_catalog.families import FAMILIES
from rhoai_catalog.identity import discovered_name
from rhoai_catalog.observe.family import DiscoveredService
from rhoai_catalog.observe.kserve.api import KubernetesApi
from rhoai_catalog.observe.kserve.fields import Object, at, items, labels_of, mapping, metadata, text
from rhoai_catalog.observe.kserve.surroundings import PLATFORM, admitted_hosts
from rhoai_catalog.snapshot import DISCOVERY, Scope

REQUESTER: Final = "openshift.io/requester"  # of a project that somebody asked for; the platform asks nobody
COMPONENTS: Final = {family.component: family for family in FAMILIES.values() if family.component}
EXTERNAL_ADDRESS: Final = "routing.opendatahub.io/external-address-rest"  # only what the platform itself serves has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What was discovered, how completely, and what has no address that a token may be sent to.

    `registries` are the names of the Services of registries in `namespace`, with an address or without.
    """

    scope: Scope
    services: tuple[DiscoveredService, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    namespace: str
    registries: tuple[str, ...]


def discover(api: KubernetesApi, cluster: Cluster) -> Discovery:
    """Find the registries and the catalog of a cluster. What fails makes the scope incomplete; nothing is raised."""
    namespace = ""
    services: list[Object] = []
    try:
        namespace = _registries_namespace(api) or ""
        requester = _requester(api, namespace) if namespace else None
        services = _services(api, namespace) if namespace and requester is None else []
        routes = api.read_list("route.openshift.io/v1", "routes", namespace) if services else []
    except SourceError as error:
        scope = Scope(source=cluster.key, kind=DISCOVERY, complete=False, reason=error.message, hint=error.hint)
        return Discovery(scope=scope, namespace=namespace, registries=_registries(services))
    discovered: list[DiscoveredService] = []
    left_out: list[LeftOut] = []
    if requester is not None:
        reason = "somebody asked for this project, so it is not the platform's, and no token goes there"
        left_out.append(LeftOut(what=f"Namespace {cluster.name}/{namespace}", reason=reason))
    for service in services:
        name = str(metadata(service).get("name"))
        host = next((host for route in routes if (host := _host(route, name))), None)
        if host is None:
            reason = "no admitted Route leads to it; name its address in generator.yaml"
            left_out.append(LeftOut(what=f"Service {cluster.name}/{namespace}/{name}", reason=reason))
        else:
            discovered.append(_discovered(cluster, namespace, name, labels_of(service)["component"], host))
    scope = Scope(source=cluster.key, kind=DISCOVERY, complete=True, listed=len(services))
    return Discovery(
        scope=scope,
        services=tuple(discovered),
        left_out=tuple(left_out),
        namespace=namespace,
        registries=_registries(services),
    )


def _discovered(cluster: Cluster, namespace: str, name: str, component: str, host: str) -> DiscoveredService:
    """A Service at the host of its Route; what labels of servers call a registry is the Service's name."""
    family = COMPONENTS[component]
    service = Service(
        family=family.name,
        name=discovered_name(cluster.name, name),
        url=f"https://{host}",
        credentials=cluster.credentials,
        ca_file=cluster.ca_file,
        clusters=(cluster.name,),
        registry=name if family.labelled else None,
        timeout=cluster.timeout,
    )
    inside = f"{name}.{namespace}.svc"
    return DiscoveredService(service=service, hosts=frozenset((host, inside, f"{inside}.cluster.local")))


def _registries_namespace(api: KubernetesApi) -> str | None:
    """The namespace in which the platform says that it manages registries; none is guessed."""
    group, resource = PLATFORM
    for version in api.groups().get(group, ()):
        for item in api.read_list(f"{group}/{version}", resource):
            component = mapping(at(item, "spec", "components", "modelregistry"))
            namespace = component.get("registriesNamespace")
            if component.get("managementState") == "Managed" and isinstance(namespace, str) and namespace:
                return namespace
    return None


def _requester(api: KubernetesApi, name: str) -> str | None:
    """Who asked for a namespace; None where it is nobody's project. One that is not there is nobody's either."""
    for item in api.read_list("v1", "namespaces"):
        if metadata(item).get("name") == name:
            return text(mapping(metadata(item).get("annotations")).get(REQUESTER))
    return None


def _services(api: KubernetesApi, namespace: str) -> list[Object]:
    """The Services that a registry or the catalog answers at, by name; a registry's database is none of them."""
    services = [
        service
        for service in api.read_list("v1", "services", namespace)
        if labels_of(service).get("component") in COMPONENTS and _answers(service)
    ]
    return sorted(services, key=lambda service: str(metadata(service).get("name")))


def _registries(services: Iterable[Object]) -> tuple[str, ...]:
    """The names of those that are registries."""
    labelled = (one for one in services if COMPONENTS[labels_of(one)["component"]].labelled)
    return tuple(str(metadata(one).get("name")) for one in labelled)


def _answers(service: Object) -> bool:
    ports = {text(mapping(port).get("name")) for port in items(at(service, "spec", "ports"))}
    return bool(ports & {"https-api", "http-api"}) or EXTERNAL_ADDRESS in mapping(metadata(service).get("annotations"))


def _host(route: Object, service: str) -> str | None:
    """The admitted host of a Route over TLS to a Service."""
    if at(route, "spec", "to", "name") != service or not at(route, "spec", "tls") or at(route, "spec", "path"):
        return None
    hosts = (host for host in admitted_hosts(route) if urlsplit(f"https://{host}").hostname == host)
    return next(hosts, None)
