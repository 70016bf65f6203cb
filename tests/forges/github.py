"""GitHub on loopback, as its documentation describes it; GraphQL as far as auto-merge and reviews need it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from outside import Answer

from forges import rights
from forges.loopback import OWNER, LoopbackForge, Pull, Review, Status, last_segment
from forges.place import ROBOT, Call, git, refs

BOT = "github-actions[bot]"
REVIEWS = {"approved": "APPROVED", "changes": "CHANGES_REQUESTED", "commented": "COMMENTED", "dismissed": "DISMISSED"}


@dataclass
class LoopbackGitHub(LoopbackForge):
    """Label names are alike in any case; unknown ones are made on use. `merge_queue` False: an older Enterprise."""

    forge: ClassVar[str] = "github"
    root: ClassVar[str] = "/api"
    project: ClassVar[str] = "/v3/repos/org/catalog"
    merge_queue: bool = True
    dismisses_stale: bool = False
    signs: bool = True  # what the token commits

    def only_reads(self, call: Call) -> bool:
        return call.path == "/graphql" and "mutation" not in str(call.body)

    def pushed(self, pull: Pull) -> None:
        for review in pull.reviews:
            if self.dismisses_stale and review.opinion == "approved":
                review.opinion = "dismissed"

    # -- REST ----------------------------------------------------------------------------------------------------

    def serve(self, call: Call, path: str) -> Answer | None:
        number = re.match(r"/(?:pulls|issues)/(\d+)", path)
        if number and int(number[1]) > len(self.pulls):
            return None
        pull = self.pull(int(number[1])) if number else None
        answer = self._of_pull(call, path, pull) if pull else self._of_repository(call, path)
        if answer is not None and self.token_expires:
            headers = {**answer.headers, "GitHub-Authentication-Token-Expiration": self.token_expires}
            return Answer(answer.body, answer.status, headers)
        return answer

    def _of_repository(self, call: Call, path: str) -> Answer | None:
        match call.method, re.sub(r"[0-9a-f]{40}", "SHA", path):
            case "GET", "/pulls":
                return self.paged(call, self._listed(call.query), "per_page")
            case "POST", "/pulls":
                return self._opened(call.body)
            case "GET", "/commits/SHA/status":
                rows = self.statuses.get(path.split("/")[2], {})
                told = [
                    {
                        "context": name,
                        "state": s.state,
                        "description": s.description or None,
                        "target_url": s.url or None,
                    }
                    for name, s in rows.items()
                ]
                return Answer({"state": "pending", "statuses": told, "total_count": len(told)})
            case "POST", "/git/commits":
                return self._committed(call.body)
            case "POST", "/git/refs":
                if call.body["ref"] in refs(self.remote):
                    return _invalid("Reference already exists")
                git(self.remote, "update-ref", call.body["ref"], call.body["sha"])
                return Answer({"ref": call.body["ref"]}, 201)
            case "PATCH", _ if path.startswith("/git/refs/"):
                git(self.remote, "update-ref", path.removeprefix("/git/"), call.body["sha"])
                return Answer({"ref": path.removeprefix("/git/")})
            case "POST", "/statuses/SHA":
                body = call.body
                if len(body.get("description", "")) > 140:
                    return _invalid("description is too long (maximum is 140 characters)")
                status = Status(body["state"], body.get("description", ""), body.get("target_url", ""))
                self.statuses.setdefault(last_segment(path), {})[body["context"]] = status
                return Answer({"id": 1, "state": status.state}, 201)
        return rights.github(self, call, path)

    def _committed(self, body: dict[str, Any]) -> Answer:
        """Signed where the token is an app's, and by its account; of objects that are there already."""
        who = ("-c", f"user.name={BOT}", "-c", f"user.email={BOT}@users.noreply.github.com")
        parents = [option for parent in body["parents"] for option in ("-p", parent)]
        sha = git(self.remote, *who, "commit-tree", body["tree"], *parents, "-m", body["message"])
        verification = {"verified": self.signs, "reason": "valid" if self.signs else "unsigned"}
        author = {"name": BOT, "email": f"{BOT}@users.noreply.github.com"}
        return Answer({"sha": sha, "author": author, "committer": author, "verification": verification}, 201)

    def _of_pull(self, call: Call, path: str, pull: Pull) -> Answer | None:
        match call.method, re.sub(r"\d+", "N", path, count=1):
            case "GET", "/pulls/N":
                return Answer(self._row(pull))
            case "PATCH", "/pulls/N":
                return self._patched(pull, call.body)
            case "GET", "/issues/N":
                closer = {"login": pull.closer} if pull.closer and pull.state != "open" else None
                return Answer({"number": pull.number, "state": self._state(pull), "closed_by": closer})
            case "POST", "/issues/N/comments":
                self.comment(pull.number, call.body["body"], ROBOT)
                return Answer({"id": len(pull.comments)}, 201)
            case "POST", "/issues/N/labels":
                for name in call.body["labels"]:
                    known = next((label for label in self.labels if label.casefold() == name.casefold()), name)
                    self.labels += [] if known in self.labels else [known]
                    pull.labels += [] if known in pull.labels else [known]
                return Answer([{"name": name} for name in pull.labels])
            case "GET", "/pulls/N/commits":
                return self.paged(call, [self.with_accounts(row) for row in self.commits_of(pull)], "per_page")
            case "GET", "/pulls/N/reviews":
                rows = [_review(review) for review in pull.reviews]
                return self.paged(call, rows, "per_page")
            case "GET", "/pulls/N/requested_reviewers":
                users = [{"login": name} for name in pull.reviewers]
                return Answer({"users": users, "teams": [{"slug": name} for name in pull.teams]})
            case "POST", "/pulls/N/requested_reviewers":
                return self._asked(pull, call.body)
            case "DELETE", _ if "/labels/" in path:
                name = last_segment(path)
                if name.casefold() not in [label.casefold() for label in pull.labels]:
                    return Answer({"message": "Label does not exist"}, 404)
                pull.labels = [label for label in pull.labels if label.casefold() != name.casefold()]
                return Answer([{"name": name} for name in pull.labels])
        return None

    def _state(self, pull: Pull) -> str:
        return "open" if pull.state == "open" else "closed"

    def _listed(self, query: Mapping[str, str]) -> list[dict[str, Any]]:
        """A head without an owner is no filter at all."""
        state = query.get("state", "open")
        rows = [pull for pull in self.pulls if state in ("all", self._state(pull))]
        if ":" in (head := query.get("head", "")):
            rows = [pull for pull in rows if f"{pull.owner}:{pull.branch}" == head]
        if base := query.get("base"):
            rows = [pull for pull in rows if pull.base == base]
        if query.get("sort") == "updated":
            rows.sort(key=lambda pull: pull.updated)
        return [self._row(pull) for pull in (reversed(rows) if query.get("direction", "desc") == "desc" else rows)]

    def _opened(self, body: dict[str, Any]) -> Answer:
        if self.open_of(body["head"], body["base"]):
            return _invalid(f"A pull request already exists for {OWNER}:{body['head']}.")
        if body.get("draft") and not self.has_drafts:
            return Answer({"message": "Draft pull requests are not supported in this repository."}, 422)
        if not self.head_of(body["head"]):
            errors = [{"resource": "PullRequest", "field": "head", "code": "invalid"}]
            return Answer({"message": "Validation Failed", "errors": errors}, 422)
        if len(body["title"]) > 256 or len(body["body"] or "") > 65_536:
            return _invalid("body is too long (maximum is 65536 characters)")
        pull = self.add(
            body["head"],
            body["base"],
            title=body["title"],
            body=body["body"],
            author=ROBOT,
            draft=bool(body.get("draft")),
        )
        return Answer(self._row(pull), 201)

    def _patched(self, pull: Pull, body: dict[str, Any]) -> Answer:
        if len(body.get("body") or "") > 65_536:
            return _invalid("body is too long (maximum is 65536 characters)")
        self.edit(pull.number, **{name: body[name] for name in ("title", "body", "base") if name in body})
        pull.updated = self.tick()
        if body.get("state") == "closed" and pull.state == "open":
            self._end(pull, "closed", ROBOT)
        return Answer(self._row(pull))

    def _asked(self, pull: Pull, body: dict[str, Any]) -> Answer:
        """One who may not be asked, and nobody is."""
        users, teams = body.get("reviewers", []), body.get("team_reviewers", [])
        if pull.author in users:
            return _invalid("Review cannot be requested from pull request author.")
        if not {*users} <= {*self.collaborators} or not {*teams} <= {*self.known_teams}:
            message = "Reviews may only be requested from collaborators. One or more of the users or teams is not one."
            return Answer({"message": message}, 422)
        pull.reviewers += [name for name in users if name not in pull.reviewers]
        pull.teams += [name for name in teams if name not in pull.teams]
        return Answer(self._row(pull), 201)

    def _row(self, pull: Pull) -> dict[str, Any]:
        return {
            "id": 1000 + pull.number,
            "node_id": f"PR_{pull.number}",
            "number": pull.number,
            "html_url": f"https://git.example.net/org/catalog/pull/{pull.number}",
            "title": pull.title,
            "body": pull.body or None,
            "state": self._state(pull),
            "draft": pull.draft,
            "merged_at": pull.closed_at if pull.state == "merged" else None,
            "closed_at": pull.closed_at,
            "user": {"login": pull.author},
            "head": {"ref": pull.branch, "sha": pull.head, "repo": {"full_name": f"{pull.owner}/catalog"}},
            "base": {"ref": pull.base, "repo": {"full_name": "org/catalog"}},
            "labels": [{"name": name} for name in pull.labels],
        }

    # -- GraphQL -------------------------------------------------------------------------------------------------

    def serve_above(self, call: Call) -> Answer | None:
        if (call.method, call.path) != ("POST", "/graphql"):
            return None
        if refusal := self._refusal("POST /graphql"):
            return refusal
        query, variables = call.body["query"], call.body["variables"]
        if "isInMergeQueue" in query and not self.merge_queue:
            return _errors("Field 'isInMergeQueue' doesn't exist on type 'PullRequest'")
        if "enablePullRequestAutoMerge" in query:
            return self._enabled(self.pull(int(variables["id"].removeprefix("PR_"))), variables)
        if "disablePullRequestAutoMerge" in query:
            pull = self.pull(int(variables["id"].removeprefix("PR_")))
            if not pull.armed_by:
                return _errors("Can't disable auto-merge for this pull request.")
            pull.armed_by = ""
            return Answer({"data": {"disablePullRequestAutoMerge": {"clientMutationId": None}}})
        if "autoMergeAllowed" in query:
            settings = {"autoMergeAllowed": self.auto_merge_allowed, "viewerDefaultMergeMethod": "SQUASH"}
            return Answer({"data": {"repository": settings}})
        return Answer({"data": {"repository": {"pullRequest": self._node(self.pull(variables["number"]))}}})

    def _enabled(self, pull: Pull, variables: dict[str, Any]) -> Answer:
        if variables["head"] != pull.head:
            return _errors("Head sha didn't match expected sha")
        if not self.requires:
            return _errors("Pull request Pull request is in clean status")
        pull.armed_by, pull.armed_method = ROBOT, variables["method"]
        return Answer({"data": {"enablePullRequestAutoMerge": {"clientMutationId": None}}})

    def _node(self, pull: Pull) -> dict[str, Any]:
        """The last opinion of each who may write."""
        last: dict[str, Review] = {}
        for review in pull.reviews:
            if review.opinion != "commented" and review.login in self.collaborators:
                last[review.login] = review
        nodes = [
            {"state": REVIEWS[r.opinion], "author": {"login": r.login}, "commit": {"oid": r.commit}}
            for r in last.values()
        ]
        return {
            "headRefOid": pull.head,
            "isInMergeQueue": pull.queued,
            "autoMergeRequest": {"enabledAt": pull.updated} if pull.armed_by else None,
            "latestOpinionatedReviews": {"nodes": nodes},
        }


def _review(review: Review) -> dict[str, Any]:
    return {"user": {"login": review.login}, "state": REVIEWS[review.opinion], "commit_id": review.commit}


def _invalid(message: str) -> Answer:
    return Answer({"message": "Validation Failed", "errors": [{"code": "custom", "message": message}]}, 422)


def _errors(message: str) -> Answer:
    return Answer({"data": None, "errors": [{"type": "UNPROCESSABLE", "message": message}]})
