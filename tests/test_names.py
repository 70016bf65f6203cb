"""Names: valid, stable, never shared, and the same whatever the order of discovery."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rhoai_catalog.backstage import EntityRef, is_name
from rhoai_catalog.describe.identities.names import RESERVED, Names, clean, distinct, proposed
from rhoai_catalog.entity import Given, Known


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("east", "payments", "fraud-detector"), "east.payments.fraud-detector"),
        (("shared", "Granite 3.1 8B", "v1"), "shared.granite-3.1-8b.v1"),
        (("shared", "RedHatAI/granite", "1"), "shared.redhatai-granite.1"),
        (("shared", "../../etc/passwd", "v1"), "shared.etc-passwd.v1"),
        (("a..b",), "a.b"),
        (("--x--",), "x"),
    ],
)
def test_a_name_stays_readable(parts: tuple[str, ...], name: str) -> None:
    assert proposed(parts, "id") == name


@pytest.mark.parametrize("text", ["", "日本語", "con", "AUX.1", "x" * 64, "com1.x"])
def test_what_is_empty_long_or_reserved_ends_in_a_hash(text: str) -> None:
    name = proposed([text], f"identity of {text}")
    assert is_name(name) and name.split(".")[0] not in RESERVED
    assert len(name.rsplit("-", 1)[-1]) == 8


names = st.text(max_size=80)
parts = st.lists(names, min_size=1, max_size=3)


@given(st.dictionaries(names, parts, max_size=8), st.frozensets(names.map(clean), max_size=3))
def test_names_are_valid_distinct_and_free(proposals: dict[str, list[str]], taken: frozenset[str]) -> None:
    given_names = distinct(proposals, taken)
    assert all(is_name(name) and name == name.lower() for name in given_names.values())
    assert len(set(given_names.values())) == len(proposals)
    assert not set(given_names.values()) & taken


@given(st.dictionaries(names, parts, max_size=8), st.randoms())
def test_the_order_of_discovery_does_not_matter(proposals: dict[str, list[str]], random) -> None:
    shuffled = list(proposals.items())
    random.shuffle(shuffled)
    assert distinct(dict(shuffled), ()) == distinct(proposals, ())


@given(names.filter(lambda text: is_name(clean(text))))
def test_a_clean_name_stays_as_it_is(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_what_has_a_name_keeps_it_and_hand_made_names_are_taken() -> None:
    old = EntityRef.of("Component", "renamed-by-hand")
    known = Known(
        given={("k/1", "Component"): Given(ref=old, file=PurePosixPath("x.yaml"))},
        taken=frozenset([old, EntityRef.of("API", "east.a.two")]),
    )
    kinds = {"k/1": ("Component", "API"), "k/2": ("Component", "API")}
    refs = Names(known, "default").give({"k/1": ["east", "a", "one"], "k/2": ["east", "a", "two"]}, kinds)
    assert refs["k/1"] == old
    assert refs["k/2"].name.startswith("east.a.two-"), "an API of that name is somebody's already"
