"""Whether a cluster can be read: it answers, the token has every right, and what it shows can be read, too."""

from __future__ import annotations

from collections.abc import Iterator

from rhoai_catalog.check import Check
from rhoai_catalog.config import Cluster
from rhoai_catalog.errors import GeneratorError
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.observe.family import folder_of
from rhoai_catalog.observe.kserve.api import KubernetesApi
from rhoai_catalog.observe.kserve.discovery import discover
from rhoai_catalog.observe.kserve.listing import Lister
from rhoai_catalog.observe.kserve.reader import SERVERS
from rhoai_catalog.observe.kserve.resources import KINDS
from rhoai_catalog.roles import cluster_rules


def check(source: Cluster, traffic: Traffic) -> Iterator[Check]:
    """Look at a cluster, then at each service that it shows."""
    try:
        api = KubernetesApi(source, traffic)
    except GeneratorError as error:
        yield Check.failed(source.key, error)
        return
    try:
        version = str(api.get("/version").get("gitVersion"))[:40]
        trusted = ", and its certificate is trusted" if api.server.startswith("https:") else " over http"
        yield Check(source=source.key, message=f"answers{trusted}: Kubernetes {version}")
        yield from _rights(source, api)
        yield from _kinds(source, api)
        if source.discover:
            yield from _discovered(source, api, traffic)
    except GeneratorError as error:
        yield Check.failed(source.key, error)
    finally:
        api.close()


def _rights(cluster: Cluster, api: KubernetesApi) -> Iterator[Check]:
    """Every rule of the ClusterRole, in the whole cluster, else in each namespace that the configuration names.

    What is missing comes last, so that what to do is told once.
    """
    missing: list[Check] = []
    for rule in cluster_rules():
        for group in rule["apiGroups"]:
            if group and group not in api.groups():
                yield Check(source=cluster.key, message=f"has no API {group}; nothing of it is read")
                continue
            for resource in rule["resources"]:
                right = _right(cluster, api, group, resource)
                if right.well:
                    yield right
                else:
                    missing.append(right)
    yield from missing


def _right(cluster: Cluster, api: KubernetesApi, group: str, resource: str) -> Check:
    named = Lister(cluster, api).named()
    try:
        well = api.may_list(group, resource) or (
            bool(named) and all(api.may_list(group, resource, name) for name in named)
        )
    except GeneratorError as error:
        return Check.failed(cluster.key, error)
    may = "may" if well else "may not"
    hint = (
        ""
        if well
        else "rhoai-catalog doctor --roles | oc apply -f -, and bind the ClusterRole (rhoai-catalog help by-hand)"
    )
    message = f"the token {may} list {resource}{f'.{group}' if group else ''}"
    return Check(source=cluster.key, message=message, well=well, hint=hint)


def _kinds(cluster: Cluster, api: KubernetesApi) -> Iterator[Check]:
    for kind in SERVERS:
        resource, versions = KINDS[kind]
        try:
            served = [version for version in versions if api.serves(version, resource)]
        except GeneratorError as error:
            yield Check.failed(cluster.key, error)
            continue
        message = f"{kind} is read at {served[0]}" if served else f"has no {kind}; none is shown"
        yield Check(source=cluster.key, message=message)


def _discovered(cluster: Cluster, api: KubernetesApi, traffic: Traffic) -> Iterator[Check]:
    discovery = discover(api, cluster)
    if not discovery.scope.complete:
        yield Check(source=cluster.key, message=discovery.scope.reason, well=False, hint=discovery.scope.hint)
    for left in discovery.left_out:
        yield Check(source=cluster.key, message=f"{left.what}: {left.reason}", well=False, hint="see generator.yaml")
    for discovered in discovery.services:
        service = discovered.service
        yield from folder_of(service).check(service, Traffic(service.key, seconds=traffic.allowed))
