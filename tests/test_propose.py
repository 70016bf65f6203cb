"""One branch and one pull request: real repositories with a real remote, and a forge over real HTTP."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from forges import FORGES, TOKEN, LoopbackForge, denied, git
from outside import Answer, Loopback
from rhoai_catalog.config import Credentials, Repository
from rhoai_catalog.errors import ProposeError
from rhoai_catalog.propose import Outcome, Proposal, propose

BRANCH = "rhoai-catalog/update"
FILE = "entities.yaml"


@dataclass
class World:
    """A bare remote, our checkout, a person's clone, and the forge."""

    remote: Path
    checkout: Path
    person: Path
    forge: LoopbackForge
    url: str = ""

    def run(self, text: str | None, *, open_pull_request: bool = True, **more: Any) -> Outcome:
        """One run whose news is this text of one file; None: nothing to propose."""

        def make(folder: Path) -> Proposal | None:
            if text is None or (folder / FILE).read_text("utf-8") == text:
                return None
            (folder / FILE).write_text(text, "utf-8")
            digest = hashlib.sha256(text.encode()).hexdigest()
            lines = text.splitlines()
            return Proposal(
                title=f"Update: {lines[0]}",
                body=f"It says {text}",
                message=f"Update: {lines[0]}\n\nBecause it changed.",
                digest=digest,
                labels=("catalog:update", *(f"catalog:{line}" for line in lines[1:])),
            )

        arguments = {"make": make, "tell": lambda line: None, **more}
        return propose(self.repository(), self.checkout / "catalog", open_pull_request=open_pull_request, **arguments)

    def repository(self, **more: Any) -> Repository:
        forge = self.forge.forge
        credentials = Credentials(env="FORGE_TOKEN")
        return Repository(
            **{"url": f"{self.url}/org/catalog", "forge": forge, "branch": BRANCH, "credentials": credentials, **more}
        )

    def proposed(self) -> str:
        """The file on our branch."""
        return git(self.remote, "show", f"{BRANCH}:catalog/{FILE}")

    def head(self, branch: str = BRANCH) -> str:
        return git(self.remote, "for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}")

    def authors(self) -> list[str]:
        return git(self.remote, "log", "--format=%an", f"main..{BRANCH}").splitlines()

    def commit(self, branch: str, **files: str) -> None:
        """A person's commit on a branch of the remote."""
        git(self.person, "fetch", "--quiet", "origin")
        git(self.person, "checkout", "--quiet", "-B", "work", f"origin/{branch}")
        for name, text in files.items():
            (self.person / "catalog" / name).write_text(text, "utf-8")
        git(self.person, "add", "--all")
        git(self.person, "commit", "--quiet", "--message", "What I think")
        git(self.person, "push", "--quiet", "origin", f"HEAD:{branch}")

    def merge(self, *how: str) -> None:
        """A person merges the branch into main, and the forge notes it."""
        git(self.person, "fetch", "--quiet", "origin")
        git(self.person, "checkout", "--quiet", "-B", "work", "origin/main")
        git(self.person, "merge", "--quiet", *how, f"origin/{BRANCH}")
        if "--squash" in how:
            git(self.person, "commit", "--quiet", "--message", "Squashed")
        git(self.person, "push", "--quiet", "origin", "HEAD:main")
        if self.forge.pulls:
            self.forge.close(len(self.forge.pulls), merged=True)


@contextmanager
def world_in(folder: Path, forge: str) -> Iterator[World]:
    remote, checkout, person = folder / "remote.git", folder / "checkout", folder / "person"
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(remote))
    git(folder, "init", "--quiet", "--initial-branch=main", str(checkout))
    git(checkout, "remote", "add", "origin", str(remote))
    (checkout / "catalog").mkdir()
    (checkout / "catalog" / FILE).write_text("first\n", "utf-8")
    git(checkout, "add", "--all")
    git(checkout, "commit", "--quiet", "--message", "Begin")
    git(checkout, "push", "--quiet", "origin", "main")
    git(folder, "clone", "--quiet", str(remote), str(person))
    world = World(remote, checkout, person, FORGES[forge](remote))
    with Loopback(world.forge.answer) as server:
        world.url = server.url
        yield world


