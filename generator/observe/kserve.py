"""A cluster -> its model servers as facts, and how completely they were listed."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from generator.backstage import LeftOut
from generator.config import Cluster
from generator.errors import GeneratorError, SourceError
from generator.observe.discovery import DiscoveredService, discover
from generator.observe.kubernetes import Forbidden, KubernetesApi
from generator.observe.servers import inference_service, llm_inference_service
from generator.observe.surroundings import Object, Surroundings, annotations_of, metadata, read_surroundings
from generator.observe.traffic import Traffic
from generator.snapshot import DISCOVERY, InferenceService, Namespace, Scope, Source

SERVERS: Final[Mapping[str, tuple[str, tuple[str, ...], Callable[..., InferenceService]]]] = {
    "InferenceService": ("inferenceservices", ("v1beta1",), inference_service),
    "LLMInferenceService": ("llminferenceservices", ("v1alpha2", "v1alpha1"), llm_inference_service),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterFacts:
    """What one cluster showed."""

    source: Source
    scopes: tuple[Scope, ...]
    namespaces: tuple[Namespace, ...] = ()
    inference_services: tuple[InferenceService, ...] = ()
    discovered: tuple[DiscoveredService, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def read_cluster(cluster: Cluster, traffic: Traffic) -> ClusterFacts:
    """Read one cluster. What fails makes its scope incomplete; nothing is raised."""
    source = Source(family="kserve", name=cluster.name)
    try:
        api = KubernetesApi(cluster, traffic)
        api.groups()  # what makes even this fail is told once, not for every kind
    except Forbidden:
        return _Reading(cluster, api).facts(source)
    except GeneratorError as error:
        kinds = (*SERVERS, *([DISCOVERY] if cluster.discover else []))
        return ClusterFacts(source=source, scopes=tuple(_failed(cluster, kind, error) for kind in kinds))
    return _Reading(cluster, api).facts(source)


def _failed(cluster: Cluster, kind: str, error: GeneratorError, namespace: str = "") -> Scope:
    return Scope(
        source=cluster.key, kind=kind, namespace=namespace, complete=False, reason=error.message, hint=error.hint
    )


class _Reading:
    def __init__(self, cluster: Cluster, api: KubernetesApi) -> None:
        self.cluster, self.api = cluster, api
        self.scopes: list[Scope] = []
        self.left_out: list[LeftOut] = []

    def facts(self, source: Source) -> ClusterFacts:
        namespaces = self._namespaces()
        objects: dict[str, list[Object]] = {kind: self._list(kind) for kind in SERVERS}
        whole = any(s.kind in SERVERS and s.namespace == "" and s.complete for s in self.scopes)
        spread = [] if whole else self._literal()
        around = read_surroundings(self.api, self._admits, spread)
        servers = [
            made for kind, found in objects.items() for item in found if (made := self._made(kind, item, around))
        ]
        discovery = discover(self.api, self.cluster) if self.cluster.discover else None
        return ClusterFacts(
            source=source,
            scopes=(*self.scopes, *around.scopes, *((discovery.scope,) if discovery else ())),
            namespaces=tuple(sorted(namespaces, key=lambda namespace: namespace.name)),
            inference_services=tuple(sorted(servers, key=lambda server: server.identity)),
            discovered=discovery.services if discovery else (),
            left_out=(*self.left_out, *(discovery.left_out if discovery else ())),
        )

    def _admits(self, namespace: str) -> bool:
        wanted = any(fnmatch.fnmatchcase(namespace, pattern) for pattern in self.cluster.include)
        return wanted and not any(fnmatch.fnmatchcase(namespace, pattern) for pattern in self.cluster.exclude)

    def _literal(self) -> list[str]:
        """The namespaces that the configuration names without a glob."""
        return [name for name in self.cluster.include if not set("*?[") & set(name) and self._admits(name)]

    def _namespaces(self) -> list[Namespace]:
        found: list[Namespace] = []
        try:
            for item in self.api.read_list("v1", "namespaces"):
                name = str(metadata(item).get("name"))
                if self._admits(name):
                    found.append(_namespace(self.cluster.name, name, item))
        except SourceError as error:
            self.scopes.append(_failed(self.cluster, "Namespace", error))
            return found
        self.scopes.append(Scope(source=self.cluster.key, kind="Namespace", complete=True, listed=len(found)))
        return found

    def _list(self, kind: str) -> list[Object]:
        resource, versions, _ = SERVERS[kind]
        try:
            version = next((v for v in versions if self.api.serves(f"serving.kserve.io/{v}", resource)), None)
        except SourceError as error:
            self.scopes.append(_failed(self.cluster, kind, error))
            return []
        if version is None:
            self.scopes.append(Scope(source=self.cluster.key, kind=kind, complete=True, served=False))
            return []
        return self._listed(kind, f"serving.kserve.io/{version}", resource, "")

    def _listed(self, kind: str, group_version: str, resource: str, namespace: str) -> list[Object]:
        try:
            found = [item for item in self.api.read_list(group_version, resource, namespace) if self._is_ours(item)]
        except Forbidden as error:
            if namespace == "" and self._literal():
                return [i for name in self._literal() for i in self._listed(kind, group_version, resource, name)]
            self.scopes.append(_failed(self.cluster, kind, error, namespace))
            return []
        except SourceError as error:
            self.scopes.append(_failed(self.cluster, kind, error, namespace))
            return []
        scope = Scope(source=self.cluster.key, kind=kind, namespace=namespace, complete=True, listed=len(found))
        self.scopes.append(scope)
        return found

    def _is_ours(self, item: Object) -> bool:
        return self._admits(str(metadata(item).get("namespace")))

    def _made(self, kind: str, item: Object, around: Surroundings) -> InferenceService | None:
        if not metadata(item).get("name"):
            self.left_out.append(LeftOut(what=f"{kind} of cluster {self.cluster.name}", reason="it has no name"))
            return None
        return SERVERS[kind][2](item, self.cluster.name, around)


def _namespace(cluster: str, name: str, item: Mapping[str, Any]) -> Namespace:
    told = annotations_of(item)
    return Namespace(
        cluster=cluster,
        name=name,
        display_name=told.get("openshift.io/display-name"),
        description=told.get("openshift.io/description"),
        requester=told.get("openshift.io/requester"),
    )
