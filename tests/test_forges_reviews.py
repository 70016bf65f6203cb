"""Labels, reviewers, statuses, approvals and merging by itself, on the three forges."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from forges import FORGES, World, denied, forge_world
from rhoai_catalog.errors import ProposeError
from rhoai_catalog.propose.forges import Forge, PullRequest


@pytest.fixture(params=FORGES)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with forge_world(tmp_path, request.param) as world:
        world.push("second")
        yield world


@pytest.fixture
def forge(world: World) -> Forge:
    return world.adapter()


@pytest.fixture
def pull(forge: Forge) -> PullRequest:
    return forge.create("A title", "A body")


def again(forge: Forge) -> PullRequest:
    pull = forge.open_pull()
    assert pull is not None
    return pull


def path(world: World, rest: str) -> str:
    return f"/merge_requests/1{rest}" if world.forge.forge == "gitlab" else f"/pulls/1{rest}"


# -- labels ------------------------------------------------------------------------------------------------------


def test_labels_are_made_added_and_taken_off(world: World, forge: Forge, pull: PullRequest) -> None:
    forge.label(pull, add=("catalog:update", "catalog:security"))
    assert sorted(again(forge).labels) == ["catalog:security", "catalog:update"]
    forge.label(again(forge), add=("catalog:deletions", "catalog:update"), drop=("catalog:security", "catalog:safe"))
    assert sorted(again(forge).labels) == ["catalog:deletions", "catalog:update"]
    assert sorted(set(world.forge.labels)) == sorted(world.forge.labels)


def test_a_label_of_a_person_is_never_taken_off(world: World, forge: Forge, pull: PullRequest) -> None:
    world.forge.set_labels(1, "urgent", "catalog:mine", "catalog:update")
    forge.label(again(forge), add=("catalog:safe",), drop=("catalog:update",))
    assert sorted(again(forge).labels) == ["catalog:mine", "catalog:safe", "urgent"]


def test_labels_that_are_right_are_not_written(world: World, forge: Forge, pull: PullRequest) -> None:
    forge.label(pull, add=("catalog:update",))
    before = len(world.forge.writes)
    forge.label(again(forge), add=("catalog:update",), drop=("catalog:safe",))
    assert len(world.forge.writes) == before


def test_a_label_that_was_taken_off_meanwhile_is_off(world: World, forge: Forge, pull: PullRequest) -> None:
    forge.label(pull, add=("catalog:update", "catalog:safe"))
    old = again(forge)
    world.forge.set_labels(1, "catalog:update")
    forge.label(old, drop=("catalog:safe",))
    assert again(forge).labels == ("catalog:update",)
    assert forge.notes() == ()


@pytest.mark.parametrize("status", [403, 422])
def test_labels_that_are_refused_are_a_note(world: World, forge: Forge, pull: PullRequest, status: int) -> None:
    call = "PUT /merge_requests/1" if world.forge.forge == "gitlab" else "POST /issues/1/labels"
    world.forge.refusals[call] = denied(status, "no labels")
    forge.label(pull, add=("catalog:update",))
    forge.label(pull, add=("catalog:update",))
    [note] = forge.notes()
    assert note.startswith(f"labels were not set: {status} no labels")


@pytest.mark.parametrize("status", [401, 500])
def test_nothing_else_is_swallowed(world: World, forge: Forge, pull: PullRequest, status: int) -> None:
    call = "PUT /merge_requests/1" if world.forge.forge == "gitlab" else "POST /issues/1/labels"
    world.forge.refusals[call] = denied(status, "gone wrong")
    with pytest.raises(ProposeError, match=f"{status} gone wrong"):
        forge.label(pull, add=("catalog:update",))
    world.forge.refusals[f"GET {path(world, '/reviews')}"] = denied(status, "gone wrong")
    world.forge.refusals["POST /graphql"] = denied(status, "gone wrong")
    world.forge.refusals[f"GET {path(world, '/approvals')}"] = denied(status, "gone wrong")
    with pytest.raises(ProposeError, match=f"{status} gone wrong"):
        forge.approval(pull)
    with pytest.raises(ProposeError, match=f"{status} gone wrong"):
        forge.request_reviewers(pull, users=("alice",))
    head = world.head()
    world.forge.refusals[f"POST /statuses/{head}"] = denied(status, "gone wrong")
    with pytest.raises(ProposeError, match=f"{status} gone wrong"):
        forge.status(head, name="check", state="success", description="")


# -- reviewers ---------------------------------------------------------------------------------------------------


def test_reviewers_are_asked_once(world: World, forge: Forge, pull: PullRequest) -> None:
    assert forge.request_reviewers(pull, users=("alice", "Alice", "bob")) == ("alice", "bob")
    before = len(world.forge.writes)
    assert forge.request_reviewers(pull, users=("bob", "alice")) == ()
    assert len(world.forge.writes) == before
    assert sorted(world.forge.pull(1).reviewers) == ["alice", "bob"]


def test_who_reviewed_or_wrote_it_is_not_asked(world: World, forge: Forge, pull: PullRequest) -> None:
    world.forge.approve(1, "alice")
    world.forge.request_changes(1, "bob")
    assert forge.request_reviewers(pull, users=("robot", "alice", "bob", "carol")) == ("carol",)
    assert "carol" in world.forge.pull(1).reviewers


def test_reviewers_whom_a_person_asked_stay(world: World, forge: Forge, pull: PullRequest) -> None:
    world.forge.pull(1).reviewers.append("carol")
    assert forge.request_reviewers(pull, users=("alice",)) == ("alice",)
    assert sorted(world.forge.pull(1).reviewers) == ["alice", "carol"]


def test_one_who_may_not_be_asked_does_not_stop_the_others(world: World, forge: Forge, pull: PullRequest) -> None:
    assert forge.request_reviewers(pull, users=("alice", "nobody", "bob")) == ("alice", "bob")
    assert sorted(world.forge.pull(1).reviewers) == ["alice", "bob"]
    [note] = forge.notes()
    assert note.startswith("nobody could not be asked for a review")


def test_teams_are_asked_where_there_are_any(world: World, forge: Forge, pull: PullRequest) -> None:
    asked = forge.request_reviewers(pull, users=("alice",), teams=("ml", "no-such-team"))
    if forge.capabilities.teams:
        assert asked == ("alice", "ml") and world.forge.pull(1).teams == ["ml"]
        assert [note.split()[0] for note in forge.notes()] == ["no-such-team"]
        assert forge.request_reviewers(pull, teams=("ml",)) == ()
    else:
        assert asked == ("alice",)
        assert [note.split()[0] for note in forge.notes()] == ["ml", "no-such-team"]


def test_reviewers_that_are_refused_are_a_note(world: World, forge: Forge, pull: PullRequest) -> None:
    call = "PUT /merge_requests/1" if world.forge.forge == "gitlab" else "POST /pulls/1/requested_reviewers"
    world.forge.refusals[call] = denied(403, "not you")
    assert forge.request_reviewers(pull, users=("alice",)) == ()
    [note] = forge.notes()
    assert "403 not you" in note


def test_no_reviewers_cost_nothing(world: World, forge: Forge, pull: PullRequest) -> None:
    before = len(world.forge.calls)
    assert forge.request_reviewers(pull) == ()
    assert len(world.forge.calls) == before


# -- statuses ----------------------------------------------------------------------------------------------------


def test_a_status_is_set_on_its_commit_and_only_where_it_differs(world: World, forge: Forge) -> None:
    head = world.head()
    forge.status(head, name="catalog/safety", state="pending", description="1 held", url="https://ci.example/1")
    before = len(world.forge.writes)
    for one in (forge, world.adapter()):
        one.status(head, name="catalog/safety", state="pending", description="1 held", url="https://ci.example/1")
    assert len(world.forge.writes) == before
    forge.status(head, name="catalog/safety", state="success", description="", url="")
    forge.status(head, name="catalog/four-eyes", state="failure", description="only its author approved")
    states = {name: status.state for name, status in world.forge.statuses[head].items()}
    failed = "failed" if world.forge.forge == "gitlab" else "failure"
    assert states == {"catalog/safety": "success", "catalog/four-eyes": failed}


def test_a_long_description_of_a_status_is_cut(world: World, forge: Forge) -> None:
    head = world.head()
    forge.status(head, name="check", state="success", description="d" * 1000)
    assert 100 < len(world.forge.statuses[head]["check"].description) <= 255
    before = len(world.forge.writes)
    world.adapter().status(head, name="check", state="success", description="d" * 1000)
    assert len(world.forge.writes) == before


@pytest.mark.parametrize("status", [403, 422])
def test_a_status_that_is_refused_is_a_note(world: World, forge: Forge, status: int) -> None:
    head = world.head()
    world.forge.refusals[f"POST /statuses/{head}"] = denied(status, "not accessible")
    forge.status(head, name="check", state="success", description="")
    [note] = forge.notes()
    assert note.startswith(f"the status check was not set: {status} not accessible")


# -- approval ----------------------------------------------------------------------------------------------------


def test_nobody_has_said_anything(forge: Forge, pull: PullRequest) -> None:
    approval = forge.approval(pull)
    assert (approval.state, approval.approvers, approval.queued, approval.armed) == ("none", (), False, False)


def test_an_approval_of_the_head_is_current(world: World, forge: Forge, pull: PullRequest) -> None:
    world.forge.approve(1, "alice")
    approval = forge.approval(pull)
    assert (approval.state, approval.approvers) == ("current", ("alice",))


def test_a_push_makes_it_stale_or_takes_it_back(world: World, forge: Forge, pull: PullRequest) -> None:
    world.forge.approve(1, "alice")
    world.push("third")
    assert forge.approval(pull).state == ("none" if forge.capabilities.approvals_fall else "stale")
    world.forge.approve(1, "alice")
    assert forge.approval(pull).state == "current"


def test_who_requests_changes_outweighs_who_approves(world: World, forge: Forge, pull: PullRequest) -> None:
    world.forge.approve(1, "alice")
    world.forge.request_changes(1, "bob")
    assert forge.approval(pull).state == "changes requested"


def test_a_queue_is_told(world: World, forge: Forge, pull: PullRequest) -> None:
    if world.forge.forge == "gitea":
        return  # it has none
    if world.forge.forge == "gitlab":
        world.forge.trains = True  # type: ignore[attr-defined]
    world.forge.queue(1)
    assert forge.approval(pull).queued


# -- merging by itself -------------------------------------------------------------------------------------------


def ready(world: World) -> str:
    """What GitLab needs before it is armed: a pipeline of the head."""
    head = world.head()
    if world.forge.forge == "gitlab":
        world.forge.run_pipeline(head, "rhoai-catalog/update")  # type: ignore[attr-defined]
    return head


def test_it_is_armed_and_disarmed(world: World, forge: Forge, pull: PullRequest) -> None:
    assert forge.arm(pull, head=ready(world)) and forge.notes() == ()
    assert forge.approval(pull).armed and again(forge).state == "open"
    forge.disarm(pull)
    assert not forge.approval(pull).armed
    forge.disarm(pull)  # it is not, so nothing is to be done


def test_what_a_person_armed_is_disarmed_too(world: World, forge: Forge, pull: PullRequest) -> None:
    world.forge.arm(1, by="alice")
    assert forge.approval(pull).armed
    forge.disarm(pull)
    assert not forge.approval(pull).armed


def test_only_the_head_that_was_judged_is_armed(world: World, forge: Forge, pull: PullRequest) -> None:
    head = ready(world)
    world.push("third")
    ready(world)
    assert not forge.arm(pull, head=head)
    assert not forge.approval(pull).armed
    [note] = forge.notes()
    assert note.startswith(f"merging {'!' if world.forge.forge == 'gitlab' else '#'}1 by itself was not turned on: ")


def test_what_would_merge_at_once_is_not_armed(world: World, forge: Forge, pull: PullRequest) -> None:
    world.forge.requires = False
    assert not forge.arm(pull, head=ready(world))
    assert again(forge).state == "open"
    [note] = forge.notes()
    assert "would merge at once" in note


def test_one_that_stays_armed_is_an_error(world: World, forge: Forge, pull: PullRequest) -> None:
    assert forge.arm(pull, head=ready(world))
    calls = {
        "github": "POST /graphql",
        "gitea": "DELETE /pulls/1/merge",
        "gitlab": "POST /merge_requests/1/cancel_merge_when_pipeline_succeeds",
    }
    world.forge.refusals[calls[world.forge.forge]] = denied(403, "not you")
    with pytest.raises(ProposeError, match="403 not you"):
        forge.disarm(pull)


def test_arming_that_is_refused_is_a_note(world: World, forge: Forge, pull: PullRequest) -> None:
    calls = {"github": "POST /graphql", "gitea": "POST /pulls/1/merge", "gitlab": "PUT /merge_requests/1/merge"}
    world.forge.refusals[calls[world.forge.forge]] = denied(403, "not you")
    assert not forge.arm(pull, head=ready(world))
    [note] = forge.notes()
    assert note.endswith("by itself was not turned on: 403 not you")
