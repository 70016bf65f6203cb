"""JSON from elsewhere: what is read the quick way is what the slow one reads, and is refused in its words."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rhoai_catalog.http.json import parse_json, parse_odd_json
from thorough import tries

NUMBERS = st.from_regex(r"\A-?(0|[1-9][0-9]{0,24})(\.[0-9]{1,25})?([eE][-+]?[0-9]{1,3})?\Z")
STRINGS = st.text(max_size=8).map(json.dumps) | st.text('"\\[]{},:/ud8Dd\n\x00\x7f\ud83d\udc00é', max_size=9).map(
    lambda text: f'"{text}"'
)
ODD = st.sampled_from(
    ["NaN", "-Infinity", "nul", "01", "1.", "+1", ".5", "- 1", "\ufeff", "'a'", "/**/", "", "\x0b", "1_0"]
)
SPACE = st.sampled_from(["", " ", "\n\t\r"])
VALUES = st.recursive(
    NUMBERS | STRINGS | st.sampled_from(["true", "false", "null"]) | ODD,
    lambda inner: (
        st.builds(lambda rows, pad: f"[{pad}{f'{pad},'.join(rows)}]", st.lists(inner, max_size=4), SPACE)
        | st.builds(
            lambda rows: "{" + ",".join(f"{key}:{value}" for key, value in rows) + "}",
            st.lists(st.tuples(STRINGS | st.sampled_from(['"a"', '"b"']), inner), max_size=4),
        )
    ),
    max_leaves=20,
)


def outcome(read: Callable[[str | bytes], Any], text: str | bytes) -> str:
    """What comes of it: the value with the types of all that is in it, in its order, or the error in its words."""
    try:
        return repr(read(text))
    except (ValueError, RecursionError) as error:
        return f"{type(error).__name__}: {error}"


def assert_alike(text: str | bytes) -> None:
    assert outcome(parse_json, text) == outcome(parse_odd_json, text)


@settings(max_examples=tries(1_000, 100), deadline=None)
@given(VALUES)
def test_any_text_is_read_alike(text: str) -> None:
    assert_alike(text)
    assert_alike(text.encode("utf-8", "surrogatepass"))


@settings(deadline=None)
@given(VALUES, st.binary(max_size=3), st.integers(0, 200), st.integers(0, 3))
def test_damaged_bytes_are_read_alike(text: str, damage: bytes, place: int, lost: int) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    place = min(place, len(raw))
    assert_alike(raw[:place] + damage + raw[place + lost :])


@settings(deadline=None)
@given(st.text() | st.binary())
def test_what_is_no_json_at_all_is_refused_alike(text: str | bytes) -> None:
    assert_alike(text)


@pytest.mark.parametrize("byte", range(256))
def test_every_byte_is_read_alike_wherever_it_stands(byte: int) -> None:
    for around in (
        b'["%b"]',
        b'["\\%b"]',
        b"[%b]",
        b"%b[]",
        b"[]%b",
        b"[1%b]",
        b'{"a"%b1}',
        b'"\\u00%b9"',
        b'"\xed%b\x80"',
    ):
        assert_alike(around.replace(b"%b", bytes([byte])))


def test_numbers_are_read_alike_to_the_last_digit() -> None:
    choose = random.Random(7)
    longest = [
        f"{sign}{'9' * count}{rest}" for sign in ("", "-") for count in range(1, 400) for rest in ("", ".5", "e9")
    ]
    edges = [f"{sign}{2**bits + more}" for sign in ("", "-") for bits in (53, 63, 64, 66, 67) for more in (-1, 0, 1)]
    drawn = [
        f"{choose.randrange(10 ** choose.randrange(1, 19))}.{choose.randrange(10**17)}e{choose.randrange(-340, 320)}"
        for _ in range(5_000)
    ]
    for number in (*longest, *edges, *drawn, "-0", "-0.0", "1E400", "-1e400", "1e-400", "4.9e-324", "2.5e-324"):
        assert_alike(f"[{number}]")


def test_of_two_values_of_one_name_the_last_counts_alike() -> None:
    assert parse_json('{"a": 1, "b": 2, "a": 3}') == {"a": 3, "b": 2}
    assert_alike('{"a": 1, "b": 2, "a": 3, "\\u0061": [4]}')


def test_a_text_of_many_pages_is_read_alike() -> None:
    rows = [{"id": str(n), "note": '{"a":[1,"\\"]"]}' * 20, "at": {"x": [n, n / 7, None, True]}} for n in range(2_000)]
    text = json.dumps(rows)
    assert re.search(r"\\\\", text)
    assert_alike(text)
    assert parse_json(text) == rows
