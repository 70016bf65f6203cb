"""Estates of any size, as rows and objects for the small servers: what benchmarks measure, and tests count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

REALISTIC = (  # what a real object carries along: managed fields, templates, probes
    '{"containers":[{"env":[{"name":"HF_HOME","value":"/tmp/hf_home"}],"livenessProbe":{"exec":{"command":["true"]}}}]}'
    * 18
)


def cluster(count: int, versions: int = 0, *, uri: str = "") -> list[dict[str, Any]]:
    """So many servers, each with a Service and a Route, labelled with one of so many `versions`, at `uri`."""
    objects: list[dict[str, Any]] = [
        {"apiVersion": "datasciencecluster.opendatahub.io/v1", "kind": "DataScienceCluster", "metadata": {"name": "x"}}
    ]
    for number in range(count):
        named = {"namespace": f"team-{number % 50}", "annotations": {"note": REALISTIC}}
        name, uid = f"model-{number}", f"uid-{number}"
        owned = {**named, "ownerReferences": [{"uid": uid}]}
        host = f"{name}.apps.example.net"
        model = {"modelFormat": {"name": "vLLM"}, "args": [f"--served-model-name={name}"]}
        model |= {"storageUri": uri} if uri else {}
        labels = {"networking.kserve.io/visibility": "exposed"}
        if versions:
            chosen = number % versions + 1
            prefix = "modelregistry.opendatahub.io"
            labels |= {f"{prefix}/name": "shared", f"{prefix}/registered-model-id": str(chosen // 3 + 1)}
            labels |= {f"{prefix}/model-version-id": str(chosen)}
        admitted = [{"host": host, "conditions": [{"type": "Admitted", "status": "True"}]}]
        objects += [
            {
                "apiVersion": "serving.kserve.io/v1beta1",
                "kind": "InferenceService",
                "metadata": {
                    **named,
                    "name": name,
                    "uid": uid,
                    "labels": labels,
                },
                "spec": {"predictor": {"model": model}},
                "status": {"conditions": [{"type": "Ready", "status": "True"}]},
            },
            {
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": {**owned, "name": f"{name}-predictor"},
                "spec": {"ports": [{"name": "http", "port": 80, "targetPort": 8080}]},
            },
            {
                "apiVersion": "route.openshift.io/v1",
                "kind": "Route",
                "metadata": {**owned, "name": name},
                "spec": {"host": host, "to": {"name": f"{name}-predictor"}, "tls": {"termination": "edge"}},
                "status": {"ingress": admitted},
            },
        ]
    return objects


def registry(count: int, cards: Sequence[str] = ()) -> dict[str, Any]:
    """So many versions, of a third as many models; each in turn registered from one of the cards, if there are any."""
    times = {"createTimeSinceEpoch": "1", "lastUpdateTimeSinceEpoch": "1"}
    numbers = range(1, count + 1)

    def origin(number: int) -> dict[str, str]:
        if not cards:
            return {}
        name = cards[number % len(cards)]
        return {"modelSourceKind": "catalog", "modelSourceClass": "redhat", "modelSourceName": name}

    return {
        "registered_models": [{"id": str(n), "name": f"model-{n}"} for n in range(1, count // 3 + 2)],
        "model_versions": [
            {"id": str(n), "name": f"v{n}", "registeredModelId": str(n // 3 + 1), **times} for n in numbers
        ],
        "artifacts": {str(n): [{"id": str(n), "uri": f"s3://models/{n}", **times, **origin(n)}] for n in numbers},
    }


def catalog(count: int) -> dict[str, Any]:
    """So many models of one source, each with a card, an address and a benchmark; they were changed long ago."""
    source = {"id": "redhat", "name": "Red Hat", "enabled": True, "status": "available", "labels": [], "error": None}
    numbers = range(1, count + 1)
    names = {n: f"RedHatAI/model-{n}" for n in numbers}
    row = {"source_id": "redhat", "readme": REALISTIC, "lastUpdateTimeSinceEpoch": "1"}
    return {
        "sources": [source],
        "models": [{"id": str(n), "name": names[n], **row} for n in numbers],
        "artifacts": {names[n]: [_stored(n), _measured(n)] for n in numbers},
    }


def _stored(number: int) -> dict[str, Any]:
    return {"id": str(2 * number), "artifactType": "model-artifact", "uri": f"oci://registry.example.net/m:{number}"}


def _measured(number: int) -> dict[str, Any]:
    value = {"metadataType": "MetadataDoubleValue", "double_value": number / 1000}
    kinds = {"artifactType": "metrics-artifact", "metricsType": "accuracy-metrics"}
    return {"id": str(2 * number + 1), **kinds, "customProperties": {"mmlu": value}}
