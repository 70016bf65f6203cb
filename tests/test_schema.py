"""Two engines read one schema: fastjsonschema says whether, jsonschema says why. They never disagree."""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rhoai_catalog import documents, schema
from rhoai_catalog.errors import DocumentError
from thorough import tries

EXAMPLES = Path(__file__).parent / "examples"
NAMES = sorted(path.name.removesuffix(".schema.json") for path in schema.schema_folder().glob("*.schema.json"))
FILES = [path for path in sorted(EXAMPLES.glob("*/*/*")) if path.suffix in (".yaml", ".json")]
Way = tuple[str | int, ...]
TEXTS = ("", "\n", "a", "a\n", "é" * 63, "😀" * 63, "x" * 64, "a/b", "group:default/a\n", "\u2028", "٣")
NUMBERS = (0.0, 1.0, 1e300, 100.0, 100.5, 10**400, float("inf"), float("nan"), -0.0)
LISTS: tuple[list[Any], ...] = (
    [1, True], [0, False], [1, 1.0], [[1], [True]], [{}, []], ["a", "a"], [{"a": 1}, {"a": 1}], [{"a": 1}, [["a", 1]]],
)  # fmt: skip


def loaded() -> Iterator[Any]:
    for file in FILES:
        try:
            yield from documents.load(file.read_text("utf-8"))
        except DocumentError:
            continue


DOCUMENTS = [document for document in loaded() if isinstance(document, dict)]
VALID = {name: [document for document in DOCUMENTS if schema.is_valid(name, document)] for name in NAMES}


def places(value: Any, way: Way = ()) -> Iterator[Way]:
    yield way
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from places(inner, (*way, key))


def words(part: Any) -> Iterator[Any]:
    """Every name and every constant of a schema."""
    if isinstance(part, dict):
        yield from part
        for value in part.values():
            yield from words(value)
    elif isinstance(part, list):
        for value in part:
            yield from words(value)
    else:
        yield part


@functools.cache
def values(name: str) -> st.SearchStrategy[Any]:
    known = sorted({word for word in words(schema.contents(f"{name}.schema.json")) if isinstance(word, str)})
    texts = st.one_of(
        st.sampled_from(known),
        st.sampled_from(known).map(lambda text: f"{text}\n"),
        st.sampled_from(TEXTS),
        st.text(max_size=5),
    )
    scalars = st.one_of(
        texts,
        st.none(),
        st.booleans(),
        st.integers(-1, 101),
        st.sampled_from(NUMBERS),
    )
    return st.recursive(
        scalars,
        lambda inner: st.one_of(
            st.lists(inner, max_size=4),
            st.sampled_from(LISTS).map(copy.deepcopy),
            st.dictionaries(texts, inner, max_size=3),
        ),
        max_leaves=6,
    )


@st.composite
def changed(draw: st.DrawFn, name: str) -> Any:
    """A document that the schema accepts, if we have one, with up to three values replaced, added, or taken out."""
    document = copy.deepcopy(draw(st.sampled_from(VALID[name] or DOCUMENTS)))
    for _ in range(draw(st.integers(1, 3))):
        way = draw(st.sampled_from([*places(document)]))
        if not way:
            continue
        parent = document
        for key in way[:-1]:
            parent = parent[key]
        key, value = way[-1], parent[way[-1]]
        how = draw(st.sampled_from(["replace", "line break", "take out", "add", "twice"]))
        if how == "line break" and isinstance(value, str):
            parent[key] = f"{value}\n"
        elif how == "take out":
            del parent[key]
        elif how == "twice" and isinstance(parent, list):
            parent.append(copy.deepcopy(value))
        elif how == "add" and isinstance(value, dict):
            value[draw(values(name).filter(lambda v: isinstance(v, str)))] = draw(values(name))
        else:
            parent[key] = draw(values(name))
    return document


def test_every_schema_has_an_example() -> None:
    assert [name for name in NAMES if not VALID[name]] == []


@pytest.mark.parametrize("name", NAMES)
def test_both_engines_give_one_verdict(name: str) -> None:
    @settings(max_examples=tries(200, 15), deadline=None, suppress_health_check=list(HealthCheck))
    @given(document=changed(name))
    def one_verdict(document: Any) -> None:
        explained = next(schema._explaining(name).iter_errors(document), None)
        assert schema.is_valid(name, document) == (explained is None), explained

    one_verdict()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.get("kind", ""))[:20])
def test_both_engines_give_one_verdict_of_every_example(document: Any) -> None:
    for name in NAMES:
        assert schema.is_valid(name, document) == (not [*schema._explaining(name).iter_errors(document)]), name


@pytest.mark.parametrize("items", [*LISTS, ["seed", "seed"], ["seed", "agent"], {"seed": 1}], ids=str)
def test_both_engines_know_what_is_unique(items: Any) -> None:
    document = {"profiles": items}
    assert schema.is_valid("generator", document) == (not [*schema._explaining("generator").iter_errors(document)])


def test_a_line_break_behind_a_value_is_refused() -> None:
    [violation] = schema.violations("generator", {"clusters": [{"name": "east\n"}]})
    assert (violation.pointer, violation.keyword) == ("/clusters/0/name", "pattern")
    [violation] = schema.violations("generator", {"defaults": {"entityNamespace": "ai\n"}})
    assert violation.pointer == "/defaults/entityNamespace"
