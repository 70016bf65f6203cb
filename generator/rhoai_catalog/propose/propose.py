"""The state machine of the one pull request.

| branch and pull request | what happens |
|---|---|
| only our commits | the proposal is made anew on the base branch |
| people's commits, open | the base branch is merged in, our next commit goes on top; nothing of theirs is rewritten |
| nothing to propose | a pull request that is still open is closed, unless people worked on it |
| the digest is that of our last commit | nothing is pushed and nothing is written |
| the digest is that of a pull request closed unmerged | it was declined; nothing happens |
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rhoai_catalog.config import Repository
from rhoai_catalog.errors import ConfigError, ProposeError
from rhoai_catalog.propose.forges import Forge, PullRequest, make_forge
from rhoai_catalog.propose.git import Checkout, LeaseLostError

BEGIN: Final = "<!-- rhoai-catalog:begin -->"
END: Final = "<!-- rhoai-catalog:end -->"
OURS: Final = "catalog:"  # prefix of the labels that are ours to set and take back
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What is proposed: the texts, and a digest that is equal for equal content. `message` begins with the title."""

    title: str
    body: str
    message: str
    digest: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was done: nothing, unchanged, created, updated, pushed, declined or closed."""

    action: str
    branch: str
    url: str = ""
    number: int | None = None
    commit: str = ""


def propose(
    repository: Repository,
    catalog: Path,
    *,
    make: Callable[[Path], Proposal | None],
    open_pull_request: bool,
    tell: Tell,
) -> Outcome:
    """Keep the branch and its pull request up to date.

    `catalog` is the folder in the checkout; `make` writes the news into the same folder of a worktree and returns the
    proposal, or None where there is no news. Whoever pushes at the same moment wins; then all is read again, once.
    """
    token = repository.credentials.token() if open_pull_request else _token_if_any(repository)
    checkout = Checkout(catalog, repository, token)
    checkout.require_clean()
    forge = make_forge(repository, token) if open_pull_request else None
    try:
        return _Proposing(repository, checkout, forge, make, tell).run()
    except LeaseLostError:
        tell(f"{repository.branch} was changed meanwhile; reading it again")
    try:
        return _Proposing(repository, checkout, forge, make, tell).run()
    except LeaseLostError as error:
        raise ProposeError(f"{repository.branch} is being changed by someone else", "try again later") from error


def _token_if_any(repository: Repository) -> str | None:
    """Without a forge, a remote may need no token: a path, or one that Git itself knows how to log in to."""
    try:
        return repository.credentials.token()
    except ConfigError:
        return None


class _Proposing:
    def __init__(
        self,
        repository: Repository,
        checkout: Checkout,
        forge: Forge | None,
        make: Callable[[Path], Proposal | None],
        tell: Tell,
    ) -> None:
        self.repository, self.checkout, self.forge, self.make, self.tell = repository, checkout, forge, make, tell
        self.branch = repository.branch

    def run(self) -> Outcome:
        self._read()
        people = self._people()
        with self.checkout.worktree(self.head if people else self.base) as worktree:
            if people:
                self.tell(f"{len(people)} commits of people on {self.branch} are kept")
                self.checkout.merge(worktree, self.base)
            proposal = self.make(worktree / self.checkout.catalog)
            if proposal is None:
                return self._nothing(people)
            if settled := self._settled(proposal, people):
                return settled
            commit = self.checkout.commit(worktree, proposal.message, proposal.digest)
            self.checkout.push(commit, self.branch, self.head)
        return self._published(proposal, commit)

    def _read(self) -> None:
        """The heads of both branches, and our open pull request."""
        heads = self.checkout.heads(self.repository.base, self.branch)
        if self.repository.base not in heads:
            hint = "check repository.base; push a first commit to it"
            raise ProposeError(f"the remote has no branch {self.repository.base}", hint)
        self.base, self.head = heads[self.repository.base], heads.get(self.branch, "")
        self.checkout.fetch(*heads)
        self.pull = self.forge.open_pull() if self.forge else None
        self.ours = self.checkout.own_commit(self.head, self.base) if self.head else None

    def _people(self) -> list[str]:
        """People's commits that are still up for review."""
        if not self.head or (self.forge and self.pull is None):
            return []
        return self.checkout.people_commits(self.head, self.base)

    def _nothing(self, people: list[str]) -> Outcome:
        if self.pull is None or people:
            return self._outcome("unchanged" if self.pull else "nothing", self.pull)
        assert self.forge is not None
        self.forge.close(self.pull, body=self.pull.body)
        self.checkout.delete(self.branch, self.head)
        self.tell("everything proposed is on the base branch, or gone; the pull request is closed")
        return self._outcome("closed", self.pull)

    def _settled(self, proposal: Proposal, people: list[str]) -> Outcome | None:
        """The outcome where this very content has been proposed already, else None."""
        same = not people and self.ours is not None and self.checkout.digest(self.ours) == proposal.digest
        if same and (self.pull is not None or self.forge is None):
            return self._outcome("unchanged", self.pull, commit=self.head)
        if self.forge is None or self.pull is not None:
            return None
        closed = [pull for pull in self.forge.closed_pulls() if pull.state == "closed"]
        if closed and self._digest_of(closed[0]) == proposal.digest:
            self.tell(f"declined in #{closed[0].number}: the same content is not proposed again")
            return self._outcome("declined", closed[0])
        if same:  # pushed before, but the pull request could not be opened then
            return self._published(proposal, self.head)
        return None

    def _digest_of(self, pull: PullRequest) -> str:
        try:
            assert self.forge is not None
            self.checkout.fetch(self.forge.capabilities.head_ref(pull.number) or "")
            return self.checkout.digest(pull.head)
        except ProposeError:  # the forge keeps no such commit: then nothing was declined that can be recognised
            return ""

    def _published(self, proposal: Proposal, commit: str) -> Outcome:
        if self.forge is None:
            return self._outcome("pushed", None, commit=commit)
        body = self.forge.inert(f"{BEGIN}\n{proposal.body.strip()}\n{END}\n")
        if self.pull is None:
            self.pull = self.forge.create(proposal.title, body)
            self.forge.label(self.pull, add=proposal.labels)
            return self._outcome("created", self.pull, commit=commit)
        changes = {"body": _with_body(self.pull.body, body)}
        if self.ours and self.pull.title == self.checkout.subject(self.ours):
            changes["title"] = proposal.title
        self.forge.update(self.pull, title=changes.get("title"), body=changes["body"])
        gone = [name for name in self.pull.labels if name.startswith(OURS) and name not in proposal.labels]
        self.forge.label(self.pull, add=proposal.labels, drop=gone)
        return self._outcome("updated", self.pull, commit=commit)

    def _outcome(self, action: str, pull: PullRequest | None, commit: str = "") -> Outcome:
        number, url = (pull.number, pull.url) if pull else (None, "")
        return Outcome(action=action, branch=self.branch, number=number, url=url, commit=commit)


def _with_body(old: str, new: str) -> str:
    """The new text between our markers; what people wrote around them stays."""
    old = old.replace("\r\n", "\n")
    start, end = old.find(BEGIN), old.rfind(END)
    if start < 0 or end < start:
        return new
    return old[:start] + new.strip() + old[end + len(END) :]
