"""A first look at a cluster: what it has, before anything is configured."""

from __future__ import annotations

import shlex
from typing import Final

from rhoai_catalog import limits
from rhoai_catalog.config import Cluster
from rhoai_catalog.disk import read_text
from rhoai_catalog.errors import SourceError
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.observe.kserve.api import KubernetesApi
from rhoai_catalog.observe.kserve.connection import connection, is_logged_in, name_in_kubeconfig
from rhoai_catalog.observe.kserve.discovery import discover
from rhoai_catalog.observe.kserve.resources import KINDS
from rhoai_catalog.survey import Survey

LOOKED_FOR: Final = ("InferenceService", "LLMInferenceService", "Route", "HTTPRoute")


def address_of(cluster: Cluster) -> tuple[str, str]:
    """The address of a cluster's API, and what the kubeconfig calls it, without asking it.

    Raises SourceError where the kubeconfig cannot be used.
    """
    server = connection(cluster).host.rstrip("/")
    return server, name_in_kubeconfig(cluster)


def survey_cluster(cluster: Cluster) -> Survey:
    """What a cluster has. Raises SourceError where it does not answer, or the kubeconfig cannot be used."""
    api = KubernetesApi(cluster, Traffic(cluster.key, seconds=limits.SURVEY_SECONDS))
    try:
        version = str(api.get("/version").get("gitVersion"))[:40]
        unread: list[str] = []
        kinds = {kind: served for kind in LOOKED_FOR if (served := _served(api, kind, unread))}
        discovery = discover(api, cluster)
    finally:
        api.close()
    if not discovery.scope.complete:
        unread.append(discovery.scope.reason)
    unread += [f"{left.what}: {left.reason}" for left in discovery.left_out]
    return Survey(
        server=api.server,
        ca=read_text(api.ca_file, "the CA file of the kubeconfig") if api.ca_file else "",
        version=version,
        kinds=kinds,
        namespace=discovery.namespace,
        services={found.service.name: found.service.url for found in discovery.services},
        registries=discovery.registries,
        unread=tuple(unread),
        oc=_oc(cluster),
        logged_in=is_logged_in(cluster),
    )


def _oc(cluster: Cluster) -> str:
    """Of this cluster alone: nothing is to be made in another one, and none of its tokens shown to this."""
    file = ["--kubeconfig", str(cluster.kubeconfig)] if cluster.kubeconfig else []
    context = ["--context", cluster.context] if cluster.context else []
    return shlex.join(["oc", *file, *context])


def _served(api: KubernetesApi, kind: str, unread: list[str]) -> str:
    """The best version at which a kind is served; empty where it is not, or that could not be seen."""
    resource, versions = KINDS[kind]
    try:
        return next((version for version in versions if api.serves(version, resource)), "")
    except SourceError as error:
        unread.append(error.message)
        return ""
