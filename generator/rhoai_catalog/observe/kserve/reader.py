"""A cluster -> its model servers as facts, and how completely they were listed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from rhoai_catalog.config import Cluster
from rhoai_catalog.entity import LeftOut
from rhoai_catalog.errors import GeneratorError
from rhoai_catalog.http.errors import Forbidden
from rhoai_catalog.observe.family import Reading, SourceFacts
from rhoai_catalog.observe.kserve.api import KubernetesApi
from rhoai_catalog.observe.kserve.api_definitions import with_definitions
from rhoai_catalog.observe.kserve.discovery import discover
from rhoai_catalog.observe.kserve.facts.servers import inference_graph, inference_service, llm_inference_service
from rhoai_catalog.observe.kserve.fields import Object, annotations_of, metadata
from rhoai_catalog.observe.kserve.listing import Lister
from rhoai_catalog.observe.kserve.surroundings import Surroundings, read_surroundings
from rhoai_catalog.snapshot import DISCOVERY, InferenceGraph, InferenceService, Namespace, Scope

SERVERS: Final[Mapping[str, Callable[[Object, str, Surroundings], InferenceService]]] = {
    "InferenceService": inference_service,
    "LLMInferenceService": llm_inference_service,
}


def read(source: Cluster, reading: Reading) -> SourceFacts:
    """Read one cluster. What fails makes its scope incomplete; nothing is raised."""
    try:
        api = KubernetesApi(source, reading.traffic, reading.policy)
    except GeneratorError as error:
        return _unread(source, error)
    try:
        api.groups()  # what makes even this fail is told once, not for every kind
    except Forbidden:
        pass
    except GeneratorError as error:
        return _unread(source, error)
    try:
        return _ClusterReader(source, api).facts()
    finally:
        api.close()


def _unread(cluster: Cluster, error: GeneratorError) -> SourceFacts:
    kinds = (*SERVERS, *([DISCOVERY] if cluster.discover else []))
    scopes = (
        Scope(source=cluster.key, kind=kind, complete=False, reason=error.message, hint=error.hint) for kind in kinds
    )
    return SourceFacts(scopes=tuple(scopes))


class _ClusterReader:
    def __init__(self, cluster: Cluster, api: KubernetesApi) -> None:
        self.cluster, self.api = cluster, api
        self.lister = Lister(cluster, api)
        self.left_out: list[LeftOut] = []

    def facts(self) -> SourceFacts:
        """What stands around the servers is read first, so that of a server nothing but facts is ever kept."""
        namespaces = self.lister.read("Namespace", self._namespace).rows
        around = read_surroundings(self.api, self.lister)
        servers: Sequence[InferenceService] = [s for kind in SERVERS for s in self._servers(kind, around)]
        if self.cluster.fetch_definitions:
            servers = with_definitions(servers, self.cluster, self.api.host, self.api.traffic)
        graphs = self.lister.read("InferenceGraph", self._graph).rows
        discovery = discover(self.api, self.cluster) if self.cluster.discover else None
        return SourceFacts(
            scopes=(*self.lister.scopes, *((discovery.scope,) if discovery else ())),
            tables={
                "namespaces": tuple(sorted(namespaces, key=lambda namespace: namespace.name)),
                "inference_services": tuple(sorted(servers, key=lambda server: server.identity)),
                "inference_graphs": tuple(sorted(graphs, key=lambda graph: (graph.namespace, graph.name))),
            },
            left_out=(*self.left_out, *(discovery.left_out if discovery else ())),
            discovered=discovery.services if discovery else (),
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
        name, annotations = str(metadata(item).get("name")), annotations_of(item)
        if not self.cluster.admits(name):
            return None
        return Namespace(
            cluster=self.cluster.name,
            name=name,
            display_name=annotations.get("openshift.io/display-name"),
            description=annotations.get("openshift.io/description"),
            requester=annotations.get("openshift.io/requester"),
        )
