"""Parts of an object of any shape: the short ways to them lead where the long ones do."""

from __future__ import annotations

import ipaddress
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from rhoai_catalog.observe.kserve.facts.endpoints import is_internal
from rhoai_catalog.observe.kserve.facts.process import Process
from rhoai_catalog.observe.kserve.fields import annotation, annotations_of, at, label, labels_of, mapping

NAMES = st.sampled_from(["metadata", "labels", "annotations", "a", "b", ""])
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab\ud800\x00", max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.builds(
    lambda labels, annotations: {"metadata": {"labels": labels, "annotations": annotations}}, ANY, ANY
) | st.dictionaries(NAMES, ANY, max_size=4)


@settings(deadline=None)
@given(OBJECTS, NAMES)
def test_one_label_is_that_of_all(item: dict[str, Any], name: str) -> None:
    assert label(item, name) == labels_of(item).get(name)
    assert annotation(item, name) == annotations_of(item).get(name)


@settings(deadline=None)
@given(ANY, st.lists(NAMES, max_size=4))
def test_a_path_leads_from_mapping_to_mapping(value: Any, path: list[str]) -> None:
    expected = value
    for key in path:
        expected = mapping(expected).get(key)
    assert at(value, *path) == expected


@settings(deadline=None)
@given(st.text("0123456789abcdefx.:%/ \u0663", max_size=16) | st.ip_addresses().map(str))
@example("fe80::1%eth0")
@example("1.2.3.4%eth0")
@example("01.02.03.04")
def test_what_is_an_address_is_global_or_internal(host: str) -> None:
    try:
        address = ipaddress.ip_address(host.lower().removesuffix("."))
    except ValueError:
        return
    assert is_internal(host) is not address.is_global


WORDS = st.sampled_from(["--a", "-b", "--a=1", "-b==", "a", "=", "", "--a =x", "--aa=2"]) | st.text("-ab= ", max_size=4)


@settings(deadline=None)
@given(st.lists(WORDS, max_size=5), st.lists(st.sampled_from(["--a", "-b", "--aa", "", "A"]), max_size=3))
def test_an_option_is_there_where_a_word_begins_so(words: list[str], names: list[str]) -> None:
    process = Process(words=tuple(words))
    assert process.has(*names) is any(word in names or word.partition("=")[0] in names for word in words)
    values = [w.removeprefix(f"{n}=") for w in words for n in names if w not in names and w.startswith(f"{n}=")]
    assert set(values) <= {value[0] for value in process.options(*names)}
