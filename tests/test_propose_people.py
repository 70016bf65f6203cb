"""Whoever brought something in is not the other pair of eyes, however they brought it in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from forges import denied, git
from line import AT_ONCE, BRANCH, PART, Line, line_in, model, observed, server, version
from rhoai_catalog import pipeline
from rhoai_catalog.config import Service
from rhoai_catalog.errors import ProposeError
from rhoai_catalog.observation import Observation
from rhoai_catalog.propose.git import EMAIL
from test_describe import card, registered_from

CHAT = server("chat")
FRAUD = server("fraud")
MORE = server("more")
EVIL = ("https://chat.example.net", "https://evil.example.net")
BOB = ("-c", "user.name=Bob", "-c", "user.email=bob@example.net")


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    with line_in(tmp_path, "github", monkeypatch, removal=AT_ONCE) as line:
        line.forge.accounts |= {"alice@example.net": "alice", "bob@example.net": "bob"}
        line.run(CHAT)
        line.merge()
        line.run(CHAT, FRAUD)
        yield line


def verdict(line: Line) -> str:
    """With an approval of Bob's."""
    line.run(CHAT, FRAUD)
    line.forge.approve(line.pull.number, "bob")
    line.run(CHAT, FRAUD)
    return line.forge.statuses[line.head()]["catalog/four-eyes"].state


def alice_edits(line: Line) -> None:
    line.edit(BRANCH, "title: fraud", "title: Fraud, ours")


def bob_merges(line: Line, *edit: str, base: bool = False, how: str = "--no-commit") -> None:
    """Main into our branch, with an edit of his own in the merge; `base`: in what was generated last, too."""
    line.person("main", lambda catalog: (catalog.parent / "other").write_text("of no concern\n"))
    clone = line.clone
    git(clone, "fetch", "--quiet", "origin")
    git(clone, "checkout", "--quiet", "--force", "-B", "work", f"origin/{BRANCH}")
    git(clone, *BOB, "merge", "--quiet", "--no-ff", how, "origin/main")
    for file in (PART, ".base/servers/east/pay.jsonl") if base else (PART,):
        path = clone / "catalog" / file
        if edit:
            assert edit[0] in path.read_text()
            path.write_text(path.read_text().replace(*edit))
    git(clone, "add", "--all")
    git(clone, *BOB, "commit", "--quiet", "--no-edit")
    git(clone, "push", "--quiet", "origin", f"HEAD:{BRANCH}")
    line.forge.look()


def bob_updates_the_branch(line: Line) -> None:
    """What the forge's button for it does: a merge of the base branch, as it comes."""
    git(line.clone, "fetch", "--quiet", "origin")
    git(line.clone, "checkout", "--quiet", "--force", "-B", "work", f"origin/{BRANCH}")
    git(line.clone, *BOB, "merge", "--quiet", "--no-ff", "--no-edit", "origin/main")
    git(line.clone, "push", "--quiet", "origin", f"HEAD:{BRANCH}")
    line.forge.look()


@pytest.mark.few(2)
@pytest.mark.parametrize("base", [False, True])
@pytest.mark.parametrize("beside", [False, True])
def test_a_merge_that_brings_in_something_of_its_own_is_a_commit_of_its_maker(
    line: Line, beside: bool, base: bool
) -> None:
    if beside:
        alice_edits(line)
    bob_merges(line, *EVIL, base=base)
    assert verdict(line) == "failure"
    assert "Bob" in line.pull.body


def test_bringing_the_branch_up_to_date_is_no_contribution(line: Line) -> None:
    alice_edits(line)
    for text in ("# Configuration\n", "# The configuration\n"):
        line.person("main", lambda catalog, text=text: (catalog / "generator.yaml").write_text(text))  # type: ignore[misc]
        bob_updates_the_branch(line)
    assert verdict(line) == "success"
    assert "Bob" not in line.pull.body and "Alice" in line.pull.body


def test_bringing_it_up_to_date_with_what_changes_the_same_files_is_none_either(line: Line) -> None:
    line.edit("main", "title: chat", "title: Chat, ours")
    bob_updates_the_branch(line)
    assert verdict(line) == "success"
    assert "Bob" not in line.pull.body and "Chat, ours" in line.text()


