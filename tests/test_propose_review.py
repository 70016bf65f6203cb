"""Who looks at the pull request: owners are asked once, four eyes are held to, what is safe merges by itself."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from forges import denied, git
from line import AT_ONCE, BRANCH, PART, Line, line_in, model, server, version
from rhoai_catalog.config import Owners, PullRequestRules, changed_keys
from rhoai_catalog.propose.git import EMAIL
from rhoai_catalog.report import plan_json, plan_page, plan_text

SECURE = server("fraud", authentication_required=True)
OPEN = server("fraud", authentication_required=False)
CHAT = server("chat")
TITLE = server("chat", display_name="Chat for everybody")
OWNERS = Owners(default="group:default/ai", forge={"group:default/ai": "@org/ml", "User:alice": "alice"})
ALICE = server("fraud", authentication_required=True, annotations={"rhdh.io/owner": "user:default/alice"})
ALICE_OPEN = replace(ALICE, authentication_required=OPEN.authentication_required)


@pytest.fixture(params=["github", "gitea", "gitlab"])
def line(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    with line_in(tmp_path, request.param, monkeypatch, removal=AT_ONCE) as line:
        line.config = replace(line.config, owners=OWNERS)
        yield line


@pytest.fixture
def github(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    with line_in(tmp_path, "github", monkeypatch, removal=AT_ONCE) as line:
        line.config = replace(line.config, owners=OWNERS)
        yield line


def with_rules(line: Line, **rules: Any) -> None:
    line.config = replace(line.config, pull_request=PullRequestRules(**rules))


def status(line: Line, name: str) -> str:
    state = line.forge.statuses[line.head()][name].state
    return "failure" if state == "failed" else state  # as GitLab says it


# -- reviewers -----------------------------------------------------------------------------------------------------


def test_owners_of_what_is_flagged_are_asked_once(line: Line) -> None:
    line.run(ALICE, CHAT)
    assert (line.pull.reviewers, line.pull.teams) == ([], []), "nothing is flagged"
    line.merge()
    line.run(ALICE_OPEN, TITLE)
    assert (line.pull.reviewers, line.pull.teams) == (["alice"], [])
    line.pull.reviewers = []  # a person takes her off
    writes = line.writes()
    assert line.run(ALICE_OPEN, TITLE).action == "unchanged"
    assert line.run(ALICE_OPEN, TITLE, server("more")).action == "updated"
    assert line.pull.reviewers == [] and ("requested" in str(line.writes()[len(writes) :])) is False


def test_a_team_is_asked_for_a_group(github: Line) -> None:
    github.run(SECURE)
    github.merge()
    github.run(OPEN)
    assert (github.pull.reviewers, github.pull.teams) == ([], ["ml"])


def test_nobody_is_asked_where_the_configuration_says_so(github: Line) -> None:
    with_rules(github, reviewers="none")
    github.run(ALICE)
    github.merge()
    github.run(ALICE_OPEN)
    assert github.pull.reviewers == []


def test_who_may_not_be_asked_is_a_note_and_asked_again(github: Line) -> None:
    github.run(ALICE)
    github.merge()
    github.forge.collaborators.remove("alice")
    assert "alice could not be asked" in " ".join(github.run(ALICE_OPEN).notes)
    github.forge.collaborators.append("alice")
    github.run(ALICE_OPEN)
    assert github.pull.reviewers == ["alice"]


# -- four eyes -------------------------------------------------------------------------------------------------------


def test_four_eyes(line: Line) -> None:
    line.run(CHAT)
    assert status(line, "catalog/four-eyes") == "success"
    assert "With commits of" not in line.pull.body
    line.forge.accounts["alice@example.net"] = "alice"
    line.edit(BRANCH, "title: chat", "title: Ours")
    line.run(CHAT)
    assert status(line, "catalog/four-eyes") == "pending"
    assert "With commits of Alice" in line.pull.body
    line.forge.approve(line.pull.number, "alice")
    line.run(CHAT)
    assert status(line, "catalog/four-eyes") == "failure"
    line.forge.approve(line.pull.number, "bob")
    line.run(CHAT)
    assert status(line, "catalog/four-eyes") == "success"
    line.edit(BRANCH, "title: Ours", "title: Ours again")
    line.run(CHAT)
    assert status(line, "catalog/four-eyes") in ("pending", "failure"), "bob saw another head"


def test_four_eyes_can_be_switched_off(github: Line) -> None:
    with_rules(github, four_eyes=False)
    github.run(CHAT)
    assert "catalog/four-eyes" not in github.forge.statuses[github.head()]


def test_who_committed_and_cannot_be_read_is_taken_by_name(github: Line) -> None:
    github.run(CHAT)
    github.edit(BRANCH, "title: chat", "title: Ours")
    github.forge.refusals["GET /pulls/1/commits"] = denied(403, "no")
    outcome = github.run(CHAT)
    assert outcome.action in ("updated", "unchanged") and "whose commits" in " ".join(outcome.notes)
    assert "Alice" in github.forge.statuses[github.head()]["catalog/four-eyes"].description


# -- what nobody but a person writes -----------------------------------------------------------------------------------

DOWN = ("model-registry/shared",)
FOREIGN = {
    "kubeconfig": "users: []\n",
    "east-ca.crt": "evil\n",
    "refresh.sh": "evil\n",
    "generator.yaml": "hub: {url: https://evil.example}\n",
    "notes.yaml": "a: 1\n",
    ".gitattributes": "* linguist-generated=true\n",
    "servers/.gitattributes": "* linguist-generated=true\n",
    "servers/east/pay/docs/x.html": "<script>evil</script>\n",
}


def change_foreign(catalog: Path) -> None:
    for name, text in FOREIGN.items():
        (catalog / name).parent.mkdir(parents=True, exist_ok=True)
        (catalog / name).write_text(text, "utf-8")
    (catalog / "certificates").symlink_to("/etc/ssl")
    (catalog / PART).chmod(0o755)


def in_our_name(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """From then on whoever commits says to be the generator, until it is undone."""
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "rhoai-catalog")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", EMAIL)
    return monkeypatch


@pytest.mark.few(1)
@pytest.mark.parametrize("forged", [False, True])
@pytest.mark.parametrize("down", [(), DOWN])
def test_files_of_the_catalog_that_no_run_writes_are_told_first(
    line: Line, down: tuple[str, ...], forged: bool
) -> None:
    line.run(CHAT)
    line.merge()
    line.run(CHAT, SECURE)
    assert status(line, "catalog/files") == "success"
    with pytest.MonkeyPatch.context() as patch:
        if forged:
            in_our_name(patch)
        line.person(BRANCH, change_foreign)
    for _ in range(2):
        outcome = line.run(CHAT, SECURE, down=down)
        assert set(outcome.plan.foreign) == {*FOREIGN, "certificates", PART}
        attention = line.pull.body.split("### Needs attention")[1].split("### Changes")[0]
        assert all(name in attention.replace("<wbr>", "") for name in (*FOREIGN, "certificates", PART))
        assert attention.index("kubeconfig") < 1200 and "decides what is read" in attention
        assert "10 other files changed" in line.pull.title
        assert ("somebody in our name" if forged else "Alice") in line.pull.body
        assert status(line, "catalog/files") == "failure"
        assert status(line, "catalog/four-eyes") == ("failure" if forged else "pending")
        assert "catalog:safe" not in line.pull.labels
    assert "evil" in line.text("east-ca.crt"), "what people commit stays"


BEFORE = """\
clusters:
  - {name: east, server: "https://api.east.example.net:6443", tokenEnv: EAST_TOKEN, namespaces: {include: ["*"]}}
  - {name: west, server: "https://api.west.example.net:6443"}
