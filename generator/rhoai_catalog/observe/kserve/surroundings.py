"""What stands around the servers of a cluster: runtimes, Routes, Services, Ingresses; only what is needed of them."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from rhoai_catalog.errors import SourceError
from rhoai_catalog.http.errors import Forbidden
from rhoai_catalog.observe.kserve.api import KubernetesApi
from rhoai_catalog.observe.kserve.fields import (
    Object,
    annotations_of,
    at,
    items,
    label,
    mapping,
    metadata,
    owners,
    text,
)
from rhoai_catalog.observe.kserve.gateways import AuthPolicy, GatewayRoute, auth_policy, gateway_route
from rhoai_catalog.observe.kserve.listing import Lister

T = TypeVar("T")

PLATFORM: Final = ("datasciencecluster.opendatahub.io", "datascienceclusters")  # OpenShift AI and Open Data Hub


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    name: str
    port: int
    target: int | str
    grpc: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KubernetesService:
    """A Service; `owners` are UIDs. A headless one is reached at its target port."""

    namespace: str
    name: str
    owners: frozenset[str]
    headless: bool
    ports: tuple[Port, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An admitted Route, or an Ingress or HTTPRoute (`kind` says which); `backend` is the Service it leads to."""

    kind: str
    namespace: str
    name: str
    owners: frozenset[str]
    host: str
    path: str
    tls: bool
    backend: str
    server: str

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}{self.path if self.path != '/' else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """A ServingRuntime or ClusterServingRuntime."""

    kind: str
    namespace: str
    name: str
    annotations: Mapping[str, str]
    spec: Mapping[str, Any]


@dataclass(slots=True)
class Table(Generic[T]):
    """Rows by (namespace, key); `unknown` says why the table is not whole."""

    rows: dict[tuple[str, str], list[T]] = field(default_factory=dict)
    unknown: str = ""

    def add(self, namespace: str, key: str, row: T) -> None:
        self.rows.setdefault((namespace, key), []).append(row)

    def get(self, namespace: str, key: str) -> list[T]:
        return self.rows.get((namespace, key), [])

    def all(self) -> Iterator[T]:
        for rows in self.rows.values():
            yield from rows


@dataclass(slots=True)
class Surroundings:
    """The supporting objects of one cluster."""

    services: Table[KubernetesService] = field(default_factory=Table)
    services_of: Table[KubernetesService] = field(default_factory=Table)
    routes: Table[Route] = field(default_factory=Table)
    routes_of: Table[Route] = field(default_factory=Table)
    hosts: Table[Route] = field(default_factory=Table)
    runtimes: Table[Runtime] = field(default_factory=Table)
    llm_configs: Table[Mapping[str, Any]] = field(default_factory=Table)  # specs of LLMInferenceServiceConfigs
    offered: Table[str] = field(default_factory=Table)  # MaaSModelRefs, by the LLMInferenceService that they offer
    gateway_routes: Table[GatewayRoute] = field(default_factory=Table)
    gateway_routes_of: Table[GatewayRoute] = field(default_factory=Table)
    gateway_routes_to: Table[GatewayRoute] = field(default_factory=Table)  # by Service
    policies: Table[AuthPolicy] = field(default_factory=Table)  # by what they target
    platform: bool | None = None
    platform_reason: str = ""

    def add(self, route: Route) -> None:
        self.hosts.add("", route.host, route)
        for uid in route.owners:
            self.routes_of.add(route.namespace, uid, route)
        if route.backend:
            self.routes.add(route.namespace, route.backend, route)


def read_surroundings(api: KubernetesApi, lister: Lister) -> Surroundings:
    """Read the supporting kinds of a cluster."""
    around = Surroundings()
    services = lister.read("Service", _service)
    for service in services.rows:
        around.services.add(service.namespace, service.name, service)
        for uid in service.owners:
            around.services_of.add(service.namespace, uid, service)
    _note(services.whole, "Service", around.services, around.services_of)
    for kind, keep in (("Route", _route), ("Ingress", _ingress)):
        listed = lister.read(kind, keep)
        for route in (route for routes in listed.rows for route in routes):
            around.add(route)
        _note(listed.whole, kind, around.routes, around.routes_of, around.hosts)
    _read_gateways(lister, around)
    for kind in ("ServingRuntime", "ClusterServingRuntime"):
        runtimes = lister.read(kind, functools.partial(_runtime, kind))
        for runtime in runtimes.rows:
            around.runtimes.add(runtime.namespace, runtime.name, runtime)
        _note(runtimes.whole, kind, around.runtimes)
    configs = lister.read("LLMInferenceServiceConfig", _named_spec)
    for namespace, name, spec in configs.rows:
        around.llm_configs.add(namespace, name, spec)
    _note(configs.whole, "LLMInferenceServiceConfig", around.llm_configs)
    refs = lister.read("MaaSModelRef", _named_spec)
    for namespace, name, spec in refs.rows:
        if at(spec, "modelRef", "kind") == "LLMInferenceService":
            around.offered.add(namespace, str(at(spec, "modelRef", "name")), name)
    _note(refs.whole, "MaaSModelRef", around.offered)
    try:
        around.platform = _has_platform(api)
    except SourceError as error:
        around.platform_reason = error.message
    return around


def _read_gateways(lister: Lister, around: Surroundings) -> None:
    """HTTPRoutes; where there is one at all, also what is asked for before it."""
    listed = lister.read("HTTPRoute", gateway_route)
    for row in listed.rows:
        for route in _httproute(row):
            around.add(route)
        around.gateway_routes.add(row.namespace, row.name, row)
        for uid in row.owners:
            around.gateway_routes_of.add(row.namespace, uid, row)
        for service in sorted(row.services):
            around.gateway_routes_to.add(row.namespace, service, row)
    _note(listed.whole, "HTTPRoute", around.routes, around.routes_of, around.hosts, around.gateway_routes)
    if not listed.rows:
        return
    policies = lister.read_optional("AuthPolicy", auth_policy)
    for policy in policies.rows:
        around.policies.add(policy.namespace, policy.target, policy)
    _note(policies.whole, "AuthPolicy", around.policies)


def _note(whole: bool, kind: str, *tables: Table[Any]) -> None:
    for table in tables:
        table.unknown = table.unknown or ("" if whole else f"{kind}s could not be listed")


def _has_platform(api: KubernetesApi) -> bool:
    """Whether OpenShift AI is installed: its kind alone may be left over, so there must be an object of it.

    Where the token may not list that kind, the kind itself has to do.
    """
    group, resource = PLATFORM
    versions = api.groups().get(group, ())
    for version in versions:
        try:
            if api.read_list(f"{group}/{version}", resource):
                return True
        except Forbidden:
            return True
    return False


def _named_spec(item: Object) -> tuple[str, str, Mapping[str, Any]]:
    meta = metadata(item)
    return str(meta.get("namespace")), str(meta.get("name")), mapping(item.get("spec"))


def _service(item: Object) -> KubernetesService | None:
    """A Service that something owns: only those lead to a model server."""
    meta, spec = metadata(item), mapping(item.get("spec"))
    if not owners(item):
        return None
    return KubernetesService(
        namespace=str(meta.get("namespace")),
        name=str(meta.get("name")),
        owners=owners(item),
        headless=spec.get("clusterIP") == "None",
        ports=tuple(filter(None, map(_port, items(spec.get("ports"))))),
    )


def _port(row: Any) -> Port | None:
    row = mapping(row)
    number = row.get("port")
    if not isinstance(number, int):
        return None
    name, target = str(row.get("name") or ""), row.get("targetPort", number)
    grpc = "grpc" in name or "h2c" in name or row.get("appProtocol") == "kubernetes.io/h2c"
    return Port(name=name, port=number, target=target if isinstance(target, int | str) else number, grpc=grpc)


def _route(item: Object) -> list[Route]:
    spec = mapping(item.get("spec"))
    hosts = sorted(set(admitted_hosts(item)))[:1]
    tls, backend = bool(at(spec, "tls", "termination")), str(at(spec, "to", "name") or "")
    return [_route_to("Route", item, host, str(spec.get("path") or ""), tls, backend) for host in hosts]


def admitted_hosts(route: Object) -> Iterator[str]:
    """The hosts at which a router serves a Route."""
    for ingress in items(at(route, "status", "ingress")):
        host = text(mapping(ingress).get("host"))
        conditions = [mapping(condition) for condition in items(mapping(ingress).get("conditions"))]
        if host and any(row.get("type") == "Admitted" and row.get("status") == "True" for row in conditions):
            yield host


def _ingress(item: Object) -> list[Route]:
    spec = mapping(item.get("spec"))
    secure = {text(host) for tls in items(spec.get("tls")) for host in items(mapping(tls).get("hosts"))}
    hosts = [host for rule in items(spec.get("rules")) if (host := text(mapping(rule).get("host")))]
    return [_route_to("Ingress", item, host, "", host in secure, "") for host in hosts]


def _httproute(row: GatewayRoute) -> Iterator[Route]:
    for host in row.hosts:
        yield Route(
            kind="HTTPRoute",
            namespace=row.namespace,
            name=row.name,
            owners=row.owners,
            host=host,
            path="",
            tls=False,
            backend="",
            server="",
        )


def _route_to(kind: str, item: Object, host: str, path: str, tls: bool, backend: str) -> Route:
    meta = metadata(item)
    return Route(
        kind=kind,
        namespace=str(meta.get("namespace")),
        name=str(meta.get("name")),
        owners=owners(item),
        host=host,
        path=path,
        tls=tls,
        backend=backend,
        server=label(item, "inferenceservice-name") or "",
    )


def _runtime(kind: str, item: Object) -> Runtime:
    meta = metadata(item)
    return Runtime(
        kind=kind,
        namespace=str(meta.get("namespace") or "") if kind == "ServingRuntime" else "",
        name=str(meta.get("name")),
        annotations=annotations_of(item),
        spec=mapping(item.get("spec")),
    )
