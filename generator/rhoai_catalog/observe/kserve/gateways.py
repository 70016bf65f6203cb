"""What stands before servers behind the Gateway API: HTTPRoutes, and the AuthPolicies of Kuadrant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from rhoai_catalog.observe.kserve.fields import Object, at, items, mapping, metadata, owners, text
from rhoai_catalog.snapshot import ApiKey, issuer_of

API_KEY: Final = "apiKey"
TOKEN_REVIEW: Final = "kubernetesTokenReview"
ANONYMOUS: Final = "anonymous"
LOGIN: Final = "jwt"  # a token that an issuer of OpenID Connect signs
MAAS_GATEWAY: Final = "maas-default-gateway"  # only models as a service are behind it
NOT_UNDERSTOOD: Final = "not understood"
SETTINGS: Final = frozenset(("cache", "credentials", "defaults", "metrics", "overrides", "priority", "when"))
AUTHORIZATION: Final = "Authorization"
BEARER: Final = ApiKey(place="header", name=AUTHORIZATION, prefix="Bearer")  # where nothing else is said
PLACES: Final = {"customHeader": "header", "queryString": "query", "cookie": "cookie"}


@dataclass(frozen=True, slots=True)
class Parent:
    """A Gateway that a route is attached to, at one of its listeners (`section`) or at all."""

    namespace: str
    name: str
    section: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayRoute:
    """An HTTPRoute; `owners` are UIDs. It has no `hosts` where it takes those of its Gateways; `services` are the
    Services of its namespace that it leads to.
    """

    namespace: str
    name: str
    owners: frozenset[str]
    hosts: tuple[str, ...]
    parents: tuple[Parent, ...]
    services: frozenset[str]


@dataclass(frozen=True, slots=True)
class Method:
    """One way to authenticate: `kind` is a key of the policy, or NOT_UNDERSTOOD; `key` is where a request has it, and
    `issuer` the address of who issues it, if the policy names one.
    """

    kind: str
    key: ApiKey | None = None
    issuer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthPolicy:
    """An accepted AuthPolicy, with its methods by name.

    `section` is a listener or a rule of its target, empty for all of it. `is_empty`: it has no rules at all. Methods
    that are asked for only under conditions are not understood.
    """

    namespace: str
    name: str
    kind: str
    target: str
    section: str
    overrides: bool
    merges: bool
    is_empty: bool
    methods: Mapping[str, Method]

    def over(self, specific: AuthPolicy) -> AuthPolicy:
        """The more specific policy, with what this one gives as a default, or overrides."""
        if not self.merges:
            return self if self.overrides or specific.is_empty else specific
        first, last = (specific, self) if self.overrides else (self, specific)
        empty = self.is_empty and specific.is_empty
        return replace(specific, methods={**first.methods, **last.methods}, is_empty=empty)


def gateway_route(item: Object) -> GatewayRoute:
    """An HTTPRoute as far as it tells who stands behind it, and before it."""
    meta, namespace = metadata(item), str(metadata(item).get("namespace"))
    rows = map(mapping, items(at(item, "spec", "parentRefs")))
    return GatewayRoute(
        namespace=namespace,
        name=str(meta.get("name")),
        owners=owners(item),
        hosts=tuple(host for host in items(at(item, "spec", "hostnames")) if isinstance(host, str)),
        parents=tuple(_parent(row, namespace) for row in rows if row.get("kind", "Gateway") == "Gateway"),
        services=frozenset(_services(item, namespace)),
    )


def _services(item: Object, namespace: str) -> Iterator[str]:
    for rule in items(at(item, "spec", "rules")):
        for row in map(mapping, items(mapping(rule).get("backendRefs"))):
            if row.get("kind", "Service") == "Service" and row.get("namespace", namespace) == namespace:
                yield str(row.get("name"))


def _parent(row: Mapping[str, Any], namespace: str) -> Parent:
    return Parent(text(row.get("namespace")) or namespace, str(row.get("name")), text(row.get("sectionName")) or "")


def auth_policy(item: Object) -> AuthPolicy | None:
    """An AuthPolicy; None if it has no effect, as its target is not there or another has it."""
    conditions = map(mapping, items(at(item, "status", "conditions")))
    if any(row.get("type") == "Accepted" and row.get("status") == "False" for row in conditions):
        return None
    spec, target = mapping(item.get("spec")), mapping(at(item, "spec", "targetRef"))
    explicit = next((key for key in ("defaults", "overrides") if isinstance(spec.get(key), Mapping)), None)
    proper = mapping(spec[explicit]) if explicit else spec
    methods = mapping(at(proper, "rules", "authentication"))
    return AuthPolicy(
        namespace=str(metadata(item).get("namespace")),
        name=str(metadata(item).get("name")),
        kind=str(target.get("kind")),
        target=str(target.get("name")),
        section=text(target.get("sectionName")) or "",
        overrides=explicit == "overrides",
        merges=proper.get("strategy") == "merge",
        is_empty=not proper.get("rules"),
        methods={str(name): _method(mapping(row), bool(proper.get("when"))) for name, row in methods.items()},
    )


def _method(row: Mapping[str, Any], conditional: bool) -> Method:
    kinds = sorted(row.keys() - SETTINGS)
    key = _place(row.get("credentials"))
    if len(kinds) != 1 or key is None:
        return Method(NOT_UNDERSTOOD)
    [kind] = kinds
    if kind == TOKEN_REVIEW and key == BEARER:
        return Method(kind)  # under conditions as well: OpenShift AI's own policies have some
    if conditional or row.get("when"):
        return Method(NOT_UNDERSTOOD)
    if kind == API_KEY:
        return Method(kind, key)
    if kind == LOGIN:
        return Method(kind, key, issuer_of(text(mapping(row[kind]).get("issuerUrl"))))
    return Method(kind if kind == ANONYMOUS else NOT_UNDERSTOOD)


def _place(credentials: Any) -> ApiKey | None:
    """Where a request has its key; None where that is not understood."""
    if not credentials:
        return BEARER
    if not isinstance(credentials, Mapping) or len(credentials) != 1:
        return None
    [(where, row)] = credentials.items()
    if where == "authorizationHeader":
        prefix = mapping(row).get("prefix")
        key = replace(BEARER, prefix=prefix or BEARER.prefix) if isinstance(prefix, str | None) else None
    else:
        place, name = PLACES.get(str(where)), text(mapping(row).get("name"))
        key = ApiKey(place=place, name=name) if place and name else None
    return key if key is not None and key.is_sound else None
