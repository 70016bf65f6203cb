"""The kinds of objects that are read of a cluster; `rhoai_catalog/roles/` must allow to list each of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

KINDS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {  # resource, and group versions, the best first
    "Namespace": ("namespaces", ("v1",)),
    "Service": ("services", ("v1",)),
    "Route": ("routes", ("route.openshift.io/v1",)),
    "Ingress": ("ingresses", ("networking.k8s.io/v1",)),
    "HTTPRoute": ("httproutes", ("gateway.networking.k8s.io/v1",)),
    "ServingRuntime": ("servingruntimes", ("serving.kserve.io/v1alpha1",)),
    "ClusterServingRuntime": ("clusterservingruntimes", ("serving.kserve.io/v1alpha1",)),
    "InferenceService": ("inferenceservices", ("serving.kserve.io/v1beta1",)),
    "LLMInferenceService": ("llminferenceservices", ("serving.kserve.io/v1alpha2", "serving.kserve.io/v1alpha1")),
    "LLMInferenceServiceConfig": (
        "llminferenceserviceconfigs",
        ("serving.kserve.io/v1alpha2", "serving.kserve.io/v1alpha1"),
    ),
    "MaaSModelRef": ("maasmodelrefs", ("maas.opendatahub.io/v1alpha1",)),
    "AuthPolicy": ("authpolicies", ("kuadrant.io/v1", "kuadrant.io/v1beta3")),
    "InferenceGraph": ("inferencegraphs", ("serving.kserve.io/v1alpha1",)),
}
OF_THE_CLUSTER: Final = ("Namespace", "ClusterServingRuntime")  # kinds that live in no namespace
