"""A forge on loopback: the state of pull requests beside a bare Git repository, and what people do in its pages.

A subclass puts the REST API of one forge before it. Pull requests of `org` are of the repository itself, those of
anybody else are from a fork.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import unquote

from outside import Answer, Request

from forges.place import ROBOT, TOKEN, Call, git, refs
from forges.rights import Protected

START = datetime(2026, 1, 1, tzinfo=UTC)
OWNER = "org"


@dataclass
class Review:
    """What somebody thinks of a head: approved, changes, commented or dismissed."""

    login: str
    opinion: str
    commit: str
    moment: str
    stale: bool = False


@dataclass
class Status:
    state: str
    description: str = ""
    url: str = ""


@dataclass
class Pull:
    number: int
    title: str
    body: str
    branch: str
    base: str
    owner: str = OWNER
    author: str = ROBOT
    state: str = "open"  # closed, merged
    head: str = ""
    labels: list[str] = field(default_factory=list)
    draft: bool = False
    closed_at: str | None = None
    closer: str = ""
    updated: str = ""
    pushed: str = ""
    comments: list[tuple[str, str]] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    reviewers: list[str] = field(default_factory=list)  # who is asked
    teams: list[str] = field(default_factory=list)
    armed_by: str = ""
    armed_method: str = ""
    queued: bool = False
    events: list[tuple[str, str]] = field(default_factory=list)  # what happened, by whom


@dataclass
class LoopbackForge:
    """One repository. `refusals` answers instead, by `METHOD /path` below it; a list is used up, one answer a call."""

    forge: ClassVar[str]
    root: ClassVar[str]  # path of the API
    scheme: ClassVar[str] = "Bearer"
    project: ClassVar[str]  # path of the repository in it
    web: ClassVar[str] = "org/catalog"
    deleting_closes: ClassVar[bool] = True
    reviewers_stay: ClassVar[bool] = False  # among those who are asked, after they reviewed

    remote: Path
    pulls: list[Pull] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    organisation_labels: list[str] = field(default_factory=list)
    statuses: dict[str, dict[str, Status]] = field(default_factory=dict)
    collaborators: list[str] = field(default_factory=lambda: ["alice", "bob", "carol", ROBOT])
    known_teams: list[str] = field(default_factory=lambda: ["ml", "platform"])
    accounts: dict[str, str] = field(default_factory=dict)  # logins by mail address
    page: int = 100  # rows in a page, at most
    has_drafts: bool = True
    auto_merge_allowed: bool = True
    requires: bool = True  # whether the base branch requires what is not there yet
    token: str = TOKEN
    token_expires: str = ""
    role: str = "write"  # of the token's user: read, write, admin
    scopes: tuple[str, ...] | None = ("repo", "api")  # of the token, as far as the forge tells them; None: it does not
    archived: bool = False
    rules: list[Protected] = field(default_factory=list)
    has_push_rules: bool = False
    push_rules: dict[str, Any] = field(default_factory=dict)  # of GitLab's paid tiers
    workflows_open_pulls: bool = False
    refusals: dict[str, Answer | list[Answer]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    url: str = ""
    ticks: int = 0

    # -- over HTTP -----------------------------------------------------------------------------------------------

    def answer(self, request: Request) -> Answer:
        if request.headers.get("authorization") != f"{self.scheme} {self.token}":
            return Answer({"message": "Bad credentials"}, 401)
        if not request.path.startswith(self.root):
            return Answer({"message": "Not Found"}, 404)
        self.look()
        path = request.path.removeprefix(self.root)
        call = Call(request.method, path, request.query, request.body)
        self.calls.append(call)
        below = path.removeprefix(self.project)
        if refusal := self._refusal(f"{request.method} {below}"):
            return refusal
        answer = self.serve(call, below) if below != path else self.serve_above(call)
        return answer if answer is not None else Answer({"message": "Not Found"}, 404)

    def serve(self, call: Call, path: str) -> Answer | None:
        """Answer a call below the repository."""
        raise NotImplementedError

    def serve_above(self, call: Call) -> Answer | None:
        """Answer a call elsewhere."""
        return None

    def _refusal(self, name: str) -> Answer | None:
        refusal = self.refusals.get(name)
        if isinstance(refusal, list):
            return refusal.pop(0) if refusal else None
        return refusal

    @property
    def may_write(self) -> bool:
        return self.role != "read"

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"

    @property
    def writes(self) -> list[tuple[str, str]]:
        """What was written, or was to be, in order: method and path below the repository."""
        writing = [call for call in self.calls if call.method != "GET" and not self.only_reads(call)]
        return [(call.method, call.path.removeprefix(self.project)) for call in writing]

    def only_reads(self, call: Call) -> bool:
        return False

    def paged(self, call: Call, rows: list[Any], size: str, *, links: bool = True, total: bool = False) -> Answer:
        """A page of a list, with what tells that there is a next one; the server's own size counts."""
        asked = int(call.query.get(size) or 30)
        length, page = max(1, min(asked, self.page)), max(1, int(call.query.get("page") or 1))
        last = max(1, math.ceil(len(rows) / length))
        here = f"{self.url}{self.root}{call.path}?{size}={length}&page="
        parts = [f'<{here}{page + 1}>; rel="next"'] if page < last else []
        parts += [f'<{here}{last}>; rel="last"', f'<{here}1>; rel="first"'] if last > 1 else []
        headers = {"Link": ", ".join(parts)} if parts and links else {}
        if total:
            headers["X-Total-Count"] = str(len(rows))
        return Answer(rows[(page - 1) * length : page * length], 200, headers)

    # -- the branch ----------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Notice what was pushed since: as a real forge does at every push."""
        heads = refs(self.remote)
        for pull in self.pulls:
            if pull.state != "open" or pull.owner != OWNER:
                continue
            head = heads.get(f"refs/heads/{pull.branch}")
            if head is None and self.deleting_closes:
                self._end(pull, "closed", ROBOT)
            elif head is not None and head != pull.head:
                is_new, pull.head, pull.pushed = not pull.head, head, self.tick()
                git(self.remote, "update-ref", self.kept(pull.number), head)
                if not is_new:
                    self.pushed(pull)

    def kept(self, number: int) -> str:
        """The ref that keeps the head of a pull request."""
        return f"refs/pull/{number}/head"

    def pushed(self, pull: Pull) -> None:
        """What a push does to reviews and to merging by itself."""

    def head_of(self, branch: str) -> str:
        return refs(self.remote).get(f"refs/heads/{branch}", "")

    def tick(self) -> str:
        self.ticks += 1
        return (START + timedelta(minutes=self.ticks)).strftime("%Y-%m-%dT%H:%M:%SZ")

    # -- what people do ------------------------------------------------------------------------------------------

    def pull(self, number: int) -> Pull:
        return self.pulls[number - 1]

    def add(
        self,
        branch: str,
        base: str = "main",
        *,
        owner: str = OWNER,
        title: str = "",
        body: str = "",
        author: str = "alice",
        draft: bool = False,
    ) -> Pull:
        pull = Pull(len(self.pulls) + 1, title, body, branch, base, owner, author, draft=draft)
        self.pulls.append(pull)
        pull.updated = pull.pushed = self.tick()
        if owner != OWNER:
            pull.head = git(self.remote, "rev-parse", "main")
        self.look()
        return pull

    def close(self, number: int, *, merged: bool = False, by: str = "alice") -> None:
        self.look()
        self._end(self.pull(number), "merged" if merged else "closed", by)

    def reopen(self, number: int, *, by: str = "alice") -> None:
        pull = self.pull(number)
        pull.state, pull.closed_at, pull.updated = "open", None, self.tick()
        pull.events.append(("reopen", by))

    def _end(self, pull: Pull, state: str, by: str) -> None:
        pull.state, pull.closer = state, by
        pull.closed_at = pull.updated = self.tick()
        pull.armed_by, pull.queued = "", False
        pull.events.append(("merge_pull" if state == "merged" else "close", by))

    def approve(self, number: int, login: str = "alice") -> None:
        self._review(number, login, "approved")

    def request_changes(self, number: int, login: str = "alice") -> None:
        self._review(number, login, "changes")

    def dismiss(self, number: int, login: str) -> None:
        for review in self.pull(number).reviews:
            if review.login == login:
                review.opinion = "dismissed"

    def _review(self, number: int, login: str, opinion: str) -> None:
        self.look()
        pull = self.pull(number)
        pull.reviews.append(Review(login, opinion, pull.head, self.tick()))
        if not self.reviewers_stay:
            pull.reviewers = [name for name in pull.reviewers if name != login]

    def comment(self, number: int, text: str, login: str = "alice") -> None:
        self.pull(number).comments.append((login, text))
        self.pull(number).updated = self.tick()

    def set_labels(self, number: int, *names: str) -> None:
        self.labels += [name for name in names if name not in (*self.labels, *self.organisation_labels)]
        self.pull(number).labels = list(names)

    def edit(self, number: int, **changes: Any) -> None:
        """Title, body or draft, as a person changes them."""
        for name, value in changes.items():
            setattr(self.pull(number), name, value)

    def retarget(self, number: int, base: str) -> None:
        self.pull(number).base = base

    def delete_branch(self, branch: str, *, by: str = "alice") -> None:
        self.look()
        git(self.remote, "update-ref", "-d", f"refs/heads/{branch}")
        for pull in self.pulls:
            if pull.branch == branch and pull.owner == OWNER and pull.state == "open" and self.deleting_closes:
                self._end(pull, "closed", by)

    def arm(self, number: int, *, by: str = "alice") -> None:
        self.pull(number).armed_by = by
        self.pull(number).events.append(("pull_scheduled_merge", by))

    def disarm(self, number: int, *, by: str = "alice") -> None:
        self.pull(number).armed_by = ""
        self.pull(number).events.append(("pull_cancel_scheduled_merge", by))

    def queue(self, number: int) -> None:
        """Into the merge queue, or train."""
        self.pull(number).queued = True

    # -- what every forge does with a call -----------------------------------------------------------------------

    def open_of(self, branch: str, base: str | None = None) -> Pull | None:
        """The open one of a branch of the repository, into a base or into any."""
        ours = [p for p in self.pulls if p.state == "open" and p.owner == OWNER and p.branch == branch]
        return next((pull for pull in ours if base in (None, pull.base)), None)

    def commits_of(self, pull: Pull) -> list[dict[str, dict[str, str]]]:
        """Author and committer of each commit."""
        shape = "--format=%an%x00%ae%x00%cn%x00%ce"
        lines = git(self.remote, "log", shape, f"{pull.base}..{pull.head}").splitlines()
        people = [line.split("\0") for line in lines]
        return [
            {"author": {"name": an, "email": ae}, "committer": {"name": cn, "email": ce}} for an, ae, cn, ce in people
        ]

    def with_accounts(self, commit: dict[str, dict[str, str]]) -> dict[str, Any]:
        """A commit as GitHub and Gitea tell it."""
        logins = {role: self.accounts.get(person["email"]) for role, person in commit.items()}
        return {"commit": commit, **{role: {"login": login} if login else None for role, login in logins.items()}}

    def label_ids(self) -> dict[str, int]:
        above = {name: place for place, name in enumerate(self.organisation_labels, 5001)}
        return {**above, **{name: place for place, name in enumerate(self.labels, 1)}}


def last_segment(path: str) -> str:
    return unquote(path.rsplit("/", 1)[1])
