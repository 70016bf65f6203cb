"""The HTTP door against servers that misbehave, over real HTTP on loopback."""

from __future__ import annotations

import functools
import json
import socket
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import urllib3
from faults import QUICK, raw
from hypothesis import given, settings
from hypothesis import strategies as st
from outside import Answer, Loopback, Request
from rhoai_catalog.address import shown
from rhoai_catalog.config import Credentials, Service
from rhoai_catalog.errors import SourceError
from rhoai_catalog.http.client import PLAIN, Client
from rhoai_catalog.http.deadline import with_deadline
from rhoai_catalog.http.errors import NotFound
from rhoai_catalog.http.json import Bounds, ExcessiveJson, parse_json
from rhoai_catalog.http.policy import Policy, retry_after
from rhoai_catalog.http.service import item_pages, open_service
from rhoai_catalog.http.traffic import Traffic
from thorough import tries

TOKEN = "sha256~not-a-real-token"
EMPTY = {"items": [], "nextPageToken": "", "pageSize": 100, "size": 0}
HASTY = replace(QUICK, deadline=1.0)


def opened(url: str, token: str | None = TOKEN, ca_file: Path | None = None, policy: Policy = QUICK) -> Client:
    credentials = Credentials(env="TEAM_A_TOKEN")
    service = Service(family="model-registry", name="team-a", url=url, credentials=credentials, ca_file=ca_file)
    return open_service(service, Traffic("model-registry/team-a"), token, policy)


def failure(answer: Answer | Callable[[Request], Answer], policy: Policy = QUICK) -> SourceError:
    with Loopback(answer if callable(answer) else lambda request: answer) as server:
        door = opened(server.url, policy=policy)
        with pytest.raises(SourceError) as caught:
            list(item_pages(door, "/things", {"pageSize": "100"}))
        door.close()
        unreached = caught.value.hint.startswith(("check `url`", "name the CA"))
        told = f": {server.url}/things: " if unreached else ": /things: "
        assert told in caught.value.message
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
        (Answer({"items": [1], "nextPageToken": ""}), "no JSON objects: 1", "url"),
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
    assert isinstance(failure(Answer("", status)), NotFound)


def test_a_repeated_token_ends_the_list_as_an_error() -> None:
    assert "same page token" in failure(Answer({**EMPTY, "nextPageToken": "again"})).message


def test_tokens_without_end_end() -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Answer:
        asked.append(request)
        return Answer({**EMPTY, "nextPageToken": str(len(asked))})

    assert "more than 5 pages" in failure(answer, replace(QUICK, most_pages=5)).message
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
        assert list(item_pages(door, "/things", {})) == [[]]
        door.close()
        assert [request.headers.get("authorization") for request in server.requests] == [f"Bearer {TOKEN}"] * 3
    assert (door.traffic.requests, door.traffic.pages, door.traffic.retries) == (3, 1, 2)


def test_attempts_are_counted_out_and_a_long_wait_is_cut() -> None:
    asked: list[Request] = []
    started = time.monotonic()

    def answer(request: Request) -> Answer:
        asked.append(request)
        return Answer("", 503, {"Retry-After": "9999"})

    assert "503" in failure(answer, replace(QUICK, longest_wait=0.01)).message
    assert len(asked) == QUICK.tries
    assert time.monotonic() - started < 5


