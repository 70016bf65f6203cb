"""The accelerators of a model server, by the resources of device plugins, and how many of them a replica takes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from rhoai_catalog.observe.kserve.facts.llm import LlmServer
from rhoai_catalog.observe.kserve.facts.process import Process, resource_limits
from rhoai_catalog.observe.kserve.fields import Object, annotations_of, at, items, mapping
from rhoai_catalog.observe.kserve.surroundings import Runtime
from rhoai_catalog.snapshot import UNKNOWN, Fact

Counts = Mapping[str, int]

EXTENDED: Final = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?")
NO_ACCELERATORS: Final = re.compile(  # what device plugins give beside: network, memory and shares, virtual machines
    r"(rdma|openshift\.io|kubernetes\.io|k8s\.io|devices\.kubevirt\.io|smarter-devices|mellanox\.com)/"
    r"|vpc\.amazonaws\.com/|[^/]*\.kubernetes\.io/"
    r"|.*(_rdma|rdma_).*|.*/.*_monitoring$|huawei\.com/.*-(memory|core)$|.*/v?gpu-?(mem|core)[a-z.-]*$"
    r"|intel\.com/(sriov|intel_sriov).*|.*/(hugepages|vf|sriov).*$|(?!ibm\.com/spyre).*/.*[_-](vf|sriov|netdevice)$"
)
KSERVE_GPU: Final = "nvidia.com/gpu"
DRA: Final = "serving.kserve.io/exp-dra-device-"
ELSEWHERE: Final[Fact[Counts]] = Fact(UNKNOWN, "resourceClaims: their templates say how many devices")


def of_inference_service(item: Object, process: Process, runtime: Runtime | None) -> Fact[Counts]:
    """Of one replica: the server's limits over its runtime's; of several nodes, all that KServe asks for."""
    if _claims([at(item, "spec", "predictor"), runtime.spec if runtime else None]):
        return ELSEWHERE
    counts = Counter(dict(_counted(process.resources)))
    worker = mapping(at(item, "spec", "predictor", "workerSpec"))
    if worker:
        base = mapping(runtime.spec.get("workerSpec")) if runtime else {}
        sizes = [_size(worker, base, key) for key in ("pipelineParallelSize", "tensorParallelSize")]
        rows = [*items(worker.get("containers")), *items(base.get("containers"))]
        named = [*counts, *(name for row in rows for name, _ in _counted(resource_limits(row)))]
        if sizes[0] * sizes[1] > 1:
            return Fact({(named or [KSERVE_GPU])[0]: sizes[0] * sizes[1]}, "spec.predictor.workerSpec sizes")
        counts += Counter(dict(_counted(resource_limits(rows[0])))) if rows else Counter()
    return Fact(dict(sorted(counts.items())), f"{process.origin} resources")


def of_llm(server: LlmServer) -> Fact[Counts]:
    """Of one replica: leader and workers, of decoding and of as much prefilling as there is for it."""
    claimed, prefill = _claimed(server.item), mapping(server.spec.get("prefill"))
    if _claims([part.get(pod) for part in (server.spec, prefill) for pod in ("template", "worker")]):
        return ELSEWHERE
    counts = _of_pods(server.spec, claimed)
    if prefill:
        share = _share(server.spec, prefill)
        counts += Counter({kind: count * share for kind, count in _of_pods(prefill, claimed).items()})
    return Fact(dict(sorted(counts.items())), "spec.template, worker and prefill resources")


def _share(spec: Mapping[str, Any], prefill: Mapping[str, Any]) -> int:
    """How many replicas of prefilling there are for one of decoding: one, where they scale or come out uneven."""
    if any(isinstance(one.get("scaling"), Mapping) for one in (spec, prefill)):
        return 1
    decoding, prefilling = (_whole(one.get("replicas")) or 1 for one in (spec, prefill))
    return prefilling // decoding if prefilling % decoding == 0 else 1


def _of_pods(spec: Mapping[str, Any], claimed: Counter[str]) -> Counter[str]:
    leader, worker = (_pod(mapping(spec.get(part)), claimed) for part in ("template", "worker"))
    if not isinstance(spec.get("worker"), Mapping):
        return leader
    size = _pods(mapping(spec.get("parallelism")))
    first = leader if isinstance(spec.get("template"), Mapping) else worker
    return first + Counter({name: count * (size - 1) for name, count in worker.items()})


def _pods(parallelism: Mapping[str, Any]) -> int:
    """How many pods a replica has; without any size it is the leader alone."""
    data, local, pipeline = (_whole(parallelism.get(key)) for key in ("data", "dataLocal", "pipeline"))
    if data:
        return max(1, data // max(1, local))
    return max(1, pipeline)


def _pod(pod: Mapping[str, Any], claimed: Counter[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for container in items(pod.get("containers")):
        counts += Counter(dict(_counted(resource_limits(container))))
    return counts + claimed if pod else counts


def _claims(pods: Iterable[Any]) -> bool:
    """Whether one of the pods claims devices by itself: how many is told elsewhere."""
    return any(items(mapping(pod).get("resourceClaims")) for pod in pods)


def _claimed(item: Object) -> Counter[str]:
    """Devices that KServe claims for every pod, by their class."""
    annotations = annotations_of(item)
    kind = annotations.get(f"{DRA}class")
    count = annotations.get(f"{DRA}count", "1")
    return Counter({kind: int(count)}) if kind and re.fullmatch(r"[0-9]{1,4}", count) else Counter()


def _size(worker: Mapping[str, Any], base: Mapping[str, Any], key: str) -> int:
    return _whole(worker.get(key)) or _whole(base.get(key)) or 1


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10_000 else 0


def _counted(resources: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for name, value in resources.items():
        name = str(name)
        count = int(str(value)) if re.fullmatch(r"[0-9]{1,6}", str(value)) else 0
        if count and EXTENDED.fullmatch(name) and not NO_ACCELERATORS.match(name):
            yield name, count
