"""What an entity says of itself in the Hub: what is served, by which name, whether a token is needed, where next."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from rhoai_catalog import documents
from rhoai_catalog.config import Hub
from rhoai_catalog.entity import Description
from rhoai_catalog.snapshot import UNKNOWN
from rhoai_catalog.validate import check_entity
from test_describe import (
    CONFIG,
    annotations,
    card,
    described,
    known_of,
    link,
    model,
    only,
    registered_from,
    server,
    snapshot,
    tags,
    version,
)
from test_describe_models import written

PART = "servers/east/pay/entities.yaml"
API = "[How to call it](/catalog/default/api/east.pay.chat/definition)"


def said(made: Description, kind: str = "Component") -> str:
    return str(only(made, kind).document["metadata"]["description"])


def test_it_answers_what_a_caller_asks_first() -> None:
    row = server(
        description="Talks.\n\nA lot.",
        registry=link(),
        served_model_names=("granite", *(f"g{number}" for number in range(2, 14))),
        annotations={"terasky.backstage.io/backstage-tags": "granite,help-desk"},
        accelerators={"nvidia.com/gpu": 2},
        context_length=8192,
        authentication_required=True,
    )
    assert said(described(row, model(name="Granite"), version(name="3.1"))) == (
        "Talks.\n\nA lot.\n\nServes Granite 3.1 with `vllm` on 2 × `nvidia.com/gpu` for up to 8,192 tokens. Ask for "
        "`granite`, `g2`, `g3`, `g4`, `g5`, `g6`, `g7`, `g8`, `g9`, `g10` or one of 3 others as `model`. "
        f"A token of OpenShift is needed. Tagged help-desk. {API}"
    )


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"authentication_required": False}, "No token is needed."),
        ({"authentication_required": None}, "as `model`. Whether a token is needed is not known. ["),
        ({"served_model_names": ()}, "with `vllm`. No token"),
        ({"runtime": None, "protocols": ("v2",)}, "pay on east: InferenceService chat\n\nAsk for `chat` as `model`."),
        ({"served_model_names": ("a`b",)}, "Ask for `` a`b `` as `model`."),
    ],
)
def test_what_nobody_knows_is_not_said(facts: dict[str, Any], words: str) -> None:
    assert words in said(described(server(**facts)))


def test_a_server_without_a_definition_leads_nowhere() -> None:
    assert "How to call it" not in said(described(server(protocols=())))


def test_a_stopped_server_says_so() -> None:
    row = server(state="stopped", external_url=UNKNOWN, internal_url=UNKNOWN)
    made = described(row)
    assert "\n\nIt is stopped. Serves" in said(made) and "stopped" in tags(only(made, "Component"))


@pytest.mark.parametrize("kind", ["Component", "API"])
@pytest.mark.parametrize(
    "name", ["runtime", "accelerators", "context_length", "served_model_names", "authentication_required"]
)
def test_what_is_not_known_now_leaves_the_description_as_it_is(name: str, kind: str) -> None:
    before = described(server())
    made = described(server(**{name: UNKNOWN}), known=known_of(before))
    entity = only(made, kind)
    assert "/metadata/description" in entity.unknown and "description" not in entity.document["metadata"]
    assert said(described(server(**{name: UNKNOWN})), kind).startswith("pay on east")


def test_an_api_answers_as_its_component_does() -> None:
    """A list of APIs shows this alone, and the Hub's search reads it."""
    row = server(description="Talks.", served_model_names=("granite", "assistant"), authentication_required=True)
    assert said(described(row), "API") == (
        "Talks.\n\nServes a model with `vllm`. Ask for `granite` or `assistant` as `model`. "
        f"A token of OpenShift is needed. {API}"
    )


def test_a_version_is_found_by_its_tags() -> None:
    """The Hub's search reads descriptions, and no tags."""
    row = version(custom_properties={"Task": "summarization", "Provider": "IBM", "help desk": "", "Lifecycle": "beta"})
    made = described(model(), row)
    found = {*tags(only(made, "Resource"))}
    assert {"help-desk", "ibm"} <= found
    assert said(made, "Resource").endswith(f"\n\nTagged {', '.join(sorted(found))}.")
    old = described(server(registry=link()), model(), version(state="ARCHIVED", custom_properties={"help desk": ""}))
    assert said(old, "Resource").endswith("\n\nIts version is archived in the registry. Tagged help-desk.")
    assert "Tagged" not in said(described(model(), version()), "Resource")


def test_a_server_without_an_address_has_nothing_to_try_out() -> None:
    """A Hub would send it to itself, with the token of whoever tries."""
    api = only(described(server(external_url=None, internal_url=None)), "API")
    definition = documents.parse(api.document["spec"]["definition"])
    assert definition["paths"] == {} and "servers" not in definition
    assert "no address yet" in definition["info"]["description"]


def test_each_address_says_which_it_is_and_requests_are_grouped() -> None:
    row = server(authentication_required=True, internal_url="http://chat.pay.svc.cluster.local")
    definition = documents.parse(only(described(row), "API").document["spec"]["definition"])
    assert [s["description"] for s in definition["servers"]] == [
        "outside, with a token",
        "in the cluster, with a token",
    ]
    assert {t for p in definition["paths"].values() for o in p.values() for t in o["tags"]} == {"Models", "Requests"}