@pytest.fixture(params=FORGES)
def world(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("FORGE_TOKEN", TOKEN)
    with world_in(tmp_path, request.param) as world:
        yield world


@pytest.fixture
def github(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("FORGE_TOKEN", TOKEN)
    with world_in(tmp_path, "github") as world:
        yield world


# -- the pull request --------------------------------------------------------------------------------------------


def test_the_first_run_opens_the_pull_request(world: World) -> None:
    outcome = world.run("second\nhot\n")
    assert (outcome.action, outcome.number) == ("created", 1)
    [pull] = world.forge.pulls
    assert (pull.title, sorted(pull.labels)) == ("Update: second", ["catalog:hot", "catalog:update"])
    assert "It says second" in pull.body
    assert world.proposed() == "second\nhot"
    assert world.authors() == ["rhoai-catalog"]


def test_a_run_with_nothing_new_writes_nothing(world: World) -> None:
    world.run("second\n")
    before, written = world.head(), list(world.forge.writes)
    assert [world.run("second\n").action for _ in range(2)] == ["unchanged", "unchanged"]
    world.commit("main", other="of no concern\n")  # the base branch moves elsewhere
    assert world.run("second\n").action == "unchanged"
    assert (world.head(), world.forge.writes) == (before, written)


def test_news_update_branch_text_and_labels(world: World) -> None:
    world.run("second\nhot\n")
    outcome = world.run("third\ncold\n")
    assert (outcome.action, outcome.number) == ("updated", 1)
    [pull] = world.forge.pulls
    assert (pull.title, sorted(pull.labels)) == ("Update: third", ["catalog:cold", "catalog:update"])
    assert "It says third" in pull.body and "second" not in pull.body
    assert len(world.authors()) == 1  # made anew on the base branch


def test_what_people_write_into_the_pull_request_stays(world: World) -> None:
    world.run("second\n")
    pull = world.forge.pulls[0]
    body = f"Please look, Bob.\r\n\r\n{pull.body}\r\nThanks!"
    world.forge.edit(1, title="Ours", body=body)
    world.forge.set_labels(1, "urgent")
    world.run("third\n")
    assert (pull.title, sorted(pull.labels)) == ("Ours", ["catalog:update", "urgent"])
    assert pull.body.startswith("Please look, Bob.") and pull.body.rstrip().endswith("Thanks!")
    assert "It says third" in pull.body and "second" not in pull.body


@pytest.mark.parametrize("how", [("--ff-only",), ("--no-ff", "--no-edit"), ("--squash",)])
def test_a_merge_leads_to_silence(github: World, how: tuple[str, ...]) -> None:
    github.run("second\n")
    github.merge(*how)
    written = list(github.forge.writes)
    assert github.run("second\n").action == "nothing"
    assert github.forge.writes == written
    assert github.run("third\n").number == 2


def test_what_is_not_wanted_any_more_is_closed(world: World) -> None:
    world.run("second\n")
    assert world.run(None).action == "closed"
    assert world.forge.pulls[0].state == "closed"
    assert world.head() == ""
    assert world.run(None).action == "nothing"


def test_a_closed_pull_request_is_a_decline_of_exactly_that(world: World) -> None:
    world.run("second\n")
    world.forge.close(1)
    written = list(world.forge.writes)
    assert {world.run("second\n").action for _ in range(3)} == {"declined"}
    git(world.remote, "update-ref", "-d", f"refs/heads/{BRANCH}")  # the branch is tidied away: it is remembered
    outcome = world.run("second\n")
    assert (outcome.action, outcome.number) == ("declined", 1)
    assert world.forge.writes == written
    assert world.run("third\n").number == 2


def test_a_fork_with_a_branch_of_that_name_is_not_ours(github: World) -> None:
    git(github.remote, "branch", BRANCH, "main")
    github.forge.add(BRANCH, owner="mallory", title="Mine")
    assert github.run("second\n").number == 2
    assert github.forge.pulls[0].title == "Mine"


# -- people's commits on the branch ------------------------------------------------------------------------------


def test_a_person_s_commit_on_the_branch_is_kept(world: World) -> None:
    world.run("second\n")
    world.commit(BRANCH, notes="mine\n")
    theirs = world.head()
    world.commit("main", other="of no concern\n")
    assert world.run("third\n").action == "updated"
    assert git(world.remote, "merge-base", "--is-ancestor", theirs, BRANCH) == ""
    assert "Alice" in world.authors()
    assert git(world.remote, "show", f"{BRANCH}:catalog/notes") == "mine"
    assert world.proposed() == "third"
    head, written = world.head(), list(world.forge.writes)
    world.run("third\n")
    world.run(None)  # nothing of ours any more: theirs stays up for review
    assert world.head() == head
    assert world.forge.writes == written


def test_an_amended_commit_of_ours_is_a_person_s(github: World) -> None:
    github.run("second\n")
    git(github.person, "fetch", "--quiet", "origin")
    git(github.person, "checkout", "--quiet", "-B", "work", f"origin/{BRANCH}")
    (github.person / "catalog" / "notes").write_text("mine\n")
    git(github.person, "add", "--all")
    git(github.person, "commit", "--quiet", "--amend", "--no-edit")
    git(github.person, "push", "--quiet", "--force", "origin", f"HEAD:{BRANCH}")
    github.run("third\n")
    assert git(github.remote, "show", f"{BRANCH}:catalog/notes") == "mine"


def test_a_merge_of_the_base_branch_alone_is_no_edit(github: World) -> None:
    github.run("second\n")
    github.commit("main", other="of no concern\n")
    git(github.person, "fetch", "--quiet", "origin")
    git(github.person, "checkout", "--quiet", "-B", "work", f"origin/{BRANCH}")
    git(github.person, "merge", "--quiet", "--no-edit", "origin/main")
    git(github.person, "push", "--quiet", "origin", f"HEAD:{BRANCH}")
    head = github.head()
    assert github.run("second\n").action == "unchanged"
    assert github.head() == head
    github.run("third\n")
    assert github.authors() == ["rhoai-catalog"]


def test_a_conflict_with_the_base_branch_is_told_and_nothing_is_lost(github: World) -> None:
    github.run("second\n")
    github.commit(BRANCH, notes="mine\n")
    github.commit("main", notes="theirs\n")
    head = github.head()
    with pytest.raises(ProposeError, match="conflicts with the base branch in catalog/notes"):
        github.run("third\n")
    assert github.head() == head


def test_who_pushes_at_the_same_moment_wins(github: World) -> None:
    github.run("second\n")
    made: list[str] = []

    def make(folder: Path) -> Proposal:
        if not made:
            github.commit(BRANCH, notes="mine\n")
        made.append("x")
        (folder / FILE).write_text("third\n", "utf-8")
        return Proposal(title="Third", body="", message="Third", digest="3" * 64)

    github.run("ignored", make=make)
    assert len(made) == 2
    assert "Alice" in github.authors()
    assert github.proposed() == "third"


# -- any Git remote ----------------------------------------------------------------------------------------------


def test_without_a_pull_request_only_the_branch_is_pushed(github: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FORGE_TOKEN")
    outcomes = [github.run(text, open_pull_request=False) for text in ("second\n", "second\n", "third\n", None)]
    assert [outcome.action for outcome in outcomes] == ["pushed", "unchanged", "pushed", "nothing"]
    assert github.forge.pulls == []


def test_the_checkout_is_never_touched(github: World) -> None:
    (github.checkout / "draft.txt").write_text("unfinished\n")
    before = git(github.checkout, "status", "--porcelain", "--branch"), git(github.checkout, "rev-parse", "HEAD")
    github.run("second\n")
    assert before == (
        git(github.checkout, "status", "--porcelain", "--branch"),
        git(github.checkout, "rev-parse", "HEAD"),
    )
    assert len(git(github.checkout, "worktree", "list").splitlines()) == 1


def test_a_shallow_clone_knows_whose_commits_there_are(github: World, tmp_path: Path) -> None:
    for number in range(3):
        github.commit("main", other=f"{number}\n")
    github.run("second\n")
    github.commit(BRANCH, notes="mine\n")
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{github.remote}", str(shallow))
    github.checkout = shallow
    github.run("third\n")
    assert "Alice" in github.authors()


# -- refusals ----------------------------------------------------------------------------------------------------

PULLS = "GET /pulls"


@pytest.mark.parametrize(
    ("call", "refusal", "message", "hint"),
    [
        (PULLS, denied(401, "Bad credentials"), "401 Bad credentials", "the token in FORGE_TOKEN is not accepted"),
        (PULLS, denied(403, "no"), "403 no", "needs contents: write and pull-requests: write"),
        (
            "POST /pulls",
            denied(403, "Resource not accessible", **{"X-Accepted-GitHub-Permissions": "pull_requests=write"}),
            "403 Resource not accessible",
            "needs the permission pull_requests=write",
        ),
        (PULLS, denied(404, "Not Found"), "404 Not Found", "check repository.url"),
        (PULLS, denied(301, "Moved", Location="https://elsewhere.example"), "301 Moved", "the repository moved"),
        ("POST /pulls", denied(422, "Validation Failed"), "422 Validation Failed", "check repository.base and branch"),
        (PULLS, denied(500, ""), "500", "try again later"),
        (PULLS, Answer("<html>", 200), "no JSON", "is apiUrl the address"),
    ],
)
def test_a_refusal_says_what_to_do(github: World, call: str, refusal: Answer, message: str, hint: str) -> None:
    github.forge.refusals[call] = refusal
    with pytest.raises(ProposeError) as told:
        github.run("second\n")
    assert message in told.value.message and hint in told.value.hint
    assert TOKEN not in told.value.message + told.value.hint
    github.forge.refusals.clear()
    assert github.run("second\n").action == "created"  # also where the branch had been pushed before the refusal
    assert github.proposed() == "second"


def test_a_short_rate_limit_is_waited_for(github: World) -> None:
    answers = iter([denied(429, "slow down", **{"Retry-After": "0"})])
    asked = github.forge.answer
    with Loopback(lambda request: next(answers, None) or asked(request)) as server:
        github.url = server.url
        assert github.run("second\n").action == "created"


def test_a_long_rate_limit_is_not(github: World) -> None:
    github.forge.refusals[PULLS] = denied(429, "slow down", **{"Retry-After": "61"})
    with pytest.raises(ProposeError, match="429 slow down"):
        github.run("second\n")


def test_an_answer_without_end_is_given_up(github: World) -> None:
    github.forge.refusals[PULLS] = Answer(b" " * (17 << 20))
    with pytest.raises(ProposeError, match="the forge did not answer: the answer is longer than 16 MiB"):
        github.run("second\n")


def test_a_forge_that_is_not_there(github: World) -> None:
    github.url = "http://127.0.0.1:1"
    with pytest.raises(ProposeError, match="the forge did not answer"):
        github.run("second\n")
    assert github.head() == ""


def _dirty(world: World) -> None:
    (world.checkout / "catalog" / FILE).write_text("half done\n")


def _no_remote(world: World) -> None:
    git(world.checkout, "remote", "remove", "origin")


def _remote_gone(world: World) -> None:
    git(world.checkout, "remote", "set-url", "origin", str(world.remote) + "-gone")


def _no_repository(world: World) -> None:
    world.checkout = world.remote.parent / "plain"
    (world.checkout / "catalog").mkdir(parents=True)


def _no_base(world: World) -> None:
    git(world.remote, "branch", "--move", "main", "trunk")


@pytest.mark.parametrize(
    ("broken", "message", "hint"),
    [
        (_dirty, "has uncommitted changes: catalog/entities.yaml", "commit or stash"),
        (_no_remote, "has no remote origin", "git remote add origin"),
        (_remote_gone, "does not appear to be a git repository", "check the remote origin"),
        (_no_repository, "is in no Git repository", "run in a clone"),
        (_no_base, "the remote has no branch main", "check repository.base"),
    ],
)
def test_a_checkout_that_will_not_do(github: World, broken: Callable[[World], None], message: str, hint: str) -> None:
    broken(github)
    with pytest.raises(ProposeError) as told:
        github.run("second\n")
    assert message in told.value.message and hint in told.value.hint
    assert github.forge.writes == []


@pytest.mark.parametrize("url", ["https://git.example.net/only-one", "git@git.example.net:org/catalog.git"])
def test_an_address_that_is_no_repository_of_a_forge(github: World, url: str) -> None:
    repository = github.repository(url=url)
    arguments: dict[str, Any] = {"make": lambda folder: None, "tell": lambda line: None}
    with pytest.raises(ProposeError, match="names no repository of a forge"):
        propose(repository, github.checkout / "catalog", open_pull_request=True, **arguments)


# -- the token ---------------------------------------------------------------------------------------------------


def test_the_token_goes_to_the_remote_s_own_host_as_a_header_and_is_never_told(github: World) -> None:
    with Loopback(lambda request: Answer("no", 403)) as server:
        git(github.checkout, "remote", "set-url", "origin", f"{server.url}/org/catalog.git")
        with pytest.raises(ProposeError) as told:
            github.run("second\n")
        assert all(request.headers["authorization"].startswith("Basic ") for request in server.requests)
        assert server.requests
    assert TOKEN not in told.value.message
    with Loopback(lambda request: Answer("no", 403)) as server:
        elsewhere = server.url.replace("127.0.0.1", "localhost")
        git(github.checkout, "remote", "set-url", "origin", f"{elsewhere}/org/catalog.git")
        with pytest.raises(ProposeError):
            github.run("second\n")
        assert all("authorization" not in request.headers for request in server.requests)
        assert server.requests
