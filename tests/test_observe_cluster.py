"""A cluster over real HTTP: complete listings or incomplete scopes, and facts that stand on evidence."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from faults import BROKEN_OFF, CROWDED, CUT_OFF, HTML, NESTED, Respond, between, served_with_certificate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from outside import Answer, Loopback, Request, cluster_api
from rhoai_catalog.config import Cluster, Config, Credentials
from rhoai_catalog.http.policy import Policy
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.observe import kserve
from rhoai_catalog.observe.estate import read_estate
from rhoai_catalog.observe.family import Reading, SourceFacts
from rhoai_catalog.observe.kserve.api import POLICY
from rhoai_catalog.observe.kserve.facts.endpoints import is_internal
from rhoai_catalog.observe.kserve.facts.servers import inference_service, llm_inference_service
from rhoai_catalog.observe.kserve.surroundings import Surroundings
from rhoai_catalog.snapshot import UNKNOWN, InferenceService, to_json
from thorough import tries

QUICK = replace(POLICY, first_wait=0.01)
SHARED = Path(__file__).parents[1].parent / "shared"
SERVERS = "/apis/serving.kserve.io/v1beta1/inferenceservices"
ROUTES = "/apis/route.openshift.io/v1/routes"
PLATFORM = {
    "apiVersion": "datasciencecluster.opendatahub.io/v1",
    "kind": "DataScienceCluster",
    "metadata": {"name": "x"},
}
READY = [{"type": "Ready", "status": "True"}]
AUTH = "security.opendatahub.io/enable-auth"
EXPOSED = {"networking.kserve.io/visibility": "exposed"}
INSIDE = {"address": {"url": "http://iris-predictor.ns.svc.cluster.local"}, "conditions": READY}
SKLEARN = {"model": {"modelFormat": {"name": "sklearn"}, "storageUri": "s3://models/iris"}}
LLM_SERVICE = "https://iris-kserve-workload-svc.ns.svc.cluster.local"


def read_cluster(cluster: Cluster, policy: Policy = QUICK) -> SourceFacts:
    return kserve.read(cluster, Reading(traffic=Traffic("kserve/east"), policy=policy))


def read(respond: Respond, policy: Policy = QUICK, **cluster: Any) -> SourceFacts:
    with Loopback(respond) as server:
        return read_cluster(Cluster(name="east", server=server.url, **cluster), policy)


def server(
    predictor: Any = None, status: Any = None, kind: str = "InferenceService", **metadata: Any
) -> dict[str, Any]:
    version = "v1beta1" if kind == "InferenceService" else "v1alpha2"
    named = {"name": "iris", "namespace": "ns", "uid": "iris-uid"} | metadata
    told = {"apiVersion": f"serving.kserve.io/{version}", "kind": kind, "metadata": named}
    return told | {"spec": {"predictor": SKLEARN if predictor is None else predictor}, "status": status or {}}


def llm(status: Any = None, **metadata: Any) -> dict[str, Any]:
    spec = {"model": {"uri": "hf://org/base", "name": "org/base", "lora": {"adapters": [{"name": "pirate"}]}}}
    return server(None, status, "LLMInferenceService", **metadata) | {"spec": spec}


def service(name: str, *ports: dict[str, Any], headless: bool = False) -> dict[str, Any]:
    spec = {"ports": list(ports), "clusterIP": "None" if headless else "10.0.0.1"}
    return {"apiVersion": "v1", "kind": "Service", "metadata": owned(name), "spec": spec}


def owned(name: str, owner: str = "iris-uid") -> dict[str, Any]:
    return {"name": name, "namespace": "ns", "ownerReferences": [{"uid": owner}]}


def route(
    host: str, backend: str = "iris-predictor", owner: str = "iris-uid", admitted: str = "True"
) -> dict[str, Any]:
    ingress = [{"host": host, "conditions": [{"type": "Admitted", "status": admitted}]}]
    spec = {"host": host, "to": {"name": backend}, "tls": {"termination": "edge"}}
    kind = {"apiVersion": "route.openshift.io/v1", "kind": "Route"}
    return kind | {"metadata": owned("iris", owner), "spec": spec, "status": {"ingress": ingress}}


def runtime(family: str = "", annotations: Any = None, **container: Any) -> dict[str, Any]:
    meta = {"name": "own", "namespace": "ns", "annotations": annotations or {}}
    spec = {"annotations": {"opendatahub.io/kserve-runtime": family}, "containers": [container]}
    return {"apiVersion": "serving.kserve.io/v1alpha1", "kind": "ServingRuntime", "metadata": meta, "spec": spec}


def many(count: int) -> list[dict[str, Any]]:
    return [server(name=f"iris-{number:03}", namespace=f"ns-{number % 3}") for number in range(count)]


def incomplete(facts: SourceFacts) -> dict[tuple[str, str], str]:
    return {(scope.kind, scope.namespace): scope.reason for scope in facts.scopes if not scope.complete}


# -- listing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 7, 40, 500])
def test_every_page_is_read(limit: int) -> None:
    facts = read(cluster_api(many(40)), replace(QUICK, page=limit))
    assert [s.name for s in sorted(facts.tables["inference_services"], key=lambda s: s.name)] == [
        f"iris-{number:03}" for number in range(40)
    ]
    assert not incomplete(facts)
    assert next(scope.listed for scope in facts.scopes if scope.kind == "InferenceService") == 40


def test_namespaces_are_included_and_excluded() -> None:
    facts = read(cluster_api(many(9)), include=("ns-*",), exclude=("ns-1",))
    assert {server.namespace for server in facts.tables["inference_services"]} == {"ns-0", "ns-2"}


def test_a_kind_that_the_cluster_lacks_is_complete_and_empty() -> None:
    facts = read(between(cluster_api(many(1)), "/apis/serving.kserve.io/.*", Answer({"code": 404}, 404)))
    assert facts.tables["inference_services"] == ()
    assert not incomplete(facts)


def test_a_listing_that_expires_is_begun_again() -> None:
    expiring = between(cluster_api(many(25)), SERVERS, None, Answer({"code": 410}, 410), None)
    facts = read(expiring, replace(QUICK, page=10))
    assert len(facts.tables["inference_services"]) == 25
    assert not incomplete(facts)


def test_a_listing_that_always_expires_is_asked_for_in_one_piece() -> None:
    whole = cluster_api(many(25))

    def expiring(request: Request) -> Answer:
        return Answer({"code": 410}, 410) if "continue" in request.query else whole(request)

    assert len(read(expiring, replace(QUICK, page=10)).tables["inference_services"]) == 25


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer({"code": 401}, 401), "401, the token is not accepted"),
        (Answer({"code": 403}, 403), "403, the token may not read this"),
        (Answer({"message": "conversion webhook for x failed"}, 500), "a conversion webhook"),
        (Answer("busy", 503), "the API server answered 503"),
        (Answer("", 302, {"Location": "https://elsewhere.example.net/"}), "it redirects elsewhere"),
        (Answer({"code": 410}, 410), "the listing expired"),
        (HTML, "HTML came"),
        (CUT_OFF, "cut off or no JSON"),
        (BROKEN_OFF, "the connection broke"),
        (NESTED, "cut off or no JSON: nested more than 100 deep"),
        (CROWDED, "cut off or no JSON: more values than"),
        (Answer([]), "no JSON object"),
        (Answer({"kind": "Status"}), "the answer is no list"),
        (Answer({"metadata": {"continue": "again"}, "items": []}), "the same page token came twice"),
        (Answer({"metadata": {"continue": {"odd": 1}}, "items": []}), "the same page token came twice"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_listing_that_fails_is_incomplete_and_stops_nothing_else(answer: Answer, reason: str) -> None:
    facts = read(between(cluster_api([*many(3), llm()]), SERVERS, answer))
    assert [server.kind for server in facts.tables["inference_services"]] == ["LLMInferenceService"]
    assert list(incomplete(facts)) == [("InferenceService", "")]
    assert reason in incomplete(facts)["InferenceService", ""]


def test_one_failing_page_spoils_the_listing() -> None:
    facts = read(between(cluster_api(many(5)), SERVERS, None, Answer("", 500)), replace(QUICK, page=2))
    assert facts.tables["inference_services"] == ()
    assert "answered 500" in incomplete(facts)["InferenceService", ""]


def test_an_answer_without_end_is_given_up() -> None:
    facts = read(between(cluster_api([]), SERVERS, Answer(" " * (2 << 20))), replace(QUICK, largest=1 << 20))
    assert "longer than 1 MiB" in incomplete(facts)["InferenceService", ""]


def test_pages_without_end_are_given_up() -> None:
    numbers = iter(range(1000))

    def endless(request: Request) -> Answer:
        return Answer({"metadata": {"continue": str(next(numbers))}, "items": []})

    respond = cluster_api([])
    policy = replace(QUICK, most_pages=20)
    facts = read(lambda request: endless(request) if request.path == SERVERS else respond(request), policy)
    assert "more than 20 pages" in incomplete(facts)["InferenceService", ""]


@pytest.mark.parametrize("asked", ["0", "-1", "soon", "\N{SUPERSCRIPT TWO}", "9" * 400])
def test_a_server_may_ask_for_patience(asked: str) -> None:
    busy = Answer("", 429, {"Retry-After": asked})
    facts = read(between(cluster_api(many(2)), SERVERS, busy, busy, None), replace(QUICK, longest_wait=0.02))
    assert len(facts.tables["inference_services"]) == 2
    assert not incomplete(facts)


def test_only_the_named_namespaces_where_the_whole_cluster_is_forbidden() -> None:
    kinds = "(services|servingruntimes|inferenceservices|llminferenceservices|namespaces|clusterservingruntimes)"
    respond = between(cluster_api(many(9)), rf"/(api/v1|apis/serving.kserve.io/\w+)/{kinds}", Answer({}, 403))
    facts = read(respond, include=("ns-0", "ns-2", "team-*"))
    assert {server.namespace for server in facts.tables["inference_services"]} == {"ns-0", "ns-2"}
    assert {s.namespace for s in facts.scopes if s.kind == "InferenceService" and s.complete} == {"ns-0", "ns-2"}
    assert ("InferenceService", "") not in {(scope.kind, scope.namespace) for scope in facts.scopes}
    assert set(incomplete(facts)) == {("Namespace", ""), ("ClusterServingRuntime", "")}


def test_a_named_namespace_may_be_forbidden_too() -> None:
    forbidden = r"/apis/serving.kserve.io/v1beta1/(namespaces/ns-1/)?inferenceservices"
    facts = read(between(cluster_api(many(9)), forbidden, Answer({}, 403)), include=("ns-0", "ns-1"))
    assert {server.namespace for server in facts.tables["inference_services"]} == {"ns-0"}
    assert set(incomplete(facts)) == {("InferenceService", "ns-1")}


def test_without_routes_what_a_route_would_say_is_unknown() -> None:
    exposed, plain = (
        server(status=INSIDE | OUTSIDE, labels=EXPOSED),
        server(status=INSIDE, name="plain", uid="plain-uid"),
    )
    respond = cluster_api(
        [PLATFORM, exposed, plain, server(status=KNATIVE, name="knative"), llm(), route("a.example.net")]
    )
    facts = read(between(respond, "/apis/route.openshift.io/v1", Answer("", 503)))
    assert {(s.kind[:3], s.name): s.external_url.value for s in facts.tables["inference_services"]} == {
        ("Inf", "iris"): UNKNOWN,
        ("Inf", "plain"): UNKNOWN,
        ("Inf", "knative"): OUTSIDE["url"],
        ("LLM", "iris"): None,
    }
    servers = facts.tables["inference_services"]
    assert all(UNKNOWN not in (s.internal_url.value, s.authentication_required.value) for s in servers)
    assert set(incomplete(facts)) == {("Route", "")}


def test_without_services_what_a_service_would_say_is_unknown() -> None:
    told = {**INSIDE, "address": {"url": "http://iris-predictor.ns.svc.cluster.local:8080"}}
    by_hand = route("a.example.net", owner="nobody")
    respond = cluster_api([PLATFORM, server(status=told), service("iris-predictor", HTTP), by_hand])
    facts = read(between(respond, "/api/v1/services", Answer("", 403)))
    [iris] = facts.tables["inference_services"]
    assert (iris.internal_url.value, iris.external_url.value) == (UNKNOWN, UNKNOWN)
    [iris] = read(respond).tables["inference_services"]
    assert (iris.internal_url.value, iris.external_url.value) == (
        "http://iris-predictor.ns.svc.cluster.local",
        "https://a.example.net",
    )


def test_an_object_without_a_name_is_left_out() -> None:
    facts = read(cluster_api([server(), server(name="")]))
    assert [server.name for server in facts.tables["inference_services"]] == ["iris"]
    assert [left.reason for left in facts.left_out] == ["it has no name"]


# -- the connection ----------------------------------------------------------------------------------------------


def test_the_token_does_not_follow_a_redirect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EAST", "sha256~hidden")
    with Loopback(cluster_api(many(1))) as elsewhere:
        moved = Answer("", 307, {"Location": elsewhere.url + SERVERS})
        with Loopback(between(cluster_api([]), SERVERS, moved)) as here:
            facts = read_cluster(Cluster(name="east", server=here.url, credentials=Credentials(env="EAST")))
    assert elsewhere.requests == []
    assert {request.headers["authorization"] for request in here.requests} == {"Bearer sha256~hidden"}
    assert "hidden" not in str(facts)


def test_a_server_that_is_not_there() -> None:
    with Loopback(cluster_api([])) as gone:
        pass
    facts = read_cluster(Cluster(name="east", server=gone.url))
    assert "refused" in incomplete(facts)["InferenceService", ""]
    assert "refused" in incomplete(facts)["LLMInferenceService", ""]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes a certificate with openssl")
def test_a_certificate_must_be_trusted(tmp_path: Path) -> None:
    with served_with_certificate(cluster_api(many(1)), tmp_path) as (url, certificate, asked):
        untrusted = read_cluster(Cluster(name="east", server=url))
        assert asked.requests == []
        trusted = read_cluster(Cluster(name="east", server=url, ca_file=certificate))
    assert "its certificate is not trusted" in incomplete(untrusted)["InferenceService", ""]
    assert not incomplete(trusted)
    assert len(trusted.tables["inference_services"]) == 1


def test_a_token_that_is_not_there_is_said_by_its_variable() -> None:
    facts = read(cluster_api([]), credentials=Credentials(env="NO_SUCH_TOKEN"))
    assert set(incomplete(facts)) == {("InferenceService", ""), ("LLMInferenceService", "")}
    assert "NO_SUCH_TOKEN" in incomplete(facts)["InferenceService", ""]


# -- facts -------------------------------------------------------------------------------------------------------

VLLM = {"name": "kserve-container", "image": "quay.example.net/vllm/vllm-cuda:1", "args": ["--model=/mnt/models"]}
RUN = {"model": {"modelFormat": {"name": "vLLM"}, "runtime": "own", "protocolVersion": "v2"}}
MESH = {
    "address": {"url": "grpc://modelmesh-serving.ns:8033"},
    "components": {"predictor": {"restUrl": "http://modelmesh-serving.ns:8008"}},
    "deploymentMode": "ModelMesh",
    "conditions": READY,
}
FAILED = {"states": {"targetModelState": "FailedToLoad"}, "lastFailureInfo": {"reason": "ModelLoadFailed"}}
HTTP = {"name": "http", "port": 80, "targetPort": 8080}
HTTPS = {"name": "https", "port": 8443, "targetPort": "https"}
TRANSFORMED = server() | {
    "spec": {"predictor": SKLEARN, "transformer": {"containers": [{"args": ["--model_name", "t"]}]}}
}
OUTSIDE = {"url": "https://iris-ns.apps.example.net"}
KNATIVE = {"deploymentMode": "Serverless", **OUTSIDE, "conditions": READY}
PLACEHOLDER = {"url": "http://iris-ns.example.com", **INSIDE}
OTHER_MODEL = {"url": f"{LLM_SERVICE}/model-routing"}

TRAPS: list[tuple[str, list[dict[str, Any]], dict[str, Any]]] = [
    (
        "headless: the port behind the Service",
        [server(status=INSIDE), service("iris-predictor", HTTP, headless=True)],
        {"internal_url": "http://iris-predictor.ns.svc.cluster.local:8080", "external_url": None, "state": "ready"},
    ),
    (
        "not headless: the port of the Service",
        [server(status=INSIDE), service("iris-predictor", HTTP)],
        {"internal_url": "http://iris-predictor.ns.svc.cluster.local"},
    ),
    (
        "protected: https on 8443",
        [server(annotations={AUTH: "true"}, status=INSIDE), service("iris-predictor", HTTPS, headless=True)],
        {"internal_url": "https://iris-predictor.ns.svc.cluster.local:8443", "authentication_required": True},
    ),
    ("not protected", [server(annotations={AUTH: "false"})], {"authentication_required": False}),
    ("protection is off by default", [server()], {"authentication_required": False}),
    ("protected by the label of old", [server(labels={AUTH: "true"})], {"authentication_required": True}),
    (
        "exposed and admitted",
        [server(labels=EXPOSED, status=INSIDE), route("iris.apps.example.net")],
        {"external_url": "https://iris.apps.example.net"},
    ),
    (
        "exposed, not admitted",
        [server(labels=EXPOSED, status=INSIDE | OUTSIDE), route("iris-ns.apps.example.net", admitted="False")],
        {"external_url": None},
    ),
    (
        "a foreign Route of the same name",
        [server(status=INSIDE), route("foreign.apps.example.net", "other", "other-uid")],
        {"external_url": None},
    ),
    (
        "a Route by hand",
        [server(status=INSIDE), service("iris-predictor", HTTP), route("hand.example.net", owner="nobody")],
        {"external_url": "https://hand.example.net"},
    ),
    ("Knative", [server(status=KNATIVE)], {"external_url": "https://iris-ns.apps.example.net"}),
    ("KServe's placeholder", [server(status=PLACEHOLDER)], {"external_url": None}),
    (
        "stopped, with addresses that are left over",
        [server(annotations={"serving.kserve.io/stop": "true"}, status=INSIDE), route("iris.apps.example.net")],
        {"state": "stopped", "external_url": UNKNOWN, "internal_url": UNKNOWN},
    ),
    (
        "deleting, though Ready",
        [server(status=INSIDE, deletionTimestamp="2026-01-01T00:00:00Z")],
        {"state": "deleting"},
    ),
    (
        "failed, though Ready",
        [server(status=INSIDE | {"modelStatus": FAILED})],
        {"state": "failed", "state_reason": "ModelLoadFailed"},
    ),
    ("no status", [server()], {"state": "unknown", "internal_url": None, "external_url": None}),
    (
        "the old form",
        [server({"sklearn": {"storageUri": "gs://models/iris"}})],
        {"model_format": "sklearn", "artifact_uris": ("gs://models/iris",), "protocols": ("v1", "v2")},
    ),
    (
        "a container of its own",
        [server({"containers": [VLLM]})],
        {"model_format": None, "runtime": "vllm", "protocols": ("openai",), "served_model_names": ("/mnt/models",)},
    ),
    (
        "a transformer is the way in",
        [TRANSFORMED, service("iris-predictor", HTTP), service("iris-transformer", HTTP)],
        {"internal_url": "http://iris-transformer.ns.svc.cluster.local", "served_model_names": ("t",)},
    ),
    (
        "ModelMesh",
        [
            server({"model": {"modelFormat": {"name": "onnx"}, "runtime": "own"}}, MESH),
            runtime("ovms", {"enable-auth": "true"}),
        ],
        {"internal_url": "http://modelmesh-serving.ns:8008", "authentication_required": True, "runtime": "ovms"},
    ),
    (
        "vLLM speaks OpenAI's protocol, whatever a webhook says",
        [server(RUN), runtime("vllm", **VLLM)],
        {"protocols": ("openai",), "runtime": "vllm", "model_format": "vLLM", "served_model_names": ("/mnt/models",)},
    ),
    (
        "OpenVINO with a task speaks OpenAI's protocol, too",
        [
            server({"model": RUN["model"] | {"args": ["--task", "text_generation"]}}),
            runtime("ovms", image="openvino/model_server:2026"),
        ],
        {"protocols": ("openai-ovms", "v2", "grpc-v2"), "runtime": "ovms"},
    ),
    (
        "names of its own",
        [
            server({"model": RUN["model"] | {"args": ["--served-model-name", "a", "b", "--port=1"]}}),
            runtime("vllm", **VLLM),
        ],
        {"served_model_names": ("a", "b")},
    ),
    (
        "names of the runtime",
        [server(RUN), runtime("vllm", image="vllm", args=["--served-model-name={{.Name}}-{{.Namespace}}"])],
        {"served_model_names": ("iris-ns",)},
    ),
    (
        "a runtime known by its image",
        [
            server({"model": {"modelFormat": {"name": "onnx"}, "runtime": "own"}}),
            runtime(image="x/openvino/model_server:1"),
        ],
        {"runtime": "ovms"},
    ),
    (
        "accelerators",
        [server({"model": {"resources": {"limits": {"cpu": "4", "nvidia.com/gpu": "2", "nvidia.com/mig-1g.5gb": 1}}}})],
        {"accelerators": {"nvidia.com/gpu": 2, "nvidia.com/mig-1g.5gb": 1}},
    ),
    (
        "context length",
        [server(RUN | {"args": ["--max-model-len", "8k"]}), runtime("vllm", image="vllm", args=["--max-model-len=1K"])],
        {"context_length": 1024},
    ),
    (
        "context length of its own arguments",
        [server({"model": RUN["model"] | {"args": ["--max-model-len=25600", "--port=1"]}}), runtime("vllm", **VLLM)],
        {"context_length": 25_600},
    ),
    ("context length: none", [server(RUN), runtime("vllm", **VLLM)], {"context_length": None}),
    (
        "LLM: protected by default",
        [llm()],
        {"authentication_required": True, "served_model_names": ("org/base", "pirate")},
    ),
    ("LLM: open", [llm(annotations={AUTH: "False"})], {"authentication_required": False}),
    ("LLM: open only if it says so", [llm(annotations={AUTH: " False "})], {"authentication_required": True}),
    (
        "LLM without a router",
        [llm({"url": LLM_SERVICE, "addresses": [{"url": LLM_SERVICE}], "conditions": READY})],
        {"internal_url": f"{LLM_SERVICE}:8000", "external_url": None, "runtime": "vllm", "protocols": ("openai",)},
    ),
    (
        "LLM behind a gateway",
        [
            llm(
                {
                    "addresses": [
                        {"name": "gateway-external-model-routing", "url": "https://maas.example.net/routing"},
                        {"name": "gateway-external", "url": "https://maas.example.net/ns/iris"},
                        {
                            "name": "gateway-internal",
                            "url": "http://gateway.openshift-ingress.svc.cluster.local/ns/iris",
                        },
                    ]
                }
            )
        ],
        {
            "external_url": "https://maas.example.net/ns/iris",
            "internal_url": "http://gateway.openshift-ingress.svc.cluster.local/ns/iris",
        },
    ),
    (
        "LLM: stopped, with addresses that are left over",
        [llm({"addresses": [{"url": LLM_SERVICE}]}, annotations={"serving.kserve.io/stop": "true"})],
        {"state": "stopped", "internal_url": UNKNOWN, "external_url": UNKNOWN},
    ),
    (
        "a display name of any length",
        [server(annotations={"openshift.io/display-name": "Ä🚀" * 500})],
        {"display_name": "Ä🚀" * 500},
    ),
]


@pytest.mark.parametrize(("objects", "told"), [trap[1:] for trap in TRAPS], ids=[trap[0] for trap in TRAPS])
def test_facts(objects: list[dict[str, Any]], told: dict[str, Any]) -> None:
    (made,) = read(cluster_api([PLATFORM, *objects])).tables["inference_services"]
    assert {name: _plain(getattr(made, name)) for name in told} == told
    assert all(_origin(made, name) for name in told if name.endswith(("_url", "_required")))


def _plain(fact: Any) -> Any:
    return fact.value if hasattr(fact, "origin") else fact


def _origin(made: InferenceService, name: str) -> str:
    return str(getattr(made, name).origin)


@pytest.mark.parametrize("prefix", ["modelregistry.opendatahub.io", "modelregistry.kubeflow.org"])
def test_labels_lead_to_the_registered_version(prefix: str) -> None:
    labels = {f"{prefix}/registered-model-id": "1", f"{prefix}/model-version-id": "12", f"{prefix}/name": "shared"}
    link = read(cluster_api([server(labels=labels)])).tables["inference_services"][0].registry
    assert link is not None
    assert (link.registry, link.registered_model_id, link.model_version_id) == ("shared", "1", "12")


def test_kserve_alone_says_nothing_about_protection() -> None:
    facts = read(cluster_api([server(annotations={AUTH: "true"}), llm()]))
    assert [made.authentication_required.value for made in facts.tables["inference_services"]] == [None, None]


def test_an_older_cluster_has_an_older_version() -> None:
    facts = read(cluster_api([llm() | {"apiVersion": "serving.kserve.io/v1alpha1"}]))
    assert [made.kind for made in facts.tables["inference_services"]] == ["LLMInferenceService"]


def test_a_namespace_tells_who_asked_for_it() -> None:
    told = {"openshift.io/requester": "alice", "openshift.io/display-name": "Payments"}
    names = [{"name": "payments", "annotations": told}, {"name": "plain"}, {"name": "kube-system"}]
    facts = read(cluster_api({"apiVersion": "v1", "kind": "Namespace", "metadata": name} for name in names))
    assert [(n.name, n.requester, n.display_name) for n in facts.tables["namespaces"]] == [
        ("payments", "alice", "Payments"),
        ("plain", None, None),
    ]


def test_no_secret_comes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EAST", "sha256~hidden")
    container = {
        "image": "user:hidden@quay.example.net/vllm",
        "args": ["--api-key=hidden", "--api-key", "hidden", "--served-model-name=shown"],
        "env": [{"name": "VLLM_API_KEY", "value": "hidden"}],
    }
    hidden = "//user:hidden@iris.ns.svc.cluster.local/v1?key=hidden#hidden"
    outside = "https://user:hidden@iris.apps.example.net/v1?key=hidden#hidden"
    status = {"url": outside, "address": {"url": f"http:{hidden}"}, "deploymentMode": "Knative"}
    status["conditions"] = [{"type": "Ready", "status": "False", "reason": "hidden hidden", "message": "hidden"}]
    reads = {"model": {"modelFormat": {"name": "x"}, "runtime": "own", "storageUri": f"s3:{hidden}", **container}}
    annotations = {"kubectl.kubernetes.io/last-applied-configuration": "hidden", AUTH: "true"}
    objects = [
        server(reads, status, annotations=annotations),
        server({"containers": [container]}, status, name="second"),
        llm({"url": outside, "addresses": [{"url": outside}, {"url": f"https:{hidden}"}]}, annotations=annotations),
        runtime(**container),
    ]
    with Loopback(cluster_api(objects)) as cluster:
        east = Cluster(name="east", server=cluster.url, credentials=Credentials(env="EAST"))
        observation = read_estate(Config(root=Path(), clusters=(east,)))
    told = to_json(observation.snapshot)
    assert "shown" in told
    assert "iris.apps.example.net/v1" in told
    assert "hidden" not in told


# -- odd shapes --------------------------------------------------------------------------------------------------

KEYS = [
    "metadata",
    "name",
    "namespace",
    "uid",
    "labels",
    "annotations",
    "ownerReferences",
    "deletionTimestamp",
    "spec",
    "status",
    "predictor",
    "model",
    "modelFormat",
    "runtime",
    "args",
    "command",
    "env",
    "value",
    "image",
    "containers",
    "transformer",
    "resources",
    "limits",
    "requests",
    "storageUri",
    "storage",
    "storageUris",
    "path",
    "parameters",
    "uri",
    "url",
    "address",
    "addresses",
    "conditions",
    "type",
    "reason",
    "components",
    "restUrl",
    "modelStatus",
    "states",
    "targetModelState",
    "lastFailureInfo",
    "deploymentMode",
    "servingRuntimeName",
    "lora",
    "adapters",
    "template",
    "ports",
    "port",
    "targetPort",
    "clusterIP",
    "host",
    "to",
    "tls",
    "rules",
    "hosts",
    "hostnames",
    "ingress",
    "sklearn",
    "workerSpec",
    "protocolVersions",
    "supportedModelFormats",
    "nvidia.com/gpu",
    "networking.kserve.io/visibility",
    "serving.kserve.io/gpu-resource-types",
]
WORDS = [
    "ns",
    "iris",
    "iris-uid",
    "exposed",
    "true",
    "Ready",
    "Admitted",
    "ModelMesh",
    "Knative",
    "own",
    "vllm",
    "http://[",
    "http://[v1.a]/",
    "https://a.b:x",
    "https://iris.ns.svc.cluster.local:99999",
    "http://iris-kserve-workload-svc.ns.svc.cluster.local:0x1",
    "https://a.example.net",
    "s3://a@b@c",
    "--served-model-name",
    "--served-model-name='a",
    "�",
    "{{.Name}}",
    "{{.Labels.x}}",
    "2",
    "1.5",
    "-1",
    "grpc://x:",
    "https://%zz/",
]
LEAVES = st.none() | st.booleans() | st.integers(-1, 99999) | st.floats() | st.sampled_from([*WORDS, "", "²", "a b 'c"])
JUNK = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=25,
)
META = st.fixed_dictionaries(
    {"name": st.sampled_from(["iris", "own"]), "namespace": st.just("ns")}, optional={"uid": JUNK}
)
OBJECTS = st.lists(
    JUNK
    | st.fixed_dictionaries(
        {"metadata": META | JUNK},
        optional={
            "spec": st.fixed_dictionaries({"predictor": JUNK, "model": JUNK, "ports": JUNK}) | JUNK,
            "status": st.fixed_dictionaries(
                {},
                optional={
                    "url": LEAVES,
                    "address": st.fixed_dictionaries({"url": LEAVES}),
                    "addresses": st.lists(st.fixed_dictionaries({"url": LEAVES}), max_size=3),
                    "conditions": JUNK,
                },
            )
            | JUNK,
        },
    ),
    max_size=12,
)


@settings(max_examples=tries(60, 8), deadline=None, suppress_health_check=list(HealthCheck))
@given(found=OBJECTS, odd=JUNK)
def test_objects_of_any_shape_are_read(found: list[Any], odd: Any) -> None:
    discovery = cluster_api([PLATFORM, route("a.example.net")])

    def respond(request: Request) -> Answer:
        told = discovery(request)
        return Answer(told.body | {"items": found, "odd": odd}) if "items" in told.body else told

    facts = read(respond)
    assert not {kind for kind, _ in incomplete(facts)} & {"InferenceService", "LLMInferenceService"}
    to_json(_snapshot(facts)).encode()


@settings(max_examples=tries(30, 10), deadline=None, suppress_health_check=list(HealthCheck))
@given(odd=JUNK)
def test_answers_of_any_shape_are_read(odd: Any) -> None:
    read(lambda request: Answer(odd))
    for table in ("resources", "groups", "items"):
        read(lambda request, table=table: Answer({table: [odd], "metadata": {}}))


def _snapshot(facts: SourceFacts) -> Any:
    from rhoai_catalog.snapshot import Snapshot, Source

    source = Source(family="kserve", name="east")
    return Snapshot(sources=(source,), scopes=facts.scopes, inference_services=facts.tables["inference_services"])


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the samples of KServe and OpenShift AI")
def test_every_sample_has_facts() -> None:
    samples = [row["object"] for row in json.loads((SHARED / "data/kserve-samples.json").read_text("utf-8"))]
    make = {"InferenceService": inference_service, "LLMInferenceService": llm_inference_service}
    made = [make.get(item["kind"], inference_service)(item, "east", Surroundings()) for item in samples]
    assert len(made) == 160
    assert all(server.name and server.state for server in made)


def test_where_a_conversion_fails_the_stored_version_is_read() -> None:
    failing = Answer({"message": "conversion webhook for serving.kserve.io/v1alpha2 failed"}, 500)
    old = [{**llm(), "apiVersion": "serving.kserve.io/v1alpha1"}, {**llm(), "apiVersion": "serving.kserve.io/v1alpha2"}]
    path = "/apis/serving.kserve.io/v1alpha2/llminferenceservices"
    facts = read(between(cluster_api([PLATFORM, *old]), path, failing))
    assert [server.kind for server in facts.tables["inference_services"]] == ["LLMInferenceService"]
    assert not incomplete(facts)
    facts = read(between(cluster_api([PLATFORM, old[1]]), path, failing))
    assert set(incomplete(facts)) == {("LLMInferenceService", "")}


def test_graphs_are_seen_with_the_servers_that_they_route_to() -> None:
    nodes = {
        "root": {"routerType": "Splitter", "steps": [{"serviceName": "b"}, {"serviceName": "a"}, {"nodeName": "x"}]}
    }
    graph = {
        "apiVersion": "serving.kserve.io/v1alpha1",
        "kind": "InferenceGraph",
        "metadata": {"name": "switch", "namespace": "ns"},
        "spec": {"nodes": nodes},
        "status": {"url": "http://user:hidden@switch.ns.example.net"},
    }
    [found] = read(cluster_api([graph])).tables["inference_graphs"]
    assert (found.name, found.services, found.url) == ("switch", ("a", "b"), "http://switch.ns.example.net")


@pytest.mark.parametrize(
    ("host", "internal"),
    [
        *(
            (host, True)
            for host in ("127.0.0.1", "127.1", "0x7f.1", "0x7f000001", "2130706433", "0177.0.0.1", "10.1", "::1")
        ),
        *(
            (host, True)
            for host in ("localhost", "localhost.", "LOCALHOST", "kubernetes.default.svc", "a.b.svc.cluster.local.")
        ),
        *(
            (host, True)
            for host in ("kubernetes.default.svc.", "100.64.0.1", "169.254.169.254", "0.0.0.0", "fe80::1", "predictor")
        ),
        *(
            (host, False)
            for host in (
                "chat.apps.example.net",
                "chat.apps.example.net.",
                "8.8.8.8",
                "svc.example.net",
                "1.2.3.4.example",
            )
        ),
        *((host, False) for host in ("2606:4700::1111", "127.0.0.1.nip.io", "0x7f.example.net")),
    ],
)
def test_an_address_inside_is_known_however_it_is_written(host: str, internal: bool) -> None:
    assert is_internal(host) is internal


@pytest.mark.parametrize(
    ("since", "ready", "annotations", "long"),
    [
        (timedelta(days=8), "False", {}, True),
        (timedelta(days=6), "False", {}, False),
        (timedelta(days=8), "True", {}, False),
        (timedelta(days=8), "Unknown", {}, False),
        (timedelta(days=8), "False", {"serving.kserve.io/stop": "true"}, False),
        (timedelta(days=-800), "False", {}, False),
        ("not a time", "False", {}, False),
        (None, "False", {}, False),
    ],
)
def test_a_server_that_is_not_ready_for_more_than_a_week_is_out_of_order(
    since: Any, ready: str, annotations: dict[str, str], long: bool
) -> None:
    at = (datetime.now(UTC) - since).isoformat() if isinstance(since, timedelta) else since
    condition = {"type": "Ready", "status": ready, "lastTransitionTime": at}
    item = {
        "metadata": {"name": "chat", "namespace": "pay", "annotations": annotations},
        "spec": {"predictor": {"model": {"modelFormat": {"name": "vLLM"}}}},
        "status": {"conditions": [condition]},
    }
    assert inference_service(item, "east", Surroundings()).out_of_order is long
