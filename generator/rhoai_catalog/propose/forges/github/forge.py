"""Pull requests on GitHub and GitHub Enterprise."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Final
from urllib.parse import quote, urlsplit

from rhoai_catalog.config import Repository
from rhoai_catalog.errors import ProposeError
from rhoai_catalog.http.response import Response
from rhoai_catalog.propose.forges.api.address import origin, owner_and_name, segment
from rhoai_catalog.propose.forges.api.patience import Patience
from rhoai_catalog.propose.forges.api.rest import ForgeWording, RefusedError, Rest, Row, at, reads, reads_answers
from rhoai_catalog.propose.forges.api.statuses import Statuses
from rhoai_catalog.propose.forges.forge import Approval, Capabilities, PullRequest, SignedCommit, Verdict
from rhoai_catalog.propose.forges.github.auto_merge import GitHubAutoMerge
from rhoai_catalog.propose.forges.github.graphql import GraphQL, GraphQLError
from rhoai_catalog.propose.forges.github.rights import GitHubRights
from rhoai_catalog.propose.forges.github.signing import Signing
from rhoai_catalog.propose.forges.notes import Notes, day
from rhoai_catalog.propose.forges.reviews import ask, logins_of, opinion, to_ask

CLOSED_PAGES: Final = 6
LONGEST_DESCRIPTION: Final = 140  # characters of a status
APPROVAL: Final = """
query($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      headRefOid isInMergeQueue autoMergeRequest { enabledAt }
      latestOpinionatedReviews(first: 100, writersOnly: true) { nodes { state author { login } commit { oid } } }
    }
  }
}"""


class GitHubWording(ForgeWording):
    rights: ClassVar[str] = GitHubRights.wanted
    allowed: ClassVar[str] = "; GitHub Actions must also be allowed to create pull requests"

    def rights_for(self, response: Response) -> str:
        missing = response.headers.get("X-Accepted-GitHub-Permissions", "")
        return f"the permission {missing}" if missing else self.rights


@reads_answers
class GitHub:
    """The pull requests of our branch on GitHub."""

    capabilities: Final = Capabilities(
        longest_title=256, longest_body=65_536, head_refs="refs/pull/{}/head", teams=True, signs=True
    )

    def __init__(self, repository: Repository, token: str, patience: Patience) -> None:
        self.repository = repository
        self.owner, self.name = owner_and_name(repository)
        root = _api(repository)
        path = f"/repos/{quote(self.owner)}/{quote(self.name)}"
        how: dict[str, Any] = {"authorization": f"Bearer {token}", "patience": patience}
        json: dict[str, Any] = {"accept": "application/vnd.github+json", **how}
        whole, self.rest = (Rest(f"{root}{below}", repository, GitHubWording, **json) for below in ("", path))
        self.graphql = GraphQL(Rest(root.removesuffix("/v3"), repository, GitHubWording, **how))
        self.rights = GitHubRights(self.rest, whole, path, repository, token)
        self._auto_merge = GitHubAutoMerge(self.graphql, self.owner, self.name)
        self._signing = Signing(self.rest)
        self._statuses = Statuses(self.rest, LONGEST_DESCRIPTION)
        self._notes = Notes()

    # -- pull requests -------------------------------------------------------------------------------------------

    def open_pull(self) -> PullRequest | None:
        query = {"state": "open", "head": f"{self.owner}:{self.repository.branch}"}
        pulls = [_pull(row) for row in self.rest.rows("/pulls", query) if self._is_ours(row)]
        return min(pulls, key=lambda pull: (pull.base != self.repository.base, pull.number), default=None)

    def closed_pulls(self) -> tuple[PullRequest, ...]:
        query = {"state": "closed", "head": f"{self.owner}:{self.repository.branch}"}
        query |= {"sort": "updated", "direction": "desc"}
        rows = self.rest.rows("/pulls", query, pages=CLOSED_PAGES)
        ended = [_pull(row) for row in rows if self._is_ours(row)]
        return tuple(sorted(ended, key=lambda pull: pull.closed_at, reverse=True))

    def create(self, title: str, body: str, *, draft: bool = False) -> PullRequest:
        wanted = {"title": title, "body": body, "head": self.repository.branch, "base": self.repository.base}
        try:
            return _pull(self.rest.row("POST", "/pulls", body={**wanted, "draft": True} if draft else wanted))
        except RefusedError as refusal:
            if refusal.status != 422:
                raise
            if draft and "draft" in refusal.reason.lower():
                self._notes.add("the repository has no drafts: the pull request was opened without being one")
                return self.create(title, body)
            present = self.open_pull() if "already exists" in refusal.reason else None
            if present is None:
                raise
            return present

    def update(self, pull: PullRequest, *, title: str | None = None, body: str | None = None) -> PullRequest:
        wanted = {"title": title, "body": body}
        changes = {name: value for name, value in wanted.items() if value not in (None, getattr(pull, name))}
        return _pull(self.rest.row("PATCH", f"/pulls/{pull.number}", body=changes)) if changes else pull

    def close(self, pull: PullRequest, *, body: str) -> None:
        self.rest.call("PATCH", f"/pulls/{pull.number}", body={"state": "closed", "body": body})

    def comment(self, pull: PullRequest, text: str) -> None:
        self.rest.call("POST", f"/issues/{pull.number}/comments", body={"body": text}, repeatable=False)

    def _is_ours(self, row: Row) -> bool:
        """A fork may have a branch of that name."""
        same = at(row, "head", "repo", "full_name") == at(row, "base", "repo", "full_name")
        return bool(same and at(row, "head", "ref") == self.repository.branch)

    def logins(self, pull: PullRequest) -> Mapping[str, str]:
        with self._notes.instead(f"whose commits #{pull.number} holds was not read", 404):
            return logins_of(self.rest.rows(f"/pulls/{pull.number}/commits"))
        return {}

    # -- labels, reviewers, statuses -----------------------------------------------------------------------------

    def label(self, pull: PullRequest, *, add: Iterable[str] = (), drop: Iterable[str] = ()) -> bool:
        present = {name.casefold(): name for name in pull.labels}
        missing = [name for name in add if name.casefold() not in present]
        with self._notes.instead("labels were not set"):
            if missing:
                self.rest.call("POST", f"/issues/{pull.number}/labels", body={"labels": missing})
            for name in drop:
                if name.casefold() in present:
                    self._unlabel(pull, present[name.casefold()])
            return True
        return False

    def _unlabel(self, pull: PullRequest, name: str) -> None:
        try:
            self.rest.call("DELETE", f"/issues/{pull.number}/labels/{segment(name)}")
        except RefusedError as refusal:
            if refusal.status != 404:  # taken off meanwhile
                raise

    def request_reviewers(
        self, pull: PullRequest, *, users: Collection[str] = (), teams: Collection[str] = ()
    ) -> tuple[str, ...]:
        if not users and not teams:
            return ()
        path = f"/pulls/{pull.number}/requested_reviewers"
        asked = self.rest.row("GET", path)
        reviewed = [str((row.get("user") or {}).get("login")) for row in self._reviews(pull)]
        waiting = [str(row.get("login")) for row in asked.get("users") or ()]
        new_users = to_ask(users, {pull.author, *reviewed, *waiting})
        new_teams = to_ask(teams, {str(row.get("slug")) for row in asked.get("teams") or ()})
        return ask(self.rest, path, new_users, new_teams, self._notes)

    def _reviews(self, pull: PullRequest) -> list[Row]:
        return list(self.rest.rows(f"/pulls/{pull.number}/reviews"))

    def status(self, commit: str, *, name: str, state: Verdict, description: str, url: str = "") -> None:
        with self._notes.instead(f"the status {name} was not set", 404):
            self._statuses.set(commit, name=name, state=state, description=description, url=url)

    # -- approval and merging ------------------------------------------------------------------------------------

    def approval(self, pull: PullRequest) -> Approval:
        variables = {"owner": self.owner, "name": self.name, "number": pull.number}
        try:
            answer = self.graphql.ask(APPROVAL, variables)
        except GraphQLError as error:
            if "isInMergeQueue" not in error.reason:
                raise
            answer = self.graphql.ask(APPROVAL.replace("isInMergeQueue", ""), variables)  # an older Enterprise
        row = (answer.get("repository") or {}).get("pullRequest") or {}
        reviews = (row.get("latestOpinionatedReviews") or {}).get("nodes") or ()
        approvals: dict[str, bool] = {}
        for review in reviews:
            if review.get("state") == "APPROVED":
                login = str((review.get("author") or {}).get("login") or "ghost")
                approvals[login] = (review.get("commit") or {}).get("oid") == row.get("headRefOid")
        return Approval(
            state=opinion(
                approvals, changes_requested=any(review.get("state") == "CHANGES_REQUESTED" for review in reviews)
            ),
            approvers=tuple(login for login, is_current in approvals.items() if is_current),
            queued=bool(row.get("isInMergeQueue")),
            armed=row.get("autoMergeRequest") is not None,
        )

    def arm(self, pull: PullRequest, *, head: str) -> bool:
        why = self._auto_merge.turn_on(pull, head)
        if why:
            self._notes.add(f"merging #{pull.number} by itself was not turned on: {why}")
        return not why

    def disarm(self, pull: PullRequest) -> None:
        try:
            self._auto_merge.turn_off(pull)
        except GraphQLError as error:
            if self.approval(pull).armed:
                raise ProposeError(error.message, f"turn auto-merge of #{pull.number} off by hand") from error

    def signed(self, tree: str, parents: Sequence[str], message: str) -> SignedCommit | None:
        signed = None
        with self._notes.instead("commits are not signed", 404):
            signed = self._signing.commit(tree, parents, message)
            if signed is None:
                self._notes.add("commits are not signed: GitHub signs what an app's or a job's token commits")
        return signed

    def inert(self, markdown: str) -> str:
        return markdown

    def notes(self) -> tuple[str, ...]:
        token = self.repository.credentials.env
        self._notes.add_expiry(day(self.rest.expires), f"the token in {token}" if token else "the forge's token")
        return self._notes.all()


def _api(repository: Repository) -> str:
    if repository.api_url:
        return repository.api_url
    host = urlsplit(repository.url).hostname
    return "https://api.github.com" if host == "github.com" else f"{origin(repository)}/api/v3"


@reads
def _pull(row: Row) -> PullRequest:
    head, base = row.get("head") or {}, row.get("base") or {}
    is_open = row.get("state") == "open"
    return PullRequest(
        number=int(row["number"]),
        url=str(row.get("html_url") or ""),
        title=str(row.get("title") or ""),
        body=str(row.get("body") or ""),
        state="open" if is_open else "merged" if row.get("merged_at") else "closed",
        base=str(base.get("ref") or ""),
        branch=str(head.get("ref") or ""),
        head=str(head.get("sha") or ""),
        labels=tuple(str(label.get("name")) for label in row.get("labels") or ()),
        draft=bool(row.get("draft")),
        author=str((row.get("user") or {}).get("login") or ""),
        closed_at=str(row.get("closed_at") or ""),
        node=str(row.get("node_id") or ""),
    )
