"""Where a model server is reached, from outside and inside the cluster, and whether it wants a token."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlsplit

from rhoai_catalog.address import split_url
from rhoai_catalog.number import is_number
from rhoai_catalog.observe.kserve.fields import Object, annotation, at, items, label, mapping, metadata, text
from rhoai_catalog.observe.kserve.surroundings import KubernetesService, Port, Route, Runtime, Surroundings
from rhoai_catalog.snapshot import UNKNOWN, Fact

ENABLE_AUTH: Final = "security.opendatahub.io/enable-auth"
LOCAL: Final = (".cluster.local", ".local", ".localhost", ".internal", ".svc")
PLACEHOLDER: Final = ("example.com", ".example.com")  # KServe's default ingress domain: nothing is there
PROTOCOL_PATH: Final = re.compile(r"/v[12]/models(/[^/]*)?(/infer)?/?$")
GRPC_PORTS: Final = (7070, 8001, 8033, 8081, 8085, 8500, 9000, "grpc", "h2c")  # at which servers take gRPC, mostly
SYNONYMS: Final = {"RawDeployment": "Standard", "Serverless": "Knative"}


def deployment_mode(item: Object) -> str:
    """Standard, Knative or ModelMesh; the older names mean the same."""
    mode = (
        text(at(item, "status", "deploymentMode")) or annotation(item, "serving.kserve.io/deploymentMode") or "Standard"
    )
    return SYNONYMS.get(mode, mode)


def is_internal(host: str) -> bool:
    """Whether a host is only reached inside the cluster, however it is written: names end in a dot, too, and an address
    may be one number, or several of base 8, 10 or 16, as everything that connects takes it.
    """
    name = host.lower().removesuffix(".")
    address = _address(name)
    if address is not None:
        return not address.is_global
    return name == "localhost" or name.endswith(LOCAL) or "." not in name


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The IP address that a host is; None for a name."""
    if re.fullmatch(r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+)){0,3}", host):
        with suppress(OSError):
            return ipaddress.IPv4Address(socket.inet_aton(host))
    if ":" in host:
        with suppress(ValueError):
            return ipaddress.ip_address(host)
    return None


def _url(value: Any) -> str | None:
    """An address without user, password, query and fragment: any of them may hold a key. None if it is no address.

    A path that a protocol adds belongs to the request (KServe up to 0.11 wrote one into addresses).
    """
    if not isinstance(value, str) or ":" not in value:
        return None
    try:
        parts = split_url(value)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not parts.scheme or not host or port == 0:
        return None
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{PROTOCOL_PATH.sub('', parts.path)}"


def _host(url: str | None) -> str:
    return urlsplit(url or "").hostname or ""


def _is_external(url: str | None) -> bool:
    host = _host(url)
    return bool(host) and (url or "").startswith(("http://", "https://")) and not is_internal(host)


# -- InferenceService --------------------------------------------------------------------------------------------


def external_url(item: Object, around: Surroundings) -> Fact[str | None]:
    """The URL from outside: that of an admitted Route of the server, else an external `status.url`."""
    namespace, name = str(metadata(item).get("namespace")), str(metadata(item).get("name"))
    url = _url(at(item, "status", "url"))
    route = _route(item, around)
    if route is not None:
        return Fact(route.url, f"{route.kind} {route.namespace}/{route.name} host")
    if around.services.unknown and around.routes.rows:
        return Fact(UNKNOWN, around.services.unknown)  # a Route that people made is found by the Service behind it
    visibility = label(item, "networking.kserve.io/visibility")
    if around.routes.unknown and (visibility == "exposed" or not _is_external(url)):
        return Fact(UNKNOWN, around.routes.unknown)
    if visibility == "cluster-local":
        return Fact(None, "label networking.kserve.io/visibility")
    if url is None or not _is_external(url):
        return Fact(None, "no Route, and status.url is inside the cluster")
    backed = around.hosts.get("", _host(url))
    if _host(url).endswith(PLACEHOLDER) and not backed:
        return Fact(None, "status.url is KServe's placeholder; no Route, Ingress or HTTPRoute stands behind it")
    if around.platform and deployment_mode(item) == "Standard" and not backed and not around.hosts.unknown:
        return Fact(None, f"no admitted Route of {namespace}/{name}")
    return Fact(url, f"InferenceService {namespace}/{name} status.url")