def test_an_answer_without_end_is_cut_and_not_asked_again() -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Answer:
        asked.append(request)
        return Answer(b" " * (2 << 20))

    assert "longer than 1 MiB" in failure(answer, replace(QUICK, largest=1 << 20)).message
    assert len(asked) == 1


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.few(3)
@pytest.mark.parametrize(
    ("head", "drip"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", b" "),
        (b"HTTP/1.1 200 OK\r\n\r\n", b" "),
        (b"HTTP/1.1 200 OK\r\nX: ", b"x"),
        (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        (b"HTTP", b" "),
        (b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (CHUNKED, b"1\r\n \r\n"),
        (CHUNKED, b"0"),
        (CHUNKED + b"0\r\n", b"X: y\r\n"),
        (CHUNKED + b"1;", b"x"),
    ],
    ids=lambda value: None if len(value) < 9 else str(value[:60]),
)
def test_whatever_drips_ends_at_the_deadline(head: bytes, drip: bytes) -> None:
    with raw(head, drip) as url:
        door = opened(url, policy=HASTY)
        begun = time.monotonic()
        with pytest.raises(SourceError, match=r"/things: the (answer does not end|connection broke)"):
            door.get("/things")
        assert time.monotonic() - begun < HASTY.deadline + 0.5
        door.close()


def test_a_byte_a_second_is_no_way_around_it() -> None:
    with raw(b"HTTP/1.1 200 OK\r\nX: ", b"x", pause=0.7) as url:
        door = opened(url, policy=HASTY)
        begun = time.monotonic()
        with pytest.raises(SourceError, match="does not end"):
            door.get("/things")
        assert time.monotonic() - begun < HASTY.deadline + 0.5
        door.close()


def test_silence_is_told_from_an_answer_without_end() -> None:
    with raw(b"", b"", hold=True) as url:
        door = opened(url, policy=replace(QUICK, read=0.1))
        with pytest.raises(SourceError, match="no answer in time"):
            door.get("/things")
        door.close()
    assert door.traffic.requests == QUICK.tries


@pytest.mark.parametrize(
    "head", [b"", b"nonsense\r\n\r\n", b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"items": []']
)
def test_half_an_answer_is_asked_again_and_then_an_error(head: bytes) -> None:
    with raw(head) as url:
        door = opened(url)
        with pytest.raises(SourceError, match="connection broke"):
            door.get("/things")
        door.close()
    assert door.traffic.requests == QUICK.tries


def test_nobody_at_home_is_an_error_with_a_reason() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    door = opened(url)
    with pytest.raises(SourceError, match=f": {url}/things: the connection was refused") as caught:
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


NESTED = b"[" * 200_000
CROWDED = b"[" + b"[]," * 1_000_000 + b"0]"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (NESTED, "nested more than 100 deep"),
        (b'{"a":' * 200_000, "nested more than 100 deep"),
        (NESTED + b"]" * 200_000, "nested more than 100 deep"),
        (b'"\\\\",' + NESTED, "nested more than 100 deep"),
        (CROWDED, "more values than 3,000,003 bytes may hold"),
        (b'{"items":' + CROWDED + b"}", "more values than 3,000,013 bytes may hold"),
        (b"[" + b'{"":0},' * 1_000_000 + b"0]", "more values than 7,000,003 bytes may hold"),
        (b"[" + b'",",' * 2_000_000 + b"0]", "more values than 8,000,003 bytes may hold"),
    ],
    ids=range(8),
)
def test_json_that_would_take_too_much_is_refused_before_it_is_built(body: bytes, reason: str) -> None:
    error = failure(Answer(body))
    assert error.message.endswith(f": /things: the answer is cut off or no JSON: {reason}")
    tracemalloc.start()
    with pytest.raises(ExcessiveJson):
        parse_json(body)
    assert tracemalloc.get_traced_memory()[1] < 6 * len(body)
    tracemalloc.stop()


@pytest.mark.parametrize(
    "value",
    [
        "[" * 500 + "\\" + '"' + "{" * 500,
        ["a,b" * 200_000, '"[' * 1000, "\\" * 1000, ",".join("12345" for _ in range(300_000))],
        {"[": [["\\"], "]"], '\\"': {"]]": ["{"] * 1000}},
        [[[]] * 1000, {"a": {}}, [0] * 100_000],
        functools.reduce(lambda inner, _: [inner], range(99), []),
    ],
    ids=range(5),
)
def test_what_stands_in_texts_counts_for_nothing(value: Any) -> None:
    for separators in ((",", ":"), (", ", ": ")):
        assert parse_json(json.dumps(value, separators=separators).encode()) == value
        assert parse_json(json.dumps(value, separators=separators, ensure_ascii=False)) == value


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.text('a"\\[]{},: \n\ud83d\U0001f680'),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text('a"\\[{,', max_size=4), inner, max_size=4),
    )
)
def test_depth_and_number_are_those_of_the_values(value: Any) -> None:
    def depth(value: Any) -> int:
        items = value if isinstance(value, list) else value.values() if isinstance(value, dict) else None
        return 0 if items is None else 1 + max(map(depth, items), default=0)

    text = json.dumps(value)
    parse_json(text, Bounds(depth=depth(value)))
    if depth(value):
        with pytest.raises(ExcessiveJson):
            parse_json(text, Bounds(depth=depth(value) - 1))


def test_a_server_may_name_the_moment() -> None:
    now = datetime.now(UTC)
    assert 28 < (retry_after(format_datetime(now + timedelta(seconds=30), usegmt=True)) or 0) <= 30
    assert retry_after(format_datetime(now - timedelta(days=1), usegmt=True)) == 0
    assert retry_after("120") == 120
    nonsense = (
        "",
        "soon",
        "-1",
        "1.5",
        "\u00b2",
        "9" * 400,
        "Wed, 99 Oct 2026 07:28:00 GMT",
        "Mon, 1 Jan 0 0:0:0 -9999",
    )
    assert [retry_after(value) for value in nonsense] == [None] * len(nonsense)