def test_the_numbers_of_an_example_are_said_to_be_placeholders() -> None:
    definition = documents.parse(only(described(server(protocols=("v2",))), "API").document["spec"]["definition"])
    assert "are placeholders" in definition["info"]["description"]


@pytest.mark.parametrize(
    ("annotations_", "rows", "shown"),
    [
        ({}, (link(), model(), version()), "resource:default/shared.granite.v1"),
        ({"rhdh.io/techdocs": "https://github.com/o/r/tree/main/docs"}, (), "component:default/east.pay.chat"),
        ({}, (), None),
    ],
)
def test_the_pages_of_a_server_are_those_of_its_api(annotations_: Any, rows: Any, shown: str | None) -> None:
    row = server(annotations=annotations_, **({"registry": rows[0]} if rows else {}))
    api = only(described(row, *rows[1:]), "API")
    assert annotations(api).get("backstage.io/techdocs-entity") == shown
    assert [*check_entity(api.checkable())] == []


def test_the_owner_of_an_api_follows_its_components_until_somebody_edits_it() -> None:
    def run(before: dict[str, str], owner: str = "group:default/ai") -> dict[str, str]:
        row = server(annotations={"rhdh.io/owner": owner})
        return written(before, snapshot(row))

    def owners(texts: dict[str, str]) -> list[str]:
        return [line.split(": ", 1)[1] for line in texts[PART].splitlines() if line.startswith("  owner: ")]

    def edited(texts: dict[str, str], which: int, owner: str) -> dict[str, str]:
        parts = texts[PART].split("  owner: ")
        parts[which] = owner + parts[which][parts[which].index("\n") :]
        return {**texts, PART: "  owner: ".join(parts)}

    first = run({})
    component = 2 if "kind: API" in first[PART].split("kind: Component")[0] else 1
    other = 3 - component
    mine = run(edited(first, component, "group:default/pay"))
    assert owners(mine) == ["group:default/pay"] * 2 and run(mine) == mine
    assert owners(run(mine, "group:default/new")) == ["group:default/pay"] * 2, "the Component is still a person's"
    parted = run(edited(mine, other, "user:default/kim"))
    assert sorted(owners(parted)) == ["group:default/pay", "user:default/kim"] and run(parted) == parted
    back = run(edited(mine, component, "group:default/ai"))
    assert owners(back) == ["group:default/ai"] * 2
    assert "group:default/ai" in owners(run(edited(first, component, "not a reference"))), (
        "nothing invalid is passed on"
    )


def test_tags_that_a_catalog_which_is_down_may_tell_leave_the_description_as_it_is() -> None:
    rows = model(), version(description="Talks.", artifacts=registered_from(), custom_properties={"help desk": ""})
    before = described(*rows, card(tasks=("text-generation",)))
    assert said(before, "Resource") == "Talks.\n\nTagged help-desk, text-generation."
    down = {"known": known_of(before), "incomplete": "model-catalog/cards/CatalogModel"}
    assert "description" not in only(described(*rows, **down), "Resource").document["metadata"]
    assert said(described(*rows, incomplete=down["incomplete"]), "Resource") == "Talks.\n\nTagged help-desk."


@pytest.mark.parametrize(
    ("told", "tag", "words"),
    [
        ({"state": "stopped"}, "stopped", "It is stopped."),
        ({"state": "loading", "out_of_order": True}, "broken", "It has not been ready for more than a week."),
        ({"archived": True}, "archived", "Its version is archived in the registry."),
        ({"lifecycle": "experimental"}, "experimental", "It is experimental."),
        ({"lifecycle": "deprecated"}, "deprecated", "It is deprecated."),
    ],
)
def test_what_lasts_of_a_state_is_a_tag_and_words(told: dict[str, Any], tag: str, words: str) -> None:
    told = dict(told)
    state = "ARCHIVED" if told.pop("archived", False) else "LIVE"
    properties = {"Lifecycle": told.pop("lifecycle")} if "lifecycle" in told else {}
    rows = [server(registry=link(), **told), model(), version(state=state, custom_properties=properties)]
    for kind in ("Component", "API") + (("Resource",) if "state" not in told else ()):
        entity = only(described(*rows), kind)
        assert tag in tags(entity) and entity.document["metadata"]["description"].count(words) == 1, kind
    plain = only(described(server(registry=link()), model(), version()), "Component")
    assert tag not in tags(plain) and words not in plain.document["metadata"]["description"]


def test_a_configured_hub_gives_the_way_to_its_pages() -> None:
    def titles(kind: str, hub: Hub | None, *rows: Any) -> dict[str, str]:
        made = described(*rows, config=replace(CONFIG, hub=hub))
        return {row["title"]: row["url"] for row in only(made, kind).document["metadata"].get("links", ())}

    registered = (server(registry=link()), model(), version())
    hub = Hub(url="https://hub.example.net")
    api, page = "https://hub.example.net/catalog/default/api/east.pay.chat/definition", "resource/shared.granite.v1"
    assert titles("Component", hub, *registered) == {
        "API": "https://chat.example.net",
        "How to call it": api,
        "Model": f"https://hub.example.net/catalog/default/{page}",
        "Model card": f"https://hub.example.net/docs/default/{page}",
    }
    assert titles("API", hub, *registered).keys() == {"API", "Model", "Model card"}
    assert titles("Component", hub, server()).keys() == {"API", "How to call it"}
    assert titles("Component", None, *registered).keys() == {"API"}