def _route(item: Object, around: Surroundings) -> Route | None:
    namespace, uid = str(metadata(item).get("namespace")), str(metadata(item).get("uid"))
    owned = [route for route in around.routes_of.get(namespace, uid) if route.kind == "Route"]
    if owned:
        return min(owned, key=lambda route: route.name)
    entries = [
        service.name for service in around.services_of.get(namespace, uid) if not service.name.endswith("-metrics")
    ]
    by_hand = [r for entry in sorted(entries, key=_entry_order) for r in around.routes.get(namespace, entry)]
    if by_hand:
        return min(by_hand, key=lambda route: (_entry_order(route.backend), route.name))
    same_host = [
        route for route in around.hosts.get("", _host(_url(at(item, "status", "url")))) if route.kind == "Route"
    ]
    return min(same_host, key=lambda route: (route.namespace, route.name)) if same_host else None


def _entry_order(service: str) -> tuple[int, str]:
    """A transformer is the way in where there is one."""
    return (0 if service.endswith("-transformer") else 1, service)


def internal_url(item: Object, around: Surroundings, runtime: Runtime | None) -> Fact[str | None]:
    """The URL inside the cluster: `status.address.url`, with scheme and port as the Service has them."""
    where = f"InferenceService {metadata(item).get('namespace')}/{metadata(item).get('name')}"
    rest = _url(at(item, "status", "components", "predictor", "restUrl"))
    if deployment_mode(item) == "ModelMesh":
        return Fact(rest, f"{where} status.components.predictor.restUrl")
    address = _url(at(item, "status", "address", "url"))
    url = address if address is not None and is_internal(_host(address)) else None
    if around.services.unknown and url is not None and deployment_mode(item) == "Standard":
        return Fact(UNKNOWN, around.services.unknown)  # even a port that the address tells may not be the Service's
    service = _service(item, around, url)
    if service is None and url is not None and _names_nothing(item, around, url):
        return Fact(None, f"{where} status.address.url names a Service that is not there")
    if service is None:
        return Fact(url, f"{where} status.address.url") if url else Fact(None, "it has no address yet")
    origin = f"Service {service.namespace}/{service.name}"
    return Fact(_service_url(service, runtime), origin) if service.ports else Fact(url, f"{where} status.address.url")


def _service(item: Object, around: Surroundings, url: str | None) -> KubernetesService | None:
    """The Service that a caller reaches: the one that the address names, else the transformer's or the predictor's."""
    namespace, uid = str(metadata(item).get("namespace")), str(metadata(item).get("uid"))
    own = {s.name: s for s in around.services_of.get(namespace, uid) if not s.name.endswith("-metrics") and s.ports}
    named = _host(url).split(".")[0] if url else ""
    if named in own:
        return own[named]
    if deployment_mode(item) != "Standard":
        return None
    entries = sorted((name for name in own if name.endswith(("-transformer", "-predictor"))), key=_entry_order)
    return own[entries[0]] if entries else None


def only_http(item: Object, around: Surroundings) -> str:
    """The Service of a server at which nothing can take gRPC, by its ports; empty where one may, or none is known."""
    address = _url(at(item, "status", "address", "url"))
    service = _service(item, around, address if is_internal(_host(address)) else None)
    if service is None or any(port.grpc or port.target in GRPC_PORTS for port in service.ports):
        return ""
    return f"Service {service.namespace}/{service.name}"


def _names_nothing(item: Object, around: Surroundings, url: str) -> bool:
    """Whether an address inside the cluster is that of a Service that does not exist: KServe up to 0.11 wrote some."""
    service, _, rest = _host(url).partition(".")
    namespace = str(metadata(item).get("namespace"))
    inside = rest == namespace or rest.startswith((f"{namespace}.svc", "svc"))
    known = around.services.get(namespace, service)
    return deployment_mode(item) == "Standard" and inside and not known and bool(around.services.rows)


def grpc_url(item: Object) -> str | None:
    """Where ModelMesh takes gRPC: at another port than REST."""
    address = text(at(item, "status", "components", "predictor", "grpcUrl"))
    return address if deployment_mode(item) == "ModelMesh" and (address or "").startswith("grpc") else None


def _service_url(service: KubernetesService, runtime: Runtime | None) -> str:
    port = next((port for port in service.ports if not port.grpc), service.ports[0])
    number = _target(port, runtime) if service.headless else port.port
    secure = port.name == "https" or number in (443, 8443)
    scheme = "https" if secure else "http"
    host = f"{service.name}.{service.namespace}.svc.cluster.local"
    return f"{scheme}://{host}" + ("" if number == (443 if secure else 80) else f":{number}")


def _target(port: Port, runtime: Runtime | None) -> int:
    """The number of a target port; a name is that of a container's port."""
    if isinstance(port.target, int):
        return port.target
    if is_number(port.target):
        return int(port.target)
    if port.target == "https":
        return 8443
    for container in items(runtime.spec.get("containers")) if runtime else ():
        for row in items(mapping(container).get("ports")):
            if mapping(row).get("name") == port.target and isinstance(row.get("containerPort"), int):
                return int(row["containerPort"])
    return port.port


