"""GitLab on loopback, as its documentation has it: quick actions run, approvals fall, statuses make pipelines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from outside import Answer

from forges import quick, rights
from forges.loopback import OWNER, LoopbackForge, Pull, Status, last_segment
from forges.place import ROBOT, Call

STATES = {"open": "opened", "closed": "closed", "merged": "merged"}
DRAFT = re.compile(r"(draft:|\[draft\]|\(draft\))", re.IGNORECASE)


@dataclass
class Pipeline:
    number: int
    sha: str
    ref: str
    source: str = "push"


@dataclass
class LoopbackGitLab(LoopbackForge):
    """`resets` False: GitLab Free, where approvals stay; `says_when` False: an older one that does not date them."""

    forge: ClassVar[str] = "gitlab"
    root: ClassVar[str] = "/api/v4"
    project: ClassVar[str] = "/projects/org%2Fcatalog"
    deleting_closes: ClassVar[bool] = False
    reviewers_stay: ClassVar[bool] = True

    resets: bool = True
    says_when: bool = True
    several_reviewers: bool = True
    trains: bool = False
    replicas_behind: int = 0  # how often a new branch is not seen yet
    checking: int = 0  # how often a merge is not ready yet
    pipelines: list[Pipeline] = field(default_factory=list)
    commands: list[tuple[str, str]] = field(default_factory=list)  # quick actions that were run, with our rights

    def kept(self, number: int) -> str:
        return f"refs/merge-requests/{number}/head"

    def pushed(self, pull: Pull) -> None:
        pull.armed_by, pull.queued = "", False
        if self.resets:
            pull.reviews = [review for review in pull.reviews if review.opinion != "approved"]

    def run_pipeline(self, sha: str, ref: str, source: str = "push") -> Pipeline:
        self.pipelines.append(Pipeline(len(self.pipelines) + 500, sha, ref, source))
        return self.pipelines[-1]

    # -- calls ---------------------------------------------------------------------------------------------------

    def serve(self, call: Call, path: str) -> Answer | None:
        number = re.match(r"/(?:merge_requests|merge_trains/merge_requests)/(\d+)", path)
        if number and int(number[1]) > len(self.pulls):
            return Answer({"message": "404 Not found"}, 404)
        return self._of_pull(call, path, self.pull(int(number[1]))) if number else self._of_project(call, path)

    def serve_above(self, call: Call) -> Answer | None:
        if call.method == "GET" and call.path == "/users":
            if email := call.query.get("search"):
                known = [login for address, login in self.accounts.items() if address == email]
            else:
                known = [name for name in self.collaborators if name == call.query["username"]]
            return Answer([self._user(name) for name in known])
        if call.method == "GET" and call.path == "/personal_access_tokens/self":
            if self.scopes is None:  # a job's token, or one of OAuth
                return Answer({"message": "401 Unauthorized"}, 401)
            return Answer({"name": "bot", "expires_at": self.token_expires or None, "scopes": [*(self.scopes or ())]})
        return None

    def _of_project(self, call: Call, path: str) -> Answer | None:
        match call.method, re.sub(r"[0-9a-f]{40}", "SHA", path):
            case "GET", "":
                return Answer(
                    {
                        "id": 7,
                        "only_allow_merge_if_pipeline_succeeds": self.requires,
                        "merge_trains_enabled": self.trains,
                        "archived": self.archived,
                        "merge_requests_access_level": "enabled",
                        "permissions": rights.gitlab_permissions(self),
                    }
                )
            case "GET", "/merge_requests":
                return self.paged(call, self._listed(call.query), "per_page", total=True)
            case "POST", "/merge_requests":
                return self._opened(call.body)
            case "GET", "/repository/commits/SHA":
                last = next((p for p in reversed(self.pipelines) if p.sha == last_segment(path)), None)
                told = {"id": last.number, "sha": last.sha, "ref": last.ref} if last else None
                return Answer({"id": last_segment(path), "last_pipeline": told})
            case "GET", "/repository/commits/SHA/statuses":
                rows = [
                    {"name": name, "status": s.state, "description": s.description or None, "target_url": s.url or None}
                    for name, s in self.statuses.get(path.split("/")[3], {}).items()
                    if call.query.get("name") in (None, name)
                ]
                return self.paged(call, rows, "per_page")
            case "POST", "/statuses/SHA":
                return self._status(last_segment(path), call.body)
        return rights.gitlab(self, call, path)

    def _of_pull(self, call: Call, path: str, pull: Pull) -> Answer | None:
        match call.method, re.sub(r"\d+", "N", path, count=1):
            case "GET", "/merge_requests/N":
                return Answer(self._row(pull))
            case "PUT", "/merge_requests/N":
                return self._changed(pull, call.body)
            case "POST", "/merge_requests/N/notes":
                text = self._run(pull, call.body["body"])
                if not text.strip():
                    return Answer({"commands_changes": {}}, 202)
                self.comment(pull.number, text, ROBOT)
                return Answer({"id": len(pull.comments), "body": text}, 201)
            case "GET", "/merge_requests/N/commits":
                commits = [
                    {f"{role}_{part}": text for role, person in row.items() for part, text in person.items()}
                    for row in self.commits_of(pull)
                ]
                return self.paged(call, commits, "per_page")
            case "GET", "/merge_requests/N/approvals":
                rows = [
                    {"user": self._user(r.login), **({"approved_at": r.moment} if self.says_when else {})}
                    for r in pull.reviews
                    if r.opinion == "approved"
                ]
                return Answer({"approved": bool(rows), "approved_by": rows})
            case "GET", "/merge_requests/N/reviewers":
                unhappy = [r.login for r in pull.reviews if r.opinion == "changes"]
                names = dict.fromkeys([*pull.reviewers, *unhappy])  # who requests changes becomes a reviewer
                rows = [
                    {"user": self._user(name), "state": "requested_changes" if name in unhappy else "unreviewed"}
                    for name in names
                ]
                return self.paged(call, rows, "per_page")
            case "GET", "/merge_requests/N/versions":
                return self.paged(
                    call, [{"id": 1, "head_commit_sha": pull.head, "created_at": pull.pushed}], "per_page"
                )
            case "PUT", "/merge_requests/N/merge":
                return self._merged(pull, call.body)
            case "POST", "/merge_requests/N/cancel_merge_when_pipeline_succeeds":
                if not pull.armed_by:
                    return Answer({"message": "405 Method Not Allowed"}, 405)
                pull.armed_by = ""
                return Answer({"status": "success"}, 201)
            case "GET", "/merge_trains/merge_requests/N":
                return Answer({"id": 1, "status": "fresh"}) if pull.queued else None
        return None

    def _listed(self, query: Mapping[str, str]) -> list[dict[str, Any]]:
        state = query.get("state", "all")
        rows = [p for p in self.pulls if state in ("all", STATES[p.state])]
        rows = [p for p in rows if query.get("source_branch") in (None, p.branch)]
        rows = [p for p in rows if query.get("target_branch") in (None, p.base)]
        if query.get("order_by") == "updated_at":
            rows.sort(key=lambda pull: pull.updated)
        return [self._row(pull) for pull in reversed(rows)]

    def _opened(self, body: dict[str, Any]) -> Answer:
        if present := self.open_of(body["source_branch"], body["target_branch"]):
            message = f"Another open merge request already exists for this source branch: !{present.number}"
            return Answer({"message": [message]}, 409)
        if self.replicas_behind or not self.head_of(body["source_branch"]):
            self.replicas_behind = max(0, self.replicas_behind - 1)
            return Answer({"message": {"source_branch": ["does not exist"]}}, 400)
        if problem := _too_long(body):
            return problem
        pull = self.add(body["source_branch"], body["target_branch"], title=body["title"], author=ROBOT, body="")
        pull.body = self._run(pull, body["description"])
        return Answer(self._row(pull), 201)

    def _changed(self, pull: Pull, body: dict[str, Any]) -> Answer:
        if problem := _too_long(body):
            return problem
        pull.title = body.get("title", pull.title)
        if "description" in body:
            pull.body = self._run(pull, body["description"])
        added = [name for name in body.get("add_labels", []) if name not in pull.labels]
        self.labels += [name for name in added if name not in self.labels]
        pull.labels = [*pull.labels, *added]
        pull.labels = [name for name in pull.labels if name not in body.get("remove_labels", [])]
        if "reviewer_ids" in body:
            names = [name for name in self.collaborators if self._user(name)["id"] in body["reviewer_ids"]]
            pull.reviewers = names if self.several_reviewers else (pull.reviewers or names)[:1]
        pull.updated = self.tick()
        if body.get("state_event") == "close":
            self._end(pull, "closed", ROBOT)
        return Answer(self._row(pull))

    def _run(self, pull: Pull, text: str) -> str:
        text, commands = quick.run(text)
        self.commands += commands
        for name, argument in commands:
            if name == "close":
                self._end(pull, "closed", ROBOT)
            elif name == "label":
                pull.labels.append(argument.strip('~"'))
        return text

    def _status(self, sha: str, body: dict[str, Any]) -> Answer:
        """A status is a job: of the pipeline that is named, or of the ref's last one, or of one that is made."""
        fitting = [p for p in self.pipelines if p.sha == sha and body.get("ref") in (None, p.ref)]
        if "pipeline_id" in body:
            fitting = [p for p in fitting if p.number == body["pipeline_id"]]
            if not fitting:
                return Answer({"message": "404 Pipeline for pipeline_id, sha and ref Not Found"}, 404)
        if not fitting:
            self.run_pipeline(sha, body["ref"], "external")
        known = self.statuses.setdefault(sha, {})
        present = known.get(body["name"])
        if present and present.state == body["state"]:
            return Answer({"message": f"Cannot transition status via :enqueue from :{present.state}"}, 400)
        known[body["name"]] = Status(body["state"], body.get("description", ""), body.get("target_url", ""))
        return Answer({"id": 1, "status": body["state"]}, 201)

    def _merged(self, pull: Pull, body: dict[str, Any]) -> Answer:
        if self.checking:
            self.checking -= 1
            return Answer({"message": "405 Method Not Allowed"}, 405)
        if body.get("sha") != pull.head:
            return Answer({"message": "SHA does not match HEAD of source branch"}, 409)
        if not self.requires:
            self._end(pull, "merged", ROBOT)
        elif body.get("auto_merge"):
            pull.armed_by = ROBOT
        return Answer(self._row(pull))

    def _user(self, name: str) -> dict[str, Any]:
        return {"id": 30 + self.collaborators.index(name) if name in self.collaborators else 99, "username": name}

    def _row(self, pull: Pull) -> dict[str, Any]:
        last = next((p for p in reversed(self.pipelines) if p.ref == pull.branch), None)
        closed = pull.state == "closed"
        return {
            "id": 9000 + pull.number,
            "iid": pull.number,
            "web_url": f"https://git.example.net/org/catalog/-/merge_requests/{pull.number}",
            "title": pull.title,
            "description": pull.body or None,
            "state": STATES[pull.state],
            "draft": bool(DRAFT.match(pull.title)),
            "source_branch": pull.branch,
            "target_branch": pull.base,
            "source_project_id": 7 if pull.owner == OWNER else 8,
            "target_project_id": 7,
            "sha": pull.head,
            "labels": pull.labels,
            "author": {"username": pull.author},
            "closed_at": pull.closed_at if closed else None,
            "closed_by": {"username": pull.closer} if closed else None,
            "merged_at": pull.closed_at if pull.state == "merged" else None,
            "reviewers": [self._user(name) for name in pull.reviewers],
            "merge_when_pipeline_succeeds": bool(pull.armed_by),
            "detailed_merge_status": "checking" if self.checking else "mergeable",
            "head_pipeline": {"id": last.number, "sha": last.sha} if last else None,
        }


def _too_long(body: dict[str, Any]) -> Answer | None:
    if len(body.get("title", "")) > 255:
        return Answer({"message": {"title": ["is too long (maximum is 255 characters)"]}}, 400)
    if len(body.get("description", "")) > 1_048_576:
        return Answer({"message": {"description": ["is too long (maximum is 1048576 characters)"]}}, 400)
    return None