owners: {default: "group:default/ai"}
"""
AFTER = """\
owners: {default: "group:default/<img src=x> @org/everybody `x`"}
clusters:
  - {name: west, server: "https://api.west.example.net:6443"}
  - name: east
    server: "https://user:hidden@evil.example"
    tokenEnv: WEST_TOKEN
    namespaces: {include: ["a|b", "https://a:hidden@b"]}
  - {name: north, server: "https://north.example.net", tokenEnv: ghp_0a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R}
"""
CONFIGURATION = "generator.yaml"


def configured(text: str) -> Callable[[Path], object]:
    return lambda catalog: (catalog / CONFIGURATION).write_text(text, "utf-8")


def shown(line: Line) -> list[tuple[str, str, str]]:
    """What is told of generator.yaml: the key, and both sides."""
    attention = line.pull.body.split("### Needs attention")[1].split("### Changes")[0].replace("<wbr>", "")
    rows = [row.strip("|").split(" | ") for row in attention.splitlines() if f">{CONFIGURATION}<" in row]
    return [(html.unescape(row[0].split("<br>")[-1]), *map(html.unescape, row[1:])) for row in rows if len(row) == 3]


@pytest.mark.parametrize("down", [(), DOWN])
def test_what_changes_in_the_configuration_is_shown_to_who_approves(line: Line, down: tuple[str, ...]) -> None:
    line.person("main", configured(BEFORE))
    line.run(CHAT)
    assert f"changes {CONFIGURATION}" not in line.pull.body
    line.person(BRANCH, configured(AFTER))
    plan = line.run(CHAT, down=down).plan
    told = [tuple(re.sub(r"</?code>|&#8203;|\u200b", "", cell).strip() for cell in row) for row in shown(line)]
    assert told == [
        ("value clusters › east › server", "https://api.east.example.net:6443", "https://evil.example"),
        ("value clusters › east › tokenEnv", "EAST_TOKEN", "WEST_TOKEN"),
        ("value clusters › east › namespaces › include", '["*"]', '["a|b", "https://b"]'),
        ("value owners › default", "group:default/ai", "group:default/<img src=x> @org/everybody `x`"),
        ("value clusters › north › name", "nothing", "north"),
        ("value clusters › north › server", "nothing", "https://north.example.net"),
        ("value clusters › north › tokenEnv", "nothing", "[removed: what looks like a GitHub token]"),
    ]
    first = line.pull.body.index("**The branch changes generator.yaml, which decides what is read, and which hosts")
    assert first < line.pull.body.index("neither entities nor pages") < line.pull.body.index("### Changes")
    assert not any(text in line.pull.body for text in ("hidden", "ghp_", "<img", "@org", "`x`"))
    whole = plan_json(plan) + plan_page(plan) + plan_text(plan, colour=False, verbose=True)
    assert "https://evil.example" in whole and "hidden@" not in whole and "ghp_" not in whole
    assert status(line, "catalog/files") == "failure"


@pytest.mark.parametrize("padding", ["a" * 1_000, "\\n" * 10])
def test_a_long_value_hides_no_host(github: Line, padding: str) -> None:
    github.person("main", configured(BEFORE))
    github.run(CHAT)
    github.person(BRANCH, configured(BEFORE.replace("https://api.east", f"https://evil.example/{padding}")))
    github.run(CHAT)
    [(_, was, becomes)] = shown(github)
    assert "api.east.example.net" in was and "evil.example" in becomes


def test_long_keys_take_no_room_of_what_else_needs_attention(github: Line) -> None:
    keys = "".join(f"k{'<' * 900}{number}: 1\n" for number in range(60))
    github.run(CHAT)
    github.person(BRANCH, configured(keys))
    github.person(BRANCH, lambda catalog: (catalog / "evil.sh").write_text("x"))
    github.run(CHAT)
    assert "evil.sh" in github.pull.body
    told = shown(github)
    assert len(told) == 41 and not any("all of it" in row[0] for row in told)


def test_of_a_configuration_that_changes_as_a_whole_the_rest_is_counted(github: Line) -> None:
    github.person("main", configured(BEFORE))
    github.run(CHAT)
    rows = "".join(f"  - {{name: c{number}, server: 'https://c{number}.example.net'}}\n" for number in range(30))
    github.person(BRANCH, configured(f"clusters:\n{rows}"))
    github.run(CHAT)
    told = shown(github)
    assert len(told) == 41 and "27 further settings changed" in told[-1][0]
    assert [row[0].split("</code>")[0].rpartition(" › ")[2] for row in told[:3]] == ["name", "server", "tokenEnv"]
    assert told[0][2].strip().startswith("<code>nothing")
    twice = (
        "clusters:\n  - {name: east, server: 'https://evil.example'}\n  - {name: east, server: 'https://a.example'}\n"
    )
    github.person(BRANCH, configured(twice))
    github.run(CHAT)
    assert "https://evil.example" in shown(github)[-1][2], "none of two rows of one name hides the other"
    for text in ("a: [\n", BEFORE + "# looked at\n"):
        github.person(BRANCH, configured(text))
        github.run(CHAT)
        assert shown(github) == [] and github.pull.body.count(CONFIGURATION) >= 1, "the file is told all the same"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("a: [1, 0]\n", "a: [true, 0.0]\n", [("/a", [1, 0], [True, 0.0])]),
        ("a: [{b: 1}]\n", "a: [{b: 1.0}]\n", [("/a", [{"b": 1}], [{"b": 1.0}])]),
        ("b: 1\n", "a: null\nb: 1\n", [("/a", None, "null")]),
        ("a: ~\nb: 1\n", "b: 1\n", [("/a", "null", None)]),
        ("a: 1\n", "a:\n", [("/a", 1, "null")]),
        ("a: [{b: 1, c: 2}]\n", "a: [{c: 2, b: 1}]\n", []),
        ("a: [.nan]\n", "a: [.nan] # looked at\n", []),
    ],
)
def test_a_setting_is_told_wherever_its_yaml_says_another_value(
    old: str, new: str, told: list[tuple[str, object, object]]
) -> None:
    changed = [(value.pointer, value.old, value.new) for value in changed_keys(old, new)]
    assert repr(changed) == repr(told)


def test_what_people_may_edit_there_fails_nothing(line: Line) -> None:
    page = "models/shared/granite/v1/docs/index.md"
    line.run(CHAT, model(), version())
    line.edit(BRANCH, "title: chat", "title: Ours  # looked at")
    line.person(BRANCH, lambda catalog: (catalog / page).write_text((catalog / page).read_text() + "\n## Ours\n\nx\n"))
    line.person(BRANCH, lambda catalog: (catalog / "README.md").write_text("# Ours\n"))
    line.edit(BRANCH, "kind: Location", "kind: Location # looked at", "catalog-info.yaml")
    outcome = line.run(CHAT, model(), version())
    assert outcome.plan.foreign == () and status(line, "catalog/files") == "success"
    assert "Ours" in line.text() and "other file" not in line.pull.title


def test_what_is_up_for_review_is_judged_while_news_wait(github: Line) -> None:
    github.run(CHAT)
    github.merge()
    github.run(CHAT, SECURE)
    with pytest.MonkeyPatch.context() as patch:
        in_our_name(patch)
        github.person(BRANCH, lambda catalog: (catalog / "kubeconfig").write_text("evil\n"))
    github.forge.approve(github.pull.number, "bob")
    assert github.run(CHAT, SECURE, server("more")).action == "waiting"
    assert status(github, "catalog/files") == status(github, "catalog/four-eyes") == "failure"
    assert "kubeconfig" in github.pull.body


@pytest.mark.few(1)
@pytest.mark.parametrize("down", [(), DOWN])
@pytest.mark.parametrize("beside", [False, True])
def test_whoever_commits_in_our_name_is_nobody_s_other(line: Line, down: tuple[str, ...], beside: bool) -> None:
    line.run(CHAT)
    line.merge()
    line.run(CHAT, SECURE)
    if beside:  # a person's own commit, and ours on top of it
        line.edit(BRANCH, "title: fraud", "title: Ours")
        line.run(CHAT, server("fraud", authentication_required=True, description="More"), down=down)
        line.run(CHAT, SECURE, down=down)
        assert status(line, "catalog/four-eyes") == "pending"
    with pytest.MonkeyPatch.context() as patch:
        in_our_name(patch)
        line.edit(BRANCH, "https://chat.example.net", "https://evil.example.net")
    line.forge.collaborators.append("mallory")
    for rows in ((CHAT, SECURE), (CHAT, SECURE), (CHAT, SECURE, server("more"))):
        line.run(*rows, down=down)
        line.forge.approve(line.pull.number, "mallory")
        line.run(*rows, down=down)
        assert status(line, "catalog/four-eyes") == "failure"
        assert "under their own name" in line.forge.statuses[line.head()]["catalog/four-eyes"].description
        assert "somebody in our name" in line.pull.body
    line.edit(BRANCH, "https://evil.example.net", "https://chat.example.net")
    line.run(*rows, down=down)
    line.forge.approve(line.pull.number, "bob")
    line.run(*rows, down=down)
    assert status(line, "catalog/four-eyes") == "success", "taken back"


# -- what is safe ----------------------------------------------------------------------------------------------------


def test_what_is_safe_has_a_label_and_nothing_else_has(line: Line) -> None:
    line.run(SECURE)
    assert "catalog:safe" in line.pull.labels and not line.pull.armed_by
    line.edit(BRANCH, "title: fraud", "title: Ours")
    line.run(SECURE)
    assert "catalog:safe" not in line.pull.labels, "a person wrote some of it"
    line.merge()
    line.run(OPEN)
    assert "catalog:safe" not in line.pull.labels
    line.merge()
    line.run(OPEN, model(), version(), down=("kserve/east",))
    assert "catalog:safe" not in line.pull.labels, "something is held"


def test_what_is_safe_merges_by_itself_and_nothing_else_does(line: Line) -> None:
    with_rules(line, auto_merge="safe")
    if line.world.forge.forge == "gitlab":
        line.forge.run_pipeline(line.head("main"), "main")  # type: ignore[attr-defined]
    line.run(SECURE)
    assert line.pull.armed_by
    writes = line.writes()
    assert line.run(SECURE).action == "unchanged" and line.writes() == writes
    line.forge.disarm(line.pull.number)
    line.run(SECURE)
    assert not line.pull.armed_by, "a person turned it off"


def test_merging_is_taken_back_before_a_push_that_is_not_safe(github: Line) -> None:
    with_rules(github, auto_merge="safe")
    github.run(SECURE)
    github.merge()
    github.run(SECURE, CHAT)
    assert github.pull.armed_by
    armed_at_push: list[str] = []
    push = github.forge.pushed
    github.forge.pushed = lambda pull: (armed_at_push.append(pull.armed_by), push(pull))[1]  # type: ignore[method-assign]
    assert github.run(OPEN, CHAT).action == "updated"
    assert armed_at_push == [""] and not github.pull.armed_by
    assert github.run(SECURE, CHAT).action == "updated"
    assert github.pull.armed_by and armed_at_push == ["", ""]
    github.edit(BRANCH, "title: chat", "title: Ours")
    github.run(SECURE, CHAT)
    assert not github.pull.armed_by, "people's commits are for people to look at"


def test_who_turned_merging_on_is_told_when_it_is_taken_back(github: Line) -> None:
    github.run(SECURE)
    github.merge()
    github.run(SECURE, CHAT)
    github.forge.arm(github.pull.number, by="bob")
    assert github.run(SECURE, TITLE).action == "waiting"
    assert github.pull.armed_by == "bob"
    assert github.run(OPEN, TITLE).action == "updated"
    assert not github.pull.armed_by
    assert "turned off" in github.pull.comments[-1][1]


def test_where_the_forge_cannot_merge_by_itself_it_is_a_note(github: Line) -> None:
    with_rules(github, auto_merge="safe")
    github.forge.auto_merge_allowed = False
    outcome = github.run(CHAT)
    assert outcome.action == "created" and "do not allow auto-merge" in " ".join(outcome.notes)
    github.forge.auto_merge_allowed = True
    github.run(CHAT)
    assert github.pull.armed_by


# -- while it waits ----------------------------------------------------------------------------------------------------


def test_while_it_waits_it_tells_what_is_up_for_review(github: Line) -> None:
    github.run(SECURE)
    github.merge()
    github.run(SECURE, CHAT)
    github.edit(BRANCH, "title: fraud", "title: Fraud, ours")
    github.forge.approve(github.pull.number, "bob")
    head = github.head()
    assert github.run(SECURE, TITLE, server("more")).action == "waiting"
    assert github.head() == head
    assert "Fraud, ours" in github.pull.body and "With commits of" in github.pull.body
    assert "east.pay.more" not in github.pull.body and "Chat for everybody" not in github.pull.body
    github.forge.close(github.pull.number)
    assert github.run(SECURE, CHAT, server("more")).action == "created", "what waited was not declined"
    assert "east.pay.more" in github.text() and "east.pay.chat" not in github.text()


def test_a_clash_is_told_until_the_pull_request_ends(github: Line) -> None:
    github.run(CHAT)
    github.merge()
    github.run(TITLE)
    github.edit("main", "owner: group:default/ai", "owner: group:default/main")
    github.edit(BRANCH, "owner: group:default/ai", "owner: group:default/branch")
    for _ in range(3):
        github.run(TITLE)
        assert "catalog:conflict" in github.pull.labels and "two branches" in github.pull.body
    github.merge()
    github.run(TITLE, SECURE)
    assert "catalog:conflict" not in github.pull.labels
    assert "two branches" not in github.pull.body


# -- whose commits ours are ------------------------------------------------------------------------------------------


@pytest.mark.few(1)
@pytest.mark.parametrize("author", ["Our Robot <robot@example.net>", "repository"])
def test_commits_under_another_name_are_ours_as_well(github: Line, author: str) -> None:
    git(github.checkout, "config", "user.name", "Our Robot")
    git(github.checkout, "config", "user.email", "robot@example.net")
    github.repository["author"] = author
    github.run(CHAT)
    assert github.authors() == ["Our Robot"]
    git(github.world.remote, "update-ref", "-d", "refs/rhoai-catalog/state")
    github.run(TITLE)
    assert github.authors() == ["Our Robot"], "made anew, since nobody else committed"
    assert github.forge.statuses[github.head()]["catalog/four-eyes"].state == "success"


def test_commits_are_signed_by_github_where_the_checkout_has_no_key(github: Line) -> None:
    github.repository["sign"] = True
    github.run(CHAT)
    assert github.authors() == ["github-actions[bot]"]
    assert github.run(CHAT).action == "unchanged"
    github.person("main", lambda catalog: (catalog.parent / "other").write_text("of no concern\n"))
    git(github.clone, "fetch", "--quiet", "origin")
    git(github.clone, "checkout", "--quiet", "-B", "work", f"origin/{BRANCH}")
    git(github.clone, "merge", "--quiet", "--no-edit", "origin/main")  # update branch
    git(github.clone, "push", "--quiet", "origin", f"HEAD:{BRANCH}")
    github.run(TITLE)
    assert github.authors() == ["github-actions[bot]"], "made anew, since nobody else committed"
    github.edit(BRANCH, "title: Chat for everybody", "title: Ours")
    github.edit("main", "# the configuration", "# Configuration", "generator.yaml")
    github.run(TITLE, SECURE)
    assert github.authors() == ["github-actions[bot]", "Alice", "github-actions[bot]"]
    assert git(github.world.remote, "log", "--merges", "--format=%an", f"main..{BRANCH}") == "github-actions[bot]"


def test_where_github_would_not_sign_it_is_a_note(github: Line) -> None:
    github.repository["sign"] = True
    github.forge.signs = False  # type: ignore[attr-defined]
    outcome = github.run(CHAT)
    assert outcome.action == "created" and "are not signed" in " ".join(outcome.notes)
    assert github.authors() == ["rhoai-catalog"]


def test_a_conflict_with_a_source_that_is_down_stays_told(github: Line) -> None:
    github.run(CHAT)
    github.edit(BRANCH, "title: chat", "title: Ours")
    github.run(TITLE)
    assert "catalog:conflict" in github.pull.labels
    github.run(down=("kserve/east",))
    assert "catalog:conflict" in github.pull.labels
    github.run(CHAT)
    assert "catalog:conflict" not in github.pull.labels


def test_what_a_source_says_of_a_person_s_value_alone_opens_nothing(github: Line) -> None:
    github.run(CHAT)
    for _ in range(2):  # Component and API
        github.edit(BRANCH, "owner: group:default/ai", "owner: group:default/ours")
    github.run(CHAT)
    github.merge()
    owned = [server("chat", annotations={"rhdh.io/owner": f"user:default/{name}"}) for name in ("alice", "bob")]
    assert [github.run(row).action for row in owned] == ["nothing", "nothing"]
    assert {edit.state for edit in github.run(owned[0]).plan.hand_edits} == {"conflict", "now equal"}, "the API follows"
    assert github.run(owned[0], SECURE).action == "created"
    head = github.head()
    assert github.run(owned[1], SECURE).action in ("updated", "unchanged") and github.head() == head
    assert "user:default/alice" in github.text(".base/servers/east/pay.jsonl"), "it comes along with other news"
