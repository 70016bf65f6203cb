"""What a forge asks to wait: limits by what they say, outages once, and never longer than a run has patience."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from forges import World, denied, forge_world
from forges.world import Patience
from outside import Answer
from rhoai_catalog.errors import ProposeError
from rhoai_catalog.http.response import Response

LIST = "GET /pulls"
NOW = 1_800_000_000.0


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with forge_world(tmp_path, "github") as world:
        world.push("second")
        yield world


def patience(**more: float) -> tuple[Patience, list[float]]:
    waits: list[float] = []
    return Patience(sleep=waits.append, now=lambda: NOW, **more), waits


def after(status: int, body: bytes = b"", tries: int = 1, repeatable: bool = True, **headers: str) -> list[float]:
    """What is waited after one answer; nothing where it counts."""
    one, waits = patience()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    again = one.after(Response(status, named, body), tries, repeatable=repeatable)
    assert again == bool(waits)
    return waits


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry_After": "5"}, [5.0]),
        ({"Retry_After": "60"}, [60.0]),
        ({"Retry_After": "61"}, []),
        ({"Retry_After": "soon"}, [60.0]),
        ({"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": f"{NOW + 20:.0f}"}, [21.0]),
        ({"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": f"{NOW - 20:.0f}"}, [1.0]),
        ({"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": f"{NOW + 3600:.0f}"}, []),
        ({"X_RateLimit_Remaining": "7", "X_RateLimit_Reset": f"{NOW + 20:.0f}"}, [60.0]),
        ({"RateLimit_Remaining": "0", "RateLimit_Reset": f"{NOW + 3:.0f}"}, [4.0]),
        ({}, [60.0]),
    ],
)
def test_a_limit_is_waited_for_as_it_says(headers: dict[str, str], wait: list[float]) -> None:
    assert after(429, b"Retry later\n", **headers) == wait


def test_a_limit_may_say_it_as_a_date() -> None:
    [wait] = after(429, Retry_After=format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True))
    assert 28 <= wait <= 30


def test_a_refusal_is_no_limit_unless_it_says_so() -> None:
    assert after(403, b'{"message": "Resource not accessible by integration"}') == []
    assert after(403, b'{"message": "You have exceeded a secondary rate limit."}') == [60.0]
    assert after(403, b"", Retry_After="7") == [7.0]
    assert after(403, b"", X_RateLimit_Remaining="0", X_RateLimit_Reset=f"{NOW + 9:.0f}") == [10.0]
    assert after(401, b"", Retry_After="7") == []


@pytest.mark.parametrize("status", [502, 503, 504])
def test_an_outage_is_waited_for_once_where_asking_twice_does_no_harm(status: int) -> None:
    assert after(status) == [2.0]
    assert after(status, tries=2) == []
    assert after(status, repeatable=False) == []
    assert after(500) == []


def test_patience_ends() -> None:
    one, waits = patience(total=100.0)
    limit = Response(429, {"Retry-After": "40"}, b"")
    assert [one.after(limit, tries, repeatable=True) for tries in (1, 2, 3)] == [True, True, False]
    assert waits == [40.0, 40.0]
    one, waits = patience(total=100.0)
    none = Response(429, {"Retry-After": "0"}, b"")
    assert sum(one.after(none, tries, repeatable=True) for tries in range(1, 1000)) == 100


def test_limits_are_waited_for_more_than_once(world: World) -> None:
    world.forge.refusals[LIST] = [denied(429, "slow down", **{"Retry-After": "9"}) for _ in range(3)]
    assert world.adapter().open_pull() is None
    assert world.waits == [9.0, 9.0, 9.0]


def test_patience_is_one_for_the_whole_run(world: World) -> None:
    forge = world.adapter()
    for _ in range(3):
        world.forge.refusals[LIST] = [denied(429, "slow down", **{"Retry-After": "60"})]
        forge.open_pull()
    world.forge.refusals[LIST] = [denied(429, "slow down", **{"Retry-After": "60"})]
    with pytest.raises(ProposeError, match="429 slow down"):
        forge.open_pull()
    assert world.waits == [60.0, 60.0, 60.0]


def test_an_outage_while_one_is_created_does_not_create_two(world: World) -> None:
    world.forge.refusals["POST /pulls"] = [Answer("<html>Bad gateway", 502)]
    assert world.adapter().create("A title", "").number == 1
    assert world.waits == [2.0]


def test_a_comment_is_not_said_twice(world: World) -> None:
    forge = world.adapter()
    pull = forge.create("A title", "")
    world.forge.refusals["POST /issues/1/comments"] = [Answer("<html>Bad gateway", 502)]
    with pytest.raises(ProposeError, match="502"):
        forge.comment(pull, "Because")
    assert world.waits == []


def test_a_login_page_is_no_answer(world: World) -> None:
    world.forge.refusals[LIST] = Answer("<html>Log in", 200)
    with pytest.raises(ProposeError, match="no JSON") as told:
        world.adapter().open_pull()
    assert "apiUrl" in told.value.hint


@pytest.mark.parametrize("content", ['{"a": 1}', '"text"', "7"])
def test_what_is_no_list_is_no_list(world: World, content: str) -> None:
    world.forge.refusals[LIST] = Answer(content, 200, {"Content-Type": "application/json"})
    with pytest.raises(ProposeError, match="no list"):
        world.adapter().open_pull()


def test_what_is_no_object_is_no_object(world: World) -> None:
    world.forge.refusals["POST /pulls"] = Answer([], 201)
    with pytest.raises(ProposeError, match="no JSON object"):
        world.adapter().create("A title", "")


def test_a_limit_that_is_too_long_is_told_as_one(world: World) -> None:
    world.forge.refusals[LIST] = denied(403, "API rate limit exceeded", **{"Retry-After": "3600"})
    with pytest.raises(ProposeError, match="403 API rate limit exceeded") as told:
        world.adapter().open_pull()
    assert told.value.hint == "the forge's rate limit is used up: try again later"


def test_pages_without_end_are_not_read_for_ever(world: World) -> None:
    world.forge.refusals[LIST] = Answer([{}], 200, {"Link": '<https://elsewhere.example/?page=2>; rel="next"'})
    assert world.adapter().open_pull() is None
    assert len(world.forge.calls) == 40


def test_a_forge_that_is_not_there(world: World) -> None:
    with pytest.raises(ProposeError, match=r"did not answer at http://127.0.0.1:1[:/]") as told:
        world.adapter(url="http://127.0.0.1:1/org/catalog").open_pull()
    assert told.value.hint == "check repository.url and apiUrl"
