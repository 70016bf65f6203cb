"""What a reader costs grows with its text and no faster, whatever the text is made of.

Here are pairs of a reader and a shape that once took a minute; `tests/benchmarks/growth.py` measures all of them.
"""

from __future__ import annotations

import contextlib
import gc
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from readers import READERS, REFUSED
from rhoai_catalog.merge import section_digests
from shapes import SHAPES

LONG = 0.06  # seconds that can be measured
LARGEST = 500_000
MOST = 8  # times as long, for four times as much: it should be 4, and 16 would be quadratic

ONCE_SLOW = {
    "documents.parse": (
        "blank lines behind a text",
        "blank lines behind quotes",
        "blank lines behind brackets",
        "aliases of nothing",
    ),
    "documents.edit: other items": ("different items",),
    "config: a list": ("- lines", "- alone", "items of mappings", "rows of one name"),
    "html.block": ("<a", '<a b="', "<!--", "<script>"),
    "merge_page: new": ("# headings", "# equal headings", "# numbered titles"),
    "merge: tags": ("keys",),
    "merge: links": ("keys",),
    "merge: links of one URL": ("keys",),
    "merge: references": ("keys",),
    "merge: documents of a file": ("keys",),
    "validate: a URL": ("combining out of order",),
    "with_edits_of": ("# equal headings",),
    "text.credentials": ("a:b@", "a:b@ on and on", "??", "?token"),
    "a container's script": ("if", "a=b", "variables that multiply"),
    "a container's words": ("--x", "MODEL"),
    "a container's variables": ("$(a)",),
    "a container's templates": ("{{.a}}",),
}
COUNTED = {
    "merge: documents come and go": "keys",
    "merge: base of one thing": "keys",
    "merge: adopting": "keys",
    "merge_page: base of one page": "keys",
    "hand edits: an entity": "keys",
    "hand edits: a page": "# headings",
    "reports of sources": "keys",
}


def seconds(read: Callable[[str], object], text: str) -> float:
    """The better one of two runs: the second knows what the first has parsed."""
    taken = []
    for _ in range(2):
        began = time.process_time()
        with contextlib.suppress(*REFUSED):
            read(text)
        taken.append(time.process_time() - began)
    return min(taken)


def times_as_long(read: Callable[[str], object], shape: Callable[[int], str]) -> float:
    """How many times as long four times as much takes, at the first length that takes long enough; 0: none does."""
    length = 1_000
    while (slow := seconds(read, shape(4 * length))) < LONG:
        length *= 2
        if 4 * length > LARGEST:
            return 0
    return slow / seconds(read, shape(length))


@pytest.mark.few(3)
@pytest.mark.parametrize(
    ("reader", "shape"), [(reader, shape) for reader, shapes in ONCE_SLOW.items() for shape in shapes]
)
def test_four_times_as_much_takes_four_times_as_long(reader: str, shape: str) -> None:
    gc.disable()  # its rounds come in steps
    try:
        ratios = (times_as_long(READERS[reader], SHAPES[shape]) for _ in range(3))
        assert any(ratio < MOST for ratio in ratios)
    finally:
        gc.enable()


def steps(read: Callable[[str], object], text: str) -> int:
    """How many lines of Python are run, those of a loop in one line as often as it goes round."""
    count = 0

    def step(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return step

    before = sys.gettrace()
    sys.settrace(step)
    try:
        read(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.few(2)
@pytest.mark.parametrize(("reader", "shape"), COUNTED.items())
def test_four_times_as_much_takes_four_times_as_many_steps(reader: str, shape: str) -> None:
    small, large = (steps(READERS[reader], SHAPES[shape](length)) for length in (1_500, 6_000))
    assert large < 5 * small


def test_the_names_of_sections_do_not_grow_with_the_titles_above_them() -> None:
    small, large = (sum(map(len, section_digests(SHAPES["# long title over many"](n)))) for n in (20_000, 80_000))
    assert large < 5 * small


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("shape", ["keys", "# headings", "json rows"])
def test_a_reader_reads_or_refuses(reader: str, shape: str) -> None:
    with contextlib.suppress(*REFUSED):
        READERS[reader](SHAPES[shape](100))


def test_a_shape_is_as_long_as_it_is_asked_to_be() -> None:
    lengths = {(name, n): len(shape(n)) / n for name, shape in SHAPES.items() for n in (1_000, 100_000)}
    assert {name: ratio for name, ratio in lengths.items() if not 0.5 < ratio < 2.2} == {}
