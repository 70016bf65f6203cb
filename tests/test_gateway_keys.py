"""API keys and tokens of a gateway: what AuthPolicies of Kuadrant ask for is what a server's definition says."""

from __future__ import annotations

import io
import re
import zlib
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import urllib3
from faults import QUICK, between
from outside import Answer, Loopback, Request, cluster_api
from rhoai_catalog import documents, pipeline
from rhoai_catalog.config import Cluster, Config
from rhoai_catalog.describe.definitions.endpoint import Endpoint
from rhoai_catalog.describe.definitions.protocol import protocol_definition
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.observation import Observation
from rhoai_catalog.observe import kserve
from rhoai_catalog.observe.family import Reading, SourceFacts
from rhoai_catalog.snapshot import UNKNOWN, ApiKey, Fact, InferenceService, Scope, Snapshot, Source
from test_callers import PLATFORM, READY, VLLM, Object, facts_of, isvc, llm, main, sr
from test_callers_examples import MAAS, at, definition, packages, typed_curl

ROUTED: Object = {"route": {}, "gateway": {}}
KEY = {"apiKey": {"selector": {"matchLabels": {"app": "q"}}}}
TOKEN = {"kubernetesTokenReview": {"audiences": ["https://kubernetes.default.svc"]}}
ANYBODY = {"anonymous": {}}
ISSUER = "https://login.example.net/realms/models"
LOGIN = {"jwt": {"issuerUrl": ISSUER}}
OPENSHIFT = {"token": "openshift", "authentication_required": True, "api_key": None}
NOT_KNOWN = {"token": UNKNOWN, "authentication_required": True, "api_key": None}
NONE_NEEDED = {"authentication_required": False, "api_key": None}


def keyed(place: str = "header", name: str = "Authorization", prefix: str = "") -> Object:
    """What is known of a server whose gateway takes a key there."""
    key = ApiKey(place=place, name=name, prefix=prefix)
    return {"token": "gateway-key", "authentication_required": True, "api_key": key}


BEARER = keyed(prefix="Bearer")


def issued(issuer: str | None = ISSUER, **place: str) -> Object:
    """What is known of a server whose gateway takes a token of an issuer."""
    return {**(keyed(**place) if place else BEARER), "token": "gateway-token", "issuer": issuer}


def key_in(**credentials: Any) -> Object:
    return {**KEY, "credentials": credentials}


def in_header(name: str) -> Object:
    return key_in(customHeader={"name": name})


def rules(*methods: Object, **named: Object) -> Object:
    numbered = {f"method-{number}": method for number, method in enumerate(methods)}
    return {"rules": {"authentication": {**numbered, **named}}}


def policy(kind: str, name: str, *, status: Object | None = None, section: str = "", **spec: Any) -> Object:
    """An AuthPolicy beside what it targets: a Gateway in the platform's namespace, or a route in the server's."""
    target = {"group": "gateway.networking.k8s.io", "kind": kind, "name": name}
    namespace = "gateways" if kind == "Gateway" else "ns"
    number = zlib.crc32(f"{spec}{section}".encode())
    return {
        "apiVersion": "kuadrant.io/v1",
        "kind": "AuthPolicy",
        "metadata": {"namespace": namespace, "name": f"policy-{number}"},
        "spec": {"targetRef": {**target, **({"sectionName": section} if section else {})}, **spec},
        **({"status": status} if status else {}),
    }


def gateway(**spec: Any) -> Object:
    return policy("Gateway", "shared", **spec)


def route(**spec: Any) -> Object:
    return policy("HTTPRoute", "q-route", **spec)


def httproute(server: str = "q", *, hosts: tuple[str, ...] = (), owned: bool = True, **parent: Any) -> Object:
    """The HTTPRoute of a server, which has no hostname where the Gateway has them."""
    owner = {"apiVersion": "serving.kserve.io/v1alpha2", "uid": f"uid-{server}"}
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"namespace": "ns", "name": f"{server}-route", "ownerReferences": [owner] if owned else []},
        "spec": {
            "parentRefs": [{"name": "shared", "namespace": "gateways", **parent}],
            **({"hostnames": list(hosts)} if hosts else {}),
        },
    }


