"""Pull requests on the three forges, through the one interface and over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from forges import FORGES, ROBOT, World, denied, forge_world, git
from forges.world import BRANCH
from outside import Answer
from rhoai_catalog.errors import ConfigError, ProposeError
from rhoai_catalog.propose.forges import make_forge


@pytest.fixture(params=FORGES)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with forge_world(tmp_path, request.param) as world:
        world.push("second")
        yield world


def test_there_is_none_at_first(world: World) -> None:
    forge = world.adapter()
    assert (forge.open_pull(), forge.closed_pulls()) == (None, ())
    assert world.forge.writes == []


def test_one_is_created_and_found_again(world: World) -> None:
    created = world.adapter().create("A title", "A body\n")
    assert (created.number, created.title, created.body.strip(), created.state) == (1, "A title", "A body", "open")
    assert (created.base, created.branch, created.head) == ("main", BRANCH, world.head())
    assert (created.author, created.labels, created.draft, created.closed_at) == (ROBOT, (), False, "")
    assert created.url.startswith("https://git.example.net/org/catalog/")
    assert world.adapter().open_pull() == created
    assert len(world.forge.writes) == 1


def test_one_that_is_there_already_is_taken(world: World) -> None:
    forge = world.adapter()
    first = forge.create("A title", "A body\n")
    assert forge.create("Another", "body") == first
    assert [pull.title for pull in world.forge.pulls] == ["A title"]


def test_only_what_differs_is_written(world: World) -> None:
    forge = world.adapter()
    pull = forge.create("A title", "A body")
    before = len(world.forge.writes)
    assert forge.update(pull) == pull
    assert forge.update(pull, title="A title", body="A body") == pull
    assert len(world.forge.writes) == before
    changed = forge.update(pull, title="A title", body="Another")
    assert (changed.title, changed.body) == ("A title", "Another")
    assert {*world.forge.calls[-1].body} in ({"body"}, {"description"})


def test_a_draft_is_a_draft_and_its_title_is_ours(world: World) -> None:
    forge = world.adapter()
    pull = forge.create("A title", "", draft=True)
    assert (pull.title, pull.draft) == ("A title", True)
    changed = forge.update(pull, title="Another")
    assert (changed.title, changed.draft) == ("Another", True)
    assert (found := world.adapter().open_pull()) is not None and (found.title, found.draft) == ("Another", True)


def test_a_title_that_only_looks_like_a_draft_s_is_left_alone(world: World) -> None:
    pull = world.adapter().create("Drafty windows: WIP: none", "")
    assert (pull.title, pull.draft) == ("Drafty windows: WIP: none", False)


def test_a_fork_s_branch_of_that_name_is_not_ours(world: World) -> None:
    world.forge.add(BRANCH, owner="mallory", title="Mine")
    forge = world.adapter()
    assert forge.open_pull() is None
    world.forge.close(1)
    assert forge.closed_pulls() == ()


def test_one_that_a_person_opened_from_our_branch_is_ours(world: World) -> None:
    world.forge.add(BRANCH, title="By hand", author="alice")
    pull = world.adapter().open_pull()
    assert pull is not None and (pull.title, pull.author) == ("By hand", "alice")


def test_a_retargeted_one_is_still_ours(world: World) -> None:
    world.adapter().create("A title", "")
    git(world.remote, "branch", "release", "main")
    world.forge.retarget(1, "release")
    pull = world.adapter().open_pull()
    assert pull is not None and (pull.number, pull.base) == (1, "release")


def test_of_two_the_one_into_our_base_counts(world: World) -> None:
    git(world.remote, "branch", "release", "main")
    world.forge.add(BRANCH, "release", title="Elsewhere")
    assert world.adapter().create("A title", "").number == 2
    pull = world.adapter().open_pull()
    assert pull is not None and pull.number == 2


def test_closing_says_why_in_the_same_call(world: World) -> None:
    forge = world.adapter()
    pull = forge.create("A title", "A body")
    before = len(world.forge.writes)
    forge.close(pull, body="A body\n\n<!-- ours -->")
    assert len(world.forge.writes) == before + 1
    assert forge.open_pull() is None
    [closed] = forge.closed_pulls()
    assert (closed.number, closed.state, closed.body) == (1, "closed", "A body\n\n<!-- ours -->")
    assert closed.closed_at


def test_the_latest_to_end_comes_first_whoever_commented_since(world: World) -> None:
    forge = world.adapter()
    for number, merged in ((1, False), (2, True), (3, False)):
        forge.create(f"Number {number}", "")
        world.forge.close(number, merged=merged, by="bob")
    world.forge.comment(1, "A late word")
    ended = forge.closed_pulls()
    assert [(pull.number, pull.state) for pull in ended] == [(3, "closed"), (2, "merged"), (1, "closed")]
    assert sorted((pull.closed_at for pull in ended), reverse=True) == [pull.closed_at for pull in ended]


def test_closed_ones_are_those_of_our_branch_whatever_their_base(world: World) -> None:
    git(world.remote, "branch", "release", "main")
    world.push("theirs", "feature")
    for branch, base in ((BRANCH, "release"), ("feature", "main")):
        world.forge.close(world.forge.add(branch, base).number)
    assert [pull.base for pull in world.adapter().closed_pulls()] == ["release"]


def test_the_head_of_a_closed_one_stays_what_it_was(world: World) -> None:
    forge = world.adapter()
    pull = forge.create("A title", "")
    world.forge.close(1)
    world.push("third")  # a branch of that name goes on
    assert forge.closed_pulls()[0].head == pull.head
    world.forge.delete_branch(BRANCH)
    [closed] = forge.closed_pulls()
    assert (closed.head, closed.branch) == (pull.head, BRANCH)
    ref = forge.capabilities.head_ref(1)
    assert ref is not None and git(world.remote, "rev-parse", ref) == pull.head


def test_a_deleted_branch_closes_it_where_the_forge_does_so(world: World) -> None:
    forge = world.adapter()
    forge.create("A title", "")
    world.forge.delete_branch(BRANCH, by="bob")
    if world.forge.deleting_closes:
        assert forge.open_pull() is None
        assert [pull.state for pull in forge.closed_pulls()] == ["closed"]
    else:
        assert forge.open_pull() is not None


def test_every_page_is_read(world: World) -> None:
    world.forge.page = 3  # an operator's choice, and less than is asked for
    for number in range(7):
        world.push("theirs", f"feature-{number}")
        world.forge.add(f"feature-{number}")
    world.forge.add(BRANCH, title="Ours, and the oldest of all by now")
    world.forge.pulls[0], world.forge.pulls[-1] = world.forge.pulls[-1], world.forge.pulls[0]
    world.forge.pulls[0].number, world.forge.pulls[-1].number = 1, 8
    pull = world.adapter().open_pull()
    assert pull is not None and pull.number == 1
    for number in range(1, 9):
        world.forge.close(number)
    assert [pull.number for pull in world.adapter().closed_pulls()] == [1]


def test_comments_are_added(world: World) -> None:
    forge = world.adapter()
    forge.comment(forge.create("A title", ""), "Because")
    assert world.forge.pull(1).comments == [(ROBOT, "Because")]


def test_the_longest_title_and_body_are_taken_as_they_are(world: World) -> None:
    forge = world.adapter()
    title = "t" * forge.capabilities.longest_title
    body = "b" * min(forge.capabilities.longest_body, 1_100_000)
    pull = forge.create(title, body, draft=True)
    assert (pull.title, pull.body) == (title, body)


def test_html_comments_stay(world: World) -> None:
    forge = world.adapter()
    body = forge.inert("<!-- rhoai-catalog:begin -->\nText\n<!-- rhoai-catalog:end -->\n")
    assert (
        forge.create("A title", body).body == body == "<!-- rhoai-catalog:begin -->\nText\n<!-- rhoai-catalog:end -->\n"
    )


def test_an_unchanged_run_reads_little_and_writes_nothing(world: World) -> None:
    world.adapter().create("A title", "A body")
    before, written = len(world.forge.calls), len(world.forge.writes)
    forge = world.adapter()
    pull = forge.open_pull()
    assert pull is not None
    forge.closed_pulls()
    forge.update(pull, title="A title", body="A body")
    forge.label(pull, add=(), drop=("catalog:update",))
    assert len(world.forge.writes) == written
    assert len(world.forge.calls) - before == 2


def test_what_is_no_repository_of_a_forge(world: World) -> None:
    for url in (
        "https://git.example.net/only-one",
        "git@git.example.net:org/catalog.git",
        "https://git.example.net/a//b",
    ):
        with pytest.raises(ProposeError, match="names no repository of a forge"):
            make_forge(world.repository(url=url), "token")
    with pytest.raises(ProposeError, match="there is no token"):
        make_forge(world.repository(), None)
    with pytest.raises(ConfigError, match="is not known"):
        make_forge(world.repository(forge="sourcehut"), "token")


@pytest.mark.parametrize("status", [401, 403, 404, 422])
def test_a_refused_pull_request_is_an_error_with_what_to_do(world: World, status: int) -> None:
    path = "/merge_requests" if world.forge.forge == "gitlab" else "/pulls"
    world.forge.refusals[f"POST {path}"] = denied(status, "No, not that")
    with pytest.raises(ProposeError, match=f"{status} No, not that") as told:
        world.adapter().create("A title", "")
    if status in (401, 403):
        assert "FORGE_TOKEN" in told.value.hint
    assert told.value.hint


@pytest.mark.parametrize(
    "row", [{}, {"number": "x", "iid": []}, {"number": 1, "iid": 1, "labels": 7, "head": "h", "base": "b"}]
)
def test_what_is_no_pull_request_is_told(world: World, row: dict[str, object]) -> None:
    path = "/merge_requests" if world.forge.forge == "gitlab" else "/pulls"
    world.forge.refusals[f"POST {path}"] = Answer(row, 201)
    with pytest.raises(ProposeError, match="did not answer as its API does") as told:
        world.adapter().create("A title", "")
    assert "apiUrl" in told.value.hint
