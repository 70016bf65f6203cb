"""A Kubernetes API in memory, over plain objects: discovery, and paged listings of the cluster or of a namespace."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import unquote

from rhoai_catalog.demo.loopback import Answer, Request

Object = Mapping[str, Any]
Tables = Mapping[tuple[str, str], Sequence[Object]]  # by group version and plural, in the order of their names

PLURALS: Final = {
    "AuthPolicy": "authpolicies",
    "ClusterServingRuntime": "clusterservingruntimes",
    "DataScienceCluster": "datascienceclusters",
    "HTTPRoute": "httproutes",
    "InferenceGraph": "inferencegraphs",
    "InferenceService": "inferenceservices",
    "Ingress": "ingresses",
    "LLMInferenceService": "llminferenceservices",
    "LLMInferenceServiceConfig": "llminferenceserviceconfigs",
    "MaaSModelRef": "maasmodelrefs",
    "Namespace": "namespaces",
    "Route": "routes",
    "Service": "services",
    "ServingRuntime": "servingruntimes",
}
SERVED: Final = {  # also where there is no object of them
    "ClusterServingRuntime": "serving.kserve.io/v1alpha1",
    "InferenceService": "serving.kserve.io/v1beta1",
    "LLMInferenceService": "serving.kserve.io/v1alpha2",
    "Namespace": "v1",
    "Service": "v1",
    "ServingRuntime": "serving.kserve.io/v1alpha1",
}
PATH: Final = re.compile(
    r"/(?:api|apis/(?P<group>[^/]+))/(?P<version>[^/]+)(?:(?:/namespaces/(?P<namespace>[^/]+))?/(?P<plural>[^/]+))?"
)
NOT_FOUND: Final = Answer(
    {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}, 404
)


def cluster_api(objects: Iterable[Object]) -> Callable[[Request], Answer]:
    """A cluster that holds these objects; a kind is served at the versions that its objects have."""
    tables = _tables(objects)

    def answer(request: Request) -> Answer:
        if request.path == "/apis":
            return Answer({"kind": "APIGroupList", "apiVersion": "v1", "groups": _groups(tables)})
        path = PATH.fullmatch(unquote(request.path))
        if path is None:
            return NOT_FOUND
        group_version = f"{path['group']}/{path['version']}" if path["group"] else path["version"]
        if path["plural"] is None:
            return _resources(tables, group_version)
        table = tables.get((group_version, path["plural"]))
        if table is None:
            return NOT_FOUND
        wanted = [item for item in table if path["namespace"] in (None, _key(item)[0])]
        return _page(wanted, group_version, request.query)

    return answer


def _tables(objects: Iterable[Object]) -> Tables:
    ordered = sorted(objects, key=_key)
    versions = SERVED | {item["kind"]: item["apiVersion"] for item in ordered}
    tables: dict[tuple[str, str], list[Object]] = {(v, PLURALS[kind]): [] for kind, v in versions.items()}
    for item in ordered:
        tables.setdefault((item["apiVersion"], PLURALS[item["kind"]]), []).append(item)
    return tables


def _key(item: Object) -> tuple[str, str]:
    return item["metadata"].get("namespace", ""), item["metadata"].get("name", "")


def _groups(tables: Tables) -> list[Object]:
    served = sorted({group_version for group_version, _ in tables if "/" in group_version})
    versions: dict[str, list[Object]] = {}
    for group_version in served:
        group, _, version = group_version.partition("/")
        versions.setdefault(group, []).append({"groupVersion": group_version, "version": version})
    return [{"name": group, "versions": names, "preferredVersion": names[-1]} for group, names in versions.items()]


def _resources(tables: Tables, group_version: str) -> Answer:
    kinds = {plural: kind for kind, plural in PLURALS.items()}
    rows = [
        {"name": plural, "kind": kinds[plural], "verbs": ["list"]} for v, plural in sorted(tables) if v == group_version
    ]
    if not rows:
        return NOT_FOUND
    return Answer({"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group_version, "resources": rows})


def _page(items: Sequence[Object], group_version: str, query: Mapping[str, str]) -> Answer:
    """One page. The token names the last object of the page before, as that of a real server does."""
    limit, token = int(query.get("limit") or 0), query.get("continue")
    if token:
        namespace, _, name = base64.b64decode(token).decode().partition("/")
        items = [item for item in items if _key(item) > (namespace, name)]
    page, metadata = (items[:limit] if limit else items), {"resourceVersion": "1"}
    if len(page) < len(items):
        metadata["continue"] = base64.b64encode("/".join(_key(page[-1])).encode()).decode()
    return Answer({"kind": "List", "apiVersion": group_version, "metadata": metadata, "items": list(page)})
