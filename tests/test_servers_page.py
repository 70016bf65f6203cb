"""The page of a version that says who serves it, and how to call each: what it holds, in an outage, and for people."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from rhoai_catalog.config import Hub
from rhoai_catalog.snapshot import UNKNOWN, Snapshot
from test_describe import CONFIG, described, link, model, server, snapshot, version
from test_describe_models import written

PAGE = "models/shared/granite/v1/docs/servers.md"


def estate(*servers: Any, lost: str = "") -> Snapshot:
    seen = snapshot(*servers, model(), version())
    scopes = tuple(dataclasses.replace(s, complete=s.source != lost) for s in seen.scopes)
    return dataclasses.replace(seen, scopes=scopes)


CHAT = server(registry=link(), authentication_required=True)
OTHER = server("other|`x`", registry=link(), served_model_names=("a|b", "<b>"), namespace="web")


def test_it_names_each_server_with_what_a_caller_types_and_the_way_to_its_definition() -> None:
    assert written({}, estate(CHAT, OTHER))[PAGE] == (
        "# Servers\n\n"
        "| Server | Where | Names for `model` | Token | How to call it |\n| --- | --- | --- | --- | --- |\n"
        "| [chat](/catalog/default/component/east.pay.chat) | `east/pay` | `chat` | needed "
        "| [definition](/catalog/default/api/east.pay.chat/definition) |\n"
        r"| [other\|\`x\`](/catalog/default/component/east.web.other-x) | `east/web` | `a|b`, `<b>` | not needed "
        "| [definition](/catalog/default/api/east.web.other-x/definition) |\n"
    )


def test_whether_a_token_is_needed_is_never_left_to_guess() -> None:
    """An empty cell reads as "none"; the definition says that it is not known, too."""
    files = written({}, estate(server(registry=link(), authentication_required=None)))
    assert "| `chat` | not known |" in files[PAGE]
    assert "Whether a token is needed is not known." in files["servers/east/pay/entities.yaml"]


def test_a_configured_hub_is_named_and_a_version_that_nobody_serves_has_no_page() -> None:
    with_hub = dataclasses.replace(CONFIG, hub=Hub(url="https://hub.example.net"))
    page = written({}, estate(CHAT), with_hub)[PAGE]
    assert "[chat](https://hub.example.net/catalog/default/component/east.pay.chat)" in page
    assert PAGE not in written({}, estate())


def test_it_goes_with_its_last_server_and_stays_in_an_outage() -> None:
    before = written({}, estate(CHAT, OTHER))
    for lost in ("model-registry/shared", "model-catalog/cards"):
        assert written(before, estate(CHAT, OTHER, lost=lost)) == before, lost
    assert written(before, estate(lost="kserve/east"))[PAGE] == before[PAGE]
    assert written(before, estate(OTHER, lost="kserve/east"))[PAGE] == before[PAGE]
    assert "chat" not in written(before, estate(OTHER))[PAGE]
    assert PAGE not in written(before, estate())


@pytest.mark.parametrize("name", ["served_model_names", "authentication_required"])
def test_a_fact_that_is_not_known_now_leaves_the_page_as_it_is(name: str) -> None:
    before = written({}, estate(CHAT, OTHER))
    doubtful = server(registry=link(), **{"authentication_required": True, name: UNKNOWN})
    assert written(before, estate(doubtful, OTHER))[PAGE] == before[PAGE]


def test_a_server_that_a_person_deleted_is_not_named() -> None:
    before = written({}, estate(CHAT, OTHER))
    part = "servers/east/pay/entities.yaml"
    assert (
        "chat" not in written({file: text for file, text in before.items() if file != part}, estate(CHAT, OTHER))[PAGE]
    )


def test_what_people_write_there_stays_and_is_not_copied_to_the_next_version() -> None:
    before = written({}, estate(CHAT))
    before[PAGE] += "\n## Our gateway\n\nAsk Kim.\n"
    again = written(before, estate(CHAT, OTHER))
    assert "Ask Kim." in again[PAGE] and "east.web" in again[PAGE]
    newer = server(registry=link(version="2"))
    rows = snapshot(newer, model(), version(), version(id="2", name="v2"))
    assert "Ask Kim." not in written(again, rows)[PAGE.replace("v1", "v2")]


def test_it_is_among_the_pages_of_the_site() -> None:
    assert [str(page.file) for page in described(CHAT, model(), version()).pages if "servers" in page.name] == [PAGE]