def part(whole: Object) -> Object:
    """Another route of the same server."""
    return {**whole, "metadata": {**whole["metadata"], "name": "part-of-q"}}


def hand_made(*hosts: str, to: str = "q-predictor", **backend: Any) -> Object:
    """An HTTPRoute that people made, to a Service."""
    whole = httproute("hand-made", owned=False, hosts=hosts)
    return {**whole, "spec": {**whole["spec"], "rules": [{"backendRefs": [{"name": to, **backend}]}]}}


AT_ITS_HOST = [
    *isvc("q", runtime="r", status={"url": "https://q.example.net", "conditions": READY}),
    sr("r", command=VLLM),
]
GUARDED = {"security.opendatahub.io/enable-auth": "true"}
MODEL = {"name": "m", "uri": "hf://x/m"}
REACHED = [llm("q", model=MODEL, router=ROUTED), httproute()]
OWN_KEY = [llm("q", model=MODEL, router=ROUTED, template=main(args=["--api-key=x"])), httproute()]

CASES: dict[str, tuple[list[Object], Object]] = {
    # -- where the key goes ----------------------------------------------------------------------------------------
    "a key, and nothing said of where": ([*REACHED, gateway(**rules(KEY))], BEARER),
    "a key behind Authorization": ([*REACHED, gateway(**rules(key_in(authorizationHeader={})))], BEARER),
    "a key behind a prefix of its own": (
        [*REACHED, gateway(**rules(key_in(authorizationHeader={"prefix": "APIKEY"})))],
        keyed(prefix="APIKEY"),
    ),
    "a key in a header of its own": ([*REACHED, gateway(**rules(in_header("X-API-Key")))], keyed(name="X-API-Key")),
    "a key in the query": (
        [*REACHED, gateway(**rules(key_in(queryString={"name": "user_key"})))],
        keyed("query", "user_key"),
    ),
    "a key in a cookie": ([*REACHED, gateway(**rules(key_in(cookie={"name": "KEY"})))], keyed("cookie", "KEY")),
    "two sets of keys at one place": ([*REACHED, gateway(**rules(KEY, {**KEY, "priority": 1}))], BEARER),
    # -- other methods ---------------------------------------------------------------------------------------------
    "no policy": (REACHED, OPENSHIFT),
    "a token of Kubernetes": ([*REACHED, gateway(**rules(TOKEN))], OPENSHIFT),
    "a token or a key": ([*REACHED, gateway(**rules(TOKEN, KEY))], OPENSHIFT),
    "a token at another place": (
        [*REACHED, gateway(**rules({**TOKEN, "credentials": {"customHeader": {"name": "X-Token"}}}))],
        NOT_KNOWN,
    ),
    "anybody": ([*REACHED, route(**rules(ANYBODY))], NONE_NEEDED),
    "a key, or anybody": ([*REACHED, route(**rules(KEY, ANYBODY))], NOT_KNOWN),
    "keys at two places": ([*REACHED, gateway(**rules(KEY, in_header("X-API-Key")))], NOT_KNOWN),
    "a login": ([*REACHED, gateway(**rules(LOGIN))], issued()),
    "a login at another place": (
        [*REACHED, gateway(**rules({**LOGIN, "credentials": {"customHeader": {"name": "X-Token"}}}))],
        issued(name="X-Token"),
    ),
    "a login whose issuer nobody names": ([*REACHED, gateway(**rules({"jwt": {"ttl": 60}}))], issued(None)),
    "a login whose issuer is no address": (
        [*REACHED, gateway(**rules({"jwt": {"issuerUrl": "javascript:alert(1)"}}))],
        issued(None),
    ),
    "a login whose issuer is asked with a password": (
        [*REACHED, gateway(**rules({"jwt": {"issuerUrl": "https://kim:hunter2@login.example.net"}}))],
        issued(None),
    ),
    "a login whose issuer has no end": (
        [*REACHED, gateway(**rules({"jwt": {"issuerUrl": f"{ISSUER}/{'x' * 5000}"}}))],
        issued(None),
    ),
    "the same login twice": ([*REACHED, gateway(**rules(LOGIN, {**LOGIN, "priority": 1}))], issued()),
    "two logins": ([*REACHED, gateway(**rules(LOGIN, {"jwt": {"issuerUrl": "https://b.example.net"}}))], NOT_KNOWN),
    "a login or a key": ([*REACHED, gateway(**rules(LOGIN, KEY))], NOT_KNOWN),
    "a login or a token of Kubernetes": ([*REACHED, gateway(**rules(LOGIN, TOKEN))], OPENSHIFT),
    "a login for some requests": ([*REACHED, gateway(**rules({**LOGIN, "when": [{"predicate": "x"}]}))], NOT_KNOWN),
    "another login at each of two routes": (
        [*REACHED, part(httproute()), gateway(**rules(LOGIN)), route(**rules({"jwt": {"issuerUrl": f"{ISSUER}/b"}}))],
        NOT_KNOWN,
    ),
    "a server whose route is not there, where a login is asked for": (
        [REACHED[0], httproute("other"), gateway(**rules(LOGIN))],
        NOT_KNOWN,
    ),
    "a key of the server's own, and a login": ([*OWN_KEY, gateway(**rules(LOGIN))], NOT_KNOWN),
    "a method that nobody knows": ([*REACHED, gateway(**rules({"palmReading": {}}))], NOT_KNOWN),
    "a key at two places at once": (
        [*REACHED, gateway(**rules(key_in(cookie={"name": "a"}, queryString={"name": "b"})))],
        NOT_KNOWN,
    ),
    "a header without a name": ([*REACHED, gateway(**rules(key_in(customHeader={})))], NOT_KNOWN),
    "a header whose name is a command": ([*REACHED, gateway(**rules(in_header("X$(id)")))], NOT_KNOWN),
    "a header whose name has no end": ([*REACHED, gateway(**rules(in_header("x" * 5000)))], NOT_KNOWN),
    "a key for some requests": ([*REACHED, gateway(**rules({**KEY, "when": [{"predicate": "true"}]}))], NOT_KNOWN),
    "a policy for some requests": ([*REACHED, gateway(**rules(KEY), when=[{"predicate": "true"}])], NOT_KNOWN),
    "rules that ask for nothing": ([*REACHED, gateway(rules={"authorization": {"a": {}}})], OPENSHIFT),
    "rules of another shape": ([*REACHED, gateway(rules=["authentication"])], OPENSHIFT),
    # -- which policy ----------------------------------------------------------------------------------------------
    "explicit defaults": ([*REACHED, gateway(defaults=rules(KEY))], BEARER),
    "the route's before the gateway's": ([*REACHED, gateway(**rules(KEY)), route(**rules(TOKEN))], OPENSHIFT),
    "the route's before the gateway's defaults": (
        [*REACHED, gateway(defaults=rules(TOKEN)), route(**rules(in_header("K")))],
        keyed(name="K"),
    ),
    "the gateway's overrides before the route's": (
        [*REACHED, gateway(overrides=rules(in_header("K"))), route(**rules(ANYBODY))],
        keyed(name="K"),
    ),
    "defaults that are merged": (
        [*REACHED, gateway(defaults={"strategy": "merge", **rules(a=KEY)}), route(**rules(a=in_header("K")))],
        keyed(name="K"),
    ),
    "defaults that are added": (
        [*REACHED, gateway(defaults={"strategy": "merge", **rules(b=KEY)}), route(**rules(a=in_header("K")))],
        NOT_KNOWN,
    ),
    "overrides that are merged": (
        [*REACHED, gateway(overrides={"strategy": "merge", **rules(a=KEY)}), route(**rules(a=ANYBODY))],
        BEARER,
    ),
    "the listener's before the gateway's": (
        [
            REACHED[0],
            httproute(sectionName="https"),
            gateway(**rules(TOKEN)),
            gateway(section="https", **rules(KEY)),
            gateway(section="http", **rules(ANYBODY)),
        ],
        BEARER,
    ),
    "one of the listeners": ([*REACHED, gateway(**rules(TOKEN)), gateway(section="https", **rules(KEY))], NOT_KNOWN),
    "one rule of the route": ([*REACHED, route(**rules(TOKEN)), route(section="chat", **rules(KEY))], NOT_KNOWN),
    "two policies at one place": ([*REACHED, gateway(**rules(KEY)), gateway(**rules(in_header("K")))], NOT_KNOWN),
    "a policy that is not accepted": (
        [*REACHED, gateway(**rules(KEY), status={"conditions": [{"type": "Accepted", "status": "False"}]})],
        OPENSHIFT,
    ),
    "a policy of another gateway": ([*REACHED, policy("Gateway", "other", **rules(KEY))], OPENSHIFT),
    "a policy of another kind of route": ([*REACHED, policy("GRPCRoute", "q-route", **rules(KEY))], OPENSHIFT),
    "a policy of another namespace": (
        [REACHED[0], httproute(namespace="elsewhere"), gateway(**rules(KEY))],
        OPENSHIFT,
    ),
    "a route of somebody else": (
        [REACHED[0], httproute(), httproute("other"), policy("HTTPRoute", "other-route", **rules(KEY))],
        OPENSHIFT,
    ),
    "the older version": ([*REACHED, {**gateway(**rules(KEY)), "apiVersion": "kuadrant.io/v1beta3"}], BEARER),
    # -- which server ----------------------------------------------------------------------------------------------
    "a route that the server refers to": (
        [
            llm("q", model=MODEL, router={"route": {"http": {"refs": [{"name": "hand-made-route"}]}}, "gateway": {}}),
            httproute("hand-made", owned=False),
            gateway(**rules(KEY)),
        ],
        BEARER,
    ),
    "a server without a route": ([llm("q", model=MODEL), httproute("other"), gateway(**rules(KEY))], OPENSHIFT),
    "a server whose route is not there": (
        [REACHED[0], httproute("other"), gateway(**rules(KEY))],
        NOT_KNOWN,
    ),
    "a server whose route is not there, where tokens are taken": (
        [REACHED[0], httproute("other"), gateway(**rules(TOKEN))],
        OPENSHIFT,
    ),
    "models as a service": (
        [llm("q", model=MODEL, router=MAAS), httproute(), gateway(**rules(KEY))],
        {"token": "maas", "api_key": None},
    ),
    "a key of the server's own beside it": ([*OWN_KEY, gateway(**rules(KEY))], NOT_KNOWN),
    "a stopped server": (
        [
            {**REACHED[0], "metadata": {**REACHED[0]["metadata"], "annotations": {"serving.kserve.io/stop": "true"}}},
            httproute("other"),
            policy("HTTPRoute", "q-route", **rules(KEY)),
        ],
        NOT_KNOWN,
    ),
    "a server whose route is not there, and models as a service": (
        [REACHED[0], httproute("other"), policy("Gateway", "maas-default-gateway", **rules(LOGIN))],
        OPENSHIFT,
    ),
    "a key of the server's own, and anybody": ([*OWN_KEY, gateway(**rules(ANYBODY))], {"token": "api-key"}),
    "an InferenceService": (
        [*isvc("q", runtime="r"), sr("r", command=VLLM), httproute(), gateway(**rules(KEY))],
        BEARER,
    ),
    "an InferenceService whose parts have routes of their own": (
        [
            *isvc("q", runtime="r", status={"url": "https://q.example.net", "conditions": READY}),
            sr("r", command=VLLM),
            httproute(hosts=("q.example.net",)),
            part(httproute(hosts=("q-predictor.example.net",))),
            route(**rules(KEY)),
        ],
        BEARER,
    ),
    "an InferenceService behind a route that people made": (
        [*AT_ITS_HOST, hand_made("q.example.net"), gateway(**rules(KEY))],
        {"external_url": "https://q.example.net", **BEARER},
    ),
    "an InferenceService behind a route that people made at the Gateway's host": (
        [*AT_ITS_HOST, hand_made(), httproute("other", hosts=("q.example.net",)), gateway(**rules(KEY))],
        BEARER,
    ),
    "an InferenceService, and a route that people made at another host": (
        [*AT_ITS_HOST, hand_made("b.example.net"), httproute("other", hosts=("q.example.net",)), gateway(**rules(KEY))],
        NONE_NEEDED,
    ),
    "an InferenceService, and a route that people made to another server": (
        [*AT_ITS_HOST, hand_made("q.example.net", to="other-predictor"), gateway(**rules(KEY))],
        NONE_NEEDED,
    ),
    "an InferenceService, and a route that people made to another namespace": (
        [*AT_ITS_HOST, hand_made("q.example.net", namespace="elsewhere"), gateway(**rules(KEY))],
        NONE_NEEDED,
    ),
    "an InferenceService, and a route that people made to no Service": (
        [*AT_ITS_HOST, hand_made("q.example.net", kind="InferencePool"), gateway(**rules(KEY))],
        NONE_NEEDED,
    ),
    "an InferenceService, and a login": (
        [*isvc("q", runtime="r"), sr("r", command=VLLM), httproute(), gateway(**rules(LOGIN))],
        issued(),
    ),
    "an InferenceService, and a method that nobody knows": (
        [*isvc("q", runtime="r"), sr("r", command=VLLM), httproute(), gateway(**rules({"palmReading": {}}))],
        {"token": UNKNOWN, "authentication_required": UNKNOWN},
    ),
    "an InferenceService behind a proxy of its own, and a login": (
        [
            *isvc("q", runtime="r", meta={"uid": "uid-q", "annotations": GUARDED}),
            sr("r", command=VLLM),
            httproute(),
            gateway(**rules(LOGIN)),
        ],
        NOT_KNOWN,
    ),
    "an InferenceService behind a proxy of its own, and anybody": (
        [
            *isvc("q", runtime="r", meta={"uid": "uid-q", "annotations": GUARDED}),
            sr("r", command=VLLM),
            httproute(),
            gateway(**rules(ANYBODY)),
        ],
        OPENSHIFT,
    ),
    "an InferenceService, and anybody": (
        [*isvc("q", runtime="r"), sr("r", command=VLLM), httproute(), gateway(**rules(ANYBODY))],
        NONE_NEEDED,
    ),
    "an InferenceService behind a proxy of its own": (
        [
            *isvc("q", runtime="r", meta={"uid": "uid-q", "annotations": GUARDED}),
            sr("r", command=VLLM),
            httproute(),
            gateway(**rules(KEY)),
        ],
        NOT_KNOWN,
    ),
    "an InferenceService behind a Route": (
        [
            *isvc("q", runtime="r", status={"url": "https://q.apps.example.net", "conditions": READY}),
            sr("r", command=VLLM),
            httproute(),
            gateway(**rules(KEY)),
            {
                "apiVersion": "route.openshift.io/v1",
                "kind": "Route",
                "metadata": {"namespace": "ns", "name": "q", "ownerReferences": [{"uid": "uid-q"}]},
                "spec": {"to": {"name": "q-predictor"}, "tls": {"termination": "edge"}},
                "status": {
                    "ingress": [{"host": "q.apps.example.net", "conditions": [{"type": "Admitted", "status": "True"}]}]
                },
            },
        ],
        {"token": "openshift", "authentication_required": False},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_a_policy_asks_for(case: str) -> None:
    objects, told = CASES[case]
    facts = facts_of(objects)
    assert {name: getattr(value := getattr(facts, name), "value", value) for name in told} == told


def test_what_is_known_says_by_which_policy() -> None:
    facts = facts_of([*REACHED, gateway(**rules(KEY))])
    assert re.fullmatch(r"AuthPolicy gateways/policy-\d+", facts.token.origin)
    assert facts.authentication_required.origin == facts.token.origin


def read(respond: Any) -> tuple[SourceFacts, list[Request]]:
    asked: list[Request] = []

    def noted(request: Request) -> Answer:
        asked.append(request)
        return respond(request)

    with Loopback(noted) as server:
        cluster = Cluster(name="east", server=server.url)
        facts = kserve.read(cluster, Reading(traffic=Traffic("kserve/east"), policy=QUICK))
    return facts, [request for request in asked if "kuadrant" in request.path]


LISTING = "/apis/kuadrant.io/v1/authpolicies"
WITH_KEY = cluster_api([PLATFORM, *REACHED, gateway(**rules(KEY))])


def token_of(facts: SourceFacts) -> Fact[str | None]:
    (server,) = facts.tables["inference_services"]
    assert isinstance(server, InferenceService)
    return server.token


@pytest.mark.parametrize("status", [403, 404])
def test_a_cluster_that_does_not_show_its_policies_costs_nothing(status: int) -> None:
    facts, asked = read(between(WITH_KEY, LISTING, Answer("", status)))
    assert token_of(facts).value == "openshift"
    assert not [scope for scope in facts.scopes if not scope.complete or scope.kind == "AuthPolicy"]
    assert not facts.left_out and [request.path for request in asked].count(LISTING) == 1


def test_a_cluster_without_policies_is_not_asked_for_them() -> None:
    facts, asked = read(cluster_api([PLATFORM, *REACHED]))
    assert not asked and token_of(facts).value == "openshift"


def test_without_a_route_nobody_asks_for_policies() -> None:
    _, asked = read(cluster_api([PLATFORM, llm("q", model=MODEL), gateway(**rules(KEY))]))
    assert not asked


def test_policies_cost_two_requests() -> None:
    facts, asked = read(WITH_KEY)
    assert token_of(facts).value == "gateway-key"
    assert [request.path for request in asked] == ["/apis/kuadrant.io/v1", LISTING]


def test_a_model_that_may_be_offered_as_a_service_is_not_said_to_take_the_key() -> None:
    objects = [PLATFORM, *REACHED, gateway(**rules(KEY)), {"apiVersion": "maas.opendatahub.io/v1alpha1"}]
    objects[-1] |= {"kind": "MaaSModelRef", "metadata": {"namespace": "ns", "name": "other"}}
    path = "/apis/maas.opendatahub.io/v1alpha1/maasmodelrefs"
    facts, _ = read(between(cluster_api(objects), path, Answer("", 500)))
    assert token_of(facts).value is UNKNOWN


def test_a_stopped_inference_service_keeps_its_key() -> None:
    """KServe takes its HTTPRoute away; on OpenShift AI it had none."""
    meta = {"uid": "uid-q", "annotations": {"serving.kserve.io/stop": "true"}}
    objects = [*isvc("q", runtime="r", meta=meta), sr("r", command=VLLM), httproute("other"), gateway(**rules(KEY))]
    facts, _ = read(cluster_api(objects))
    assert token_of(facts).value is UNKNOWN
    facts, _ = read(cluster_api([PLATFORM, *objects]))
    assert token_of(facts).value == "openshift"


@pytest.mark.parametrize("path", [LISTING, "/apis/gateway.networking.k8s.io/v1/httproutes"])
def test_a_listing_that_fails_leaves_the_token_unknown(path: str) -> None:
    facts, _ = read(between(WITH_KEY, path, Answer("", 500)))
    assert token_of(facts).value is UNKNOWN
    assert [scope.kind for scope in facts.scopes if not scope.complete]


# -- the definition ------------------------------------------------------------------------------------------------

PLACES: dict[str, tuple[ApiKey, Object, str]] = {  # the scheme of OpenAPI, and how people write it
    "Bearer": (
        ApiKey(place="header", name="Authorization", prefix="Bearer"),
        {"type": "http", "scheme": "bearer"},
        "`Authorization: Bearer $API_KEY`",
    ),
    "a prefix": (
        ApiKey(place="header", name="Authorization", prefix="APIKEY"),
        {"type": "apiKey", "in": "header", "name": "Authorization"},
        "`Authorization: APIKEY $API_KEY`",
    ),
    "a header": (
        ApiKey(place="header", name="X-API-Key"),
        {"type": "apiKey", "in": "header", "name": "X-API-Key"},
        "`X-API-Key: $API_KEY`",
    ),
    "the query": (
        ApiKey(place="query", name="user_key"),
        {"type": "apiKey", "in": "query", "name": "user_key"},
        "`?user_key=$API_KEY`",
    ),
    "a cookie": (
        ApiKey(place="cookie", name="KEY"),
        {"type": "apiKey", "in": "cookie", "name": "KEY"},
        "`Cookie: KEY=$API_KEY`",
    ),
}
SECRET = "key-of-nobody"
SENT = {  # token -> the variable that holds it, what an address is shown with, whose it is, and what is said of it
    "gateway-key": ("API_KEY", "an API key", "An API key of the gateway", "an API key of the gateway as {}"),
    "gateway-token": (
        "TOKEN",
        "a token",
        "A token of the gateway's issuer",
        f"a token that `{ISSUER}` issues, as {{}}",
    ),
}


def carried(request: Request, key: ApiKey) -> bool:
    """Whether a request has the key where the gateway looks for it."""
    value = f"{key.prefix} {SECRET}".strip()
    if key.place == "query":
        return request.query.get(key.name) == SECRET
    headers = {name.lower(): content for name, content in request.headers.items()}
    if key.place == "cookie":
        return f"{key.name}={SECRET}" in headers.get("cookie", "").split("; ")
    return headers.get(key.name.lower()) == value


def behind(key: ApiKey | None, token: Any = "gateway-key", **facts: Any) -> InferenceService:
    server = facts_of(REACHED)
    return replace(server, token=Fact(token, "AuthPolicy"), api_key=key, **facts)


@pytest.mark.few(5)
@pytest.mark.parametrize("protocol", ["openai", "v2"])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("token", SENT)
def test_a_definition_sends_the_key_or_the_token_where_the_gateway_looks(
    place: str, protocol: str, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, scheme, written = PLACES[place]
    variable, what, whose, said = SENT[token]
    written = written.replace("$API_KEY", f"${variable}")
    monkeypatch.setenv(variable, SECRET)
    taken: list[bool] = []

    def guarded(request: Request) -> Answer:
        taken.append(carried(request, key))
        return Answer({"choices": [{"message": {"content": "Hello"}}]}, 200 if taken[-1] else 401)

    with Loopback(guarded) as server, urllib3.PoolManager() as pool:
        row = behind(key, token, protocols=Fact((protocol,), "the test"), issuer=ISSUER)
        shown, text = definition(at(row, server.url))
        method, address, headers, body = typed_curl(text, SECRET)
        assert pool.request(method, address, headers=headers, body=body).status == 200
        [code] = re.findall(r"```python\n(.*?)\n```", text, re.DOTALL)
        with packages(pool), redirect_stdout(io.StringIO()):
            exec(code, {})
    assert taken == [True, True]
    [(name, [])] = shown["security"][0].items()
    told = shown["components"]["securitySchemes"][name]
    assert {field: told[field] for field in scheme} == scheme
    assert told["description"] == whose
    assert f"Every request needs {said.format(written)}: ask the platform's owners for one." in text
    assert shown["servers"][0]["description"] == f"outside, with {what}"
    assert "oc whoami" not in text and ("$TOKEN" in text) == (variable == "TOKEN") and "OpenShift" not in text


@pytest.mark.parametrize(
    ("place", "sent"),
    [
        ("Bearer", '-H "Authorization: Bearer $API_KEY" -d'),
        ("a header", '-H "X-API-Key: $API_KEY" -d'),
        ("a cookie", '-H "Cookie: KEY=$API_KEY" -d'),
        ("the query", "-proto FILE -d"),
    ],
)
def test_grpc_takes_the_key_as_metadata(place: str, sent: str) -> None:
    endpoint = Endpoint(
        title="q",
        servers=("https://q.example.net",),
        spoken=("grpc-v2",),
        authentication_required=True,
        token="gateway-key",
        api_key=PLACES[place][0],
    )
    shown = protocol_definition(endpoint)
    assert shown is not None and sent in shown.text
    assert f"an API key of the gateway as {PLACES[place][2]}" in shown.text


def test_a_declared_definition_gets_the_key() -> None:
    api = '{"openapi": "3.0.3", "info": {"title": "x", "version": "1"}, "paths": {}}'
    server = behind(PLACES["a header"][0], annotations={"rhdh.io/api-spec": api})
    shown, text = definition(at(server, "https://q.example.net"))
    [scheme] = shown["components"]["securitySchemes"].values()
    assert scheme["name"] == "X-API-Key" and "`X-API-Key: $API_KEY`" in text


def test_a_declared_definition_of_version_2_gets_the_key() -> None:
    api = '{"swagger": "2.0", "info": {"title": "x", "version": "1", "description": "y"}, "paths": {}}'
    server = behind(PLACES["the query"][0], annotations={"rhdh.io/api-spec": api})
    shown, _ = definition(at(server, "https://q.example.net"))
    [scheme] = shown["securityDefinitions"].values()
    assert (scheme["in"], scheme["name"]) == ("query", "user_key") and "gateway" in scheme["description"]
    assert shown["security"] == [{"apiKey": []}]


def test_a_key_that_no_header_can_carry_is_not_said() -> None:
    """A snapshot may come from anybody."""
    key = ApiKey(place="header", name='X"; rm -rf ~; "')
    shown, text = definition(at(behind(key), "https://q.example.net"))
    assert "rm -rf" not in str(shown) and "security" not in shown and "securitySchemes" not in shown["components"]
    assert "Which token or key a request needs is not known" in text


@pytest.mark.few(2)
@pytest.mark.parametrize(
    "issuer", [None, "javascript:alert(1)", "https://x` [a](https://b.example)", "https://" + "x" * 900]
)
def test_an_issuer_that_is_no_address_is_not_said(issuer: str | None) -> None:
    _, text = definition(at(behind(PLACES["Bearer"][0], "gateway-token", issuer=issuer), "https://q.example.net"))
    assert (
        "Every request needs a token of the gateway's issuer as `Authorization: Bearer $TOKEN`: "
        "ask the platform's owners who that is." in text
    )
    assert "alert" not in text and "b.example" not in text and "xxx" not in text


def test_a_token_that_is_not_known_is_not_made_up() -> None:
    shown, text = definition(at(behind(None, UNKNOWN), "https://q.example.net"))
    assert "security" not in shown and "oc whoami" not in text and "Authorization" not in text
    assert "Which token or key a request needs is not known" in text


@pytest.mark.parametrize(
    ("token", "told"),
    [
        ("gateway-key", "An API key of the gateway is needed."),
        ("gateway-token", "A token of the gateway's issuer is needed."),
        (UNKNOWN, "A token or an API key is needed."),
    ],
)
def test_a_component_says_what_is_needed(token: Any, told: str) -> None:
    server = at(behind(PLACES["a header"][0], token), "https://q.example.net")
    scopes = tuple(Scope(source="kserve/east", kind=kind, complete=True) for kind in (server.kind, "InferenceService"))
    snapshot = Snapshot(sources=(Source(family="kserve", name="east"),), scopes=scopes, inference_services=(server,))
    config = Config(root=Path(), clusters=(Cluster(name="east", server="https://east.example"),))
    text = pipeline.plan(config, Observation(snapshot=snapshot), {}).files["servers/east/ns/entities.yaml"]
    [component] = [row for row in documents.load(text or "") if row["kind"] == "Component"]
    assert told in component["metadata"]["description"]