def test_a_date_in_retry_after_is_kept_to() -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=3600), usegmt=True)
    answers = iter(
        [Answer("", 503, {"Retry-After": moment}), Answer("", 429, {"Retry-After": "\u00b2"}), Answer(EMPTY)]
    )
    with Loopback(lambda request: next(answers)) as server:
        door = opened(server.url, policy=replace(QUICK, longest_wait=0.1))
        begun = time.monotonic()
        door.get("/things")
        door.close()
    assert time.monotonic() - begun >= 0.1
    assert door.traffic.retries == 2


def test_waiting_ends_at_the_deadline_too() -> None:
    begun = time.monotonic()
    error = failure(Answer("", 503, {"Retry-After": "5"}), replace(QUICK, deadline=0.5))
    assert "503" in error.message
    assert time.monotonic() - begun < 2


def test_what_may_have_changed_something_is_not_sent_twice() -> None:
    with raw(b"") as url:
        door = opened(url)
        with pytest.raises(SourceError, match="connection broke"):
            door.post("/things", {})
        door.close()
    assert door.traffic.requests == 1


def test_a_path_leads_to_no_other_host() -> None:
    with Loopback(lambda request: Answer(EMPTY)) as server:
        door = opened(server.url)
        for path in ("@127.0.0.2/", "things", ".evil.example/"):
            with pytest.raises(ValueError, match="another host"):
                door.get(path)
        door.close()
        assert server.requests == []


def test_json_from_elsewhere_can_be_written_again() -> None:
    text = '{"a": NaN, "b": -Infinity, "c": 1e999, "d": "\\ud83d!", "e": "\\ud83d\\ude80", "f": 1e-7, "\\udc00": [7]}'
    told = parse_json(text)
    assert told == {"a": "NaN", "b": "-Infinity", "c": "1e999", "d": "\ufffd!", "e": "🚀", "f": 1e-7, "\ufffd": [7]}
    assert parse_json("9" * 400) == "9" * 400


def test_a_byte_order_mark_and_broken_utf_8_do_no_harm() -> None:
    body = b'\xef\xbb\xbf{"items": [{"id": "\xff"}], "nextPageToken": ""}'
    with Loopback(lambda request: Answer(body, headers={"Content-Type": "application/json"})) as server:
        door = opened(server.url)
        assert list(item_pages(door, "/things", {})) == [[{"id": "\ufffd"}]]
        door.close()


PLACES = st.text("aZ0_/-.%?=&#:@ \u00e9\\", max_size=12)


@settings(deadline=None)
@given(PLACES | st.text("aZ0_/=&?-", max_size=12))
def test_what_stands_in_plain_characters_is_asked_for_as_it_is(place: str) -> None:
    if PLAIN.fullmatch(place):
        assert urllib3.util.parse_url(f"http://127.0.0.1:1/{place}").request_uri == f"/{place}"


@settings(max_examples=tries(50, 20), deadline=None)
@given(st.sampled_from(["", "/base", "/a.b/..", "/%7e"]), st.lists(PLACES, min_size=1, max_size=4))
def test_the_way_past_the_pools_of_all_hosts_leads_to_the_same_place(base: str, places: list[str]) -> None:
    with Loopback(lambda request: Answer({})) as server:
        door, pool = opened(f"{server.url}{base}"), urllib3.PoolManager()
        for place in places:
            door.send("GET", f"/{place}")
            pool.request("GET", f"{server.url}{base}/{place}", redirect=False)
        door.close()
        door.send("GET", "/again")
        door.close()
        pool.clear()
        asked = [(request.path, request.query) for request in server.requests]
    assert asked[0:-1:2] == asked[1:-1:2]


def test_a_pool_of_its_own_kind_keeps_its_kind() -> None:
    class Tunnel(urllib3.HTTPConnectionPool):
        pass

    pool = urllib3.PoolManager()
    pool.pool_classes_by_scheme = {"http": Tunnel, "https": urllib3.HTTPSConnectionPool}
    made = with_deadline(pool).connection_from_url("http://127.0.0.1:1")
    assert isinstance(made, Tunnel)
    assert isinstance(made._new_conn(), urllib3.connection.HTTPConnection)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://api.east.example.net:6443", "https://api.east.example.net:6443"),
        ("https://me:secret@h.example/base/?token=secret#secret", "https://h.example/base"),
        ("http://[::1]:80/", "http://[::1]:80"),
        ("https://h:port", "an address that is none"),
    ],
)
def test_an_address_is_told_without_what_could_be_a_secret(url: str, told: str) -> None:
    assert shown(url) == told
