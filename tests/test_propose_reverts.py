"""What people revert goes back with its base line, so no file shows it: it is proposed again, and that is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from forges import git
from forges.place import refs
from line import AT_ONCE, BRANCH, PART, Line, line_in, model, server, version
from rhoai_catalog import limits
from rhoai_catalog.outcome import Outcome
from rhoai_catalog.report import outcome_json

CHAT = server("chat")
MAIL = server("mail")
TITLE = server("chat", display_name="Chat for everybody")
REF = "component:default/east.pay.chat"
ATTENTION = "Reverted by people"


@pytest.fixture(params=["github", "gitea", "gitlab"])
def line(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    with line_in(tmp_path, request.param, monkeypatch, removal=AT_ONCE) as line:
        yield line


@pytest.fixture
def github(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    with line_in(tmp_path, "github", monkeypatch, removal=AT_ONCE) as line:
        yield line


def revert(line: Line, branch: str, *how: str, commit: str = "HEAD", words: str = "") -> str:
    """A person's `git revert` of what is at the top of a branch, or of another commit; gives the commit."""
    git(line.clone, "fetch", "--quiet", "--prune", "origin")
    git(line.clone, "checkout", "--quiet", "--force", "-B", "work", f"origin/{branch}")
    git(line.clone, "revert", "--no-edit", *how, commit)
    if words:
        git(line.clone, "commit", "--quiet", "--amend", "--message", words)
    git(line.clone, "push", "--quiet", "origin", f"HEAD:{branch}")
    line.forge.look()
    return git(line.clone, "rev-parse", "HEAD")


def delete(catalog: Path) -> None:
    documents = (catalog / PART).read_text().split("---\n")
    (catalog / PART).write_text("---\n".join(one for one in documents if "east.pay.chat" not in one))


def give_back(catalog: Path) -> None:
    """As `overrides drop` does."""
    base = catalog / ".base/servers/east/pay.jsonl"
    base.write_text("".join(line for line in base.read_text().splitlines(True) if "east.pay.chat" not in line))


def attention(line: Line) -> str:
    """What a pull request says of reverts."""
    _, _, told = line.pull.body.replace("<wbr>", "").partition(ATTENTION)
    return told.partition("### ")[0].partition("**Held")[0]


def told(outcome: Outcome) -> list[tuple[str, str, str, int]]:
    return [(one.what, one.person, one.commit, one.pull) for one in outcome.plan.reverted]


# -- on the base branch ------------------------------------------------------------------------------------------------


@pytest.mark.few(2)
@pytest.mark.parametrize("how", [("--no-ff", "--no-edit"), ("--ff-only",), ("--squash",)])
@pytest.mark.parametrize("forget", [False, True])
def test_a_merge_that_was_reverted_is_told_where_it_is_proposed_again(
    github: Line, how: tuple[str, ...], forget: bool
) -> None:
    github.run(MAIL)
    github.merge()
    github.run(MAIL, CHAT)
    number = github.pull.number
    github.merge(*how)
    assert github.run(MAIL, CHAT).action == "nothing"
    commit = revert(github, "main", *(("--mainline", "1") if "--no-ff" in how else ()))
    assert "east.pay.chat" not in github.text(branch="main")
    if forget:
        git(github.world.remote, "update-ref", "-d", "refs/rhoai-catalog/state")
    for _ in range(2):
        outcome = github.run(MAIL, CHAT)
        assert github.pull.number != number and "east.pay.chat" in github.text()
        assert told(outcome) == [(REF, "Alice", commit, 0 if forget else number)], "with its API, not the other server"
        assert REF in attention(github) and commit[:8] in attention(github) and "Alice" in attention(github)
        assert forget or f"#{number}" in attention(github).replace("&#8203;", "").replace("&#35;", "#")
        assert "close this pull request" in attention(github)
        assert "catalog:safe" not in github.pull.labels, "somebody did not want it"
    github.merge()
    assert told(github.run(MAIL, TITLE)) == []
    assert attention(github) == "", "another change of the same thing"


@pytest.mark.parametrize("branch", ["main", BRANCH])
def test_what_people_do_elsewhere_hides_no_revert(github: Line, monkeypatch: pytest.MonkeyPatch, branch: str) -> None:
    monkeypatch.setattr(limits, "REVERTS", 2)
    github.run(MAIL)
    github.merge()
    github.run(MAIL, CHAT)
    if branch == "main":
        github.merge("--squash")
    commit = revert(github, branch)
    for number in range(3):
        words = ("--message", f"This reverts commit {commit}.")
        github.person(branch, lambda catalog, number=number: (catalog.parent / f"{number}").write_text("x"), *words)  # type: ignore[misc]
    assert {sha for _, _, sha, _ in told(github.run(MAIL, CHAT))} == {commit}


