"""What the state machine needs of a forge, and the nouns in which a forge tells of a pull request."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from rhoai_catalog.propose.forges.rights import Rights

State = Literal["open", "closed", "merged"]  # closed: without a merge
Opinion = Literal["none", "stale", "current", "changes requested"]
Verdict = Literal["success", "failure", "pending"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """A pull request, or GitLab's merge request, as the forge tells it.

    `head` is the commit that is, or was at its end, up for review; empty where the forge cannot say it for sure.
    `title` comes without the prefix by which some forges mark a draft. `closed_at` is ISO text, empty while open.
    `node` is what the forge calls it where its number will not do.
    """

    number: int
    url: str
    title: str
    body: str
    state: State
    base: str
    branch: str
    head: str = ""
    labels: tuple[str, ...] = ()
    draft: bool = False
    author: str = ""
    closed_at: str = ""
    node: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What reviewers think of a pull request, and whether the forge will merge it by itself.

    `current` is an approval of the head as it is, `stale` one of an earlier head. `approvers` are the logins of those
    who approve of the head as it is. `queued` is in a merge queue, `armed` merges as soon as what it waits for is
    there.
    """

    state: Opinion = "none"
    approvers: tuple[str, ...] = ()
    queued: bool = False
    armed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedCommit:
    """A commit that the forge made: `ref` is where it can be fetched, `email` whom it is by."""

    sha: str
    ref: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """In what forges differ for whoever speaks to one; what one cannot do at all becomes a note where it is asked for.

    `longest_title` and `longest_body` count characters. `teams`: reviewers may be teams. `approvals_fall`: any push may
    take approvals back, whatever it changes. `signs`: it signs commits that are made through it. `head_refs` is the ref
    that holds the head of a pull request after its branch is gone: `{}` is its number.
    """

    longest_title: int
    longest_body: int
    head_refs: str
    teams: bool
    signs: bool = False
    approvals_fall: bool = False

    def head_ref(self, number: int) -> str | None:
        """The ref that still holds the head of a pull request that has ended, for a while at least."""
        return self.head_refs.format(number) if self.head_refs else None


class Forge(Protocol):
    """The pull requests of our branch in one repository. What fails raises ProposeError with what to do.

    What only adorns a pull request (labels, reviewers, statuses, merging by itself) and is refused by the forge becomes
    a note instead: the pull request goes on without it.
    """

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def rights(self) -> Rights: ...

    def open_pull(self) -> PullRequest | None:
        """The open one of our branch in this very repository, also where a person gave it another base."""

    def closed_pulls(self) -> tuple[PullRequest, ...]:
        """The closed and merged ones of our branch into any base, the latest to end first; some hundreds at most."""

    def create(self, title: str, body: str, *, draft: bool = False) -> PullRequest:
        """A new one; or the open one, where it is there already and was only not seen."""

    def update(self, pull: PullRequest, *, title: str | None = None, body: str | None = None) -> PullRequest:
        """Change what is given and differs; no call is made where nothing does."""

    def close(self, pull: PullRequest, *, body: str) -> None:
        """Close it, with a last description, in one call."""

    def comment(self, pull: PullRequest, text: str) -> None:
        """Say something below it."""

    def label(self, pull: PullRequest, *, add: Iterable[str] = (), drop: Iterable[str] = ()) -> bool:
        """Add what it lacks and take off what it has of these; every other label stays. Unknown ones are made.

        False, and a note, where the forge refused it.
        """

    def approval(self, pull: PullRequest) -> Approval:
        """What reviewers think of it now."""

    def logins(self, pull: PullRequest) -> Mapping[str, str]:
        """The logins of those whose commits are in it by their mail address, as far as the forge knows them."""

    def request_reviewers(
        self, pull: PullRequest, *, users: Collection[str] = (), teams: Collection[str] = ()
    ) -> tuple[str, ...]:
        """Ask whoever is neither its author, nor asked already, nor has reviewed; tells who was asked.

        A team is its name below the organisation. Whom the forge does not let be asked becomes a note; the rest is
        asked.
        """

    def status(self, commit: str, *, name: str, state: Verdict, description: str, url: str = "") -> None:
        """Say on a commit how a check of ours went; no call that writes is made where it says so already."""

    def arm(self, pull: PullRequest, *, head: str) -> bool:
        """Let the forge merge exactly this head as soon as it may; a note says why where it will not."""

    def disarm(self, pull: PullRequest) -> None:
        """Take that back, whoever asked for it. Raises where it stays armed."""

    def signed(self, tree: str, parents: Sequence[str], message: str) -> SignedCommit | None:
        """A commit made and signed by the forge, of objects that it has; None, and a note, where it would not sign."""

    def inert(self, markdown: str) -> str:
        """Markdown of ours as this forge may be given it: nothing in it acts. It is left alone the second time."""

    def notes(self) -> tuple[str, ...]:
        """What could not be done and did not stop anything, each once; also that the token is about to expire."""
