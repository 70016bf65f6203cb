"""Registries and the model catalog of a cluster, found where the platform keeps them, and only there."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from generator.config import Cluster
from generator.errors import SourceError
from generator.observe.kubernetes import KubernetesApi
from generator.observe.surroundings import Object, at, items, labels_of, mapping, metadata
from generator.snapshot import MODEL_CATALOG, MODEL_REGISTRY

NAMESPACES: Final = ("rhoai-model-registries", "odh-model-registries")
COMPONENTS: Final = {"model-registry": MODEL_REGISTRY, "model-catalog": MODEL_CATALOG}
SOURCE_NAME: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveredService:
    """A registry or catalog of a cluster; `registry` is what labels of servers call it."""

    family: str
    name: str
    url: str
    cluster: str
    registry: str | None


def read_discovered(api: KubernetesApi, cluster: Cluster) -> tuple[DiscoveredService, ...]:
    """The platform's registries and catalog that an admitted Route leads to."""
    found: list[DiscoveredService] = []
    for namespace in NAMESPACES:
        try:
            services = {str(metadata(s).get("name")): s for s in api.read_list("v1", "services", namespace)}
            routes = api.read_list("route.openshift.io/v1", "routes", namespace)
        except SourceError:
            continue
        for name, service in sorted(services.items()):
            family = COMPONENTS.get(labels_of(service).get("component", ""))
            host = next((h for route in routes if (h := _host(route, name))), None)
            if family and host:
                found.append(_service(family, name, host, cluster))
    return tuple(found)


def _host(route: Object, service: str) -> str | None:
    """The admitted host of a Route over TLS to a Service."""
    if at(route, "spec", "to", "name") != service or not at(route, "spec", "tls"):
        return None
    for ingress in items(at(route, "status", "ingress")):
        for condition in items(mapping(ingress).get("conditions")):
            if mapping(condition).get("type") == "Admitted" and mapping(condition).get("status") == "True":
                host = mapping(ingress).get("host")
                return host if isinstance(host, str) else None
    return None


def _service(family: str, name: str, host: str, cluster: Cluster) -> DiscoveredService:
    label = name if family == MODEL_REGISTRY else None
    return DiscoveredService(
        family=family,
        name=_source_name(f"{cluster.name}-{name}"),
        url=f"https://{host}",
        cluster=cluster.name,
        registry=label,
    )


def _source_name(wanted: str) -> str:
    if SOURCE_NAME.fullmatch(wanted):
        return wanted
    suffix = hashlib.sha256(wanted.encode()).hexdigest()[:8]
    return f"{re.sub(r'[^a-z0-9-]+', '-', wanted.lower())[:21].strip('-')}-{suffix}"
