"""Whoever brought something in is not the other pair of eyes, however they brought it in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from forges import git
from line import AT_ONCE, BRANCH, PART, Line, line_in, server
from rhoai_catalog.propose.git import EMAIL

CHAT = server("chat")
FRAUD = server("fraud")
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
    clone = line.clone
    for text in ("# Configuration\n", "# The configuration\n"):
        line.person("main", lambda catalog, text=text: (catalog / "generator.yaml").write_text(text))  # type: ignore[misc]
        git(clone, "fetch", "--quiet", "origin")
        git(clone, "checkout", "--quiet", "--force", "-B", "work", f"origin/{BRANCH}")
        git(clone, *BOB, "merge", "--quiet", "--no-ff", "--no-edit", "origin/main")
        git(clone, "push", "--quiet", "origin", f"HEAD:{BRANCH}")
        line.forge.look()
    assert verdict(line) == "success"
    assert "Bob" not in line.pull.body and "Alice" in line.pull.body


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
