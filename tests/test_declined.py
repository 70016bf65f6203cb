"""What was declined is not proposed again: by no other name, in no part, and with no half of it left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from line import AT_ONCE, BRANCH, Line, line_in, server
from rhoai_catalog import documents

OLD, NEW = (f"https://{name}.example.net" for name in ("old", "new"))
CHAT = server("chat", external_url=OLD)
MOVED = server("chat", external_url=NEW)
TITLED = server("chat", external_url=NEW, display_name="Chat for everybody")


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