def test_whoever_drops_a_side_in_a_merge_made_a_choice(line: Line) -> None:
    alice_edits(line)
    line.edit("main", "title: chat", "title: Chat, ours")
    git(line.clone, "fetch", "--quiet", "origin")
    git(line.clone, "checkout", "--quiet", "--force", "-B", "work", f"origin/{BRANCH}")
    git(line.clone, *BOB, "merge", "--quiet", "--strategy=ours", "--no-edit", "origin/main")
    git(line.clone, "push", "--quiet", "origin", f"HEAD:{BRANCH}")
    line.forge.look()
    assert verdict(line) == "failure"


@pytest.mark.parametrize("beside", [False, True])
def test_whoever_amends_our_commit_is_its_committer(line: Line, beside: bool) -> None:
    if beside:
        alice_edits(line)
    clone = line.clone
    git(clone, "fetch", "--quiet", "origin")
    git(clone, "checkout", "--quiet", "--force", "-B", "work", f"origin/{BRANCH}")
    path = clone / "catalog" / PART
    path.write_text(path.read_text().replace(*EVIL))
    git(clone, *BOB, "commit", "--all", "--quiet", "--message", "x", "--author", f"rhoai-catalog <{EMAIL}>")
    git(clone, "push", "--quiet", "origin", f"HEAD:{BRANCH}")
    line.forge.look()
    assert verdict(line) == "failure"
    assert "Bob" in line.pull.body


# -- while nobody can know ---------------------------------------------------------------------------------------------

DOWN = ("kserve/east",)
STATE = "refs/rhoai-catalog/state"


def forge(line: Line, *rows: Any) -> None:
    """A commit in our name of what we would write if these were observed, with what was generated last to match."""
    seen = Observation(snapshot=observed(rows, (), line.config))

    def change(catalog: Path) -> None:
        config = replace(line.config, root=catalog)
        pipeline.generate(config, pipeline.plan(config, seen, {}))

    with pytest.MonkeyPatch.context() as patch:
        for role in ("AUTHOR", "COMMITTER"):
            patch.setenv(f"GIT_{role}_NAME", "rhoai-catalog")
            patch.setenv(f"GIT_{role}_EMAIL", EMAIL)
        line.person(BRANCH, change)


def in_an_outage(line: Line, *rows: Any) -> tuple[str, str]:
    """What the check and the body say of whose commits there are."""
    line.run(*rows, down=DOWN)
    return line.forge.statuses[line.head()]["catalog/four-eyes"].state, line.pull.body.partition("### ")[0]


@pytest.mark.few(1)
@pytest.mark.parametrize("beside", [False, True])
@pytest.mark.parametrize("name", ["chat", "fraud"])
def test_a_forgery_of_what_was_generated_is_no_commit_of_ours_while_a_source_is_down(
    line: Line, beside: bool, name: str
) -> None:
    """Whether it is on the base branch already, or new."""
    if beside:
        alice_edits(line)
        line.run(CHAT, FRAUD, MORE)
    true = {"chat": CHAT, "fraud": FRAUD} | ({"more": MORE} if beside else {})
    false = {**true, name: server(name, external_url="https://evil.example.net")}
    before = line.text()
    for _ in range(2):
        forge(line, *false.values())
        for news in ((), (model(), version()), (model(), version())):  # a push of ours makes nothing of it ours
            state, body = in_an_outage(line, *news)
            assert state == "failure" and "somebody in our name" in body
            assert "catalog:safe" not in line.pull.labels
            assert "evil" in line.text(), "what is true, nobody knows now"
        line.run(*true.values())
        assert line.text() == before and "somebody in our name" not in line.pull.body
        state, body = in_an_outage(line)
        assert "somebody in our name" not in body, "nothing of it stands"
        assert state == ("pending" if beside else "success")


@pytest.mark.few(1)
@pytest.mark.parametrize("beside", [False, True])
@pytest.mark.parametrize("forget", [False, True])
def test_our_own_commits_are_ours_while_a_source_is_down(line: Line, beside: bool, forget: bool) -> None:
    if beside:
        alice_edits(line)
        for title in ("One", "Two"):
            line.run(server("chat", display_name=title), FRAUD)
        bob_merges(line)
        line.run(CHAT, FRAUD)
    if forget:
        git(line.world.remote, "update-ref", "-d", STATE)
    for title in ("Three", "Four", "Five"):
        assert in_an_outage(line)[0] == ("pending" if beside else "success")
        line.run(server("chat", display_name=title), FRAUD, down=("model-registry/shared",))
    assert "somebody in our name" not in line.pull.body


