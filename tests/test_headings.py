"""The headings of a page are those that a Markdown parser finds, and the sections between them are the whole page."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rhoai_catalog.base import read_lines
from rhoai_catalog.merge.pages.headings import headings, lines_of
from rhoai_catalog.merge.pages.sections import sections
from shapes import SHAPES
from thorough import tries

CATALOG = Path(__file__).parent.parent / "catalog"


def found(text: str) -> list[tuple[int, int, str]]:
    return [(heading.line, heading.level, heading.title) for heading in headings(lines_of(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# A\n\n## B ##\n\n### C#\n#\n#x\n", [(0, 1, "A"), (2, 2, "B"), (4, 3, "C#"), (5, 1, "")]),
        ("One\n===\n\nTwo\n---\n", [(0, 1, "One"), (3, 2, "Two")]),
        ("Over\n  several lines\n===\n", [(0, 1, "Over several lines")]),
        ("**Bold**\n---\n", [(0, 2, "**Bold**")]),
        ("<!--\n# x\n-->\n# A\n", [(3, 1, "A")]),
        ("```sh\n# x\n```\n# A\n", [(3, 1, "A")]),
        ("text\n\n    # x\n\n# A\n", [(4, 1, "A")]),
        ("- item\n\n  # x\n\n> # y\n\n# A\n", [(6, 1, "A")]),
        ("---\ntitle: x\n# note\n---\n# A\n", [(4, 1, "A")]),
        ("---\n\n# A\n\n---\n", [(2, 1, "A")]),  # a rule is no front matter
        ("| a | b |\n|---|---|\n| 1 | 2 |\n---\n# A\n", [(4, 1, "A")]),
        ("<div>\n# x\n</div>\n\n# A\n", [(4, 1, "A")]),
        ("# A\r\n\r\nB\r\n===\r\n", [(0, 1, "A"), (2, 1, "B")]),
        ("text \u2028# x\n# A \x0c# y\n", [(1, 1, "A \x0c# y")]),
    ],
)
def test_headings_are_those_of_the_page_itself(text: str, expected: list[tuple[int, int, str]]) -> None:
    assert found(text) == expected


def test_equal_paths_are_numbered_in_order() -> None:
    assert list(sections("# A\n## B\n## B\n## B#2\n## B\n")) == ["/A", "/A/B", "/A/B#2", "/A/B#2#1", "/A/B#3"]


def test_the_keys_that_bases_have_are_those_of_today() -> None:
    texts = [path.read_text("utf-8") for path in (CATALOG / ".base").rglob("*.jsonl")]
    pages = [line for text in texts for line in read_lines(text) if line.page.endswith(".md")]
    assert len(pages) > 10
    for line in pages:
        assert set(line.values) == set(sections((CATALOG / line.file).read_text("utf-8"))), line.file


@given(st.lists(st.sampled_from(["# A", "## B", "text", "", "```", "===", "- x", "---", "a: b", "\r", "<!--", "-->"])))
@settings(max_examples=tries(300, 60), deadline=None)
def test_sections_are_the_whole_page(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert "".join(sections(text).values()) == text


@pytest.mark.few(2)
@pytest.mark.parametrize(
    "text",
    [
        *("# a\n" * 20_000, "#\n" * 20_000, "[" * 200_000, "> " * 50_000, "a\n---\n" * 10_000),
        SHAPES["tables of short rows"](80_000),
        SHAPES["tables of short rows"](80_000).replace("\n", "\r"),
    ],
)
def test_a_page_takes_no_longer_than_it_is_long(text: str) -> None:
    began = time.process_time()
    sections(text)
    assert time.process_time() - began < 10
