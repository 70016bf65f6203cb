"""What only GitHub does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from forges import LoopbackGitHub, World, denied, forge_world
from rhoai_catalog.errors import ProposeError
from rhoai_catalog.propose.forges import make_forge
from rhoai_catalog.propose.forges.github import GitHub


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with forge_world(tmp_path, "github") as world:
        world.push("second")
        yield world


def github(world: World) -> LoopbackGitHub:
    assert isinstance(world.forge, LoopbackGitHub)
    return world.forge


@pytest.mark.parametrize(
    ("url", "api", "rest", "graphql"),
    [
        ("https://github.com/o/r", None, "https://api.github.com/repos/o/r", "https://api.github.com"),
        ("https://github.com/o/r.git", None, "https://api.github.com/repos/o/r", "https://api.github.com"),
        ("https://ghe.example/o/r", None, "https://ghe.example/api/v3/repos/o/r", "https://ghe.example/api"),
        ("https://o.example/o/r", "https://api.o.example", "https://api.o.example/repos/o/r", "https://api.o.example"),
    ],
)
def test_where_its_apis_are(world: World, url: str, api: str | None, rest: str, graphql: str) -> None:
    forge = make_forge(world.repository(url=url, api_url=api), "token")
    assert isinstance(forge, GitHub)
    assert (forge.rest.address, forge.graphql.rest.address) == (rest, graphql)


def test_a_repository_without_drafts_gets_none(world: World) -> None:
    world.forge.has_drafts = False
    forge = world.adapter()
    assert not forge.create("A title", "", draft=True).draft
    [note] = forge.notes()
    assert "no drafts" in note


def test_labels_are_alike_in_any_case(world: World) -> None:
    forge = world.adapter()
    forge.create("A title", "")
    world.forge.set_labels(1, "Catalog:Update")
    pull = forge.open_pull()
    assert pull is not None
    before = len(world.forge.writes)
    forge.label(pull, add=("catalog:update",))
    assert len(world.forge.writes) == before
    forge.label(pull, drop=("catalog:update",))
    assert world.forge.pull(1).labels == []


def test_an_approval_that_was_dismissed_is_none(world: World) -> None:
    github(world).dismisses_stale = True
    forge = world.adapter()
    pull = forge.create("A title", "")
    world.forge.approve(1, "alice")
    world.push("third")
    assert forge.approval(pull).state == "none"


def test_who_may_only_read_approves_nothing(world: World) -> None:
    forge = world.adapter()
    pull = forge.create("A title", "")
    world.forge.approve(1, "stranger")
    assert forge.approval(pull).approvers == ()


def test_an_older_enterprise_knows_no_queue(world: World) -> None:
    github(world).merge_queue = False
    forge = world.adapter()
    pull = forge.create("A title", "")
    world.forge.approve(1, "alice")
    approval = forge.approval(pull)
    assert (approval.state, approval.queued) == ("current", False)


def test_merging_uses_the_repository_s_own_method(world: World) -> None:
    forge = world.adapter()
    pull = forge.create("A title", "")
    assert forge.arm(pull, head=world.head())
    assert world.forge.pull(1).armed_method == "SQUASH"


def test_a_repository_may_allow_no_auto_merge(world: World) -> None:
    world.forge.auto_merge_allowed = False
    forge = world.adapter()
    assert not forge.arm(forge.create("A title", ""), head=world.head())
    [note] = forge.notes()
    assert "do not allow auto-merge" in note


def test_an_armed_one_stays_armed_at_a_push(world: World) -> None:
    forge = world.adapter()
    pull = forge.create("A title", "")
    forge.arm(pull, head=world.head())
    world.push("third")
    assert forge.approval(pull).armed


@pytest.mark.parametrize(
    ("days", "zone", "is_told"), [(3, "UTC", True), (20, "+0200", True), (40, "UTC", False), (-1, "UTC", True)]
)
def test_a_token_that_is_about_to_expire_is_told(world: World, days: int, zone: str, is_told: bool) -> None:
    end = datetime.now(UTC) + timedelta(days=days)
    world.forge.token_expires = f"{end:%Y-%m-%d %H:%M:%S} {zone}"
    forge = world.adapter()
    assert forge.notes() == ()
    forge.open_pull()
    told = [f"the token in FORGE_TOKEN expires on {end:%Y-%m-%d}: renew it before then, or proposing stops"]
    assert list(forge.notes()) == (told if is_told else [])
    assert len(forge.notes()) == len(told if is_told else [])  # once


def test_a_missing_right_is_named(world: World) -> None:
    header = {"X-Accepted-GitHub-Permissions": "pull_requests=write"}
    world.forge.refusals["POST /pulls"] = denied(403, "Resource not accessible by integration", **header)
    with pytest.raises(ProposeError) as told:
        world.adapter().create("A title", "")
    assert "the token in FORGE_TOKEN needs the permission pull_requests=write" in told.value.hint


def test_a_branch_that_is_not_there(world: World) -> None:
    world.forge.delete_branch("rhoai-catalog/update")
    with pytest.raises(ProposeError, match="422 Validation Failed"):
        world.adapter().create("A title", "")
