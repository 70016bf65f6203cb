"""What was declined is not proposed again: by no other name, in no part, and with no half of it left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from forges import git
from line import AT_ONCE, BRANCH, PART, Line, line_in, model, server, version
from rhoai_catalog import documents
from rhoai_catalog.plan import Operation
from rhoai_catalog.snapshot import InferenceService
from test_describe import link

OLD, NEW = (f"https://{name}.example.net" for name in ("old", "new"))
CHAT = server("chat", external_url=OLD)
MOVED = server("chat", external_url=NEW)
TITLED = server("chat", external_url=NEW, display_name="Chat for everybody")
ESTATE = (model(), version(), version("2", "v2"))
V2 = "resource:default/shared.granite.v2"


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    with line_in(tmp_path, "github", monkeypatch, removal=AT_ONCE) as line:
        yield line


def linked(line: Line) -> set[str]:
    """What the server and its API link as where it is reached."""
    links = [link for entity in documents.load(line.text()) for link in entity["metadata"]["links"]]
    return {link["url"] for link in links if str(link["title"]).startswith("API")}


# -- links, which are called by the address that they get ----------------------------------------------------------


def test_an_address_that_was_declined_is_no_new_one_in_a_link(line: Line) -> None:
    line.run(CHAT)
    line.merge()
    line.run(MOVED)
    line.forge.close(line.pull.number)
    outcome = line.run(MOVED)
    assert (outcome.action, outcome.plan.changes, dict(outcome.plan.files)) == ("declined", (), {})
    assert f"/metadata/links/{OLD.replace('/', '~1')}/url" in {one.pointer for one in outcome.plan.declined}
    line.run(TITLED)
    assert linked(line) == {OLD}
    line.run(server("chat", external_url="https://newer.example.net"))
    assert linked(line) == {"https://newer.example.net"}, "another address is another change"


def test_an_address_that_was_declined_is_taken_out_of_a_branch_that_people_work_on(line: Line) -> None:
    line.run(CHAT)
    line.merge()
    line.run(MOVED)
    line.edit(BRANCH, "# the configuration", "# the configuration, looked at", "generator.yaml")
    line.run(MOVED)
    line.forge.close(line.pull.number)
    assert line.run(MOVED).action == "declined"
    outcome = line.run(TITLED)
    assert outcome.plan.hand_edits == (), "what was put back is generated"
    assert linked(line) == {OLD}
    line.merge()
    line.run(server("chat", external_url="https://newer.example.net"))
    assert linked(line) == {"https://newer.example.net"}


@pytest.mark.parametrize("old", ["kind: Component", "  owner: ", "    rhdh.modelcatalog.io/external-route-url: "])
def test_a_comment_stays_where_all_else_of_its_entity_was_declined(line: Line, old: str) -> None:
    line.run(CHAT)
    line.merge()
    line.run(MOVED)
    line.edit(BRANCH, old, f"# looked at by Ana\n{old}")
    line.run(MOVED)
    line.forge.close(line.pull.number)
    assert line.run(MOVED).action == "declined"
    line.run(MOVED, server("more"))
    assert "# looked at by Ana" in line.text() and linked(line) >= {OLD}
    assert NEW not in line.text()


# -- a thing and its site ----------------------------------------------------------------------------------------------


def of_v2(line: Line) -> set[str]:
    """What the branch has of the second version: its entity, and the pages of its site."""
    entities = documents.load(line.text("models/shared/granite/entities.yaml"))
    names = {entity["metadata"]["name"] for entity in entities}
    return {name for name in names if "v2" in name} | {file.split("v2/")[1] for file in line.files() if "v2/" in file}


def declined_v2(line: Line) -> None:
    """The second version, which a server turned to, was declined with all that came of it."""
    line.run(server(registry=link()), model(), version())
    line.merge()
    line.run(server(registry=link("2")), *ESTATE)
    assert of_v2(line) == {"shared.granite.v2", "docs/index.md", "docs/servers.md", "mkdocs.yml"}
    line.forge.close(line.pull.number)
    assert line.run(server(registry=link("2")), *ESTATE).action == "declined"


def test_nothing_of_a_site_is_proposed_while_what_it_is_of_is_declined(line: Line) -> None:
    declined_v2(line)
    line.run(server(registry=link("2"), display_name="Another"), *ESTATE)
    assert "title: Another" in line.text() and of_v2(line) == set()
    line.merge()
    outcome = line.run(server(registry=link("2"), display_name="Another"), *ESTATE)
    assert outcome.action == "declined" and {V2, "models/shared/granite/v2/mkdocs.yml"} <= {
        one.what for one in outcome.plan.declined
    }


@pytest.mark.few(1)
@pytest.mark.parametrize("asked", ["", V2, "models/shared/granite/v2/docs/index.md"])
def test_a_thing_that_is_offered_again_comes_with_all_of_its_site(line: Line, asked: str) -> None:
    declined_v2(line)
    rows = (server(registry=link("2")), model(), version(), version("2", "v2", **({} if asked else {"author": "Ada"})))
    for _ in range(2):
        line.run(*rows, offer_again=(asked,) if asked else ())
        assert of_v2(line) == {"shared.granite.v2", "docs/index.md", "docs/servers.md", "mkdocs.yml"}
    line.forge.close(line.pull.number)
    assert line.run(*rows).action == "declined", "and all of it is declined again"


def test_a_thing_that_is_offered_again_on_a_branch_that_people_work_on_comes_whole(line: Line) -> None:
    line.run(server(registry=link()), model(), version())
    line.merge()
    line.run(server(registry=link()), *ESTATE)
    line.edit(BRANCH, "# the configuration", "# the configuration, looked at", "generator.yaml")
    line.run(server(registry=link()), *ESTATE)
    line.forge.close(line.pull.number)
    for asked in ((V2,), ()):
        line.run(server(registry=link()), *ESTATE, offer_again=asked)
        assert of_v2(line) == {"shared.granite.v2", "docs/index.md", "mkdocs.yml"}


def test_what_a_person_edited_of_a_declined_thing_stays_with_its_site(line: Line) -> None:
    line.run(server(registry=link()), model(), version())
    line.merge()
    line.run(server(registry=link()), *ESTATE)
    file = "models/shared/granite/entities.yaml"
    second = line.text(file).split("---\n")[-1]
    assert "shared.granite.v2" in second
    line.edit(BRANCH, second, second.replace("lifecycle: production", "lifecycle: ours"), file)
    line.run(server(registry=link()), *ESTATE)
    line.forge.close(line.pull.number)
    assert line.run(server(registry=link()), *ESTATE).action == "declined"
    line.run(server(registry=link()), *ESTATE, server("more"))
    assert "lifecycle: ours" in line.text(file)
    assert of_v2(line) == {"shared.granite.v2", "docs/index.md", "mkdocs.yml"}


def test_an_api_is_declined_and_offered_again_with_its_server(line: Line) -> None:
    line.run(server("fraud"))
    line.merge()
    line.run(server("fraud"), CHAT)
    line.forge.close(line.pull.number)
    line.run(server("fraud", display_name="Fraud"), CHAT, offer_again=("component:default/east.pay.chat",))
    kinds = [each["kind"] for each in documents.load(line.text(PART)) if each["metadata"]["name"] == "east.pay.chat"]
    assert sorted(kinds) == ["API", "Component"]


# -- a source that was renamed ---------------------------------------------------------------------------------------


def east_is_now_prod(line: Line) -> None:
    [east] = line.config.clusters
    line.config = replace(line.config, clusters=(replace(east, name="prod", formerly=("east",)),))


def of_prod(*rows: Any) -> list[Any]:
    return [replace(row, cluster="prod") if isinstance(row, InferenceService) else row for row in rows]


@pytest.mark.few(1)
@pytest.mark.parametrize("forget", [False, True])
def test_a_value_that_was_declined_stays_so_where_its_source_is_renamed(line: Line, forget: bool) -> None:
    line.run(server("chat"))
    line.merge()
    line.run(server("chat", display_name="Chat for everybody"))
    line.forge.close(line.pull.number)
    line.run(server("chat", display_name="Chat for everybody"))
    if forget:
        git(line.world.remote, "update-ref", "-d", "refs/rhoai-catalog/state")
    east_is_now_prod(line)
    [chat] = of_prod(server("chat", display_name="Chat for everybody"))
    titles = {value.pointer for change in line.run(chat).plan.changes for value in change.values}
    assert "/metadata/title" not in titles and titles
    line.merge()
    assert "title: chat" in line.text(branch="main") and line.run(chat).action == "declined"
    assert line.run(chat, offer_again=("component:default/east.pay.chat",)).action == "created"
    assert "title: Chat for everybody" in line.text()


def test_a_section_that_was_declined_stays_so_where_its_registry_is_renamed(line: Line) -> None:
    new = (replace(model(), description="Another one"), version())
    line.run(model(), version())
    line.merge()
    line.run(*new)
    assert "Another one" in line.text("models/shared/granite/v1/docs/index.md")
    line.forge.close(line.pull.number)
    line.run(*new)
    [shared] = line.config.services
    line.config = replace(line.config, services=(replace(shared, name="models", formerly=("shared",)),))
    line.run(*(replace(row, registry="models") for row in new))
    assert "Another one" not in line.text("models/shared/granite/v1/docs/index.md")


@pytest.mark.few(1)
@pytest.mark.parametrize("forget", [False, True])
def test_a_thing_and_a_removal_that_were_declined_stay_so_where_their_source_is_renamed(
    line: Line, forget: bool
) -> None:
    line.run(server("fraud"), server("gone"))
    line.merge()
    rows = (server("fraud"), server("chat", annotations={"openshift.io/display-name": "Chat"}))
    line.run(*rows)
    line.forge.close(line.pull.number)
    assert line.run(*rows).action == "declined"
    if forget:
        git(line.world.remote, "update-ref", "-d", "refs/rhoai-catalog/state")
    east_is_now_prod(line)
    outcome = line.run(*of_prod(*rows))
    changes = [change for change in outcome.plan.changes if change.operation is not Operation.UPDATE]
    assert changes == [], "but for the name of the cluster"
    line.merge()
    assert line.run(*of_prod(*rows)).action == "declined"
    line.run(*of_prod(server("fraud"), server("chat", display_name="Chat for everybody")))
    assert "Chat for everybody" in line.text("servers/prod/pay/entities.yaml"), "another one is another proposal"


# -- the index, which follows from the rest --------------------------------------------------------------------------


def add(line: Line, name: str) -> None:
    """A person's own entity, on the base branch."""
    text = f"apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {{name: {name}}}\nspec: {{owner: us}}\n"
    line.person("main", lambda catalog: (catalog / f"{name}.yaml").write_text(text) and None)


