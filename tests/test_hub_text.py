"""Text for descriptions in the Hub: it links, fetches and heads nothing; what is harmless stays to the letter."""

from __future__ import annotations

import time

import media
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from outside import hostile
from rhoai_catalog.text.hub import inert, plain
from thorough import tries

PIECES = """[ ] ( ) ![ ]( ]: ` `` ``` ~~~ \\ \\\\ < > <b> </b> <!-- --> &#91; &colon; &amp; https://e.example http: //
    www. www.e.example a@b.example @ # ## === --- - 1. | * _ ** ~ ^ [^1] [a] [1]: mailto:a@b.c é . ! $ { } =
    <https://e.example> <a@b.example>""".split()
pieces = st.sampled_from([*PIECES, "\n", "\n\n", " ", "  ", "    ", "\t", "> ", "- ", "# ", "[a]: /u", "| - |"])
ANY = st.one_of(st.lists(pieces, max_size=14).map("".join), st.text(), st.sampled_from([*hostile.STRINGS.values()]))


@settings(max_examples=tries(1_500, 300), deadline=None)
@given(ANY)
@example("<a@b.example>#a@b.example![^~<a@b.example>`")
@example("`---@.x\\")
@example("@<}@a> https://e.example")
@example("https://e.example\n---")
@example("\\https://e.example `x` https://e.example`")
def test_nothing_acts_and_the_text_can_be_had_back(text: str) -> None:
    made = inert(text)
    assert media.acts_in_hub(made) == []
    assert plain(made) == text


@pytest.mark.parametrize(
    "text",
    [
        "Scores card payments before they are booked.",
        "Grüße: 12 features, isotonic calibration (50 % of `fraud_score`), C# & R&D, a < b > c, 3 * 4_000",
        "**Bold** and *italic*, ~~gone~~\n\n- one\n- two\n\n1. one\n\n> quote\n\n```python\nx = [1](2)[0]\n```".replace(
            "](", "] ("
        ),
        "[beta] a model [1], see oci://quay.example.net/m:1, s3://bucket/x and C:\\models\\x",
        "Rule\n\n---\n\n| a | b |\n|---|---|\n| 1 | 2 |",
        "Ask #payments-ml or @alice; #1 of 3",
    ],
)
def test_what_holds_nothing_that_acts_stays_to_the_letter(text: str) -> None:
    assert inert(text) == plain(text) == text


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("[Log in again](https://evil.example/login)", "[Log in again\\](`https://evil.example/login`)"),
        (
            "See https://docs.example.net/x_(y), or ask ops@example.net.",
            "See `https://docs.example.net/x_(y`), or ask `ops@example.net`.",
        ),
        ("![x](y.png) <b>bold</b> `code`", "!\\[x\\](y.png) \\<b>bold\\</b> \\`code\\`".replace("!\\[", "![")),
        ("# Head\nTitle\n===", "\\# Head\nTitle\n\\==="),
        ("https:\\//evil.example &#91;x](y)", "https:\\\\//evil.example \\&#91;x\\](y)"),
    ],
)
def test_how_it_reads(text: str, made: str) -> None:
    assert inert(text) == made


@pytest.mark.parametrize(
    "text",
    [
        *(mark * 60_000 for mark in ("`", "a", "\\", "<")),
        *(marks * 30_000 for marks in ("<a", "](", "a@", "&#", "> ", "#\n")),
        "https://" * 8_000,
    ],
)
def test_it_takes_no_time(text: str) -> None:
    since = time.process_time()
    plain(inert(text))
    assert time.process_time() - since < 2
