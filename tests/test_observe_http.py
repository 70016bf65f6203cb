"""The HTTP door against servers that misbehave, over real HTTP on loopback."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from outside import Answer, Loopback, Request
from rhoai_catalog.config import Credentials, Service
from rhoai_catalog.errors import SourceError
from rhoai_catalog.http import client as http
from rhoai_catalog.http.client import Absent, HttpService, parse_json
from rhoai_catalog.http.traffic import Traffic

TOKEN = "sha256~not-a-real-token"
EMPTY = {"items": [], "nextPageToken": "", "pageSize": 100, "size": 0}


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "WAIT", 0.0)


def opened(url: str, token: str | None = TOKEN, ca_file: Path | None = None) -> HttpService:
    credentials = Credentials(env="TEAM_A_TOKEN")
    service = Service(family="model-registry", name="team-a", url=url, credentials=credentials, ca_file=ca_file)
    return HttpService(service, Traffic("model-registry/team-a"), token)


def failure(answer: Answer | Callable[[Request], Answer]) -> SourceError:
    with Loopback(answer if callable(answer) else lambda request: answer) as server:
        door = opened(server.url)
        with pytest.raises(SourceError) as caught:
            list(door.pages("/things", {"pageSize": "100"}))
        door.close()
        assert server.url.rpartition(":")[2] not in caught.value.message or "redirects" in caught.value.message
    assert TOKEN not in caught.value.message + caught.value.hint
    assert "pageSize" not in caught.value.message
    assert "\n" not in caught.value.message
    return caught.value


@pytest.mark.parametrize(
    ("answer", "reason", "hint"),
    [
        (Answer("Unauthorized\n", 401), "401", "TEAM_A_TOKEN"),
        (Answer("<html>Log in</html>", 403, {"Content-Type": "text/html"}), "403", "account"),
        (Answer("404 page not found\n", 404), "404", "url"),
        (Answer({"code": "Gone", "message": ""}, 410), "410", "url"),
        (Answer("", 429), "429", "again"),
        (Answer("", 503), "503", "pod"),
        (Answer({"code": "Bad Request", "message": "x"}, 400), "400", "log"),
        (
            Answer({"message": "error: invalid filter query, type mismatch"}, 400),
            "database does not answer",
            "database",
        ),
        (
            Answer({"message": "failed to connect to `user=root` at 10.0.0.9"}, 500),
            "database does not answer",
            "database",
        ),
        (Answer("<!doctype html><title>Log in</title>", 200, {"Content-Type": "text/html"}), "HTML", "login"),
        (Answer('{"items": [{"id": "1"', 200, {"Content-Type": "application/json"}), "cut off", "url"),
        (Answer("[" * 100_000), "no JSON", "url"),
        (Answer([]), "no JSON object", "url"),
        (Answer({"items": {}}), "no list", "url"),
        (Answer({"items": [1]}), "no list", "url"),
        (Answer({"items": []}), "no page token", "url"),
        (Answer({"items": [], "nextPageToken": 7}), "no page token", "url"),
    ],
)
def test_what_is_no_list_is_an_error_that_says_why(answer: Answer, reason: str, hint: str) -> None:
    error = failure(answer)
    assert reason in error.message
    assert hint in error.hint
    assert "/things" in error.message
    assert "10.0.0.9" not in error.message


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_not_served_can_be_told_apart(status: int) -> None:
    assert isinstance(failure(Answer("", status)), Absent)


def test_a_repeated_token_ends_the_list_as_an_error() -> None:
    assert "same page token" in failure(Answer({**EMPTY, "nextPageToken": "again"})).message


def test_tokens_without_end_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MOST_PAGES", 5)
    asked: list[Request] = []

    def answer(request: Request) -> Answer:
        asked.append(request)
        return Answer({**EMPTY, "nextPageToken": str(len(asked))})

    assert "more than 5 pages" in failure(answer).message
    assert len(asked) == 6


@pytest.mark.parametrize("location", ["http://[bad", "", "https://\u00e9vil.example", "//user:secret@evil.example/x"])
def test_nonsense_in_a_redirect_is_an_error_like_any_other(location: str) -> None:
    error = failure(Answer("", 302, {"Location": location.encode().decode("latin-1")}))
    assert "redirects to" in error.message
    assert "secret" not in error.message


def test_a_redirect_is_not_followed_and_the_token_stays() -> None:
    with Loopback(lambda request: Answer(EMPTY)) as other:
        elsewhere = other.url.replace("127.0.0.1", "localhost")
        error = failure(Answer("", 307, {"Location": f"{elsewhere}/things"}))
        assert other.requests == []
    assert "localhost" in error.message


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_passes_is_asked_again(status: int) -> None:
    answers = iter(
        [Answer("", status, {"Retry-After": "0"}), Answer("", status, {"Retry-After": "\u00b2"}), Answer(EMPTY)]
    )
    with Loopback(lambda request: next(answers)) as server:
        door = opened(server.url)
        assert list(door.pages("/things", {})) == [[]]
        door.close()
        assert [request.headers.get("authorization") for request in server.requests] == [f"Bearer {TOKEN}"] * 3
    assert (door.traffic.requests, door.traffic.pages, door.traffic.retries) == (3, 1, 2)


def test_attempts_are_counted_out_and_a_long_wait_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LONGEST_WAIT", 0.01)
    asked: list[Request] = []
    started = time.monotonic()

    def answer(request: Request) -> Answer:
        asked.append(request)
        return Answer("", 503, {"Retry-After": "9999"})

    assert "503" in failure(answer).message
    assert len(asked) == http.TRIES
    assert time.monotonic() - started < 5


def test_an_answer_without_end_is_cut_and_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LARGEST", 1 << 20)
    asked: list[Request] = []

    def answer(request: Request) -> Answer:
        asked.append(request)
        return Answer(b" " * (2 << 20))

    assert "longer than" in failure(answer).message
    assert len(asked) == 1


@contextmanager
def raw(head: bytes, drip: bytes = b"") -> Iterator[str]:
    """A server that sends `head`, and `drip` for ever, slowly, where there is one."""
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
                        while drip and not done.wait(0.02):
                            connection.sendall(drip)
                    except OSError:
                        continue

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            done.set()
            thread.join()


def test_an_answer_that_drips_is_cut_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LONGEST", 0.2)
    with raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", b" ") as url:
        door = opened(url)
        with pytest.raises(SourceError, match="does not end"):
            door.get("/things")
        door.close()


@pytest.mark.parametrize(
    "head", [b"", b"nonsense\r\n\r\n", b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"items": []']
)
def test_half_an_answer_is_asked_again_and_then_an_error(head: bytes) -> None:
    with raw(head) as url:
        door = opened(url)
        with pytest.raises(SourceError, match="connection broke"):
            door.get("/things")
        door.close()
    assert door.traffic.requests == http.TRIES


def test_nobody_at_home_is_an_error_with_a_reason() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    door = opened(url)
    with pytest.raises(SourceError, match="refused") as caught:
        door.get("/things")
    door.close()
    assert "url" in caught.value.hint


@pytest.mark.parametrize("token", ["one\ntwo", "one\r\nX: two", "one two", "n\u00f6", "\u20ac", ""])
def test_a_token_that_no_header_holds_is_refused_without_being_quoted(token: str) -> None:
    with Loopback(lambda request: Answer(EMPTY)) as server:
        if token == "":
            opened(server.url, token).close()
            return
        with pytest.raises(SourceError) as caught:
            opened(server.url, token)
        assert server.requests == []
    assert token not in caught.value.message + caught.value.hint


def test_a_missing_ca_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"ca\.crt is not there"):
        opened("https://127.0.0.1:1", ca_file=tmp_path / "ca.crt")


def test_the_environment_takes_no_part(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with Loopback(lambda request: Answer(EMPTY)) as server:
        door = opened(server.url, None)
        door.get("/things")
        door.close()
        assert "authorization" not in server.requests[0].headers


def test_json_from_elsewhere_can_be_written_again() -> None:
    text = '{"a": NaN, "b": -Infinity, "c": 1e999, "d": "\\ud83d!", "e": "\\ud83d\\ude80", "f": 1e-7, "\\udc00": [7]}'
    told = parse_json(text)
    assert told == {"a": "NaN", "b": "-Infinity", "c": "1e999", "d": "\ufffd!", "e": "🚀", "f": 1e-7, "\ufffd": [7]}
    assert parse_json("9" * 400) == "9" * 400


def test_a_byte_order_mark_and_broken_utf_8_do_no_harm() -> None:
    body = b'\xef\xbb\xbf{"items": [{"id": "\xff"}], "nextPageToken": ""}'
    with Loopback(lambda request: Answer(body, headers={"Content-Type": "application/json"})) as server:
        door = opened(server.url)
        assert list(door.pages("/things", {})) == [[{"id": "\ufffd"}]]
        door.close()
