"""A cluster -> its model servers as facts, and how completely they were listed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rhoai_catalog.config import Cluster
from rhoai_catalog.entity import LeftOut
from rhoai_catalog.errors import GeneratorError
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.observe.kserve.api import Forbidden, KubernetesApi
from rhoai_catalog.observe.kserve.definitions import with_definitions
from rhoai_catalog.observe.kserve.discovery import DiscoveredService, discover
from rhoai_catalog.observe.kserve.listing import Lister, Object
from rhoai_catalog.observe.kserve.servers import inference_graph, inference_service, llm_inference_service
from rhoai_catalog.observe.kserve.surroundings import Surroundings, annotations_of, metadata, read_surroundings
from rhoai_catalog.snapshot import DISCOVERY, InferenceGraph, InferenceService, Namespace, Scope, Source

SERVERS: Final[Mapping[str, Callable[[Object, str, Surroundings], InferenceService]]] = {
    "InferenceService": inference_service,
    "LLMInferenceService": llm_inference_service,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterFacts:
    """What one cluster showed."""

    source: Source
    scopes: tuple[Scope, ...]
    namespaces: tuple[Namespace, ...] = ()
    inference_services: tuple[InferenceService, ...] = ()
    inference_graphs: tuple[InferenceGraph, ...] = ()
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
        scopes = [
            Scope(source=cluster.key, kind=kind, complete=False, reason=error.message, hint=error.hint)
            for kind in kinds
        ]
        return ClusterFacts(source=source, scopes=tuple(scopes))
    return _Reading(cluster, api).facts(source)


class _Reading:
    def __init__(self, cluster: Cluster, api: KubernetesApi) -> None:
        self.cluster, self.api = cluster, api
        self.lister = Lister(cluster, api)
        self.left_out: list[LeftOut] = []

    def facts(self, source: Source) -> ClusterFacts:
        """What stands around the servers is read first, so that of a server nothing but facts is ever kept."""
        namespaces = self.lister.read("Namespace", self._namespace).rows
        around = read_surroundings(self.api, self.lister)
        servers: Sequence[InferenceService] = [s for kind in SERVERS for s in self._servers(kind, around)]
        if self.cluster.fetch_definitions:
            servers = with_definitions(servers, self.cluster, self.api.traffic)
        graphs = self.lister.read("InferenceGraph", self._graph).rows
        discovery = discover(self.api, self.cluster) if self.cluster.discover else None
        return ClusterFacts(
            source=source,
            scopes=(*self.lister.scopes, *((discovery.scope,) if discovery else ())),
            namespaces=tuple(sorted(namespaces, key=lambda namespace: namespace.name)),
            inference_services=tuple(sorted(servers, key=lambda server: server.identity)),
            inference_graphs=tuple(sorted(graphs, key=lambda graph: (graph.namespace, graph.name))),
            discovered=discovery.services if discovery else (),
            left_out=(*self.left_out, *(discovery.left_out if discovery else ())),
        )

    def _servers(self, kind: str, around: Surroundings) -> list[InferenceService]:
        def facts(item: Object) -> InferenceService | None:
            return SERVERS[kind](item, self.cluster.name, around) if self._is_ours(kind, item) else None

        return self.lister.read(kind, facts).rows

    def _graph(self, item: Object) -> InferenceGraph | None:
        return inference_graph(item, self.cluster.name) if self._is_ours("InferenceGraph", item) else None

    def _is_ours(self, kind: str, item: Object) -> bool:
        if not self.cluster.admits(str(metadata(item).get("namespace"))):
            return False
        if not metadata(item).get("name"):
            self.left_out.append(LeftOut(what=f"{kind} of cluster {self.cluster.name}", reason="it has no name"))
            return False
        return True

    def _namespace(self, item: Object) -> Namespace | None:
        name, told = str(metadata(item).get("name")), annotations_of(item)
        if not self.cluster.admits(name):
            return None
        return Namespace(
            cluster=self.cluster.name,
            name=name,
            display_name=told.get("openshift.io/display-name"),
            description=told.get("openshift.io/description"),
            requester=told.get("openshift.io/requester"),
        )