def authentication_required(item: Object, around: Surroundings, runtime: Runtime | None) -> Fact[bool | None]:
    """Whether a caller needs a token: by annotation, as the controllers of OpenShift AI read it, never by guess."""
    where = f"InferenceService {metadata(item).get('namespace')}/{metadata(item).get('name')}"
    if deployment_mode(item) == "ModelMesh":
        if runtime is None and around.runtimes.unknown:
            return Fact(UNKNOWN, around.runtimes.unknown)
        asks = runtime.annotations.get("enable-auth", "") if runtime else ""
        return Fact(asks.lower() == "true", f"ServingRuntime {runtime.name if runtime else ''} annotation enable-auth")
    if around.platform is None:
        return Fact(UNKNOWN, around.platform_reason)
    if not around.platform:
        return Fact(None, "KServe alone does not ask for tokens; nothing says what stands in front of it")
    if (value := annotation(item, ENABLE_AUTH)) is not None:
        return Fact(_is_true(value), f"{where} annotation {ENABLE_AUTH}")
    if (value := label(item, ENABLE_AUTH)) is not None:
        return Fact(_is_true(value), f"{where} label {ENABLE_AUTH}")
    if deployment_mode(item) == "Knative" and (value := annotation(item, "enable-auth")) is not None:
        return Fact(_is_true(value), f"{where} annotation enable-auth")
    return Fact(False, f"{where} has no annotation {ENABLE_AUTH}")


def _is_true(value: str) -> bool:
    return value.strip().lower() in ("true", "1", "t")


# -- LLMInferenceService -----------------------------------------------------------------------------------------


def llm_urls(item: Object, around: Surroundings) -> tuple[Fact[str | None], Fact[str | None]]:
    """External and internal URL from `status.addresses`, the plain ones before those for model routing."""
    where = f"LLMInferenceService {metadata(item).get('namespace')}/{metadata(item).get('name')}"
    addresses = [
        (str(mapping(row).get("name") or ""), url)
        for row in items(at(item, "status", "addresses"))
        if (url := _url(mapping(row).get("url")))
    ]
    plain = sorted(addresses, key=lambda address: address[0].endswith("-model-routing"))
    status_url = _url(at(item, "status", "url"))
    outside = next((url for _, url in plain if _is_external(url)), None)
    external = status_url if _is_external(status_url) and addresses else outside
    inside = _first_internal(plain) or (status_url if status_url and is_internal(_host(status_url)) else None)
    internal: Fact[str | None] = Fact(None, "it has no address inside the cluster")
    if inside:
        internal = _with_port(item, inside, around, f"{where} status.addresses")
    return Fact(external, f"{where} status.addresses"), internal


def _first_internal(addresses: Iterable[tuple[str, str]]) -> str | None:
    return next((url for _, url in addresses if is_internal(_host(url))), None)


def _with_port(item: Object, url: str, around: Surroundings, origin: str) -> Fact[str | None]:
    """A workload Service listens on the port it has only: it belongs into the address."""
    namespace, uid = str(metadata(item).get("namespace")), str(metadata(item).get("uid"))
    named = _host(url).split(".")[0]
    service = next((s for s in around.services_of.get(namespace, uid) if s.name == named), None)
    if urlsplit(url).port is not None or urlsplit(url).path not in ("", "/"):
        return Fact(url, origin)
    if around.services.unknown:
        return Fact(UNKNOWN, around.services.unknown)
    if service is not None and service.ports:
        parts = urlsplit(url)
        number = service.ports[0].port
        default = 443 if parts.scheme == "https" else 80
        return Fact(url if number == default else f"{url.rstrip('/')}:{number}", f"Service {namespace}/{service.name}")
    if named.endswith("-kserve-workload-svc"):
        return Fact(f"{url.rstrip('/')}:8000", "the port of every workload Service")
    return Fact(url, origin)


def llm_authentication(item: Object, around: Surroundings) -> Fact[bool | None]:
    """On unless the annotation says "false": the other way round than for an InferenceService."""
    where = f"LLMInferenceService {metadata(item).get('namespace')}/{metadata(item).get('name')}"
    if around.platform is None:
        return Fact(UNKNOWN, around.platform_reason)
    if not around.platform:
        return Fact(None, "KServe alone does not ask for tokens; nothing says what stands in front of it")
    value = annotation(item, ENABLE_AUTH)
    origin = f"annotation {ENABLE_AUTH}" if value is not None else f"has no annotation {ENABLE_AUTH}"
    return Fact(value is None or value.lower() != "false", f"{where} {origin}")
