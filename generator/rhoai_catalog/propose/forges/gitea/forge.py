"""Pull requests on Gitea and Forgejo."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar, Final
from urllib.parse import quote

from rhoai_catalog.config import Repository
from rhoai_catalog.propose.forges.api.address import origin, owner_and_name
from rhoai_catalog.propose.forges.api.patience import Patience
from rhoai_catalog.propose.forges.api.rest import ForgeWording, RefusedError, Rest, Row, at, reads, reads_answers
from rhoai_catalog.propose.forges.api.statuses import Statuses
from rhoai_catalog.propose.forges.forge import Approval, Capabilities, PullRequest, SignedCommit, Verdict
from rhoai_catalog.propose.forges.gitea.auto_merge import GiteaAutoMerge
from rhoai_catalog.propose.forges.gitea.labels import Labels
from rhoai_catalog.propose.forges.gitea.rights import GiteaRights
from rhoai_catalog.propose.forges.notes import Notes
from rhoai_catalog.propose.forges.reviews import ask, logins_of, opinion, to_ask

CLOSED_PAGES: Final = 6
LONGEST_DESCRIPTION: Final = 255  # characters of a status
DRAFT: Final = "WIP: "
DRAFTS: Final = re.compile(r"(?:wip:|\[wip\])\s*", re.IGNORECASE)


class GiteaWording(ForgeWording):
    rights: ClassVar[str] = GiteaRights.wanted


@reads_answers
class Gitea:
    """The pull requests of our branch on Gitea or Forgejo."""

    capabilities: Final = Capabilities(
        longest_title=255 - len(DRAFT), longest_body=1_000_000, head_refs="refs/pull/{}/head", teams=True
    )

    def __init__(self, repository: Repository, token: str, patience: Patience) -> None:
        self.repository = repository
        owner, name = owner_and_name(repository)
        root = repository.api_url or f"{origin(repository)}/api/v1"
        how: dict[str, Any] = {"authorization": f"token {token}", "patience": patience}
        path = f"/repos/{quote(owner)}/{quote(name)}"
        whole, self._rest = (Rest(f"{root}{below}", repository, GiteaWording, **how) for below in ("", path))
        self._labels = Labels(self._rest, whole, owner)
        row = partial(whole.row, "GET", path)
        self._auto_merge = GiteaAutoMerge(self._rest, row, patience)
        self.rights = GiteaRights(self._rest, row)
        self._statuses = Statuses(self._rest, LONGEST_DESCRIPTION, size="limit", state="status")
        self._notes = Notes()

    # -- pull requests -------------------------------------------------------------------------------------------

    def open_pull(self) -> PullRequest | None:
        """Gitea cannot be asked for those of a branch, so all open ones are looked at until ours is there."""
        retargeted: PullRequest | None = None
        for row in self._rest.rows("/pulls", {"state": "open"}, size="limit"):
            if self._is_ours(row):
                pull = _pull(row)
                if pull.base == self.repository.base:
                    return pull
                retargeted = retargeted or pull
        return retargeted

    def closed_pulls(self) -> tuple[PullRequest, ...]:
        """`head` is told of the latest, and of those whose branch is gone: of others it may have moved since."""
        query = {"state": "closed", "sort": "recentupdate"}
        rows = self._rest.rows("/pulls", query, size="limit", pages=CLOSED_PAGES)
        ended = [row for row in rows if self._is_ours(row)]
        ended.sort(key=lambda row: str(row.get("closed_at") or ""), reverse=True)
        return tuple(
            replace(_pull(row), head=self._last_head(row, is_latest=not place)) for place, row in enumerate(ended)
        )

    def _last_head(self, row: Row, *, is_latest: bool) -> str:
        head = row["head"]
        if str(head.get("ref")).startswith("refs/pull/"):
            return str(head.get("sha") or "")
        return self._kept_head(int(row["number"])) if is_latest else ""

    def _kept_head(self, number: int) -> str:
        """The commit of the ref that Gitea keeps; empty where it keeps none."""
        try:
            refs = self._rest.call("GET", f"/git/refs/pull/{number}/head")
        except RefusedError as refusal:
            if refusal.status != 404:
                raise
            return ""
        rows = refs if isinstance(refs, list) else [refs]
        heads = [row["object"]["sha"] for row in rows if row.get("ref") == f"refs/pull/{number}/head"]
        return str(heads[0]) if heads else ""

    def create(self, title: str, body: str, *, draft: bool = False) -> PullRequest:
        title = f"{DRAFT}{title}" if draft else title
        wanted = {"title": title, "body": body, "head": self.repository.branch, "base": self.repository.base}
        try:
            return _pull(self._rest.row("POST", "/pulls", body=wanted))
        except RefusedError as refusal:
            present = self.open_pull() if refusal.status == 409 else None
            if present is None:
                raise
            return present

    def update(self, pull: PullRequest, *, title: str | None = None, body: str | None = None) -> PullRequest:
        changes: dict[str, str] = {}
        if title is not None and title != pull.title:
            changes["title"] = f"{DRAFT}{title}" if pull.draft else title
        if body is not None and body != pull.body:
            changes["body"] = body
        return _pull(self._rest.row("PATCH", f"/pulls/{pull.number}", body=changes)) if changes else pull

    def close(self, pull: PullRequest, *, body: str) -> None:
        self._rest.call("PATCH", f"/pulls/{pull.number}", body={"state": "closed", "body": body})

    def comment(self, pull: PullRequest, text: str) -> None:
        self._rest.call("POST", f"/issues/{pull.number}/comments", body={"body": text}, repeatable=False)

    def _timeline(self, pull: PullRequest) -> list[Row]:
        """What happened, in order: all of it, where no page is asked for."""
        path = f"/issues/{pull.number}/timeline"
        return self._rest.listed(path, self._rest.send("GET", path))

    def _is_ours(self, row: Row) -> bool:
        """By `label`: `ref` is another one once the branch is gone. A fork may have a branch of that name."""
        same = at(row, "head", "repo_id") == at(row, "base", "repo_id")
        return bool(same and at(row, "head", "label") == self.repository.branch)

    def logins(self, pull: PullRequest) -> Mapping[str, str]:
        with self._notes.instead(f"whose commits #{pull.number} holds was not read", 404):
            return logins_of(self._rest.rows(f"/pulls/{pull.number}/commits", size="limit"))
        return {}

    # -- labels, reviewers, statuses -----------------------------------------------------------------------------

    def label(self, pull: PullRequest, *, add: Iterable[str] = (), drop: Iterable[str] = ()) -> bool:
        missing = [name for name in dict.fromkeys(add) if name not in pull.labels]
        surplus = [name for name in dict.fromkeys(drop) if name in pull.labels]
        with self._notes.instead("labels were not set"):
            if missing:
                self._labels.add(pull.number, missing)
            if surplus:
                self._labels.drop(pull.number, surplus)
            return True
        return False

    def request_reviewers(
        self, pull: PullRequest, *, users: Collection[str] = (), teams: Collection[str] = ()
    ) -> tuple[str, ...]:
        if not users and not teams:
            return ()
        rows = list(self._reviews(pull))  # also of those who were asked and have not answered
        known = {str((row.get("user") or {}).get("login")) for row in rows}
        known_teams = {str((row.get("team") or {}).get("name")) for row in rows}
        new_users, new_teams = to_ask(users, {pull.author, *known}), to_ask(teams, known_teams)
        return ask(self._rest, f"/pulls/{pull.number}/requested_reviewers", new_users, new_teams, self._notes)

    def _reviews(self, pull: PullRequest) -> Iterator[Row]:
        return self._rest.rows(f"/pulls/{pull.number}/reviews", size="limit")

    def status(self, commit: str, *, name: str, state: Verdict, description: str, url: str = "") -> None:
        with self._notes.instead(f"the status {name} was not set"):
            self._statuses.set(commit, name=name, state=state, description=description, url=url)

    # -- approval and merging ------------------------------------------------------------------------------------

    def approval(self, pull: PullRequest) -> Approval:
        last: dict[str, Row] = {}
        for row in self._reviews(pull):
            if row.get("state") in ("APPROVED", "REQUEST_CHANGES"):
                last[str((row.get("user") or {}).get("login") or "ghost")] = row
        counting = {login: row for login, row in last.items() if row.get("official") and not row.get("dismissed")}
        approvals = {login: not row.get("stale") for login, row in counting.items() if row["state"] == "APPROVED"}
        return Approval(
            state=opinion(approvals, changes_requested=len(approvals) < len(counting)),
            approvers=tuple(login for login, is_current in approvals.items() if is_current),
            armed=self._is_armed(pull),
        )

    def _is_armed(self, pull: PullRequest) -> bool:
        """Only the timeline tells."""
        scheduling = ("pull_scheduled_merge", "pull_cancel_scheduled_merge")
        kinds = [row.get("type") for row in self._timeline(pull) if row.get("type") in scheduling]
        return kinds[-1:] == ["pull_scheduled_merge"]

    def arm(self, pull: PullRequest, *, head: str) -> bool:
        why = self._auto_merge.turn_on(pull, head)
        if why:
            self._notes.add(f"merging #{pull.number} by itself was not turned on: {why}")
        return not why

    def disarm(self, pull: PullRequest) -> None:
        self._auto_merge.turn_off(pull)

    def signed(self, tree: str, parents: Sequence[str], message: str) -> SignedCommit | None:
        return None

    def inert(self, markdown: str) -> str:
        return markdown

    def notes(self) -> tuple[str, ...]:
        return self._notes.all()


@reads
def _pull(row: Row) -> PullRequest:
    title, is_draft = str(row.get("title") or ""), bool(row.get("draft"))
    is_open = row.get("state") == "open"
    return PullRequest(
        number=int(row["number"]),
        url=str(row.get("html_url") or ""),
        title=DRAFTS.sub("", title, count=1) if is_draft and DRAFTS.match(title) else title,
        body=str(row.get("body") or ""),
        state="open" if is_open else "merged" if row.get("merged") else "closed",
        base=str(row["base"].get("ref") or ""),
        branch=str(row["head"].get("label") or ""),
        head=str(row["head"].get("sha") or ""),
        labels=tuple(str(label.get("name")) for label in row.get("labels") or ()),
        draft=is_draft,
        author=str((row.get("user") or {}).get("login") or ""),
        closed_at="" if is_open else str(row.get("closed_at") or ""),
    )
