"""Merge requests on GitLab, its own and self-managed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property, partial
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from rhoai_catalog.config import Repository
from rhoai_catalog.errors import ProposeError
from rhoai_catalog.http.response import Response
from rhoai_catalog.propose.forges.api.address import origin, path_of, segment
from rhoai_catalog.propose.forges.api.patience import Patience
from rhoai_catalog.propose.forges.api.rest import ForgeWording, RefusedError, Rest, Row, reads, reads_answers
from rhoai_catalog.propose.forges.forge import Approval, Capabilities, PullRequest, SignedCommit, State, Verdict
from rhoai_catalog.propose.forges.gitlab.auto_merge import GitLabAutoMerge
from rhoai_catalog.propose.forges.gitlab.pipelines import Pipelines
from rhoai_catalog.propose.forges.gitlab.rights import GitLabRights
from rhoai_catalog.propose.forges.notes import Notes, day
from rhoai_catalog.propose.forges.reviews import opinion, to_ask
from rhoai_catalog.text.gitlab import inert, without_commands

CLOSED_PAGES: Final = 6
DRAFT: Final = "Draft: "
DRAFTS: Final = re.compile(r"(?:draft:|\[draft\]|\(draft\))\s*", re.IGNORECASE)
REPLICAS: Final = (1.0, 2.0, 4.0)  # seconds until every replica knows a branch that was just pushed
STATES: Final[dict[str, State]] = {"opened": "open", "locked": "open", "closed": "closed", "merged": "merged"}


class GitLabWording(ForgeWording):
    rights: ClassVar[str] = GitLabRights.wanted

    def hint(self, response: Response, said: str) -> str:
        hint = super().hint(response, said)
        return f"{hint}; a proxy before GitLab must not decode %2F" if response.status == 404 else hint


@reads_answers
class GitLab:
    """The merge requests of our branch on GitLab."""

    capabilities: Final = Capabilities(
        longest_title=255 - len(DRAFT),
        longest_body=1_048_576,
        head_refs="refs/merge-requests/{}/head",
        teams=False,
        approvals_fall=True,
    )

    def __init__(self, repository: Repository, token: str, patience: Patience) -> None:
        self.repository = repository
        root = repository.api_url or f"{origin(repository)}/api/v4"
        path = f"/projects/{segment(_project(repository, root))}"
        how: dict[str, Any] = {"authorization": f"Bearer {token}", "patience": patience}
        self._whole, self._rest = (Rest(f"{root}{below}", repository, GitLabWording, **how) for below in ("", path))
        self._statuses = Pipelines(self._rest, repository.branch)
        project = partial(self._whole.row, "GET", path)
        self._auto_merge = GitLabAutoMerge(self._rest, project, patience)
        self.rights = GitLabRights(self._rest, self._whole, project, repository)
        self._patience, self._notes = patience, Notes()

    # -- merge requests ------------------------------------------------------------------------------------------

    def open_pull(self) -> PullRequest | None:
        query = {"state": "opened", "source_branch": self.repository.branch}
        pulls = [_pull(row) for row in self._rest.rows("/merge_requests", query) if self._is_ours(row)]
        return min(pulls, key=lambda pull: (pull.base != self.repository.base, pull.number), default=None)

    def closed_pulls(self) -> tuple[PullRequest, ...]:
        query = {"state": "all", "source_branch": self.repository.branch, "order_by": "updated_at", "sort": "desc"}
        rows = self._rest.rows("/merge_requests", query, pages=CLOSED_PAGES)
        pulls = [_pull(row) for row in rows if self._is_ours(row)]
        ended = [pull for pull in pulls if pull.state != "open"]
        return tuple(sorted(ended, key=lambda pull: pull.closed_at, reverse=True))

    def create(self, title: str, body: str, *, draft: bool = False) -> PullRequest:
        wanted = {
            "title": f"{DRAFT}{title}" if draft else title,
            "description": inert(body),
            "source_branch": self.repository.branch,
            "target_branch": self.repository.base,
        }
        for wait in (*REPLICAS, None):
            try:
                return _pull(self._rest.row("POST", "/merge_requests", body=wanted))
            except RefusedError as refusal:
                if _is_early(refusal) and wait and self._patience.wait(wait):
                    continue
                if refusal.status == 409 and (present := self._present(refusal.reason)) is not None:
                    return present
                raise
        raise AssertionError("the last try returns or raises")

    def _present(self, reason: str) -> PullRequest | None:
        """The open one of which a refusal tells."""
        number = re.search(r"!(\d{1,9})", reason)
        if number is None:
            return self.open_pull()
        row = self._rest.row("GET", f"/merge_requests/{number[1]}")
        return _pull(row) if self._is_ours(row) else None

    def update(self, pull: PullRequest, *, title: str | None = None, body: str | None = None) -> PullRequest:
        changes: dict[str, str] = {}
        if title is not None and title != pull.title:
            changes["title"] = f"{DRAFT}{title}" if pull.draft else title
        if body is not None and (plain := without_commands(body)) != pull.body:
            changes["description"] = plain
        return _pull(self._rest.row("PUT", f"/merge_requests/{pull.number}", body=changes)) if changes else pull

    def close(self, pull: PullRequest, *, body: str) -> None:
        end = {"state_event": "close", "description": without_commands(body)}
        self._rest.call("PUT", f"/merge_requests/{pull.number}", body=end)

    def comment(self, pull: PullRequest, text: str) -> None:
        note = {"body": inert(text)}
        self._rest.call("POST", f"/merge_requests/{pull.number}/notes", body=note, repeatable=False)

    def _is_ours(self, row: Row) -> bool:
        """A fork may have a branch of that name."""
        same = row.get("source_project_id") == row.get("target_project_id")
        return same and row.get("source_branch") == self.repository.branch

    def logins(self, pull: PullRequest) -> Mapping[str, str]:
        """GitLab tells only the address of a commit; whose it is can be asked where that is public."""
        logins: dict[str, str] = {}
        with self._notes.instead(f"whose commits !{pull.number} holds was not read", 404):
            rows = list(self._rest.rows(f"/merge_requests/{pull.number}/commits"))
            addresses = {str(row.get(f"{role}_email") or "") for row in rows for role in ("author", "committer")}
            for address in sorted(addresses - {""}):
                users = list(self._whole.rows("/users", {"search": address}))
                if len(users) == 1:
                    logins[address] = str(users[0].get("username"))
        return logins

    # -- labels, reviewers, statuses -----------------------------------------------------------------------------

    def label(self, pull: PullRequest, *, add: Iterable[str] = (), drop: Iterable[str] = ()) -> bool:
        missing = [name for name in dict.fromkeys(add) if name not in pull.labels]
        surplus = [name for name in dict.fromkeys(drop) if name in pull.labels]
        changes = {"add_labels": missing, "remove_labels": surplus}
        changes = {key: names for key, names in changes.items() if names}
        with self._notes.instead("labels were not set"):
            if changes:
                self._rest.call("PUT", f"/merge_requests/{pull.number}", body=changes)
            return True
        return False

    def request_reviewers(
        self, pull: PullRequest, *, users: Collection[str] = (), teams: Collection[str] = ()
    ) -> tuple[str, ...]:
        for team in teams:
            self._notes.add(f"{team} could not be asked for a review: GitLab asks users, not groups")
        if not users:
            return ()
        present = [row.get("user") or {} for row in self._reviewers(pull)]
        approvals = self._rest.row("GET", f"/merge_requests/{pull.number}/approvals").get("approved_by") or ()
        approvers = [str((row.get("user") or {}).get("username")) for row in approvals]
        known = {pull.author, *approvers, *(str(user.get("username")) for user in present)}
        ids = {name: self._user(name) for name in to_ask(users, known)}
        wanted = [number for number in ids.values() if number is not None]
        if not wanted:
            return ()
        everybody = {"reviewer_ids": [*(user["id"] for user in present), *wanted]}
        with self._notes.instead("reviewers were not asked"):
            answer = self._rest.row("PUT", f"/merge_requests/{pull.number}", body=everybody)
            asked = {row.get("id") for row in answer.get("reviewers") or ()}
            for name, number in ids.items():
                if number is not None and number not in asked:
                    self._notes.add(f"{name} could not be asked for a review: this GitLab takes one reviewer only")
            return tuple(name for name, number in ids.items() if number in asked)
        return ()

    def _user(self, name: str) -> int | None:
        for row in self._whole.rows("/users", {"username": name}):
            return int(row["id"])
        self._notes.add(f"{name} could not be asked for a review: GitLab knows no such user")
        return None

    def _reviewers(self, pull: PullRequest) -> list[Row]:
        return list(self._rest.rows(f"/merge_requests/{pull.number}/reviewers"))

    def status(self, commit: str, *, name: str, state: Verdict, description: str, url: str = "") -> None:
        with self._notes.instead(f"the status {name} was not set"):
            self._statuses.set(commit, name=name, state=state, description=description, url=url)

    # -- approval and merging ------------------------------------------------------------------------------------

    def approval(self, pull: PullRequest) -> Approval:
        now = self._rest.row("GET", f"/merge_requests/{pull.number}")
        rows = self._rest.row("GET", f"/merge_requests/{pull.number}/approvals").get("approved_by") or ()
        moments = {str((row.get("user") or {}).get("username")): _moment(row.get("approved_at")) for row in rows}
        pushed = self._last_push(pull) if any(moments.values()) else None
        approvals = {login: not moment or not pushed or moment >= pushed for login, moment in moments.items()}
        unhappy = any(row.get("state") == "requested_changes" for row in self._reviewers(pull))
        return Approval(
            state=opinion(approvals, changes_requested=unhappy),
            approvers=tuple(login for login, is_current in approvals.items() if is_current),
            queued=self._auto_merge.is_in_train(pull),
            armed=bool(now.get("merge_when_pipeline_succeeds")),
        )

    def _last_push(self, pull: PullRequest) -> datetime | None:
        moments = [_moment(row.get("created_at")) for row in self._rest.rows(f"/merge_requests/{pull.number}/versions")]
        return max((moment for moment in moments if moment), default=None)

    def arm(self, pull: PullRequest, *, head: str) -> bool:
        why = self._auto_merge.turn_on(pull, head)
        if why:
            self._notes.add(f"merging !{pull.number} by itself was not turned on: {why}")
        return not why

    def disarm(self, pull: PullRequest) -> None:
        self._auto_merge.turn_off(pull)

    def signed(self, tree: str, parents: Sequence[str], message: str) -> SignedCommit | None:
        return None

    def inert(self, markdown: str) -> str:
        return inert(markdown)

    def notes(self) -> tuple[str, ...]:
        env = self.repository.credentials.env
        self._notes.add_expiry(self._token_end, f"the token in {env}" if env else "the forge's token")
        return self._notes.all()

    @cached_property
    def _token_end(self) -> date | None:
        """Tokens of GitLab always end; only a personal, project or group token tells when."""
        try:
            return day(str(self._whole.row("GET", "/personal_access_tokens/self").get("expires_at") or ""))
        except ProposeError:
            return None


def _project(repository: Repository, root: str) -> str:
    """The path of the project below GitLab's own, which its API's address tells."""
    above = urlsplit(root).path.removesuffix("/api/v4").strip("/")
    path = "/".join(path_of(repository))
    return path.removeprefix(f"{above}/") if above else path


def _is_early(refusal: RefusedError) -> bool:
    """Whether GitLab does not know the branch yet that was just pushed."""
    return refusal.status == 400 and bool(re.search("source.branch.*does not exist", refusal.reason, re.IGNORECASE))


@reads
def _pull(row: Row) -> PullRequest:
    title, is_draft = str(row.get("title") or ""), bool(row.get("draft"))
    state = STATES.get(str(row.get("state")), "closed")
    return PullRequest(
        number=int(row["iid"]),
        url=str(row.get("web_url") or ""),
        title=DRAFTS.sub("", title, count=1) if is_draft and DRAFTS.match(title) else title,
        body=str(row.get("description") or ""),
        state=state,
        base=str(row.get("target_branch") or ""),
        branch=str(row.get("source_branch") or ""),
        head=str(row.get("sha") or ""),
        labels=tuple(str(label) for label in row.get("labels") or ()),
        draft=is_draft,
        author=str((row.get("author") or {}).get("username") or ""),
        closed_at="" if state == "open" else str(row.get("merged_at") or row.get("closed_at") or ""),
    )


def _moment(text: Any) -> datetime | None:
    """ISO text with its zone; older GitLab does not say when somebody approved."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
