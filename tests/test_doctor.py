"""`doctor` looks at every source and every right, and says what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from faults import HTML, Respond, between, served_with_certificate
from outside import Answer, Loopback, Request, catalog_api, cluster_api, registry_api
from rhoai_catalog import documents
from rhoai_catalog.cli import main
from rhoai_catalog.roles import cluster_rules

OBJECTS = [
    {"apiVersion": "datasciencecluster.opendatahub.io/v1", "kind": "DataScienceCluster", "metadata": {"name": "x"}},
    {"apiVersion": "route.openshift.io/v1", "kind": "Route", "metadata": {"name": "x", "namespace": "ns"}},
]


@pytest.fixture(autouse=True)
def own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def reviewing(allowed: Callable[[dict[str, Any]], bool]) -> Respond:
    """A cluster that answers who may do what."""
    objects = cluster_api(OBJECTS)

    def answer(request: Request) -> Answer:
        if request.path == "/version":
            return Answer({"gitVersion": "v1.31.4"})
        if request.method == "POST":
            assert request.path.endswith("/selfsubjectaccessreviews")
            return Answer({"status": {"allowed": allowed(request.body["spec"]["resourceAttributes"])}}, 201)
        return objects(request)

    return answer


def doctor(
    respond: Respond,
    registry: Respond | None = None,
    code: int = 0,
    profiles: tuple[str, ...] = ("seed",),
    **cluster: Any,
) -> Result:
    shared = registry or registry_api([], [], {})
    with Loopback(respond) as east, Loopback(shared) as team, Loopback(catalog_api([], [])) as cards:
        configuration = {
            "clusters": [{"name": "east", "server": east.url, **cluster}],
            "modelRegistries": [{"name": "team", "url": team.url}],
            "modelCatalogs": [{"name": "cards", "url": cards.url}],
            "profiles": list(profiles),
        }
        Path("catalog").mkdir(exist_ok=True)
        Path("catalog/generator.yaml").write_text(documents.dump(configuration, start=False))
        result = CliRunner().invoke(main, ["doctor"])
    assert result.exit_code == code, result.output
    return result


def test_where_all_is_well_every_source_and_right_is_told() -> None:
    told = doctor(reviewing(lambda attributes: True)).stdout
    assert "FAIL" not in told
    assert "kserve/east: answers over http: Kubernetes v1.31.4" in told
    assert "the token may list inferenceservices.serving.kserve.io" in told
    assert "has no API gateway.networking.k8s.io; nothing of it is read" in told
    assert "LLMInferenceService is read at serving.kserve.io/v1alpha2" in told
    assert "model-registry/team: answers, and the token may read it: v1alpha3" in told
    assert "model-catalog/cards: answers, and the token may read it: v1alpha1" in told


def test_a_kind_that_needs_a_rule_of_the_hub_names_it() -> None:
    everything = reviewing(lambda attributes: True)
    told = doctor(everything, profiles=("seed", "ai-model-server")).stdout
    assert "catalog.rules: [{allow: [" in told and "AiModelServerAPI]}]" in told
    assert "AiModelServerAPI" not in doctor(everything).stdout
    both = doctor(everything, profiles=("seed", "ai-model-server", "agent")).stdout
    assert both.count("AiModelServerAPI, AiResource]}]") == 2 and "module-ai-model-server" in both


@pytest.mark.parametrize("rule", cluster_rules(), ids=lambda rule: "-".join(rule["resources"]))
def test_each_right_that_is_missing_is_named(rule: dict[str, Any]) -> None:
    group, resources = rule["apiGroups"][0], set(rule["resources"])
    OBJECTS_OF = {
        "gateway.networking.k8s.io": ("v1", "HTTPRoute"),
        "networking.k8s.io": ("v1", "Ingress"),
        "maas.opendatahub.io": ("v1alpha1", "MaaSModelRef"),
        "kuadrant.io": ("v1", "AuthPolicy"),
    }
    if group in OBJECTS_OF:
        version, kind = OBJECTS_OF[group]
        more = {"apiVersion": f"{group}/{version}", "kind": kind, "metadata": {"name": "x", "namespace": "ns"}}
        objects = [*OBJECTS, more]
    else:
        objects = OBJECTS
    listing = cluster_api(objects)
    reviews = reviewing(lambda asked: not (asked["group"] == group and asked["resource"] in resources))
    result = doctor(lambda r: listing(r) if r.method == "GET" and r.path != "/version" else reviews(r), code=3)
    lines = [line for line in result.stdout.splitlines() if line.startswith("FAIL")]
    assert {line.split("may not list ")[1].split(".")[0] for line in lines} == resources
    assert result.stdout.count("doctor --roles | oc apply -f -") == 1


def test_a_certificate_is_told_of_where_there_is_one(tmp_path: Path) -> None:
    with served_with_certificate(reviewing(lambda attributes: True), tmp_path) as (url, certificate, _):
        told = doctor(reviewing(lambda attributes: True), server=url, caFile=str(certificate)).stdout
    assert "kserve/east: answers, and its certificate is trusted: Kubernetes v1.31.4" in told


def test_what_to_do_about_missing_rights_is_told_once_and_below_them() -> None:
    resources = [resource for rule in cluster_rules() for resource in rule["resources"]]
    told = doctor(reviewing(lambda asked: asked["resource"] in resources[::2]), code=3).stdout.splitlines()
    lacking = [number for number, line in enumerate(told) if "may not list" in line]
    assert len(lacking) > 1 and lacking == [*range(lacking[0], lacking[-1] + 1)]
    assert [n for n, line in enumerate(told) if "doctor --roles | oc apply -f -" in line] == [lacking[-1] + 1]


def test_rights_in_the_named_namespaces_will_do() -> None:
    respond = reviewing(lambda asked: asked["namespace"] == "pay" or asked["resource"] == "namespaces")
    assert "FAIL" not in doctor(respond, namespaces={"include": ["pay"]}).stdout
    doctor(respond, namespaces={"include": ["pay", "web"]}, code=3)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer("", 401), "401, the token is not accepted"),
        (Answer("", 403), "403, the token may not read this"),
        (Answer("", 404), "there is no such path"),
        (HTML, "HTML came where JSON was expected"),
    ],
)
def test_a_registry_that_cannot_be_read(answer: Answer, told: str) -> None:
    result = doctor(reviewing(lambda asked: True), between(registry_api([], [], {}), ".*", answer), code=3)
    [line] = [line for line in result.stdout.splitlines() if line.startswith("FAIL")]
    assert told in line


def test_a_cluster_that_does_not_answer_is_told_once() -> None:
    result = doctor(between(cluster_api([]), ".*", Answer("", 401)), code=3)
    assert result.stdout.count("FAIL") == 1
    assert "kserve/east: /version: 401, the token is not accepted" in result.stdout


def test_the_roles_are_printed_to_be_applied() -> None:
    told = CliRunner().invoke(main, ["doctor", "--roles"]).stdout
    [role] = documents.load(told)
    assert role["kind"] == "ClusterRole" and role["rules"] == list(cluster_rules())
    assert all(rule["verbs"] == ["list"] for rule in cluster_rules())
    assert ".yaml" not in told, "who reads it from a pipe has no such file"
    json.dumps(cluster_rules())


def test_what_needs_a_name_first_is_a_comment_that_becomes_a_role() -> None:
    told = CliRunner().invoke(main, ["doctor", "--roles"]).stdout
    template = told[told.rindex("# apiVersion: rbac.authorization.k8s.io/v1\n# kind: Role\n") :]
    role, binding = documents.load("".join(line[2:] for line in template.splitlines(keepends=True)))
    assert (role["kind"], binding["kind"]) == ("Role", "RoleBinding")
    assert binding["roleRef"]["name"] == role["metadata"]["name"]
