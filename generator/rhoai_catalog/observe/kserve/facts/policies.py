"""What the Gateways before a server ask of its callers, by the AuthPolicies of Kuadrant."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final
from urllib.parse import urlsplit

from rhoai_catalog.observe.kserve.facts.llm import LlmServer
from rhoai_catalog.observe.kserve.fields import Object, annotation, at, items, mapping, metadata, text
from rhoai_catalog.observe.kserve.gateways import (
    ANONYMOUS,
    API_KEY,
    LOGIN,
    MAAS_GATEWAY,
    TOKEN_REVIEW,
    AuthPolicy,
    GatewayRoute,
    Parent,
)
from rhoai_catalog.observe.kserve.surroundings import Surroundings
from rhoai_catalog.snapshot import ApiKey

GATEWAY: Final = "Gateway"
HTTP_ROUTE: Final = "HTTPRoute"


class Authentication(Enum):
    """What a gateway asks for. `SILENT`: nothing is told, or OpenShift's token is one way among others."""

    SILENT = "silent"
    TOKEN = "token"
    KEY = "key"
    LOGIN = "login"
    NOTHING = "nothing"
    UNCLEAR = "unclear"


ASKED_BY: Final = {
    API_KEY: Authentication.KEY,
    LOGIN: Authentication.LOGIN,
    TOKEN_REVIEW: Authentication.TOKEN,
    ANONYMOUS: Authentication.NOTHING,
}


@dataclass(frozen=True, slots=True)
class Demand:
    """What is asked for, with the place of a key or a token and its issuer, and the policies that say so, or why it is
    not clear.
    """

    asked: Authentication
    key: ApiKey | None = None
    origin: str = field(default="", compare=False)
    issuer: str | None = None


SILENT: Final = Demand(Authentication.SILENT)
ABSENT: Final = Demand(
    Authentication.UNCLEAR, None, "its HTTPRoute is not there, by which the gateway knows what to ask for"
)


def of_inference_service(item: Object, url: str | None, around: Surroundings) -> Demand:
    """What is asked at the HTTPRoutes of an InferenceService, those at its address first: KServe made them, or they
    lead from there to a Service of it.

    A Route, and what OpenShift AI makes without any, leads past every Gateway.
    """
    host = urlsplit(url or "").hostname or ""
    if any(route.kind == "Route" for route in around.hosts.get("", host)):
        return SILENT
    stopped = (annotation(item, "serving.kserve.io/stop") or "").lower() == "true"
    possible = not around.platform
    routes = [*dict.fromkeys((*_owned(item, around), *_leading(item, host, around)))]
    return _demand(item, routes, host, around, possible=possible, expected=possible and stopped)


def of_llm(server: LlmServer, around: Surroundings) -> Demand:
    """What is asked at the HTTPRoutes of an LLMInferenceService: its own, and those that it refers to."""
    namespace = str(metadata(server.item).get("namespace"))
    route = at(server.spec, "router", "route")
    names = [text(mapping(row).get("name")) for row in items(at(route, "http", "refs"))]
    referred = [row for name in names if name for row in around.gateway_routes.get(namespace, name)]
    routes, routed = [*_owned(server.item, around), *referred], route is not None
    return _demand(server.item, routes, "", around, possible=routed, expected=routed)


def _owned(item: Object, around: Surroundings) -> list[GatewayRoute]:
    namespace, uid = str(metadata(item).get("namespace")), str(metadata(item).get("uid"))
    return around.gateway_routes_of.get(namespace, uid)


def _leading(item: Object, host: str, around: Surroundings) -> Iterator[GatewayRoute]:
    """The routes that lead from a host to a Service of a server, whoever made them."""
    namespace, uid = str(metadata(item).get("namespace")), str(metadata(item).get("uid"))
    for service in around.services_of.get(namespace, uid) if host else ():
        for route in around.gateway_routes_to.get(namespace, service.name):
            if not route.hosts or host in route.hosts:
                yield route


def _demand(
    item: Object, routes: Sequence[GatewayRoute], host: str, around: Surroundings, *, possible: bool, expected: bool
) -> Demand:
    """What all ways to a server ask for. `possible`: it may have a route; `expected`: it has one while it runs."""
    if around.gateway_routes.unknown and possible:
        return Demand(Authentication.UNCLEAR, None, around.gateway_routes.unknown)
    if not routes:
        return ABSENT if expected and _may_matter(str(metadata(item).get("namespace")), around) else SILENT
    if around.policies.unknown:
        return Demand(Authentication.UNCLEAR, None, around.policies.unknown)
    at_host = [route for route in routes if host and host in route.hosts]
    ways = [(route, parent) for route in at_host or routes for parent in route.parents]
    return _agreed(demand for route, parent in ways for demand in _demands(route, parent, around))


def _may_matter(namespace: str, around: Surroundings) -> bool:
    """Whether any policy that may be for a route of this namespace asks for something else than is known without."""
    return any(
        _asked([policy]).asked in (Authentication.KEY, Authentication.LOGIN, Authentication.UNCLEAR)
        for policy in around.policies.all()
        if (policy.namespace == namespace if policy.kind == HTTP_ROUTE else policy.target != MAAS_GATEWAY)
    )


def _demands(route: GatewayRoute, parent: Parent, around: Surroundings) -> Iterator[Demand]:
    """What is asked on one way, from the Gateway to the route; more than one where a policy is for a part of it."""
    before = _targeting(GATEWAY, parent.namespace, parent.name, around)
    behind = _targeting(HTTP_ROUTE, route.namespace, route.name, around)
    levels = [
        [policy for policy in before if not policy.section],
        [policy for policy in before if policy.section and policy.section == parent.section],
        [policy for policy in behind if not policy.section],
    ]
    partial = [policy for policy in behind if policy.section]
    partial += [policy for policy in before if policy.section and not parent.section]
    if any(len(level) > 1 for level in levels):
        partial += [policy for level in levels for policy in level]
    else:
        yield _asked([policy for level in levels for policy in level])
    for policy in partial:
        yield _asked([policy])


def _targeting(kind: str, namespace: str, name: str, around: Surroundings) -> list[AuthPolicy]:
    return [policy for policy in around.policies.get(namespace, name) if policy.kind == kind]


def _asked(policies: Sequence[AuthPolicy]) -> Demand:
    """What policies ask for together, the least specific first."""
    if not policies:
        return SILENT
    origin = ", ".join(f"AuthPolicy {policy.namespace}/{policy.name}" for policy in policies)
    effective = functools.reduce(lambda specific, policy: policy.over(specific), reversed(policies))
    methods = set(effective.methods.values())
    if len(methods) == 1:
        [method] = methods
        return Demand(ASKED_BY.get(method.kind, Authentication.UNCLEAR), method.key, origin, method.issuer)
    if not methods or any(method.kind == TOKEN_REVIEW for method in methods):
        return Demand(Authentication.SILENT, None, origin)
    return Demand(Authentication.UNCLEAR, None, f"{origin}: several ways to authenticate")


def _agreed(demands: Iterable[Demand]) -> Demand:
    """What all of them ask for; where they differ, it is not clear what a caller has to send."""
    rows = list(demands)
    if len({*rows}) == 1:
        return rows[0]
    if all(row.asked in (Authentication.SILENT, Authentication.TOKEN) for row in rows):
        return SILENT
    origins = dict.fromkeys(row.origin for row in rows if row.origin)
    return Demand(Authentication.UNCLEAR, None, f"{', '.join(origins)}: they differ")
