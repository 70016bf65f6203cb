"""What people filter and search by in the Hub: tags and labels, the words of a description; and facts of a model."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from rhoai_catalog.changes.difference import difference
from rhoai_catalog.entity import Description
from rhoai_catalog.merge import load
from rhoai_catalog.plan import Flag, Plan
from rhoai_catalog.report.plan.concerns import concerns
from rhoai_catalog.snapshot import CatalogSource, InferenceService
from test_describe import (
    annotations,
    card,
    described,
    link,
    model,
    only,
    registered_from,
    server,
    snapshot,
    tags,
    version,
)
from test_describe_models import URI, links, page, written

LANGUAGES = tuple("zh en de fr es it pt ar cs ja ko nl".split())


def labels(entity: Any) -> dict[str, str]:
    return dict(entity.document["metadata"].get("labels", {}))


def registered(name: str = "granite", **told: Any) -> Description:
    rows = [model(name=name), version(artifacts=registered_from()), card(**told)]
    return described(server(registry=link()), *rows)


def test_a_server_is_filtered_by_what_its_model_is() -> None:
    made = registered(
        "granite-8b-fp8", tasks=("text-generation", "code"), provider="IBM Research", language=("en",), maturity="GA"
    )
    for kind, own in (("Component", {"auth-not-required", "vllm"}), ("Resource", set())):
        expected = {"text-generation", "code", "ibm-research", "8b", "fp8", "en"} | own
        assert set(tags(only(made, kind))) == expected, kind


def test_a_fact_of_many_values_gives_a_few_tags_and_all_of_them_as_labels_and_on_the_page() -> None:
    made = registered(language=LANGUAGES, tasks=("a", "b", "c", "d"))
    for kind in ("Component", "Resource"):
        entity = only(made, kind)
        assert {"zh", "en", "de", "multilingual"} <= set(tags(entity)) and "fr" not in tags(entity)
        assert {key for key in labels(entity) if "language" in key} == {
            f"rhoai-catalog/language-{x}" for x in LANGUAGES
        }
        assert {"rhoai-catalog/task-a", "rhoai-catalog/task-d"} <= set(labels(entity))
    assert f"| Languages | {', '.join(LANGUAGES)} |" in page(made)


def test_a_few_values_are_tags_alone() -> None:
    made = only(registered(language=LANGUAGES[:3]), "Resource")
    assert tags(made) == ["de", "en", "zh"] and labels(made) == {}


def test_generated_tags_are_about_ten() -> None:
    made = registered(
        "granite-8b-fp8",
        tasks=LANGUAGES,
        language=LANGUAGES,
        provider="IBM",
        custom_properties={"validated_on": '["RHOAI 2.25"]', "model_type": "generative"},
    )
    assert len(tags(only(made, "Component"))) <= 14 and len(tags(only(made, "Resource"))) <= 12


def test_what_no_label_can_have_is_told() -> None:
    made = registered(language=(*LANGUAGES, "\u65e5\u672c"))
    assert any("1 of 13 values that no label can have" in left.reason for left in made.left_out)


def test_an_outage_takes_neither_tags_nor_labels() -> None:
    catalog = [CatalogSource(catalog="cards", id="redhat", name="Red Hat"), card(language=LANGUAGES, tasks=("x",))]
    rest = [
        server(registry=link()),
        server("other", artifact_uris=(URI,)),
        model(),
        version(artifacts=registered_from()),
    ]
    before = written({}, snapshot(*rest, *catalog))
    down = snapshot(*rest)
    scopes = tuple(dataclasses.replace(s, complete=s.source != "model-catalog/cards") for s in down.scopes)
    assert "language-zh" in str(before)
    assert written(before, dataclasses.replace(down, scopes=scopes)) == before


@pytest.mark.parametrize(
    ("name", "told", "shown"),
    [
        ("Llama-4-Scout-17B-16E-Instruct", {}, None),  # 17 of 109
        ("Llama-4-Scout-17B-16E-Instruct", {"parameters": "109B"}, "17B active of 109B"),
        ("Llama-4-Scout-17B-16E-Instruct", {"parameters": "17B"}, None),
        ("Qwen3-30B-A3B", {}, "3B active of 30B"),
        ("Qwen3-30B-A3B", {"parameters": "30.5B"}, "3B active of 30.5B"),
        ("Mixtral-8x7B-v0.1", {}, "8x7B"),
        ("embeddinggemma-300m", {}, "300M"),
        ("bge-m3", {}, None),
        ("churn", {"parameters": "300 thousand"}, "300K"),
    ],
)
def test_how_large_a_model_is(name: str, told: dict[str, Any], shown: str | None) -> None:
    made = only(described(model(name=name), version(custom_properties=told)), "Resource")
    assert annotations(made).get("rhoai-catalog/parameters") == shown


APACHE = "https://www.apache.org/licenses/LICENSE-2.0.txt"
CONTRACT = "https://contracts.example.net/granite"


@pytest.mark.parametrize(
    ("properties", "of_model", "of_card", "name", "address"),
    [
        ({"License": CONTRACT}, {"license": "Apache 2.0", "license_link": APACHE}, {}, None, CONTRACT),
        ({"License": APACHE}, {}, {"license": "apache-2.0", "license_link": APACHE}, "apache-2.0", APACHE),
        ({"License": "Ours"}, {}, {"license": "apache-2.0", "license_link": APACHE}, "Ours", None),
        ({"License": "Apache 2.0"}, {}, {"license": "apache-2.0", "license_link": APACHE}, "Apache 2.0", APACHE),
        ({}, {"license": "mit"}, {"license": "apache-2.0", "license_link": APACHE}, "mit", None),
        (
            {},
            {},
            {"readme": f"---\nlicense: other\nlicense_name: ours\nlicense_link: {CONTRACT}\n---\n"},
            "ours",
            CONTRACT,
        ),
    ],
)
def test_name_and_address_of_a_licence_come_from_one_place(
    properties: Any, of_model: Any, of_card: Any, name: str | None, address: str | None
) -> None:
    rows = [model(**of_model), version(custom_properties=properties, artifacts=registered_from()), card(**of_card)]
    resource = only(made := described(*rows), "Resource")
    assert annotations(resource).get("rhoai-catalog/license") == name
    assert links(resource).get("License") == address
    facts = page(made).split("## Facts")[1]
    assert [text for text in (APACHE, CONTRACT) if text in facts] == ([address] if address else [])


def test_names_lose_marks_and_no_letters() -> None:
    made = described(model(name="\u00dcbersetzer"), version(name="Stra\u00dfe"))
    assert only(made, "Resource").document["metadata"]["name"] == "shared.ubersetzer.strasse"
    people = described(server(annotations={"terasky.backstage.io/backstage-tags": "\u00dcbersetzung"}))
    assert "ubersetzung" in tags(only(people, "Component"))


def test_a_changed_licence_is_flagged_by_its_name_and_by_its_address() -> None:
    def tree(before: dict[str, str], **licence: str) -> dict[str, str]:
        return written(before, snapshot(model(**licence), version(), server(registry=link())))

    before = tree({}, license="mit", license_link=APACHE)
    for after in (tree(before, license="mit", license_link=CONTRACT), tree(before, license="x", license_link=APACHE)):
        changes = [change for change in difference(load(before), load(after)) if not change.is_page]
        assert [change.flags for change in changes] == [(Flag.LICENCE,)]
        (item,) = concerns(Plan(changes=tuple(changes)))[0].items
        assert {item.facts["was"], item.facts["becomes"]} in ({"mit", "x"}, {APACHE, CONTRACT})
    moved = tree(before, license="mit", license_link=APACHE, description="Other")
    assert [change.flags for change in difference(load(before), load(moved)) if not change.is_page] == [()]


def test_a_name_that_callers_type_is_flagged_when_it_goes() -> None:
    """Of a server: what it served goes. Of a version: another server, perhaps another team's, comes first."""

    def tree(before: dict[str, str], *servers: InferenceService) -> dict[str, str]:
        return written(before, snapshot(model(), version(), *servers))

    def flagged(*servers: InferenceService) -> dict[str, tuple[Flag, ...]]:
        changes = difference(load(before), load(tree(before, *servers)))
        return {change.kind: change.flags for change in changes if change.kind in ("Component", "Resource")}

    def named(*names: str, of: str = "chat") -> InferenceService:
        return server(of, registry=link(), served_model_names=names)

    before = tree({}, named("a", "b"))
    assert flagged(named("a", "b", "c"))["Component"] == ()  # an adapter more
    assert flagged(named("a", "c")) == {"Component": (Flag.MODEL_NAME,)}
    assert flagged(named("c")) == {"Component": (Flag.MODEL_NAME,), "Resource": (Flag.MODEL_NAME,)}
    claimed = flagged(named("a", "b"), named("other", of="another"))
    assert claimed == {"Component": (), "Resource": (Flag.MODEL_NAME,)}
    before = tree({})
    assert flagged(named("a")) == {"Component": (), "Resource": ()}


def test_an_outage_takes_no_words_of_a_state() -> None:
    """The catalog tells the maturity, and the registry the description."""
    rest = [model(), version(artifacts=registered_from(), description="Ours.")]
    source = CatalogSource(catalog="cards", id="redhat", name="Red Hat")
    before = written({}, snapshot(*rest, source, card(maturity="Tech preview")))
    assert "It is experimental." in before["models/shared/granite/entities.yaml"]
    down = snapshot(*rest)
    scopes = tuple(dataclasses.replace(s, complete=s.source != "model-catalog/cards") for s in down.scopes)
    assert written(before, dataclasses.replace(down, scopes=scopes)) == before
