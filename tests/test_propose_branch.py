"""The branch of earlier runs, where `repository.branch` names another one: nothing that counts is forgotten."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from forges import git
from line import AT_ONCE, BRANCH, Line, line_in, server

CHAT, MAIL = server("chat"), server("mail")
OTHER = "catalog/news"


@pytest.fixture(params=["github", "gitea", "gitlab"])
def line(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    with line_in(tmp_path, request.param, monkeypatch, removal=AT_ONCE) as line:
        yield line


def rename(line: Line, branch: str = OTHER) -> None:
    line.repository["branch"] = branch


def said(line: Line) -> str:
    return html.unescape(line.pull.body.replace("<wbr>", ""))


def test_what_is_open_of_the_branch_before_is_told_until_it_is_closed(line: Line) -> None:
    line.run(CHAT)
    first = line.pull
    head = line.head()
    rename(line)
    for _ in range(2):
        outcome = line.run(CHAT)
        assert line.pull.number == outcome.number != first.number
        [note] = [note for note in outcome.notes if BRANCH in note]
        assert f"#{first.number}" in note and "declines nothing" in note
        attention = said(line).partition("### Needs attention")[2].partition("### Changes")[0]
        assert f"#{first.number}" in attention and BRANCH in attention
    assert (first.state, line.head()) == ("open", head), "left to people"
    line.forge.close(first.number)
    outcome = line.run(CHAT)
    assert (outcome.action, outcome.notes, line.pull.state) == ("updated", (), "open"), "closing it declined nothing"
    assert BRANCH not in said(line)
    line.forge.close(line.pull.number)
    rename(line, BRANCH)
    assert line.run(CHAT).action == "declined", "that one did"


def test_closing_what_was_left_open_declines_nothing(line: Line) -> None:
    line.run(CHAT)
    rename(line)
    line.run(server("chat", display_name="Chat for everybody"))
    line.forge.close(1)
    line.run(CHAT)
    assert "title: chat" in line.text(branch=OTHER), "as the one that was closed had it"


def test_what_was_declined_on_the_branch_before_stays_declined(line: Line) -> None:
    line.run(CHAT)
    line.forge.close(line.pull.number)
    for number in range(3):
        rename(line, f"{OTHER}-{number}")
        assert line.run(CHAT).action == "declined"
    assert line.run(CHAT, MAIL).action == "created"
    assert "east.pay.chat" not in line.text(branch=f"{OTHER}-2")
    assert "Declined before" in line.pull.body
    line.forge.set_labels(1, "catalog:offer-again")
    line.run(CHAT, MAIL)
    assert "east.pay.chat" in line.text(branch=f"{OTHER}-2")


def asked(line: Line, *rows: Any) -> int:
    """How often a run asks the forge for lists of pull requests."""
    line.forge.calls.clear()
    assert line.run(*rows).action in ("unchanged", "declined")
    return len([call for call in line.forge.calls if call.path.endswith(("/pulls", "/merge_requests"))])


def test_a_branch_that_is_gone_with_all_that_was_open_is_asked_for_no_more(line: Line) -> None:
    line.run(CHAT)
    rename(line)
    line.run(CHAT)
    line.forge.close(1)
    line.run(CHAT)
    before = asked(line, CHAT)
    git(line.world.remote, "update-ref", "-d", f"refs/heads/{BRANCH}")
    assert asked(line, CHAT) == before, "it could be there again for a pull request"
    assert asked(line, CHAT) == before - 2
    line.forge.close(line.pull.number)
    assert line.run(CHAT).action == "declined"


def test_what_was_declined_on_a_branch_that_is_gone_stays_declined(line: Line) -> None:
    line.run(CHAT)
    line.forge.close(line.pull.number)
    git(line.world.remote, "update-ref", "-d", f"refs/heads/{BRANCH}")
    rename(line)
    for _ in range(3):
        assert line.run(CHAT).action == "declined"
    line.forge.set_labels(1, "catalog:offer-again")
    assert line.run(CHAT).action == "created"


def test_what_is_open_of_a_branch_that_is_gone_is_told(line: Line) -> None:
    """GitLab leaves it open."""
    line.run(CHAT)
    git(line.world.remote, "update-ref", "-d", f"refs/heads/{BRANCH}")
    line.forge.look()
    rename(line)
    for _ in range(3):
        notes = line.run(CHAT).notes
        assert bool(notes) == (line.forge.pull(1).state == "open")


def test_going_back_to_it_goes_on_with_it(line: Line) -> None:
    line.run(CHAT)
    first = line.pull
    rename(line)
    line.run(CHAT)
    second = line.pull
    rename(line, BRANCH)
    outcome = line.run(CHAT, MAIL)
    assert (outcome.action, outcome.number) == ("updated", first.number)
    assert any(f"#{second.number}" in note and OTHER in note for note in outcome.notes)
    line.forge.close(first.number)
    assert line.run(CHAT, MAIL).action == "declined"


def test_without_a_forge_the_branch_that_is_left_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with line_in(tmp_path, "github", monkeypatch) as line:
        line.run(CHAT, open_pull_request=False)
        rename(line)
        outcome = line.run(CHAT, open_pull_request=False)
        assert outcome.action == "pushed" and any(BRANCH in note for note in outcome.notes)
        git(line.world.remote, "update-ref", "-d", f"refs/heads/{BRANCH}")
        assert line.run(CHAT, open_pull_request=False).notes == ()


def test_the_base_branch_is_no_branch_that_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with line_in(tmp_path, "github", monkeypatch) as line:
        line.run(CHAT, open_pull_request=False)
        git(line.world.remote, "branch", OTHER, BRANCH)
        rename(line)
        line.repository["base"] = BRANCH
        assert line.run(CHAT, MAIL, open_pull_request=False).notes == (), "nobody is to delete it"


def test_a_branch_of_somebody_is_not_told_as_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Named by mistake, or one that people work on, too."""
    with line_in(tmp_path, "github", monkeypatch) as line:
        line.run(CHAT, open_pull_request=False)
        git(line.world.remote, "update-ref", "refs/heads/main", line.head())
        git(line.world.remote, "update-ref", "refs/heads/hers", "refs/heads/main")
        head = line.person("hers", lambda catalog: (catalog.parent / "work").write_text("mine\n"))
        rename(line, "hers")
        line.run(CHAT, open_pull_request=False)
        assert line.head("hers") == head
        rename(line, OTHER)
        [note] = [note for note in line.run(CHAT, open_pull_request=False).notes if "hers" in note]
        assert "pushed" not in note and "if nobody needs what is on it" in note


def test_a_pull_request_of_somebody_is_not_told_as_ours(line: Line) -> None:
    """From a branch that was named once, which they use for something of their own later."""
    rename(line, "hers")
    line.run(CHAT)
    line.forge.close(line.pull.number, merged=True)
    git(line.world.remote, "update-ref", "refs/heads/main", line.head("hers"))
    line.person("hers", lambda catalog: (catalog.parent / "work").write_text("mine\n"))
    line.forge.add("hers", "main", title="Of my own", body="Mine.")
    rename(line, BRANCH)
    outcome = line.run(CHAT, MAIL)
    assert outcome.action == "created" and outcome.notes == ()
    assert "hers" not in said(line)
    git(line.world.remote, "update-ref", "refs/heads/hers", line.head())
    line.forge.close(line.pull.number, merged=True)
    git(line.world.remote, "update-ref", "-d", f"refs/heads/{BRANCH}")
    line.forge.close(2)
    outcome = line.run(CHAT, MAIL)
    assert outcome.action == "created" and not outcome.plan.declined, "whatever she closed"
