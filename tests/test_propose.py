"""The one pull request: it tells the truth, and forgets and loses nothing, whatever people and sources do meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from forges import TOKEN, denied, git
from line import AT_ONCE, BRANCH, PART, Line, line_in, model, server, version
from rhoai_catalog import documents
from rhoai_catalog.config import Config, Credentials, PullRequestRules
from rhoai_catalog.errors import ConfigError, ProposeError
from test_describe import link
from thorough import tries

SECURE = server("fraud", authentication_required=True)
OPEN = server("fraud", authentication_required=False)
CHAT = server("chat")
TITLE = server("chat", display_name="Chat for everybody")


@pytest.fixture(params=["github", "gitea", "gitlab"])
def line(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    with line_in(tmp_path, request.param, monkeypatch, removal=AT_ONCE) as line:
        yield line


@pytest.fixture
def github(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    with line_in(tmp_path, "github", monkeypatch, removal=AT_ONCE) as line:
        yield line


# -- the quiet life ----------------------------------------------------------------------------------------------


def test_opens_is_silent_updates_merges_to_silence(line: Line) -> None:
    outcome = line.run(CHAT)
    assert (outcome.action, outcome.number, line.pull.state) == ("created", line.pull.number, "open")
    assert line.authors() == ["rhoai-catalog"]
    head, writes = line.head(), line.writes()
    line.person("main", lambda catalog: (catalog.parent / "other").write_text("of no concern\n"))
    assert [line.run(CHAT).action for _ in range(2)] == ["unchanged", "unchanged"]
    assert (line.head(), line.writes()) == (head, writes)
    assert line.run(TITLE).action == "updated"
    assert "Chat for everybody" in line.text() and len(line.authors()) == 1
    line.merge()
    writes = line.writes()
    assert line.run(TITLE).action == "nothing"
    assert line.writes() == writes


@pytest.mark.few(1)
@pytest.mark.parametrize("how", [("--ff-only",), ("--no-ff", "--no-edit"), ("--squash",)])
def test_however_it_is_merged_it_is_silent_and_the_next_one_is_new(github: Line, how: tuple[str, ...]) -> None:
    github.run(CHAT)
    github.edit(BRANCH, "title: chat", "title: Ours")
    github.run(CHAT)
    github.merge(*how)
    assert github.run(CHAT).action == "nothing"
    number = github.pull.number
    assert github.run(CHAT, SECURE).number == number + 1
    assert "title: Ours" in github.text()


def test_the_checkout_is_never_touched(github: Line) -> None:
    (github.checkout / "draft.txt").write_text("unfinished\n")
    before = git(github.checkout, "status", "--porcelain"), git(github.checkout, "rev-parse", "HEAD")
    github.run(CHAT)
    assert before == (git(github.checkout, "status", "--porcelain"), git(github.checkout, "rev-parse", "HEAD"))


def test_a_run_asks_for_a_thing_once(github: Line, commands: list[tuple[str, ...]]) -> None:
    """What the remote has, what is in a tree, whether it is a partial clone; and all trees are written at once."""
    github.run(CHAT)
    github.edit(BRANCH, "title: chat", "title: Ours")
    commands.clear()
    github.run(CHAT, SECURE)
    for once in ("ls-remote", "config --get-regexp"):
        assert len([words for words in commands if " ".join(words).startswith(once)]) == 1, once
    assert max(Counter(words for words in commands if words[0] == "ls-tree").values()) == 1
    writing = [words[0] for words in commands if words[0] in ("mktree", "hash-object", "commit-tree")]
    assert writing == ["hash-object", "mktree", "commit-tree"] * 2  # what is proposed, and what is remembered


def test_without_a_pull_request_only_the_branch_is_pushed(github: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FORGE_TOKEN")
    runs = [(CHAT,), (CHAT,), (TITLE,)]
    actions = [github.run(*rows, open_pull_request=False).action for rows in runs]
    assert actions == ["pushed", "unchanged", "pushed"]
    assert github.forge.pulls == []


# -- told against the base branch --------------------------------------------------------------------------------


def test_after_a_person_s_commit_all_of_it_is_told(line: Line) -> None:
    """A one-line edit on the branch does not make the pull request forget what else it does."""
    line.run(SECURE, CHAT)
    line.merge()
    line.run(OPEN)
    labels = {"catalog:security", "catalog:deletions"}
    assert labels <= set(line.pull.labels)
    line.edit(BRANCH, "lifecycle: production", "lifecycle: experimental")
    for rows in ((OPEN,), (server("fraud", authentication_required=False, display_name="Fraud"),)):
        line.run(*rows)
        body = line.pull.body
        assert labels <= set(line.pull.labels)
        assert "Authentication turned off" in body and "1 removed" in body
        assert "by hand" in body and "lifecycle" in body
    assert "lifecycle: experimental" in line.text()


def test_files_outside_the_catalog_are_told_first(line: Line) -> None:
    line.run(CHAT)
    workflow = ".github/workflows/evil.yml"

    def change(catalog: Path) -> None:
        (catalog.parent / workflow).parent.mkdir(parents=True)
        (catalog.parent / workflow).write_text("on: push\n")

    line.person(BRANCH, change)
    line.run(CHAT)
    attention = line.pull.body.split("### Needs attention")[1]
    assert attention.index("evil.yml") < 400


# -- outages -----------------------------------------------------------------------------------------------------


@pytest.mark.few(1)
@pytest.mark.parametrize(
    "down", [("kserve/east",), ("kserve/east", "model-registry/shared"), ("model-registry/shared",)]
)
def test_an_outage_changes_nothing_in_it(line: Line, down: tuple[str, ...]) -> None:
    rows = (SECURE, model(), version())
    line.run(*rows)
    line.merge()
    later = (OPEN, CHAT, model(description="New words"), version())
    line.run(*later)
    head, body, labels = line.head(), line.pull.body, set(line.pull.labels)
    left = [row for row in later if not (row in (OPEN, CHAT) and "kserve/east" in down)]
    left = [row for row in left if row in (OPEN, CHAT) or "model-registry/shared" not in down]
    line.run(*left, down=down)
    assert (line.head(), line.pull.state) == (head, "open")
    assert labels <= set(line.pull.labels)
    assert line.run(*later).action in ("unchanged", "updated")
    assert (line.head(), line.pull.body) == (head, body)


def test_what_is_gone_from_the_source_meanwhile_goes_from_the_proposal_at_once(line: Line) -> None:
    """Nobody approved it, so no limit and no grace holds it."""
    line.run(CHAT, *(server(f"s{n}") for n in range(12)))
    line.run(CHAT)
    assert line.text().count("kind: Component") == 1


# -- closing, ours and people's ------------------------------------------------------------------------------------


def test_our_own_closing_is_no_decline(line: Line) -> None:
    line.run(SECURE)
    line.merge()
    line.run(SECURE, CHAT)
    number = line.pull.number
    assert line.run(SECURE).action == "closed"
    assert (line.pull.state, line.head()) == ("closed", "")
    assert any("declines nothing" in text for _, text in line.pull.comments)
    again = line.run(SECURE, CHAT)  # deployed again, unchanged
    assert again.action == "created" and again.number != number


def test_our_own_closing_is_known_where_the_memory_is_lost(line: Line) -> None:
    line.run(SECURE)
    line.merge()
    line.run(SECURE, CHAT)
    line.run(SECURE)
    git(line.world.remote, "update-ref", "-d", "refs/rhoai-catalog/state")
    assert line.run(SECURE, CHAT).action == "created"


@pytest.mark.few(1)
@pytest.mark.parametrize("forget", [False, True])
def test_a_close_declines_exactly_what_was_proposed(line: Line, forget: bool) -> None:
    line.run(SECURE)
    line.merge()
    line.run(OPEN, CHAT)
    number = line.pull.number
    line.forge.close(number)
    if forget:
        git(line.world.remote, "update-ref", "-d", "refs/rhoai-catalog/state")
    writes = line.writes()
    for _ in range(3):
        assert line.run(OPEN, CHAT).action == "declined"
    assert line.writes() == writes
    other = server("mail")
    outcome = line.run(OPEN, CHAT, other)  # later news come without what was declined
    assert outcome.action == "created"
    assert "name: east.pay.mail" in line.text() and "east.pay.chat" not in line.text()
    assert "auth-required" in line.text(), "the declined change is not in it"
    assert "Declined before" in line.pull.body
    assert str(number) in line.pull.body.split("Declined before")[1].split("Sources")[0]
    line.run(server("fraud", authentication_required=False, description="More words"), CHAT, other)
    assert "More words" in line.text() and "- auth-required" in line.text()
    assert "east.pay.chat" not in line.text()
    line.run(OPEN, TITLE, other)  # the same thing with another value is another change
    assert "Chat for everybody" in line.text()


def test_a_decline_holds_whatever_happens_to_pull_requests(line: Line) -> None:
    line.run(SECURE)
    line.merge()
    line.run(SECURE, CHAT)
    first = line.pull.number
    line.forge.close(first)
    line.run(SECURE, CHAT, server("mail"))
    second = line.pull.number
    line.forge.close(second)
    line.forge.comment(first, "Why not?")
    line.run(down=("kserve/east",))
    assert line.run(SECURE, CHAT, server("mail")).action == "declined"
    if line.head():
        git(line.world.remote, "update-ref", "-d", f"refs/heads/{BRANCH}")
    assert line.run(SECURE, CHAT, server("mail")).action == "declined"


def test_a_removal_that_was_declined_stays(line: Line) -> None:
    line.run(SECURE, CHAT)
    line.merge()
    line.run(SECURE)
    line.forge.close(line.pull.number)
    assert line.run(SECURE).action == "declined"
    assert "east.pay.chat" in line.text(branch="main")


def test_what_was_declined_can_be_had_back(line: Line) -> None:
    line.run(SECURE)
    line.merge()
    line.run(OPEN, CHAT)
    number = line.pull.number
    line.forge.close(number)
    assert line.run(OPEN, CHAT).action == "declined"
    outcome = line.run(OPEN, CHAT, offer_again=("component:default/east.pay.chat",))
    assert outcome.action == "created"
    assert "kind: Component" in line.text() and "title: chat" in line.text()
    assert "- auth-required" in line.text()
    assert line.run(OPEN, CHAT).action == "unchanged"
    line.forge.close(line.pull.number)
    assert line.run(OPEN, CHAT).action == "declined"
    line.forge.set_labels(number, "catalog:offer-again")
    line.run(OPEN, CHAT)
    assert "auth-not-required" in line.text()


# -- people's commits --------------------------------------------------------------------------------------------


def test_people_s_commits_stay_whatever_becomes_of_the_pull_request(line: Line) -> None:
    line.run(CHAT)
    theirs = line.edit(BRANCH, "title: chat", "title: Ours")
    line.forge.close(line.pull.number)
    line.run(TITLE)
    assert git(line.world.remote, "merge-base", "--is-ancestor", theirs, BRANCH) == ""
    assert "title: Ours" in line.text()
    line.run(server("chat", description="More"), SECURE)
    assert git(line.world.remote, "merge-base", "--is-ancestor", theirs, BRANCH) == ""
    assert "title: Ours" in line.text()


def test_a_commit_under_our_name_that_holds_an_edit_is_a_person_s(github: Line) -> None:
    github.run(CHAT)
    ours = ("--amend", "--no-edit", "--author", "rhoai-catalog <rhoai-catalog@users.noreply.github.com>")
    github.edit(BRANCH, "owner: group:default/ai", "owner: group:default/mallory", PART, *ours)
    github.run(TITLE)
    assert "group:default/mallory" in github.text()
    assert "by hand" in github.pull.body
    assert github.run(TITLE).action == "unchanged"


@pytest.mark.few(1)
@pytest.mark.parametrize("what", ["an entity deleted", "a comment added", "a value put back"])
def test_a_commit_of_ours_that_a_person_amended_is_theirs(github: Line, what: str) -> None:
    github.run(CHAT)
    github.merge()
    github.run(TITLE, SECURE)

    def change(catalog: Path) -> None:
        path = catalog / PART
        text = path.read_text("utf-8")
        if what == "an entity deleted":
            pieces = text.split("---\n")
            path.write_text("---\n".join(p for p in pieces if "name: east.pay.fraud" not in p), "utf-8")
        elif what == "a comment added":
            path.write_text(text.replace("spec:", "# reviewed\nspec:", 1), "utf-8")
        else:
            path.write_text(text.replace("title: Chat for everybody", "title: chat"), "utf-8")

    github.person(BRANCH, change, "--amend", "--no-edit")
    for news in (), (server("more"),), (server("more"), server("most")):
        github.run(TITLE, SECURE, *news)
        assert ("name: east.pay.fraud" in github.text()) == (what != "an entity deleted")
        assert ("# reviewed" in github.text()) == (what == "a comment added")
        assert ("title: Chat for everybody" in github.text()) == (what != "a value put back")


@pytest.mark.few(1)
@pytest.mark.parametrize("how", ["merge", "rebase"])
def test_update_branch_is_nobody_s_edit(github: Line, how: str) -> None:
    github.run(CHAT)
    github.person("main", lambda catalog: (catalog.parent / "other").write_text("x\n"))
    clone = github.clone
    git(clone, "fetch", "--quiet", "origin")
    git(clone, "checkout", "--quiet", "--force", "-B", "work", f"origin/{BRANCH}")
    git(clone, how, "--quiet", *(["--no-edit"] if how == "merge" else []), "origin/main")
    git(clone, "push", "--quiet", "--force", "origin", f"HEAD:{BRANCH}")
    github.forge.look()
    head = github.head()
    assert github.run(CHAT).action == "unchanged"
    assert github.head() == head
    github.run(TITLE)
    assert github.authors() == ["rhoai-catalog"]


def test_the_same_line_in_both_branches_freezes_nothing(line: Line) -> None:
    line.run(CHAT)
    line.merge()
    line.run(CHAT, SECURE)
    line.edit("main", "title: chat", "title: Main's")
    theirs = line.edit(BRANCH, "title: chat", "title: Branch's")
    outcome = line.run(CHAT, SECURE)
    assert outcome.action == "updated"
    assert "title: Branch's" in line.text() and "<<<<" not in line.text()
    assert "Main" in line.pull.body.split("### Needs attention")[1]
    assert git(line.world.remote, "merge-base", "--is-ancestor", theirs, BRANCH) == ""
    assert line.run(CHAT, SECURE).action in ("unchanged", "updated")


def test_who_pushes_at_the_same_moment_wins(github: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    github.run(CHAT)
    github.told.clear()
    edited: list[str] = []

    pushes = iter([True])
    from rhoai_catalog.propose.git import Checkout

    push = Checkout.push

    def raced(self: Checkout, commit: str, branch: str, expected: str) -> None:
        if next(pushes, False):
            edited.append(github.edit(BRANCH, "title: chat", "title: Ours"))
        push(self, commit, branch, expected)

    monkeypatch.setattr(Checkout, "push", raced)
    github.run(server("chat", description="More"))
    assert "title: Ours" in github.text() and "More" in github.text()
    assert git(github.world.remote, "merge-base", "--is-ancestor", edited[0], BRANCH) == ""


# -- what people do to the pull request ------------------------------------------------------------------------------


def test_what_belongs_to_people_stays_theirs(line: Line) -> None:
    line.run(SECURE)
    line.merge()
    line.run(OPEN)
    pull = line.pull
    pull.title = "Ours"
    line.forge.set_labels(pull.number, *(set(pull.labels) - {"catalog:security"}), "urgent")
    pull.body = f"Please look, Bob.\r\n\r\n{pull.body}\r\nThanks!"
    line.run(OPEN, CHAT)
    assert pull.title == "Ours"
    assert "catalog:security" not in pull.labels and "urgent" in pull.labels
    assert pull.body.startswith("Please look, Bob.") and pull.body.rstrip().endswith("Thanks!")
    assert "east.pay.chat" in pull.body


def test_a_body_without_our_place_is_left_and_a_comment_tells(line: Line) -> None:
    line.run(CHAT)
    line.pull.body = "My own words."
    line.run(TITLE)
    assert line.pull.body == "My own words."
    assert any("east.pay.chat" in text for _, text in line.pull.comments)
    comments = len(line.pull.comments)
    line.run(TITLE)
    assert len(line.pull.comments) == comments
    line.run(TITLE, SECURE)
    assert "east.pay.fraud" in line.pull.comments[-1][1] and len(line.pull.comments) == comments + 1


def test_a_call_that_failed_is_made_good_by_the_next_run(line: Line) -> None:
    line.run(SECURE)
    line.merge()
    line.run(OPEN)
    line.pull.body = line.pull.body.replace("Authentication turned off", "Nothing to see")
    line.pull.title = line.pull.title
    assert line.run(OPEN).action == "updated"
    assert "Authentication turned off" in line.pull.body
    assert line.run(OPEN).action == "unchanged"


def test_a_source_that_stays_incomplete_is_stale_after_a_while_and_no_more_once_it_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with line_in(tmp_path, "github", monkeypatch, stale_after=timedelta(hours=2)) as line:
        line.run(CHAT)
        assert [line.run(CHAT, down=("kserve/east",)).stale for _ in range(3)] == [(), (), ("kserve/east",)]
        assert line.run(CHAT).stale == ()
        assert line.run(CHAT, down=("kserve/east",)).stale == ()


def test_what_the_forge_refused_beside_the_pull_request_is_noted(github: Line) -> None:
    github.run(SECURE)
    github.merge()
    refused = denied(403, "Resource not accessible")
    for number in range(9):
        github.forge.refusals[f"POST /issues/{number}/labels"] = refused
    outcome = github.run(OPEN)
    assert outcome.action == "created" and any("accessible" in note for note in outcome.notes)
    assert github.pull.labels == []
    github.forge.refusals.clear()
    github.run(OPEN)
    assert github.pull.labels == ["catalog:security"]


def test_a_file_outside_the_catalog_fails_a_check_until_it_is_gone(line: Line) -> None:
    def workflow(catalog: Path) -> None:
        (catalog.parent / "run.yml").write_text("on: push\n")

    line.run(CHAT)
    assert line.forge.statuses[line.head()]["catalog/files"].state == "success"
    line.person(BRANCH, workflow)
    line.run(CHAT)
    assert line.forge.statuses[line.head()]["catalog/files"].state in ("failure", "failed")
    assert "run.yml" in line.pull.body.split("### Changes")[0]
    line.person(BRANCH, lambda catalog: (catalog.parent / "run.yml").unlink())
    line.run(CHAT)
    assert line.forge.statuses[line.head()]["catalog/files"].state == "success"


def test_what_clashes_outside_the_catalog_is_told_and_holds_up_no_merge(line: Line) -> None:
    """The base branch's stands, in what is pushed, too: a forge merges nothing that conflicts."""
    secret = f"ghp_{'abcdefghij' * 4}"

    def writing(text: str) -> Callable[[Path], None]:
        def write(catalog: Path) -> None:
            (catalog.parent / "run.yml").write_text(text)

        return write

    line.run(CHAT)
    line.person(BRANCH, writing(f"on: push\ntoken: {secret}\n"))
    line.person("main", writing("on: pull_request\n"))
    for _ in range(2):
        [clash] = line.run(CHAT).plan.clashes
        assert (clash.file, clash.kept) == ("/run.yml", "base") and "on: push" in clash.lost
        assert "/run.yml:1" in line.pull.body and secret not in line.pull.body
    assert git(line.world.remote, "show", f"{BRANCH}:run.yml") == "on: pull_request"
    line.merge()
    assert line.run(CHAT).action == "nothing"


