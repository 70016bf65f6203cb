"""What goes wrong between a program and a server: answers put in the way, and a certificate that nobody knows."""

from __future__ import annotations

import itertools
import re
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from outside import Answer, Loopback, Request
from rhoai_catalog.http.policy import Policy

Respond = Callable[[Request], Answer]

QUICK = Policy(first_wait=0.01)

HTML = Answer("<!DOCTYPE html><title>Log in</title>", headers={"Content-Type": "text/html"})
CUT_OFF = Answer('{"metadata": {}, "items": [{"id": "1", "na', headers={"Content-Type": "application/json"})
BROKEN_OFF = Answer("{}", headers={"Content-Length": "5000", "Connection": "close"})
NESTED = Answer("[" * 200_000, headers={"Content-Type": "application/json"})
CROWDED = Answer(f'{{"metadata": {{}}, "items": [{"[]," * 1_000_000}0]}}', headers={"Content-Type": "application/json"})


def between(respond: Respond, path: str, *answers: Answer | None) -> Respond:
    """`respond`, but requests of a path (a pattern) get these answers in turn, the last for ever (None: pass on)."""
    turns = itertools.chain(answers, itertools.repeat(answers[-1]))

    def answer(request: Request) -> Answer:
        fault = next(turns) if re.fullmatch(path, request.path) else None
        return fault or respond(request)

    return answer


@contextmanager
def served_with_certificate(respond: Respond, folder: Path) -> Iterator[tuple[str, Path, Loopback]]:
    """An https server that signed its own certificate: its address, and the certificate as a file."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-subj", "/CN=loopback", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    subprocess.run([*command, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = Loopback(respond)
    server._server.socket = context.wrap_socket(server._server.socket, server_side=True)
    with server:
        yield server.url.replace("http://", "https://"), certificate, server


@contextmanager
def raw(head: bytes, drip: bytes = b"", pause: float = 0.02, hold: bool = False) -> Iterator[str]:
    """A server that sends `head`, and `drip` for ever, slowly, where there is one; or holds the line, silently."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        done = threading.Event()

        def serve() -> None:
            while not done.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                with connection:
                    try:
                        connection.recv(65536)
                        connection.sendall(head)
                        while drip and not done.wait(pause):
                            connection.sendall(drip)
                        if hold:
                            done.wait()
                    except OSError:
                        continue

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            done.set()
            thread.join()
