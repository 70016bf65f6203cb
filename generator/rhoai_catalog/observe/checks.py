"""Whether sources can be read, before anything depends on it: reachable, trusted, admitted, with every right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rhoai_catalog.backstage import RHDH_KINDS
from rhoai_catalog.config import Cluster, Config, Service
from rhoai_catalog.errors import GeneratorError
from rhoai_catalog.families import MODEL_REGISTRY
from rhoai_catalog.http.client import Absent, HttpService
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.kinds import AI_MODEL_SERVER_API
from rhoai_catalog.observe.kserve.api import KubernetesApi
from rhoai_catalog.observe.kserve.discovery import discover
from rhoai_catalog.observe.kserve.listing import KINDS, Lister
from rhoai_catalog.observe.model_catalog import reader as model_catalog
from rhoai_catalog.observe.model_registry import reader as model_registry
from rhoai_catalog.roles import cluster_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at; `hint` says what to do where it is not well."""

    source: str
    message: str
    well: bool = True
    hint: str = ""


def check_sources(config: Config) -> Iterator[Check]:
    """Look at every source of a configuration, and at what its clusters show."""
    if config.shows(AI_MODEL_SERVER_API):
        allowed = ", ".join((*RHDH_KINDS, AI_MODEL_SERVER_API.kind))
        rule = f"catalog.rules: [{{allow: [{allowed}]}}]"
        message = f"RHDH must be 2.1 or later, have the module ai-model-server, and {rule}; this cannot be checked here"
        yield Check(source="profile ai-model-server", message=message)
    for cluster in config.clusters:
        yield from _cluster(cluster)
    for service in config.services:
        yield from _service(service)


def _failed(source: str, error: GeneratorError) -> Check:
    return Check(source=source, message=error.message, well=False, hint=error.hint)


def _cluster(cluster: Cluster) -> Iterator[Check]:
    try:
        api = KubernetesApi(cluster, Traffic(cluster.key))
        version = str(api.get("/version").get("gitVersion"))[:40]
    except GeneratorError as error:
        yield _failed(cluster.key, error)
        return
    yield Check(source=cluster.key, message=f"answers, and its certificate is trusted: Kubernetes {version}")
    yield from _rights(cluster, api)
    yield from _kinds(cluster, api)
    if cluster.discover:
        yield from _discovered(cluster, api)


def _rights(cluster: Cluster, api: KubernetesApi) -> Iterator[Check]:
    """Every rule of the ClusterRole, in the whole cluster, else in each namespace that the configuration names."""
    named = Lister(cluster, api).named()
    for rule in cluster_rules():
        for group in rule["apiGroups"]:
            if group and group not in api.groups():
                yield Check(source=cluster.key, message=f"has no API {group}; nothing of it is read")
                continue
            for resource in rule["resources"]:
                what = f"list {resource}{f'.{group}' if group else ''}"
                try:
                    well = api.may("list", group, resource) or (
                        bool(named) and all(api.may("list", group, resource, name) for name in named)
                    )
                except GeneratorError as error:
                    yield _failed(cluster.key, error)
                    continue
                hint = "" if well else "rhoai-catalog doctor --roles | oc apply -f -, and bind the ClusterRole (README)"
                may = "may" if well else "may not"
                yield Check(source=cluster.key, message=f"the token {may} {what}", well=well, hint=hint)


def _kinds(cluster: Cluster, api: KubernetesApi) -> Iterator[Check]:
    for kind in ("InferenceService", "LLMInferenceService"):
        resource, versions = KINDS[kind]
        try:
            served = [version for version in versions if api.serves(version, resource)]
        except GeneratorError as error:
            yield _failed(cluster.key, error)
            continue
        told = f"{kind} is read at {served[0]}" if served else f"has no {kind}; none is shown"
        yield Check(source=cluster.key, message=told)


def _discovered(cluster: Cluster, api: KubernetesApi) -> Iterator[Check]:
    found = discover(api, cluster)
    scope = found.scope
    if not scope.complete:
        yield Check(source=cluster.key, message=scope.reason, well=False, hint=scope.hint)
    for left in found.left_out:
        yield Check(source=cluster.key, message=f"{left.what}: {left.reason}", well=False, hint="see generator.yaml")
    for service in found.services:
        yield from _service(
            Service(
                family=service.family,
                name=service.name,
                url=service.url,
                credentials=cluster.credentials,
                ca_file=cluster.ca_file,
            )
        )


def _service(service: Service) -> Iterator[Check]:
    registry = service.family == MODEL_REGISTRY
    bases, path = (model_registry.BASES, "/registered_models") if registry else (model_catalog.BASES, "/sources")
    try:
        http = HttpService(service, Traffic(service.key), service.credentials.token())
    except GeneratorError as error:
        yield _failed(service.key, error)
        return
    try:
        try:
            base = bases[0]
            http.get(f"{base}{path}", {"pageSize": "1"})
        except Absent:
            base = bases[1]
            http.get(f"{base}{path}", {"pageSize": "1"})
        yield Check(source=service.key, message=f"answers, and the token may read it: {base.rpartition('/')[2]}")
    except GeneratorError as error:
        yield _failed(service.key, error)
    finally:
        http.close()