def test_what_the_base_branch_dropped_by_force_is_not_proposed_again(github: Line) -> None:
    before = github.head("main")
    github.person("main", lambda catalog: (catalog.parent / "secret.txt").write_text("x\n"))
    github.run(CHAT)
    git(github.world.remote, "update-ref", "refs/heads/main", before)
    assert github.run(CHAT).plan.outside == ()
    assert github.run(TITLE).plan.outside == () and github.authors() == ["rhoai-catalog"]


def test_what_we_closed_and_a_person_opened_again_is_theirs_to_decline(github: Line) -> None:
    github.run(SECURE)
    github.merge()
    github.run(CHAT, SECURE)
    head = github.head()
    assert github.run(SECURE).action == "closed"
    git(github.world.remote, "update-ref", f"refs/heads/{BRANCH}", head)
    github.forge.reopen(github.pull.number)
    assert github.run(CHAT, SECURE).action in ("unchanged", "updated")
    github.forge.close(github.pull.number)
    assert github.run(CHAT, SECURE).action == "declined"


def test_a_pull_request_that_a_person_pointed_elsewhere_is_not_closed(github: Line) -> None:
    github.run(SECURE)
    github.merge()
    github.run(CHAT, SECURE)
    github.forge.retarget(github.pull.number, "release")
    head = github.head()
    assert github.run(SECURE).action == "unchanged"
    assert (github.pull.state, github.head()) == ("open", head)


