"""The server on loopback that the demo and the tests ask."""

from __future__ import annotations

import socket
import struct
import threading

import pytest
from rhoai_catalog.demo.loopback import Answer, Loopback, Request


def test_a_client_that_hangs_up_leaves_no_traceback(capfd: pytest.CaptureFixture[str]) -> None:
    asked, gone = threading.Event(), threading.Event()

    def answer(request: Request) -> Answer:
        asked.set()
        gone.wait(10)
        return Answer({"text": "x" * 10_000_000})

    with Loopback(answer) as server:
        client = socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])))
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # hangs up with a reset
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert asked.wait(10)
        client.close()
        gone.set()
        for thread in threading.enumerate():
            if "process_request_thread" in thread.name:
                thread.join(10)
    assert "Traceback" not in capfd.readouterr().err