def test_what_was_pushed_before_the_forge_failed_is_ours(line: Line) -> None:
    alice_edits(line)
    line.forge.refusals["PATCH /pulls/2"] = denied(500, "no")
    with pytest.raises(ProposeError):
        line.run(CHAT, FRAUD, MORE)
    line.forge.refusals.clear()
    assert in_an_outage(line)[0] == "pending"


@pytest.mark.parametrize("beside", [False, True])
def test_a_commit_that_a_run_failed_to_remember_is_ours_once_a_later_run_has_seen_it_whole(
    line: Line, beside: bool
) -> None:
    if beside:
        alice_edits(line)
        line.run(CHAT, FRAUD)
    before = git(line.world.remote, "rev-parse", STATE)
    line.run(CHAT, FRAUD, MORE)
    git(line.world.remote, "update-ref", STATE, before)
    line.run(CHAT, FRAUD, MORE)
    state, body = in_an_outage(line)
    assert "somebody in our name" not in body
    assert state == ("pending" if beside else "success")


def test_a_forgery_that_was_taken_back_is_none_of_ours_when_it_comes_again(line: Line) -> None:
    """Part of it was true, and stands."""
    alice_edits(line)
    true, false = (server("fraud", display_name="Fraud"), server("chat", external_url="https://evil.example.net"))
    line.run(CHAT, FRAUD)
    forge(line, false, true)
    forged = line.head()
    for _ in range(2):
        line.run(CHAT, true)
        assert "evil" not in line.text()
    clone = line.clone
    again = git(clone, "rev-parse", f"{forged}^{{tree}}")
    git(clone, "fetch", "--quiet", "origin")
    ours = ("-c", "user.name=rhoai-catalog", "-c", f"user.email={EMAIL}")
    commit = git(clone, *ours, "commit-tree", "-p", f"origin/{BRANCH}", "-m", "Update", again)
    git(clone, "push", "--quiet", "origin", f"{commit}:refs/heads/{BRANCH}")
    line.forge.look()
    state, body = in_an_outage(line)
    assert "evil" in line.text()
    assert state == "failure" and "somebody in our name" in body


def test_what_a_run_writes_around_a_section_of_somebody_is_nobody_else_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands above it is a part of where it stands."""
    page, readme = "models/shared/granite/v1/docs/index.md", "# Granite\n\nIt chats.\n\n## Limits\n\nNone.\n"
    with line_in(tmp_path, "github", monkeypatch, removal=AT_ONCE) as line:
        cards = Service(family="model-catalog", name="cards", url="https://c.example.net")
        line.config = replace(line.config, services=(*line.config.services, cards))
        with_card, without = version(artifacts=registered_from()), version()
        line.run(CHAT, model(), with_card, card(readme=readme))
        line.edit(BRANCH, "### Limits", "### Limits, ours", page)
        line.run(CHAT, model(), with_card, card(readme=readme))
        for _ in range(3):
            outcome = line.run(CHAT, model(), without, card(readme=readme))
            assert outcome.plan.contributors == ("Alice",)
        assert "### Limits, ours" in line.text(page) and "It chats" not in line.text(page)


# -- what is wrong in what they bring in -----------------------------------------------------------------------------


def test_what_is_wrong_is_told_as_long_as_it_is_up_for_review(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What people wrote, and what we did: whoever made the commits, and while a source is down, too."""
    granite, profiles = (model(), version()), ("seed", "ai-model-server")
    with line_in(tmp_path, "github", monkeypatch, removal=AT_ONCE, profiles=profiles) as line:
        ours = line.run(CHAT, *granite).plan.problems
        assert ours and {one.path for one in ours} == {"catalog/servers/east/pay/ai-model-servers.yaml"}
        assert line.run(CHAT, *granite, down=("model-registry/shared",)).plan.problems == ours
        line.edit(BRANCH, "metadata:", "metadata:\n  tags: [Not A Tag]", "models/shared/granite/entities.yaml")
        for _ in range(2):
            assert {*line.run(CHAT, *granite).plan.problems} > {*ours}
            assert "Not A Tag" in line.pull.body.replace("<wbr>", "")
        line.merge()
        assert not line.run(CHAT, *granite).plan.problems, "on the base branch that is for validate to tell"
