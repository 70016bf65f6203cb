"""Each example says what is wrong with it: examples/<Kind>/{valid,invalid}/*.yaml and the lines beside them."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.config import Validation
from rhoai_catalog.validate import PROFILES, check_entity, problems
from rhoai_catalog.validate.document.known_kinds import AI_KINDS, KINDS
from rhoai_catalog.validate.document.references import Reference
from rhoai_catalog.validate.document.url import composed, is_url

EXAMPLES = Path(__file__).parent / "examples"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)
FIELDS = st.sampled_from(
    ["name", "tags", "links", "labels", "annotations", "type", "owner", "dependsOn", "dependencyOf"]
)


def examples(verdict: str) -> list[Path]:
    """Those of entities; the configuration and the snapshot have tests of their own."""
    return sorted(file for file in EXAMPLES.glob(f"*/{verdict}/*.yaml") if file.parts[-3] != "generator")


def lines(file: Path, **rules: str) -> str:
    """Every problem of an example, a line each; examples/<profile>/ are checked with that profile."""
    asked = Validation(profiles=tuple({file.parts[-3]} & set(PROFILES)), rules=rules)
    found = problems({file.name: file.read_text("utf-8")}, root="", complete=False, asked=asked)
    return "".join(f"{problem}\n" for problem in found)


def test_every_kind_and_every_profile_has_examples_of_both() -> None:
    kinds = {*PROFILES, *KINDS, *AI_KINDS, "Unknown"}
    assert {file.parts[-3] for file in examples("invalid")} == kinds
    assert {file.parts[-3] for file in examples("valid")} == kinds - {"Unknown", "Domain"}


@pytest.mark.parametrize("file", examples("valid"), ids=lambda file: f"{file.parts[-3]}-{file.stem}")
def test_valid_examples_have_no_problem(file: Path) -> None:
    beyond_rhdh = {"rhdh-kind": "off", "ai-kind": "off"} if file.parts[-3] in (*AI_KINDS, "User") else {}
    assert lines(file, **beyond_rhdh) == ""


@pytest.mark.parametrize("file", examples("invalid"), ids=lambda file: f"{file.parts[-3]}-{file.stem}")
def test_invalid_examples_are_told_line_by_line(file: Path) -> None:
    assert lines(file) == file.with_suffix(".errors.txt").read_text("utf-8")


@given(
    kind=st.sampled_from(["Component", "API", "Resource", "Group", "User", "Location", "Template", "Pod"]) | JSON,
    metadata=JSON | st.dictionaries(FIELDS, JSON),
    spec=JSON | st.dictionaries(FIELDS, JSON),
)
def test_any_document_gets_a_verdict_of_short_plain_sentences(kind: object, metadata: object, spec: object) -> None:
    document = {"apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec}
    for finding in check_entity(document):
        assert finding.message.isprintable()
        assert len(finding.message) < 1200


def test_a_place_is_told_once() -> None:
    findings = check_entity({"kind": "Component", "metadata": {"name": "x" * 64}, "extra\0": 1})
    pointers = [finding.pointer for finding in findings]
    assert len(pointers) == len(set(pointers))
    assert {"/apiVersion", "/metadata/name", "/extra\0", "/spec"} == set(pointers)


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("a", EntityRef("group", "team", "a")),
        ("user:A", EntityRef("user", "team", "a")),
        ("b/a", EntityRef("group", "b", "a")),
        ("user:b/a", EntityRef("user", "b", "a")),
        ("a:b:c", EntityRef("a", "team", "b:c")),
        ("a/b:c/d", EntityRef("group", "a", "b:c/d")),
        ("Llama 3/Meta AI", EntityRef("group", "llama 3", "meta ai")),
    ],
)
def test_a_reference_is_cut_at_its_first_colon_and_slash(text: str, ref: EntityRef) -> None:
    assert Reference(pointer="", field="owner", target=text, kind="group", namespace="team").parsed() == ref


def test_a_reference_is_as_long_as_the_database_holds() -> None:
    def reference(name: str) -> Reference:
        return Reference(pointer="", field="owner", target=f"group:default/{name}", kind="group", namespace="default")

    assert len(str(reference("x" * 241).parsed())) == 255
    with pytest.raises(ValueError, match="longer than 255"):
        reference("x" * 242).parsed()


@pytest.mark.parametrize(
    "url", ["https://a", "http:a", "mailto:x", "s3://b/k", "https://[::1]:8", "https://münchen.de", "x://"]
)
def test_urls_that_browsers_accept(url: str) -> None:
    assert is_url(url)


@pytest.mark.parametrize(
    "url", ["a", "//a", "http://", "http://a b", "http://a:65536", "http://256.1", "http://[::g]", "oci://:80"]
)
def test_urls_that_browsers_refuse(url: str) -> None:
    assert not is_url(url)


@given(
    st.text(st.sampled_from("aé.\u0301\u0316\u0323\u0327\u0344\u0345\u0f71\u0f73\u0f74\u1100\u1161\u11a8\u1e9b\ufb01"))
)
def test_marks_are_composed_as_unicode_has_it(text: str) -> None:
    assert composed(text) == unicodedata.normalize("NFKC", text)


if __name__ == "__main__":  # writes what is expected anew, to be read in review
    for example in examples("invalid"):
        example.with_suffix(".errors.txt").write_text(lines(example), "utf-8")
