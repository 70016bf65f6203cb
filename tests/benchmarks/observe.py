"""What observing costs and how it grows: `python tests/benchmarks/observe.py [SERVERS...]` (default 100 1000 10000).

CPU seconds also beside those of a bare client, which asks for the same once more in the same run and looks at nothing.

Each size is read in a process of its own, from a small server in another one: servers, with a Service and a Route each,
and half as many registered versions again as servers. Requests, seconds, peak memory of the reading process.
"""

from __future__ import annotations

import gc
import json
import multiprocessing
import resource
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "generator"))
sys.path.insert(0, str(Path(__file__).parents[1]))

import itertools

import urllib3
from outside import Loopback, cluster_api, registry_api
from outside.large import cluster, registry
from rhoai_catalog.cli.shell.commands import COLLECT
from rhoai_catalog.config import Cluster, Config, Service
from rhoai_catalog.observe import read_estate
from rhoai_catalog.snapshot import Snapshot, from_json, to_json


def serve(count: int, channel: Connection) -> None:
    with Loopback(cluster_api(cluster(count))) as east, Loopback(registry_api(**registry(count * 3 // 2))) as shared:
        channel.send((east.url, shared.url))
        channel.recv()


def read(urls: tuple[str, str], before: str | None, channel: Connection) -> None:
    config = Config(
        root=Path(),
        clusters=(Cluster(name="east", server=urls[0]),),
        services=(Service(family="model-registry", name="shared", url=urls[1]),),
    )
    since: Snapshot | None = from_json(before, "before") if before else None
    asked = requests_of_pools()
    gc.set_threshold(COLLECT)  # as every command does; it holds for the bare client, too
    begun, spent = time.perf_counter(), time.process_time()
    observation = read_estate(config, before=since)
    seconds, spent = time.perf_counter() - begun, time.process_time() - spent
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    requests = {traffic.source: traffic.requests for traffic in observation.traffic}
    assert not observation.snapshot.incomplete()
    channel.send((requests, seconds, peak, spent / bare(asked), to_json(observation.snapshot)))


def requests_of_pools() -> list[tuple[str, str]]:
    """A list that grows by each request of this process from now on: its method and its address."""
    asked: list[tuple[str, str]] = []
    urlopen = urllib3.HTTPConnectionPool.urlopen

    def noted(pool: urllib3.HTTPConnectionPool, method: str, url: str, **how: Any) -> urllib3.BaseHTTPResponse:
        asked.append((method, f"{pool.scheme}://{pool.host}:{pool.port}{url}"))
        return urlopen(pool, method, url, **how)

    urllib3.HTTPConnectionPool.urlopen = noted  # type: ignore[method-assign, assignment]
    return asked


def bare(asked: list[tuple[str, str]]) -> float:
    """CPU seconds that it takes to download so much."""
    pool, spent = urllib3.PoolManager(), time.process_time()
    for method, url in [*asked]:
        pool.urlopen(method, url)
    return time.process_time() - spent


def apart(target: Any, *arguments: Any) -> tuple[multiprocessing.Process, Connection]:
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=target, args=(*arguments, there))
    process.start()
    return process, here


def main() -> None:
    rows: list[tuple[int, float, float]] = []
    for count in map(int, sys.argv[1:] or ["100", "1000", "10000"]):
        server, control = apart(serve, count)
        urls = control.recv()
        before: str | None = None
        for what in ("everything", "since that"):
            reader, answers = apart(read, urls, before)
            requests, seconds, peak, ratio, text = answers.recv()
            reader.join()
            assert before is None or text == before
            before = text
            print(
                f"{count:>6} servers, {what}: {json.dumps(requests)} requests, {seconds:.2f} s, {peak:.0f} MiB,"
                f" {ratio:.1f} times the CPU of a bare client",
                flush=True,
            )
            if what == "everything":
                rows.append((count, seconds, peak))
        control.send("done")
        server.join()
    for (small, fast, low), (large, slow, high) in itertools.pairwise(rows):
        times = f"{slow / fast:.1f} times the seconds, {high / low:.1f} times the memory"
        print(f"{small:,} -> {large:,} ({large / small:.0f} times): {times}")


if __name__ == "__main__":
    main()
