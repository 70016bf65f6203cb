"""A server and its API are one thing: in the file, when a person gives it away or deletes it, and in every report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from line import AT_ONCE, BRANCH, PART, Line, line_in, server
from rhoai_catalog import documents
from rhoai_catalog.plan import ALONE, Operation

COMPONENT, API = "component:default/east.pay.", "api:default/east.pay."


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    with line_in(tmp_path, "github", monkeypatch, removal=AT_ONCE) as line:
        yield line


def shown(line: Line, branch: str = BRANCH) -> list[dict[str, Any]]:
    return [dict(entity) for entity in documents.load(line.text(branch=branch))]


def names(line: Line, branch: str = BRANCH) -> list[str]:
    return [f"{entity['kind']} {entity['metadata']['name'][-1]}" for entity in shown(line, branch)]


def without(line: Line, kind: str, name: str, branch: str = "main") -> None:
    """A person deletes a document."""

    def change(catalog: Path) -> None:
        texts = documents.split((catalog / PART).read_text("utf-8"))
        kept = [t for t in texts if not (f"kind: {kind}\n" in t and f"name: east.pay.{name}\n" in t)]
        assert len(kept) == len(texts) - 1
        (catalog / PART).write_text("".join(kept), "utf-8")

    line.person(branch, change)


# -- in the file -------------------------------------------------------------------------------------------------------


def test_a_component_stands_before_its_api_and_beside_it(line: Line) -> None:
    line.run(server("b"), server("a"))
    assert names(line) == ["Component a", "API a", "Component b", "API b"]


def test_a_new_server_goes_between_others_and_their_order_is_theirs(line: Line) -> None:
    line.run(server("a"), server("c"))
    line.merge()

    def by_kind(catalog: Path) -> None:
        texts = documents.split((catalog / PART).read_text("utf-8"))
        ordered = sorted(texts, key=lambda text: ("kind: API" not in text, text))
        (catalog / PART).write_text("".join(ordered), "utf-8")

    line.person("main", by_kind)
    line.run(server("a"), server("b"), server("c"))
    assert names(line) == ["API a", "Component b", "API b", "API c", "Component a", "Component c"]


# -- owners ------------------------------------------------------------------------------------------------------------


def owners(line: Line) -> list[str]:
    return [entity["spec"]["owner"].removeprefix("group:default/") for entity in shown(line)]


def test_the_owner_of_an_api_follows_that_of_its_component(line: Line) -> None:
    line.run(server("a"))
    line.merge()
    line.edit("main", "owner: group:default/ai", "owner: group:default/pay")
    line.run(server("a"))
    assert names(line) == ["Component a", "API a"] and owners(line) == ["pay", "pay"]


def test_but_not_where_a_person_parted_them(line: Line) -> None:
    line.run(server("a"))
    line.merge()

    def both(catalog: Path) -> None:
        text = (catalog / PART).read_text("utf-8")
        for name in ("pay", "apis"):
            text = text.replace("owner: group:default/ai\n", f"owner: group:default/{name}\n", 1)
        (catalog / PART).write_text(text, "utf-8")

    line.person("main", both)
    assert line.run(server("a")).action == "nothing"


# -- deleted -----------------------------------------------------------------------------------------------------------


def test_who_deletes_a_component_is_offered_to_have_its_api_deleted(line: Line) -> None:
    line.run(server("a"), server("b"))
    line.merge()
    without(line, "Component", "a")
    [change] = [change for change in line.run(server("a"), server("b")).plan.changes if not change.is_page]
    assert (change.operation, change.what, change.reason) == (Operation.REMOVE, f"{API}a", ALONE)
    assert names(line) == ["Component b", "API b"] and ALONE in line.pull.body
    line.merge()
    assert line.run(server("a"), server("b")).action == "nothing", "it does not come back"


def test_who_declines_that_keeps_an_api_that_follows_its_server(line: Line) -> None:
    line.run(server("a"))
    line.merge()
    without(line, "Component", "a")
    line.run(server("a"))
    line.forge.close(line.pull.number)
    outcome = line.run(server("a"))
    assert outcome.action == "declined" and [one.what for one in outcome.plan.declined] == [f"{API}a"]
    line.run(server("a", state="stopped"))
    assert names(line) == ["API a"] and "stopped" in line.text()


def test_an_api_that_somebody_edited_stays(line: Line) -> None:
    line.run(server("a"))
    line.merge()
    without(line, "Component", "a")
    line.edit("main", "owner: group:default/ai", "owner: group:default/pay")
    assert line.run(server("a")).action == "nothing"


def test_an_api_alone_can_be_deleted(line: Line) -> None:
    line.run(server("a"))
    line.merge()
    without(line, "API", "a")
    outcome = line.run(server("a"))
    assert [c.what for c in outcome.plan.changes if c.operation is Operation.REMOVE] == []


def test_a_component_in_a_file_that_cannot_be_read_is_not_deleted(line: Line) -> None:
    line.run(server("a"))
    line.merge()

    def move(catalog: Path) -> None:
        texts = documents.split((catalog / PART).read_text("utf-8"))
        (catalog / "ours.yaml").write_text(texts[0] + "a: [\n", "utf-8")
        (catalog / PART).write_text("".join(texts[1:]), "utf-8")

    line.person("main", move)
    assert line.run(server("a")).plan.changes == ()
