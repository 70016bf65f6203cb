"""What only GitLab does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from forges import LoopbackGitLab, World, denied, forge_world
from forges.world import BRANCH
from outside import Answer
from rhoai_catalog.errors import ProposeError


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with forge_world(tmp_path, "gitlab") as world:
        world.push("second")
        yield world


def gitlab(world: World) -> LoopbackGitLab:
    assert isinstance(world.forge, LoopbackGitLab)
    return world.forge


@pytest.mark.parametrize(
    "path", ["group/catalog", "group/sub/sub/catalog", "group/name.with.dots/catalog.git", "g/ü/c"]
)
def test_projects_at_any_depth(world: World, path: str) -> None:
    forge = gitlab(world)
    forge.web, forge.project = path, f"/projects/{quote(path.removesuffix('.git'), safe='')}"  # type: ignore[misc]
    assert world.adapter().create("A title", "").number == 1


def test_a_gitlab_below_a_path(world: World) -> None:
    forge = gitlab(world)
    forge.root, forge.web = "/tools/gitlab/api/v4", "tools/gitlab/org/catalog"  # type: ignore[misc]
    adapter = world.adapter(api_url=f"{forge.url}/tools/gitlab/api/v4")
    assert adapter.create("A title", "").number == 1


def test_a_branch_that_a_replica_does_not_know_yet(world: World) -> None:
    gitlab(world).replicas_behind = 2
    assert world.adapter().create("A title", "").number == 1
    assert world.waits == [1.0, 2.0]


def test_a_branch_that_is_not_there(world: World) -> None:
    world.forge.delete_branch(BRANCH)
    with pytest.raises(ProposeError, match="400 source_branch: does not exist"):
        world.adapter().create("A title", "")
    assert world.waits == [1.0, 2.0, 4.0]


def test_one_whose_branch_is_gone_stays_open(world: World) -> None:
    forge = world.adapter()
    forge.create("A title", "")
    world.forge.delete_branch(BRANCH)
    assert forge.open_pull() is not None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"message": "403 Forbidden"}, "403 403 Forbidden"),
        ({"message": ["one", "two"]}, "403 one two"),
        ({"message": {"title": ["is too long", "is odd"]}}, "403 title: is too long, is odd"),
        ({"error": "insufficient_scope", "scope": "api"}, "403 insufficient_scope"),
        ("Retry later", "403 Retry later"),
        ("<html>Forbidden", "403"),
    ],
)
def test_what_it_says_in_any_form(world: World, content: object, said: str) -> None:
    world.forge.refusals["GET /merge_requests"] = Answer(content, 403)
    with pytest.raises(ProposeError) as told:
        world.adapter().open_pull()
    assert told.value.message.endswith(f": {said}")
    assert told.value.hint.startswith("the token in FORGE_TOKEN needs the scope api")


def test_a_proxy_may_hide_the_project(world: World) -> None:
    world.forge.refusals["GET /merge_requests"] = denied(404, "404 Project Not Found")
    with pytest.raises(ProposeError) as told:
        world.adapter().open_pull()
    assert "%2F" in told.value.hint


def test_a_limit_in_plain_text_is_waited_for(world: World) -> None:
    world.forge.refusals["GET /merge_requests"] = [Answer("Retry later\n", 429, {"Retry-After": "12"})]
    assert world.adapter().open_pull() is None
    assert world.waits == [12.0]


@pytest.mark.parametrize("prefix", ["Draft: ", "draft:", "[Draft] ", "(Draft) "])
def test_a_draft_of_a_person_stays_one(world: World, prefix: str) -> None:
    forge = world.adapter()
    forge.create("A title", "")
    world.forge.edit(1, title=f"{prefix}A title")
    pull = forge.open_pull()
    assert pull is not None and (pull.title, pull.draft) == ("A title", True)
    forge.update(pull, title="Another")
    assert world.forge.pull(1).title == "Draft: Another"


# -- approvals ---------------------------------------------------------------------------------------------------


def test_without_a_reset_an_approval_is_stale_by_its_date(world: World) -> None:
    gitlab(world).resets = False
    forge = world.adapter()
    pull = forge.create("A title", "")
    world.forge.approve(1, "alice")
    assert forge.approval(pull).state == "current"
    world.push("third")
    assert forge.approval(pull).state == "stale"
    gitlab(world).says_when = False  # then it may be one of the head
    assert forge.approval(pull).state == "current"


def test_where_one_reviewer_is_taken_the_others_are_noted(world: World) -> None:
    gitlab(world).several_reviewers = False
    forge = world.adapter()
    pull = forge.create("A title", "")
    assert forge.request_reviewers(pull, users=("alice", "bob")) == ("alice",)
    [note] = forge.notes()
    assert note.startswith("bob could not be asked") and "one reviewer only" in note


# -- statuses and merging ----------------------------------------------------------------------------------------


def test_a_status_goes_into_the_commit_s_own_pipeline(world: World) -> None:
    head = world.head()
    own = gitlab(world).run_pipeline(head, "refs/merge-requests/1/head", "merge_request_event")
    world.adapter().status(head, name="check", state="success", description="")
    body = world.forge.calls[-1].body
    assert (body["pipeline_id"], body["ref"]) == (own.number, own.ref)
    assert len(gitlab(world).pipelines) == 1


def test_without_one_a_pipeline_is_made_of_our_branch(world: World) -> None:
    head = world.head()
    world.adapter().status(head, name="check", state="failure", description="")
    [made] = gitlab(world).pipelines
    assert (made.source, made.ref) == ("external", BRANCH)
    assert world.forge.statuses[head]["check"].state == "failed"


def test_a_status_that_is_there_already_is_no_failure(world: World) -> None:
    head = world.head()
    forge = world.adapter()
    forge.status(head, name="check", state="pending", description="1 held")
    forge.status(head, name="check", state="pending", description="2 held")  # GitLab refuses pending after pending
    assert forge.notes() == ()


def test_a_pipeline_of_an_earlier_head_is_not_enough(world: World) -> None:
    forge = world.adapter()
    pull = forge.create("A title", "")
    gitlab(world).run_pipeline(world.head(), BRANCH)
    head = world.push("third")
    assert not forge.arm(pull, head=head)
    [note] = forge.notes()
    assert "no pipeline for its head yet" in note
    assert [call for call in world.forge.writes if call[1].endswith("/merge")] == []


def test_the_head_goes_with_the_wish_to_merge(world: World) -> None:
    forge = world.adapter()
    pull = forge.create("A title", "")
    head = world.head()
    gitlab(world).run_pipeline(head, BRANCH)
    gitlab(world).checking = 1
    assert forge.arm(pull, head=head)
    assert world.forge.calls[-1].body["sha"] == head
    assert world.waits == [1.0]


def test_trains_are_left_alone(world: World) -> None:
    gitlab(world).trains = True
    forge = world.adapter()
    assert not forge.arm(forge.create("A title", ""), head=world.head())
    [note] = forge.notes()
    assert "merges by trains" in note


def test_a_push_disarms_it(world: World) -> None:
    forge = world.adapter()
    pull = forge.create("A title", "")
    gitlab(world).run_pipeline(world.head(), BRANCH)
    forge.arm(pull, head=world.head())
    world.push("third")
    assert not forge.approval(pull).armed


@pytest.mark.parametrize(("days", "is_told"), [(5, True), (60, False)])
def test_a_token_that_is_about_to_expire_is_told(world: World, days: int, is_told: bool) -> None:
    end = (datetime.now(UTC) + timedelta(days=days)).date()
    world.forge.token_expires = end.isoformat()
    notes = world.adapter().notes()
    assert [note.split(":")[0] for note in notes] == ([f"the token in FORGE_TOKEN expires on {end}"] if is_told else [])


def test_a_token_that_tells_nothing_of_itself_is_no_failure(world: World) -> None:
    world.forge.root = "/elsewhere"  # type: ignore[misc]
    assert world.adapter().notes() == ()


# -- quick actions -----------------------------------------------------------------------------------------------

HOSTILE = "Before\n/close\n/label ~security\n\n```\n/merge\n/v1/models\n```\n~~~\n/approve\n~~~\nAfter"


def test_no_line_of_ours_is_run(world: World) -> None:
    forge = world.adapter()
    pull = forge.create("A title", HOSTILE)
    forge.comment(pull, HOSTILE)
    pull = forge.update(pull, body=f"{HOSTILE} more")
    forge.close(pull, body=f"{HOSTILE} last")
    assert gitlab(world).commands == []
    assert world.forge.pull(1).labels == []
    assert world.forge.pull(1).body.replace("\u200b", "") == f"{HOSTILE} last"


def test_a_body_that_was_made_inert_is_not_written_again(world: World) -> None:
    forge = world.adapter()
    text = forge.inert(HOSTILE)
    forge.create("A title", text)
    pull = forge.open_pull()
    assert pull is not None and pull.body == text
    before = len(world.forge.writes)
    forge.update(pull, body=text)
    forge.update(pull, body=HOSTILE)
    assert len(world.forge.writes) in (before, before + 1)


def test_what_people_wrote_keeps_its_references(world: World) -> None:
    forge = world.adapter()
    forge.create("A title", "Ours")
    world.forge.edit(1, body="Please look, @alice, and see #12.\n\nOurs")
    pull = forge.open_pull()
    assert pull is not None
    forge.update(pull, body=pull.body.replace("Ours", forge.inert("New, @bob")))
    assert world.forge.pull(1).body == "Please look, @alice, and see #12.\n\nNew, @\u200bbob"