def test_what_was_declined_with_a_person_s_commit_on_it_is_not_opened_again(line: Line) -> None:
    line.run(CHAT)
    line.edit(BRANCH, "title: chat", "title: Ours")
    line.run(CHAT)
    line.forge.close(line.pull.number)
    assert [line.run(CHAT).action for _ in range(2)] == ["declined", "declined"]
    assert "title: Ours" in line.text()
    assert line.run(CHAT, SECURE).action == "created"


def test_what_was_declined_is_taken_out_of_a_branch_that_people_work_on(line: Line) -> None:
    """Created, changed and removed things, values and pages, with a person's commits on the branch and beside it."""
    old = (server("gone"), SECURE, model(), version())
    line.run(*old)
    line.merge()
    line.edit("main", "title: fraud", "title: Fraud, ours")
    new = (OPEN, CHAT, replace(model(), description="Another one"), version(), version("2", "v2"))
    line.run(*new)
    assert {"servers/east/pay/entities.yaml", "models/shared/granite/v2/docs/index.md"} <= line.files()
    line.edit(BRANCH, "# the configuration", "# the configuration, looked at", "generator.yaml")
    line.run(*new)
    line.forge.close(line.pull.number)
    assert line.run(*new).action == "declined"
    outcome = line.run(*new, server("more"))
    assert (outcome.action, outcome.number) == ("created", line.pull.number)
    created = [change.what for change in outcome.plan.changes if not change.by_hand]
    assert created == ["api:default/east.pay.more", "component:default/east.pay.more"]
    assert {edit.pointer for edit in outcome.plan.hand_edits} == {"/metadata/title"}, "what was put back is generated"
    names = git(line.world.remote, "diff", "--name-only", "main", BRANCH).splitlines()
    assert names == [f"catalog/{name}" for name in (".base/servers/east/pay.jsonl", "generator.yaml", PART)]
    text = line.text()
    assert "title: Fraud, ours" in text and "auth-required" in text and "east.pay.gone" in text
    assert "east.pay.chat" not in text and "looked at" in line.text("generator.yaml")
    assert "Dana" in line.authors() or len(set(line.authors())) == 2
    assert line.run(*new, server("more")).action == "unchanged"
    line.merge()
    assert line.run(*new, server("more")).action == "declined"
    assert line.run(*new, server("more"), offer_again=("component:default/east.pay.chat",)).action == "created"


