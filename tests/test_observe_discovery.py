"""Registries and the catalog of a cluster are found where the platform keeps them; a token is lured nowhere else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from faults import QUICK, Respond, between
from outside import Answer, Loopback, cluster_api
from rhoai_catalog.config import Cluster, Config, Credentials, Service
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.observation import Observation
from rhoai_catalog.observe.estate import read_estate
from rhoai_catalog.observe.kserve.api import KubernetesApi
from rhoai_catalog.observe.kserve.discovery import Discovery, discover
from rhoai_catalog.snapshot import DISCOVERY

REGISTRIES = "rhoai-model-registries"
ANNOTATION = "routing.opendatahub.io/external-address-rest"


def namespace(name: str, **annotations: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "annotations": annotations}}


def platform(registries: str | None = REGISTRIES, state: str = "Managed") -> dict[str, Any]:
    component = {"managementState": state, **({"registriesNamespace": registries} if registries else {})}
    return {
        "apiVersion": "datasciencecluster.opendatahub.io/v1",
        "kind": "DataScienceCluster",
        "metadata": {"name": "default-dsc"},
        "spec": {"components": {"modelregistry": component}},
    }


def service(name: str, component: str = "model-registry", of: str = REGISTRIES, **annotations: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": of, "labels": {"component": component}, "annotations": annotations},
        "spec": {"ports": [{"name": "https-api", "port": 8443}]},
    }


def route(to: str, host: str, of: str = REGISTRIES, admitted: str = "True", **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "route.openshift.io/v1",
        "kind": "Route",
        "metadata": {"name": f"{to}-https-{host.split('.')[0]}", "namespace": of},
        "spec": {"host": host, "to": {"name": to}, "tls": {"termination": "reencrypt"}, **spec},
        "status": {"ingress": [{"host": host, "conditions": [{"type": "Admitted", "status": admitted}]}]},
    }


ESTATE = [
    platform(),
    namespace(REGISTRIES),
    service("public"),
    route("public", "127.0.0.2"),
    service("model-catalog", "model-catalog"),
    route("model-catalog", "127.0.0.3"),
]


def found_in(objects: list[dict[str, Any]], respond: Respond | None = None) -> Discovery:
    with Loopback(respond or cluster_api(objects)) as server:
        cluster = Cluster(name="east", server=server.url)
        return discover(KubernetesApi(cluster, Traffic("kserve/east"), QUICK), cluster)


def urls(discovery: Discovery) -> dict[str, str]:
    return {found.service.key: found.service.url for found in discovery.services}


def test_registries_and_the_catalog_are_found_by_label_and_route() -> None:
    found = found_in(ESTATE)
    assert urls(found) == {
        "model-registry/east-public": "https://127.0.0.2",
        "model-catalog/east-model-catalog": "https://127.0.0.3",
    }
    assert {one.service.family: one.service.registry for one in found.services} == {
        "model-registry": "public",
        "model-catalog": None,
    }
    assert (found.scope.complete, found.scope.listed, found.left_out) == (True, 2, ())


def test_the_namespace_is_that_which_the_platform_names() -> None:
    moved = [service("own", of="ai-registries"), route("own", "own.example.net", of="ai-registries")]
    assert list(urls(found_in([*ESTATE, *moved, platform("ai-registries")][1:]))) == ["model-registry/east-own"]
    assert urls(found_in([platform(None), *ESTATE[1:]])) == {}, "none is guessed"
    assert urls(found_in(ESTATE[1:])) == {}


@pytest.mark.parametrize("state", ["Removed", "Unmanaged", "managed", ""])
def test_what_the_platform_does_not_manage_is_not_trusted(state: str) -> None:
    assert urls(found_in([platform(state=state), *ESTATE[1:]])) == {}


def test_a_project_that_somebody_asked_for_is_not_the_platform_s() -> None:
    theirs = namespace(REGISTRIES, **{"openshift.io/requester": "mallory"})
    found = found_in([theirs if item is ESTATE[1] else item for item in ESTATE])
    assert urls(found) == {} and "no token goes there" in found.left_out[0].reason


@pytest.mark.parametrize(
    "lure",
    [
        [service("evil", of="tenant"), route("evil", "evil.example.net", of="tenant")],
        [service("evil", of="odh-model-registries"), route("evil", "evil.example.net", of="odh-model-registries")],
        [service("evil", **{ANNOTATION: "evil.example.net:443"})],
        [service("evil"), route("evil", "evil.example.net", of="tenant")],
        [service("evil"), route("evil", "evil.example.net", admitted="False")],
        [service("evil"), route("evil", "evil.example.net", tls=None)],
        [service("evil"), route("evil", "evil.example.net", path="/x")],
        [service("evil"), route("evil", "a@evil.example.net")],
        [service("evil"), route("evil", "evil.example.net/x")],
        [service("evil", component="database"), route("evil", "evil.example.net")],
    ],
    ids=[
        "a tenant's Service",
        "a namespace of the other product's name",
        "an annotation",
        "a Route elsewhere",
        "a Route that is not admitted",
        "a Route without TLS",
        "a Route of one path",
        "a host with a user",
        "a host with a path",
        "another component",
    ],
)
def test_a_token_is_lured_nowhere_else(lure: list[dict[str, Any]]) -> None:
    found = found_in([*ESTATE, *lure, namespace("tenant"), namespace("odh-model-registries")])
    assert all("evil" not in url for url in urls(found).values())
    assert len(urls(found)) == 2


def test_a_registry_without_a_route_is_told() -> None:
    found = found_in([*ESTATE, service("inner", **{ANNOTATION: "gateway.example.net/model-registry/inner"})])
    assert [left.what for left in found.left_out] == [f"Service east/{REGISTRIES}/inner"]
    assert "name its address in generator.yaml" in found.left_out[0].reason


@pytest.mark.parametrize(
    "path",
    [
        "/apis/datasciencecluster.opendatahub.io/.*",
        f"/api/v1/namespaces/{REGISTRIES}/services",
        f"/apis/route.openshift.io/v1/namespaces/{REGISTRIES}/routes",
    ],
)
def test_a_search_that_fails_is_incomplete(path: str) -> None:
    found = found_in([], between(cluster_api(ESTATE), path, Answer("", 403)))
    assert (found.services, found.scope.complete) == ((), False)
    assert "403" in found.scope.reason


def test_a_cluster_without_the_platform_has_none() -> None:
    found = found_in([namespace("pay")])
    assert (found.services, found.scope.complete, found.scope.listed) == ((), True, 0)


# -- what is read then: nobody answers at these addresses of the loopback ----------------------------------------


def observe(*configured: Service, discover: bool = True) -> Observation:
    with Loopback(cluster_api(ESTATE)) as server:
        east = Cluster(name="east", server=server.url, discover=discover, credentials=Credentials())
        config = Config(root=Path(), clusters=(east,), services=configured)
        return read_estate(config, policy=QUICK)


def test_what_is_found_is_a_source_with_the_cluster_s_own_label() -> None:
    sources = {source.key: source for source in observe().snapshot.sources if source.discovered}
    assert set(sources) == {"model-registry/east-public", "model-catalog/east-model-catalog"}
    assert sources["model-registry/east-public"].registry == "public"
    assert {source.clusters for source in sources.values()} == {("east",)}
    assert {source.key for source in observe(discover=False).snapshot.sources} == {"kserve/east"}


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.2",
        "https://127.0.0.2:443",
        f"https://public.{REGISTRIES}.svc.cluster.local:8443",
        f"https://public.{REGISTRIES}.svc:8443",
    ],
)
def test_what_is_configured_takes_the_place_of_what_is_found_there(url: str) -> None:
    mine = Service(family="model-registry", name="mine", url=url, registry="public")
    registries = [s.key for s in observe(mine).snapshot.sources if s.family == "model-registry"]
    assert registries == ["model-registry/mine"]
    same_name = replace(mine, name="east-public", url="https://127.0.0.4")
    [registry] = [s for s in observe(same_name).snapshot.sources if s.family == "model-registry"]
    assert not registry.discovered


def test_a_cluster_that_cannot_be_asked_was_searched_in_vain() -> None:
    east = Cluster(name="east", server="http://127.0.0.1:1", discover=True, credentials=Credentials(env="NO_TOKEN"))
    seen = read_estate(Config(root=Path(), clusters=(east,)), policy=QUICK).snapshot
    assert DISCOVERY in {scope.kind for scope in seen.incomplete()}