def test_a_pull_request_that_changes_the_index_alone_is_declined_too(line: Line) -> None:
    line.run(CHAT)
    line.merge()
    add(line, "ours")
    assert line.run(CHAT).action == "created"
    line.forge.close(line.pull.number)
    for _ in range(2):
        assert line.run(CHAT).action == "declined"
    line.forge.set_labels(line.pull.number, "catalog:offer-again")
    assert line.run(CHAT).action == "created"
    line.forge.close(line.pull.number)
    assert line.run(CHAT).action == "declined"
    add(line, "theirs")
    assert line.run(CHAT).action == "created", "another line is another change"
    assert "./ours.yaml" in line.text("catalog-info.yaml")


def test_the_index_follows_although_something_else_was_declined(line: Line) -> None:
    line.run(CHAT)
    line.merge()
    line.run(TITLED)
    line.forge.close(line.pull.number)
    assert line.run(TITLED).action == "declined"
    add(line, "ours")
    assert line.run(TITLED).action == "created"
    assert "./ours.yaml" in line.text("catalog-info.yaml") and line.text(branch="main") == line.text()


def test_what_a_person_commits_is_proposed_although_the_index_was_declined(line: Line) -> None:
    line.run(CHAT)
    line.merge()
    add(line, "ours")
    line.run(CHAT)
    line.forge.close(line.pull.number)
    assert line.run(CHAT).action == "declined"
    line.edit(BRANCH, "title: chat", "title: Ours")
    assert line.run(CHAT).action == "created"
    assert "title: Ours" in line.text()
