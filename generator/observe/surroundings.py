"""What stands around the servers of a cluster: runtimes, Routes, Services, Ingresses; only what is needed of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from generator.errors import SourceError
from generator.observe.kubernetes import Forbidden, KubernetesApi
from generator.snapshot import Scope

T = TypeVar("T")
Object = Mapping[str, Any]

SUPPORTING: Final = (  # kind, group version, resource
    ("Service", "v1", "services"),
    ("Route", "route.openshift.io/v1", "routes"),
    ("Ingress", "networking.k8s.io/v1", "ingresses"),
    ("HTTPRoute", "gateway.networking.k8s.io/v1", "httproutes"),
    ("ServingRuntime", "serving.kserve.io/v1alpha1", "servingruntimes"),
    ("ClusterServingRuntime", "serving.kserve.io/v1alpha1", "clusterservingruntimes"),
)
PLATFORM: Final = ("datasciencecluster.opendatahub.io", "datascienceclusters")  # OpenShift AI and Open Data Hub


def mapping(value: Any) -> Mapping[str, Any]:
    """The value if it is a mapping, else an empty one: objects may have any shape."""
    return value if isinstance(value, Mapping) else {}


def items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def at(value: Any, *path: str) -> Any:
    """The value below keys, or None."""
    for key in path:
        value = mapping(value).get(key)
    return value


def text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def metadata(item: Object) -> Mapping[str, Any]:
    return mapping(item.get("metadata"))


def labels_of(item: Object) -> Mapping[str, str]:
    return {k: v for k, v in mapping(metadata(item).get("labels")).items() if isinstance(v, str)}


def annotations_of(item: Object) -> Mapping[str, str]:
    return {k: v for k, v in mapping(metadata(item).get("annotations")).items() if isinstance(v, str)}


def owners(item: Object) -> frozenset[str]:
    """The UIDs of an object's owners."""
    return frozenset(str(mapping(owner).get("uid")) for owner in items(metadata(item).get("ownerReferences")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    name: str
    port: int
    target: int | str
    grpc: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
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
    """A ServingRuntime or ClusterServingRuntime; `args` are only looked at, never kept."""

    kind: str
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
    """The supporting objects of one cluster, and the scopes that say how whole they are."""

    services: Table[Service] = field(default_factory=Table)
    services_of: Table[Service] = field(default_factory=Table)
    routes: Table[Route] = field(default_factory=Table)
    routes_of: Table[Route] = field(default_factory=Table)
    hosts: Table[Route] = field(default_factory=Table)
    runtimes: Table[Runtime] = field(default_factory=Table)
    platform: bool | None = None
    platform_reason: str = ""
    scopes: list[Scope] = field(default_factory=list)


def read_surroundings(api: KubernetesApi, admitted: Callable[[str], bool], namespaces: Iterable[str]) -> Surroundings:
    """Read the supporting kinds; `namespaces` are listed one by one (none: the whole cluster at once)."""
    around = Surroundings()
    keep = {
        "Service": lambda item: _keep_service(around, item),
        "Route": lambda item: _keep_route(around, item),
        "Ingress": lambda item: _keep_ingress(around, item),
        "HTTPRoute": lambda item: _keep_httproute(around, item),
        "ServingRuntime": lambda item: _keep_runtime(around, "ServingRuntime", item),
        "ClusterServingRuntime": lambda item: _keep_runtime(around, "ClusterServingRuntime", item),
    }
    unknown: Mapping[str, tuple[Table[Any], ...]] = {
        "Service": (around.services, around.services_of),
        "ServingRuntime": (around.runtimes,),
        "ClusterServingRuntime": (around.runtimes,),
    }
    spread = list(namespaces)
    for kind, group_version, resource in SUPPORTING:
        listed, reason, hint = 0, "", ""
        try:
            if api.serves(group_version, resource):
                for namespace in spread if spread and kind != "ClusterServingRuntime" else [""]:
                    for item in api.read_list(group_version, resource, namespace):
                        keep[kind](item)
                        listed += 1
        except SourceError as error:
            reason, hint = error.message, error.hint
            for table in unknown.get(kind, (around.routes, around.routes_of, around.hosts)):
                table.unknown = table.unknown or f"{kind}s could not be listed"
        scope = Scope(
            source=f"kserve/{api.name}", kind=kind, complete=not reason, listed=listed, reason=reason, hint=hint
        )
        around.scopes.append(scope)
    try:
        around.platform = _has_platform(api)
    except SourceError as error:
        around.platform_reason = error.message
    return around


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


def _keep_service(around: Surroundings, item: Object) -> None:
    meta, spec = metadata(item), mapping(item.get("spec"))
    uids = owners(item)
    if not uids:
        return
    ports = tuple(filter(None, map(_port, items(spec.get("ports")))))
    service = Service(
        namespace=str(meta.get("namespace")),
        name=str(meta.get("name")),
        owners=uids,
        headless=spec.get("clusterIP") == "None",
        ports=ports,
    )
    around.services.add(service.namespace, service.name, service)
    for uid in uids:
        around.services_of.add(service.namespace, uid, service)


def _port(row: Any) -> Port | None:
    row = mapping(row)
    number = row.get("port")
    if not isinstance(number, int):
        return None
    name, target = str(row.get("name") or ""), row.get("targetPort", number)
    grpc = "grpc" in name or "h2c" in name or row.get("appProtocol") == "kubernetes.io/h2c"
    return Port(name=name, port=number, target=target if isinstance(target, int | str) else number, grpc=grpc)


def _keep_route(around: Surroundings, item: Object) -> None:
    spec = mapping(item.get("spec"))
    admitted = [
        mapping(ingress).get("host")
        for ingress in items(at(item, "status", "ingress"))
        if any(
            mapping(c).get("type") == "Admitted" and mapping(c).get("status") == "True"
            for c in items(mapping(ingress).get("conditions"))
        )
    ]
    for host in sorted({host for host in admitted if isinstance(host, str) and host})[:1]:
        tls = bool(at(spec, "tls", "termination"))
        _add(around, "Route", item, host, str(spec.get("path") or ""), tls, str(at(spec, "to", "name") or ""))


def _keep_ingress(around: Surroundings, item: Object) -> None:
    spec = mapping(item.get("spec"))
    secure = {host for tls in items(spec.get("tls")) for host in items(mapping(tls).get("hosts"))}
    for rule in items(spec.get("rules")):
        host = text(mapping(rule).get("host"))
        if host:
            _add(around, "Ingress", item, host, "", host in secure, "")


def _keep_httproute(around: Surroundings, item: Object) -> None:
    for host in items(at(item, "spec", "hostnames")):
        if isinstance(host, str):
            _add(around, "HTTPRoute", item, host, "", False, "")


def _add(around: Surroundings, kind: str, item: Object, host: str, path: str, tls: bool, backend: str) -> None:
    meta = metadata(item)
    route = Route(
        kind=kind,
        namespace=str(meta.get("namespace")),
        name=str(meta.get("name")),
        owners=owners(item),
        host=host,
        path=path,
        tls=tls,
        backend=backend,
        server=labels_of(item).get("inferenceservice-name", ""),
    )
    around.hosts.add("", route.host, route)
    for uid in route.owners:
        around.routes_of.add(route.namespace, uid, route)
    if backend:
        around.routes.add(route.namespace, backend, route)


def _keep_runtime(around: Surroundings, kind: str, item: Object) -> None:
    meta = metadata(item)
    namespace = str(meta.get("namespace") or "") if kind == "ServingRuntime" else ""
    runtime = Runtime(
        kind=kind, name=str(meta.get("name")), annotations=annotations_of(item), spec=mapping(item.get("spec"))
    )
    around.runtimes.add(namespace, runtime.name, runtime)
