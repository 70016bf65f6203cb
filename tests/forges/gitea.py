"""Gitea on loopback, as its source of 1.26 has it; `frozen_lists` False: as 1.21 and Forgejo had it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from outside import Answer

from forges import rights
from forges.loopback import OWNER, LoopbackForge, Pull, Review, Status, last_segment
from forges.place import ROBOT, Call, git, refs

REVIEWS = {"approved": "APPROVED", "changes": "REQUEST_CHANGES", "commented": "COMMENT", "dismissed": "APPROVED"}
DRAFT = re.compile(r"(WIP:|\[WIP\])", re.IGNORECASE)


@dataclass
class LoopbackGitea(LoopbackForge):
    """Labels are told by id; lists are paged by the server's own size; nothing can be asked for by its head branch."""

    forge: ClassVar[str] = "gitea"
    root: ClassVar[str] = "/api/v1"
    scheme: ClassVar[str] = "token"
    project: ClassVar[str] = "/repos/org/catalog"
    page: int = 50
    frozen_lists: bool = True
    is_organisation: bool = True
    checking: int = 0  # how often a merge is answered with "try again later"

    def pushed(self, pull: Pull) -> None:
        """A schedule stays; a review is stale where the diff changed."""
        for review in pull.reviews:
            review.stale = review.stale or self._tree(review.commit) != self._tree(pull.head)

    def _tree(self, commit: str) -> str:
        return git(self.remote, "rev-parse", f"{commit}^{{tree}}")

    def serve(self, call: Call, path: str) -> Answer | None:
        number = re.match(r"/(?:pulls|issues)/(\d+)", path)
        if number and int(number[1]) > len(self.pulls):
            return None
        return self._of_pull(call, path, self.pull(int(number[1]))) if number else self._of_repository(call, path)

    def serve_above(self, call: Call) -> Answer | None:
        if (call.method, call.path) != ("GET", "/orgs/org/labels") or not self.is_organisation:
            return None
        rows = [{"id": self.label_ids()[name], "name": name} for name in self.organisation_labels]
        return self.paged(call, rows, "limit", links=False, total=True)

    def _of_repository(self, call: Call, path: str) -> Answer | None:
        match call.method, re.sub(r"[0-9a-f]{40}", "SHA", path):
            case "GET", "":
                permissions = {"admin": self.is_admin, "push": self.may_write, "pull": True}
                row = {"full_name": "org/catalog", "default_merge_style": "squash", "has_pull_requests": True}
                return Answer({**row, "archived": self.archived, "mirror": False, "permissions": permissions})
            case "GET", "/pulls":
                return self.paged(call, self._listed(call.query), "limit", total=True)
            case "POST", "/pulls":
                return self._opened(call.body)
            case "GET", "/labels":
                rows = [{"id": self.label_ids()[name], "name": name} for name in self.labels]
                return self.paged(call, rows, "limit", links=False, total=True)
            case "POST", "/labels":
                self.labels.append(call.body["name"])  # names are not unique
                return Answer({"id": self.label_ids()[call.body["name"]], "name": call.body["name"]}, 201)
            case "GET", "/commits/SHA/status":
                rows = [
                    {"context": name, "status": s.state, "description": s.description, "target_url": s.url}
                    for name, s in self.statuses.get(path.split("/")[2], {}).items()
                ]
                return Answer({"state": "pending", "statuses": rows or None, "total_count": len(rows)})
            case "POST", "/statuses/SHA":
                body = call.body
                status = Status(body["state"], body.get("description", ""), body.get("target_url", ""))
                self.statuses.setdefault(last_segment(path), {})[body["context"]] = status
                return Answer({"id": 1, "status": status.state}, 201)
        if call.method == "GET" and path.startswith("/git/refs/"):
            return self._refs(path.removeprefix("/git/"))
        return rights.gitea(self, call, path)

    def _refs(self, prefix: str) -> Answer | None:
        pairs = [(name, sha) for name, sha in refs(self.remote).items() if name.startswith(prefix)]
        return Answer([{"ref": name, "object": {"sha": sha}} for name, sha in pairs]) if pairs else None

    def _of_pull(self, call: Call, path: str, pull: Pull) -> Answer | None:
        match call.method, re.sub(r"\d+", "N", path, count=1):
            case "GET", "/pulls/N":
                return Answer(self._row(pull, frozen=False))
            case "PATCH", "/pulls/N":
                return self._patched(pull, call.body)
            case "GET", "/issues/N/timeline":
                rows = [{"type": kind, "user": {"login": login}} for kind, login in pull.events]
                return Answer(rows or None)
            case "POST", "/issues/N/comments":
                self.comment(pull.number, call.body["body"], ROBOT)
                return Answer({"id": len(pull.comments)}, 201)
            case "GET", "/issues/N/labels":
                return Answer([{"id": self.label_ids()[name], "name": name} for name in pull.labels])
            case "POST", "/issues/N/labels":
                names = {number: name for name, number in self.label_ids().items()}
                pull.labels += [names[n] for n in call.body["labels"] if names[n] not in pull.labels]
                return Answer([{"name": name} for name in pull.labels])
            case "GET", "/pulls/N/commits":
                rows = [self.with_accounts(row) for row in self.commits_of(pull)]
                return self.paged(call, rows, "limit", total=True)
            case "GET", "/pulls/N/reviews":
                rows = [*map(_review, pull.reviews), *self._requests(pull)]
                return self.paged(call, rows, "limit", links=False, total=True)
            case "POST", "/pulls/N/requested_reviewers":
                return self._asked(pull, call.body)
            case "POST", "/pulls/N/merge":
                return self._scheduled(pull, call.body)
            case "DELETE", "/pulls/N/merge":
                if not pull.armed_by:
                    return None
                self.disarm(pull.number, by=ROBOT)
                return Answer(b"", 204)
            case "DELETE", _ if "/labels/" in path:
                names = {number: name for name, number in self.label_ids().items()}
                if not last_segment(path).isdecimal() or int(last_segment(path)) not in names:
                    return Answer({"message": "label does not exist"}, 422)
                pull.labels = [name for name in pull.labels if name != names[int(last_segment(path))]]
                return Answer(b"", 204)
        return None

    def _listed(self, query: Mapping[str, str]) -> list[dict[str, Any]]:
        state = query.get("state", "open")
        rows = [p for p in self.pulls if state in ("all", "open" if p.state == "open" else "closed")]
        rows = [p for p in rows if query.get("base_branch") in (None, p.base)]
        if query.get("sort") == "recentupdate":
            rows.sort(key=lambda pull: pull.updated)
        return [self._row(pull, frozen=self.frozen_lists) for pull in reversed(rows)]

    def _opened(self, body: dict[str, Any]) -> Answer:
        if present := self.open_of(body["head"], body["base"]):
            message = (
                f"pull request already exists for these targets [id: {present.number + 70}, issue_id: {present.number}]"
            )
            return Answer({"message": message}, 409)
        if not self.head_of(body["head"]):
            return Answer({"message": "The target couldn't be found."}, 404)
        title = _cut(body["title"])
        pull = self.add(body["head"], body["base"], title=title, body=body["body"], author=ROBOT)
        return Answer(self._row(pull, frozen=False), 201)

    def _patched(self, pull: Pull, body: dict[str, Any]) -> Answer:
        if "title" in body:
            pull.title = _cut(body["title"])
        pull.body, pull.base = body.get("body", pull.body), body.get("base", pull.base)
        pull.updated = self.tick()
        if body.get("state") == "closed":
            if pull.state == "merged":
                return Answer({"message": "cannot change state of this pull request, it was already merged"}, 412)
            self._end(pull, "closed", ROBOT)
        return Answer(self._row(pull, frozen=False), 201)

    def _requests(self, pull: Pull) -> list[dict[str, Any]]:
        users = [{"user": {"login": name}, "team": None, "state": "REQUEST_REVIEW"} for name in pull.reviewers]
        return users + [{"user": None, "team": {"name": name}, "state": "REQUEST_REVIEW"} for name in pull.teams]

    def _asked(self, pull: Pull, body: dict[str, Any]) -> Answer:
        """Names are looked up first; then each is asked in turn, until one may not be."""
        for name in body.get("reviewers", []):
            if name not in (*self.collaborators, "stranger"):
                return Answer({"message": f"User '{name}' not exist", "errors": None}, 404)
        for name in body.get("team_reviewers", []):
            if name not in self.known_teams:
                return Answer({"message": f"Team '{name}' not exist", "errors": None}, 404)
        for name in body.get("reviewers", []):
            if name == "stranger" or name == pull.author:
                message = f"{name} is not a valid reviewer"
                return Answer({"message": message}, 422)
            pull.reviewers += [] if name in pull.reviewers else [name]
        pull.teams += [name for name in body.get("team_reviewers", []) if name not in pull.teams]
        return Answer([], 201)

    def _scheduled(self, pull: Pull, body: dict[str, Any]) -> Answer:
        if self.checking:
            self.checking -= 1
            return Answer({"message": "Please try again later"}, 405)
        if not body.get("merge_when_checks_succeed"):
            return Answer({"message": "not what the tests do"}, 500)
        if pull.armed_by:
            message = "pull request is already scheduled to auto merge when checks succeed [pull_id: 1]"
            return Answer({"message": message}, 409)
        self.arm(pull.number, by=ROBOT)
        pull.armed_method = body["do"]
        if not self.requires:
            self._end(pull, "merged", ROBOT)
        return Answer(b"", 201)

    def _row(self, pull: Pull, *, frozen: bool) -> dict[str, Any]:
        """Without its branch the head goes by its ref; with a branch of that name, older ones tell where that is."""
        branch = self.head_of(pull.branch) if pull.owner == OWNER else pull.head
        is_fork = pull.owner != OWNER
        return {
            "id": 70 + pull.number,
            "number": pull.number,
            "html_url": f"https://git.example.net/org/catalog/pulls/{pull.number}",
            "title": pull.title,
            "body": pull.body,
            "state": "open" if pull.state == "open" else "closed",
            "draft": bool(DRAFT.match(pull.title)),
            "merged": pull.state == "merged",
            "merged_at": pull.closed_at if pull.state == "merged" else None,
            "closed_at": pull.closed_at,
            "user": {"login": pull.author},
            "head": {
                "label": pull.branch,
                "ref": pull.branch if branch else self.kept(pull.number),
                "sha": branch if branch and not frozen else pull.head,
                "repo_id": 2 if is_fork else 1,
                "repo": {"full_name": f"{pull.owner}/catalog"},
            },
            "base": {"label": pull.base, "ref": pull.base, "repo_id": 1, "repo": {"full_name": "org/catalog"}},
            "labels": [{"id": self.label_ids()[name], "name": name} for name in pull.labels],
            "requested_reviewers": [{"login": name} for name in pull.reviewers],
            "requested_reviewers_teams": [{"name": name} for name in pull.teams],
        }


def _review(review: Review) -> dict[str, Any]:
    return {
        "user": {"login": review.login},
        "team": None,
        "state": REVIEWS[review.opinion],
        "commit_id": review.commit,
        "stale": review.stale,
        "official": review.login != "reader",
        "dismissed": review.opinion == "dismissed",
    }


def _cut(title: str) -> str:
    return title if len(title) <= 255 else f"{title[:254]}…"