def test_a_revert_is_read_once_a_run(github: Line, commands: list[tuple[str, ...]]) -> None:
    """Also where what waits and what is up for review are told apart."""
    github.run(CHAT)
    github.merge("--squash")
    revert(github, "main")
    github.run(CHAT)
    github.forge.approve(github.pull.number, "bob")
    commands.clear()
    outcome = github.run(CHAT, MAIL)
    assert outcome.action == "waiting" and told(outcome)
    reading = [words[0] for words in commands if "--grep" in str(words) or ".base/" in str(words)]
    assert sorted(reading) == ["log", "log", "ls-tree", "ls-tree"]


def test_what_changes_there_and_back_in_the_source_was_not_reverted(github: Line) -> None:
    github.run(CHAT)
    github.merge()
    github.run(TITLE)
    github.merge("--squash")
    revert(github, "main")
    assert told(github.run(TITLE)), "the law of before"
    github.merge()
    github.run(CHAT)
    github.merge()
    assert told(github.run(TITLE)) == []
    assert attention(github) == ""


def test_what_is_looked_at_does_not_grow_with_history(
    github: Line, commands: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each commit once, whichever reverts it followed; and only so many after each of them."""
    monkeypatch.setattr(limits, "REVERTS", 3)
    letters = server("mail", display_name="Letters")
    github.run(CHAT, MAIL)
    github.merge("--squash")
    for rows in ((TITLE, MAIL), (CHAT, letters)):
        github.run(*rows)
        github.merge("--squash")
        revert(github, "main")
    more = [server(f"more-{number}") for number in range(12)]
    for number in range(12):
        github.run(CHAT, MAIL, *more[: number + 1])
        git(github.world.remote, "update-ref", "refs/heads/main", github.head())
    commands.clear()
    assert len(told(github.run(TITLE, letters, *more))) == 2
    assert len([words for words in commands if "--stdin" in words and words[0] == "diff-tree"]) <= 1 + 2
    looked_at = [words for words in commands if words[0] == "ls-tree" and any(".base/" in word for word in words)]
    pairs = [*zip(looked_at[::2], looked_at[1::2], strict=True)]  # a commit, and what it was made from
    assert len(pairs) == len(set(pairs)) <= 2 + 2 * 3


def test_a_removal_that_was_reverted_is_told(github: Line) -> None:
    github.run(CHAT, MAIL)
    github.merge()
    github.run(MAIL)
    github.merge("--squash")
    commit = revert(github, "main")
    assert [(what, sha) for what, _, sha, _ in told(github.run(MAIL))] == [(REF, commit)]


def test_a_revert_by_a_pull_request_is_told_by_who_made_it(github: Line) -> None:
    """The forge's button makes a branch, and the commit there is the person's; main has a merge of another one."""
    github.run(CHAT)
    github.merge("--squash")
    base = github.head("main")
    commit = revert(github, "main", words='Revert "Update"\n\nReverts org/catalog#1\n')
    git(github.clone, "checkout", "--quiet", "-B", "work", base)
    words = 'Merge #2\n\nRevert "Update"'
    git(github.clone, "-c", "user.name=Bob", "merge", "--quiet", "--no-ff", "-m", words, commit)
    git(github.clone, "push", "--quiet", "--force", "origin", "HEAD:main")
    assert told(github.run(CHAT))[0] == (REF, "Alice", commit, 1)


def test_a_revert_that_was_reverted_is_no_revert(github: Line) -> None:
    github.run(CHAT)
    github.merge("--squash")
    revert(github, "main")
    revert(github, "main")
    assert github.run(CHAT).action == "nothing"
    assert told(github.run(TITLE)) == []
    assert ATTENTION not in github.pull.body


def test_words_alone_make_no_revert(github: Line) -> None:
    github.run(MAIL)
    github.merge()
    how = ("--message", f"This reverts commit {github.head('main')}.")
    github.edit("main", "lifecycle: production", "lifecycle: experimental", PART, *how)
    github.person("main", lambda catalog: (catalog / "note").write_text("x"), *how)
    assert told(github.run(MAIL, CHAT)) == []
    assert ATTENTION not in github.pull.body


def test_a_name_that_would_act_does_not(line: Line) -> None:
    line.run(CHAT)
    line.merge("--squash")
    git(line.clone, "config", "user.name", "@org/all `x` <img src=x> | [a](https://evil.example)")
    revert(line, "main")
    line.run(CHAT)
    assert REF in attention(line)
    assert "@org" not in line.pull.body and "<img" not in line.pull.body and "](https://evil" not in line.pull.body


def test_a_shallow_clone_tells_it_at_once(github: Line) -> None:
    github.run(CHAT)
    github.merge("--squash")
    commit = revert(github, "main")
    github.person("main", lambda catalog: (catalog.parent / "other").write_text("of no concern\n"))
    git(github.world.remote, "update-ref", "-d", f"refs/heads/{BRANCH}")
    folder = github.checkout.parent / "shallow"
    git(folder.parent, "clone", "--quiet", "--depth=1", f"file://{github.world.remote}", str(folder))
    github.checkout.rename(folder.parent / "before")
    folder.rename(github.checkout)
    assert {sha for _, _, sha, _ in told(github.run(CHAT))} == {commit}


def test_without_a_forge_programs_are_told(github: Line) -> None:
    github.run(CHAT, open_pull_request=False)
    git(github.world.remote, "update-ref", "refs/heads/main", github.head())
    commit = revert(github, "main")
    outcome = github.run(CHAT, open_pull_request=False)
    assert told(outcome)[0] == (REF, "Alice", commit, 0)
    assert commit in outcome_json(outcome)


def test_a_model_with_its_site_is_one_thing(github: Line) -> None:
    github.run(MAIL)
    github.merge()
    github.run(MAIL, model(), version())
    github.merge("--squash")
    revert(github, "main")
    [(what, *_)] = told(github.run(MAIL, model(), version()))
    assert what.startswith("resource:")


# -- on our own branch -------------------------------------------------------------------------------------------------


@pytest.mark.few(1)
@pytest.mark.parametrize("words", ["", "Out with it"])
def test_our_commit_that_a_person_reverted_is_told_where_it_is_made_again(github: Line, words: str) -> None:
    github.run(MAIL)
    github.merge()
    github.run(MAIL, CHAT)
    number = github.pull.number
    commit = revert(github, BRANCH, words=words)
    assert "east.pay.chat" not in github.text()
    for rows in ((MAIL, CHAT), (MAIL, CHAT), (MAIL, CHAT, server("more"))):
        outcome = github.run(*rows)
        assert github.pull.number == number and "east.pay.chat" in github.text()
        assert told(outcome) == [(REF, "Alice", commit, number)]
        assert REF in attention(github) and commit[:8] in attention(github) and "Alice" in attention(github)
    github.forge.close(number)
    outcome = github.run(MAIL, CHAT, server("more"))
    assert outcome.action == "declined", "as the words have it"


def test_what_a_person_put_back_on_our_branch_is_not_told(github: Line) -> None:
    github.run(CHAT)
    revert(github, BRANCH)
    revert(github, BRANCH)
    assert told(github.run(CHAT)) == []


def test_a_hand_edit_is_no_revert(github: Line) -> None:
    github.run(CHAT)
    github.merge()
    github.run(TITLE)
    github.edit(BRANCH, "title: Chat for everybody", "title: chat")
    assert told(github.run(TITLE)) == []
    assert "title: chat" in github.text()


def test_deleting_it_instead_declines_it(github: Line) -> None:
    """What the pull request says to do instead of a revert."""
    github.run(MAIL)
    github.merge()
    github.run(MAIL, CHAT)
    revert(github, BRANCH)
    github.run(MAIL, CHAT)
    github.person(BRANCH, delete)
    for _ in range(2):
        assert told(github.run(MAIL, CHAT)) == []
        assert "east.pay.chat" not in github.text()


def test_a_deletion_that_was_given_back_is_no_revert(github: Line) -> None:
    github.run(MAIL)
    github.merge()
    github.run(MAIL, CHAT)
    github.person(BRANCH, delete)
    github.person(BRANCH, give_back)
    assert told(github.run(MAIL, CHAT)) == []
    assert "east.pay.chat" in github.text()


def test_what_is_proposed_again_is_remembered_once(github: Line) -> None:
    """Else the next run, which finds nothing new, would write what it remembers anew."""
    github.run(CHAT)
    revert(github, BRANCH)
    assert github.run(CHAT).action == "updated"
    before = refs(github.world.remote)
    assert github.run(CHAT).action == "unchanged"
    assert refs(github.world.remote) == before