def test_what_was_offered_again_stays_so_where_that_is_not_remembered(github: Line) -> None:
    github.run(CHAT)
    github.forge.close(github.pull.number)
    assert github.run(CHAT, offer_again=("component:default/east.pay.chat",)).action == "created"
    git(github.world.remote, "update-ref", "-d", "refs/rhoai-catalog/state")
    assert github.run(CHAT).action == "unchanged" and github.pull.state == "open"


def test_offering_again_what_nobody_declined_is_noted(github: Line) -> None:
    assert github.run(CHAT, offer_again=("component:default/typo",)).notes == (
        "component:default/typo is not offered again: nothing of it is left out",
    )


def test_a_branch_alone_forgets_no_decline(github: Line) -> None:
    github.run(CHAT)
    github.forge.close(github.pull.number)
    assert github.run(CHAT).action == "declined"
    assert github.run(CHAT, open_pull_request=False).action == "declined"
    assert github.run(CHAT).action == "declined"


def test_a_comment_that_the_forge_refused_is_made_by_the_next_run(github: Line) -> None:
    github.run(CHAT)
    github.pull.body = "My own words."
    for number in range(9):
        github.forge.refusals[f"POST /issues/{number}/comments"] = denied(403, "no")
    with pytest.raises(ProposeError):
        github.run(TITLE)
    github.forge.refusals.clear()
    github.run(TITLE)
    assert [text.count("Chat for everybody") > 0 for _, text in github.pull.comments] == [True]


