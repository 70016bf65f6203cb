"""Time: a server that says nothing, drips or never ends costs its own source, and that for a bounded while."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from faults import QUICK, Respond, raw
from outside import Answer, Loopback, Request, catalog_api, registry_api
from rhoai_catalog import snapshot
from rhoai_catalog.config import Config, Service
from rhoai_catalog.errors import SourceError
from rhoai_catalog.http.service import item_pages, open_service
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.observe import check_sources, read_estate
from rhoai_catalog.observe.side_by_side import side_by_side
from rhoai_catalog.report import ProgressLines

SECOND = timedelta(seconds=1)
EMPTY = registry_api([], [], {})
DRIPPING = (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", b" ")
SILENT = (b"", b"")


def registry(name: str, url: str, timeout: timedelta = SECOND) -> Service:
    return Service(family="model-registry", name=name, url=url, registry=name, timeout=timeout)


def estate(*services: Service) -> Config:
    return Config(root=Path(), services=services)


@pytest.mark.parametrize(("head", "drip"), [SILENT, DRIPPING], ids=["silent", "dripping"])
def test_a_server_without_an_end_costs_only_its_own_source_and_only_its_own_time(head: bytes, drip: bytes) -> None:
    with raw(head, drip, hold=True) as slow, Loopback(EMPTY) as team, Loopback(catalog_api([], [])) as cards:
        catalog = Service(family="model-catalog", name="cards", url=cards.url)
        begun = time.monotonic()
        seen = read_estate(estate(registry("slow", slow), registry("team", team.url), catalog)).snapshot
        assert time.monotonic() - begun < 3
    incomplete = {scope.source for scope in seen.incomplete()}
    assert incomplete == {"model-registry/slow"}
    assert {scope.source for scope in seen.scopes} - incomplete == {"model-registry/team", "model-catalog/cards"}
    assert all("all the time that it may take" in scope.reason for scope in seen.incomplete())
    assert any("timeout" in scope.hint for scope in seen.incomplete())


def test_many_answers_that_each_come_in_time_do_not_add_up_to_more() -> None:
    def slow(request: Request) -> Answer:
        time.sleep(0.3)
        return EMPTY(request)

    with Loopback(slow) as server:
        begun = time.monotonic()
        seen = read_estate(estate(registry("slow", server.url))).snapshot
        assert time.monotonic() - begun < 2
        assert 0 < len(server.requests) < 6
    assert seen.incomplete() and any(scope.complete for scope in seen.scopes)


def test_a_listing_without_end_ends() -> None:
    def endless(request: Request) -> Answer:
        time.sleep(0.05)
        return Answer({"items": [], "nextPageToken": f"{request.query.get('nextPageToken', '')}x"})

    with Loopback(endless) as server:
        client = open_service(registry("team", server.url), Traffic("team"), None, replace(QUICK, listing=0.5))
        with pytest.raises(SourceError, match="does not end"):
            list(item_pages(client, "/things", {}))
        client.close()
        assert 2 < len(server.requests) < 12


def meeting(parties: int) -> Callable[[Respond], Respond]:
    """Servers that answer nothing until each of them has been asked something."""
    barrier = threading.Barrier(parties)

    def wait(respond: Respond) -> Respond:
        first = threading.Event()

        def answer(request: Request) -> Answer:
            if not first.is_set():
                first.set()
                barrier.wait(timeout=20)
            return respond(request)

        return answer

    return wait


def test_sources_are_read_side_by_side_and_in_order() -> None:
    wait = meeting(3)
    with Loopback(wait(EMPTY)) as a, Loopback(wait(EMPTY)) as b, Loopback(wait(catalog_api([], []))) as c:
        sources = (registry("b", b.url), registry("a", a.url), Service(family="model-catalog", name="c", url=c.url))
        observation = read_estate(estate(*(replace(source, timeout=20 * SECOND) for source in sources)))
    assert not observation.snapshot.incomplete()
    assert [traffic.source for traffic in observation.traffic] == [source.key for source in sources]


def test_whoever_answers_first_the_snapshot_is_the_same(tmp_path: Path) -> None:
    def late(seconds: float) -> Respond:
        def answer(request: Request) -> Answer:
            time.sleep(seconds)
            return EMPTY(request)

        return answer

    texts = []
    for delays in ((0.0, 0.05), (0.05, 0.0)):
        with Loopback(late(delays[0])) as a, Loopback(late(delays[1])) as b:
            seen = read_estate(estate(registry("a", a.url, 60 * SECOND), registry("b", b.url, 60 * SECOND))).snapshot
        snapshot.write_snapshot(tmp_path / "snapshot.json", seen)
        texts.append((tmp_path / "snapshot.json").read_bytes())
    assert texts[0] == texts[1]


def test_doctor_says_a_line_of_each_source_in_its_own_time() -> None:
    with raw(*SILENT, hold=True) as slow, raw(*DRIPPING) as drip, Loopback(EMPTY) as team:
        config = estate(registry("slow", slow), registry("drip", drip), registry("team", team.url))
        begun = time.monotonic()
        checks = {}
        for check in check_sources(config, seconds=0.5):
            checks[check.source] = (check.well, time.monotonic() - begun)
    assert {source: well for source, (well, _) in checks.items()} == {
        "model-registry/slow": False,
        "model-registry/drip": False,
        "model-registry/team": True,
    }
    assert max(seconds for _, seconds in checks.values()) < 3


def test_a_source_that_does_not_answer_is_not_waited_for_without_a_word() -> None:
    written: list[str] = []
    progress = ProgressLines(written.append, moving=False, verbose=False)
    with raw(*SILENT, hold=True) as slow:
        policy = replace(QUICK, read=0.1)
        read_estate(estate(registry("slow", slow)), progress=progress, policy=policy)
    [line, last] = "".join(written).splitlines()
    assert (
        line == "model-registry/slow: /api/model_registry/v1alpha3/registered_models: no answer in time; asking again"
    )
    assert last.startswith("model-registry/slow: ")


def test_whoever_interrupts_does_not_wait_for_a_silent_server(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        (tmp_path / "generator.yaml").write_text(f"modelRegistries: [{{name: slow, url: '{address}'}}]\n")
        command = [sys.executable, "-m", "rhoai_catalog", "observe", "--verbose", "-o", "x.json"]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        with subprocess.Popen(
            [*command, "--config", "generator.yaml"], cwd=tmp_path, env=environment, stderr=subprocess.PIPE
        ) as program:
            connection, _ = silent.accept()  # it waits for an answer now
            program.send_signal(signal.SIGINT)
            begun = time.monotonic()
            _, said = program.communicate(timeout=20)
            connection.close()
        assert time.monotonic() - begun < 10
        assert program.returncode == 1 and b"Traceback" not in said


def test_what_fails_in_a_thread_fails_for_whoever_waits() -> None:
    with pytest.raises(ZeroDivisionError):
        side_by_side(lambda number: 1 // number, [1, 0, 2], 2)
    assert side_by_side(lambda number: number * 2, range(100), 7) == [number * 2 for number in range(100)]
    assert side_by_side(lambda number: number, [], 7) == []
