"""What only Gitea and Forgejo do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from forges import LoopbackGitea, World, forge_world, git
from forges.world import BRANCH


@pytest.fixture(params=[True, False], ids=["1.26", "1.21"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Older ones tell of a closed one where its branch is now, in lists, too."""
    with forge_world(tmp_path, "gitea") as world:
        gitea(world).frozen_lists = request.param
        world.push("second")
        yield world


def gitea(world: World) -> LoopbackGitea:
    assert isinstance(world.forge, LoopbackGitea)
    return world.forge


def test_heads_are_told_only_where_they_are_sure(world: World) -> None:
    forge = world.adapter()
    heads = []
    for number in (1, 2):
        heads.append(forge.create(f"Number {number}", "").head)
        world.forge.close(number, merged=number == 2)
        world.push(f"after {number}")
    assert [pull.head for pull in forge.closed_pulls()] == [heads[1], ""]
    world.forge.delete_branch(BRANCH)
    assert [pull.head for pull in forge.closed_pulls()] == [heads[1], heads[0]]


def test_a_head_that_is_not_kept_is_not_told(world: World) -> None:
    forge = world.adapter()
    forge.create("A title", "")
    world.forge.close(1)
    git(world.remote, "update-ref", "-d", "refs/pull/1/head")
    assert forge.closed_pulls()[0].head == ""


def test_labels_beyond_a_page_and_of_the_organisation_are_not_made_twice(world: World) -> None:
    world.forge.page = 20
    world.forge.labels += [*(f"label-{number}" for number in range(70)), "catalog:update"]
    world.forge.organisation_labels += [*(f"shared-{number}" for number in range(70)), "catalog:safe"]
    forge = world.adapter()
    pull = forge.create("A title", "")
    forge.label(pull, add=("catalog:update", "catalog:safe", "catalog:new"))
    forge.label(pull, add=("catalog:new",))
    assert sorted(world.forge.pull(1).labels) == ["catalog:new", "catalog:safe", "catalog:update"]
    assert len([call for call in world.forge.writes if call == ("POST", "/labels")]) == 1


def test_a_person_s_repository_has_no_labels_above(world: World) -> None:
    gitea(world).is_organisation = False
    forge = world.adapter()
    forge.label(forge.create("A title", ""), add=("catalog:update",))
    assert world.forge.pull(1).labels == ["catalog:update"]


@pytest.mark.parametrize("prefix", ["WIP: ", "wip:", "[WIP] "])
def test_a_draft_of_a_person_stays_one(world: World, prefix: str) -> None:
    forge = world.adapter()
    forge.create("A title", "")
    world.forge.edit(1, title=f"{prefix}A title")
    pull = forge.open_pull()
    assert pull is not None and (pull.title, pull.draft) == ("A title", True)
    forge.update(pull, title="Another")
    assert world.forge.pull(1).title == "WIP: Another"


def test_an_approval_of_the_same_diff_is_current(world: World) -> None:
    forge = world.adapter()
    pull = forge.create("A title", "")
    world.forge.approve(1, "alice")
    world.push("second")  # another commit, and the same tree
    assert forge.approval(pull).state == "current"
    world.push("third")
    assert forge.approval(pull).state == "stale"


def test_who_may_not_write_and_who_was_dismissed_approve_nothing(world: World) -> None:
    forge = world.adapter()
    pull = forge.create("A title", "")
    world.forge.approve(1, "reader")
    world.forge.approve(1, "alice")
    world.forge.dismiss(1, "alice")
    assert forge.approval(pull).state == "none"


def test_a_reviewer_who_may_not_be_asked_is_noted_and_the_rest_is_asked(world: World) -> None:
    forge = world.adapter()
    pull = forge.create("A title", "")
    assert forge.request_reviewers(pull, users=("alice", "stranger", "bob")) == ("alice", "bob")
    assert sorted(world.forge.pull(1).reviewers) == ["alice", "bob"]
    [note] = forge.notes()
    assert "stranger" in note


def test_a_merge_is_scheduled_as_soon_as_gitea_has_looked(world: World) -> None:
    gitea(world).checking = 2
    forge = world.adapter()
    pull = forge.create("A title", "")
    assert forge.arm(pull, head=world.head())
    assert world.waits == [1.0, 2.0]
    assert world.forge.pull(1).armed_method == "squash"


def test_a_merge_that_is_scheduled_already_is_fine(world: World) -> None:
    forge = world.adapter()
    pull = forge.create("A title", "")
    world.forge.arm(1)
    assert forge.arm(pull, head=world.head())
    assert forge.notes() == ()


def test_a_schedule_stays_at_a_push(world: World) -> None:
    forge = world.adapter()
    pull = forge.create("A title", "")
    forge.arm(pull, head=world.head())
    world.push("third")
    assert forge.approval(pull).armed
    forge.disarm(pull)
    assert not forge.approval(pull).armed