# -- an approved pull request --------------------------------------------------------------------------------------


def test_how_long_it_is_left_in_peace_is_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = PullRequestRules(settle=timedelta(hours=2))
    with line_in(tmp_path, "github", monkeypatch, pull_request=rules) as line:
        line.run(CHAT)
        line.forge.approve(line.pull.number, "bob")
        assert [line.run(TITLE).action for _ in range(3)] == ["waiting", "waiting", "updated"]


def test_an_approved_pull_request_is_left_in_peace(github: Line) -> None:
    github.run(SECURE)
    github.merge()
    github.run(SECURE, CHAT)
    github.forge.approve(github.pull.number, "bob")
    head = github.head()
    assert github.run(SECURE, TITLE).action == "waiting"
    assert github.head() == head
    assert github.run(OPEN, TITLE).action == "updated", "authentication does not wait"
    github.forge.approve(github.pull.number, "bob")
    more = server("chat", display_name="Chat for everybody", description="More")
    hours = tries(1, 5)
    github.pace = timedelta(hours=hours)
    actions = [github.run(OPEN, more).action for _ in range(0, 26, hours)]
    assert actions[: 20 // hours] == ["waiting"] * (20 // hours) and "updated" in actions[20 // hours :]


# -- the repository's own settings -----------------------------------------------------------------------------------


def test_settings_of_the_repository_do_not_reach_our_bytes(github: Line) -> None:
    def change(catalog: Path) -> None:
        (catalog.parent / ".gitignore").write_text("models/\n*.jsonl\n")
        (catalog.parent / ".gitattributes").write_text("* text eol=crlf\n")

    github.person("main", change)
    github.run(CHAT, model(), version())
    files = github.files()
    assert {"models/shared/granite/entities.yaml", "models/shared/granite/v1/docs/index.md", PART} <= files
    assert any(name.endswith(".jsonl") for name in files)
    raw = git(github.world.remote, "cat-file", "blob", f"{BRANCH}:catalog/{PART}")
    assert "\r" not in raw
    github.merge()
    assert github.run(CHAT, model(), version()).action == "nothing"


# -- grace -----------------------------------------------------------------------------------------------------------


def test_what_is_gone_waits_for_runs_and_hours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with line_in(tmp_path, "github", monkeypatch) as line:
        line.run(SECURE, CHAT)
        line.merge()
        held = line.run(SECURE)
        assert held.action == "nothing" and held.plan.withheld
        assert "it waits for 2 runs and 24 hours" in held.plan.held[0].reason
        hours = tries(1, 5)
        line.pace = timedelta(hours=hours)
        actions = [line.run(SECURE).action for _ in range(0, 24 + hours, hours)]
        assert actions[: 20 // hours] == ["nothing"] * (20 // hours) and "created" in actions
        assert "east.pay.chat" not in line.text()
        assert "unchanged" in actions[actions.index("created") :]
        git(line.world.remote, "update-ref", "-d", "refs/rhoai-catalog/state")
        assert line.run(SECURE).action in ("unchanged", "updated"), "what is proposed stays proposed"
        assert "east.pay.chat" not in line.text()


def test_what_comes_back_starts_the_clock_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with line_in(tmp_path, "github", monkeypatch) as line:
        line.run(SECURE, CHAT)
        line.merge()
        hours = tries(1, 4)
        line.pace = timedelta(hours=hours)
        for _ in range(0, 20, hours):
            line.run(SECURE)
        line.run(SECURE, CHAT)
        actions = {line.run(SECURE).action for _ in range(0, 20, hours)}
        assert actions == {"nothing"}
        outage = {line.run(down=("kserve/east",)).action for _ in range(0, 10, hours)}
        assert outage == {"nothing"}


# -- refusals ----------------------------------------------------------------------------------------------------


def test_a_refused_pull_request_is_opened_by_the_next_run(github: Line) -> None:
    github.forge.refusals["POST /pulls"] = denied(403, "GitHub Actions is not permitted to create pull requests")
    with pytest.raises(Exception, match="403"):
        github.run(CHAT)
    github.forge.refusals.clear()
    assert github.run(CHAT).action == "created"
    assert TOKEN not in "\n".join(github.told)


def test_a_removal_that_is_no_longer_true_does_not_wait(github: Line) -> None:
    github.run(CHAT, SECURE)
    github.merge()
    more = server("more")
    github.run(SECURE, more)
    github.forge.approve(github.pull.number, "bob")
    assert "catalog:deletions" in github.pull.labels
    assert github.run(CHAT, SECURE, more).action == "updated"
    assert "catalog:deletions" not in github.pull.labels


def test_the_time_of_waiting_begins_with_the_news(github: Line) -> None:
    github.run(CHAT)
    github.forge.approve(github.pull.number, "bob")
    assert github.run(TITLE).action == "waiting"
    hours = tries(1, 5)
    github.pace = timedelta(hours=hours)
    assert {github.run(CHAT).action for _ in range(0, 26, hours)} == {"unchanged"}
    assert github.run(TITLE).action == "waiting"


def test_a_branch_alone_needs_no_address_of_a_forge(github: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FORGE_TOKEN")
    github.repository |= {"url": "", "credentials": Credentials()}
    assert github.run(CHAT, open_pull_request=False).action == "pushed"
    assert Config(root=Path()).proposing_to(open_pull_request=False).branch == BRANCH
    with pytest.raises(ConfigError, match="names no repository"):
        Config(root=Path()).proposing_to(open_pull_request=True)


def test_a_pull_request_that_was_pointed_elsewhere_and_closed_is_declined(line: Line) -> None:
    line.run(CHAT)
    line.forge.retarget(line.pull.number, "release")
    line.forge.close(line.pull.number)
    assert line.run(CHAT).action == "declined"
    theirs = line.forge.add("rhoai-catalog/update", "release", title="A person's own", body="of our branch")
    line.forge.close(theirs.number)
    assert line.run(CHAT, SECURE).action == "created"
    assert "east.pay.fraud" in line.text() and "east.pay.chat" not in line.text()


@pytest.mark.parametrize(
    ("ref", "file"),
    [
        ("api:default/east.pay.chat", PART),
        ("resource:default/shared.granite.v1", "models/shared/granite/entities.yaml"),
    ],
)
def test_nothing_leads_to_what_a_person_deleted_on_the_branch(github: Line, ref: str, file: str) -> None:
    rows = [server("chat", registry=link()), model(), version()]
    github.run(*rows)
    github.merge()
    rows = [*rows, server("more"), version("2", "v2")]
    github.run(*rows)
    kind, name = ref.split(":default/")

    def delete(catalog: Path) -> None:
        pieces = documents.split((catalog / file).read_text("utf-8"))
        left = [piece for piece in pieces if f"\nkind: {kind}\n" not in piece.lower() or f"name: {name}\n" not in piece]
        assert len(left) == len(pieces) - 1
        (catalog / file).write_text("".join(left), "utf-8")

    github.person(BRANCH, delete)
    github.run(*rows)
    assert ref not in github.text()
    github.merge()
    assert github.run(*rows).action == "nothing"


@pytest.mark.parametrize("branch", ["main", BRANCH])
def test_what_leads_into_a_file_that_cannot_be_read_stays(github: Line, branch: str) -> None:
    rows = [server("chat", registry=link()), model(), version()]
    github.run(*rows)
    github.merge()
    github.run(*rows, server("more"))
    before = github.text()

    def damage(catalog: Path) -> None:
        with (catalog / "models/shared/granite/entities.yaml").open("a", encoding="utf-8") as file:
            file.write("\n: : [\n")

    github.person(branch, damage)
    outcome = github.run(*rows, server("more"))
    assert len(outcome.plan.unreadable) == 1
    assert github.text() == before and "resource:default/shared.granite.v1" in before
