"""A forge on loopback: pull requests over REST beside a bare Git repository, as GitHub and as Gitea tell them."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from outside import Answer, Request

PERSON = ("-c", "user.name=Alice", "-c", "user.email=alice@example.net", "-c", "commit.gpgsign=false")
TOKEN = "ghp_hidden"


def git(folder: Path, *arguments: str) -> str:
    """Git as a person runs it."""
    command = ["git", *PERSON, "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@dataclass
class FakeForge:
    """One repository, `org/catalog`. Pull requests keep their head as `refs/pull/N/head`, as real forges do."""

    remote: Path
    gitea: bool = False
    pulls: list[dict[str, Any]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    writes: list[tuple[str, str]] = field(default_factory=list)
    refusals: dict[str, Answer] = field(default_factory=dict)

    def answer(self, request: Request) -> Answer:
        root = f"{'/api/v1' if self.gitea else '/api/v3'}/repos/org/catalog"
        if request.headers.get("authorization") != f"{'token' if self.gitea else 'Bearer'} {TOKEN}":
            return Answer({"message": "Bad credentials"}, 401)
        if not request.path.startswith(root):
            return Answer({"message": "Not Found"}, 404)
        path = request.path.removeprefix(root)
        if refusal := self.refusals.get(f"{request.method} {path}"):
            return refusal
        if request.method != "GET":
            self.writes.append((request.method, path))
        return self._answer(request, path)

    def _answer(self, request: Request, path: str) -> Answer:
        number = re.match(r"/(?:pulls|issues)/(\d+)", path)
        pull = self.pulls[int(number[1]) - 1] if number else {}
        match request.method, re.sub(r"\d+", "N", path, count=1):
            case "GET", "/pulls":
                return Answer(self._listed(request))
            case "POST", "/pulls":
                return self._opened(request.body)
            case "PATCH", "/pulls/N":
                pull.update(request.body)
                return Answer(self._told(pull), 201 if self.gitea else 200)
            case "GET", "/labels":
                return Answer([{"id": place, "name": name} for place, name in enumerate(self.labels, 1)])
            case "POST", "/labels":
                self.labels.append(request.body["name"])
                return Answer({"id": len(self.labels), "name": request.body["name"]}, 201)
            case "POST", "/issues/N/labels":
                added = [self.labels[n - 1] if self.gitea else n for n in request.body["labels"]]
                pull["labels"] = sorted({*pull["labels"], *added})
                return Answer([{"name": name} for name in pull["labels"]])
            case "DELETE", _:
                name = path.rsplit("/", 1)[1].replace("%3A", ":")
                pull["labels"].remove(self.labels[int(name) - 1] if self.gitea else name)
                return Answer(b"", 204) if self.gitea else Answer([])
        return Answer({"message": "Not Found"}, 404)

    def _listed(self, request: Request) -> list[dict[str, Any]]:
        state = request.query.get("state", "open")
        rows = [pull for pull in reversed(self.pulls) if pull["state"] == state]
        if not self.gitea and (head := request.query.get("head")):
            rows = [pull for pull in rows if f"{pull['owner']}:{pull['head']}" == head]
        size, page = int(request.query.get("per_page", "30")), int(request.query.get("page", "1"))
        return [self._told(pull) for pull in rows[(page - 1) * size : page * size]]

    def _opened(self, body: dict[str, Any]) -> Answer:
        if any(p["state"] == "open" and p["head"] == body["head"] and p["owner"] == "org" for p in self.pulls):
            errors = [{"message": f"A pull request already exists for org:{body['head']}."}]
            return Answer({"message": "Validation Failed", "errors": errors}, 422)
        self.add(**body)
        return Answer(self._told(self.pulls[-1]), 201)

    def add(self, head: str, base: str = "main", owner: str = "org", title: str = "", body: str = "") -> None:
        pull = {"number": len(self.pulls) + 1, "head": head, "base": base, "owner": owner, "title": title, "body": body}
        self.pulls.append({**pull, "state": "open", "merged_at": None, "labels": []})

    def _told(self, pull: dict[str, Any]) -> dict[str, Any]:
        kept = f"refs/pull/{pull['number']}/head"
        head = f"refs/heads/{pull['head']}"
        if pull["state"] == "open" and pull["owner"] == "org":
            git(self.remote, "update-ref", kept, git(self.remote, "rev-parse", head))
        known = git(self.remote, "for-each-ref", "--format=%(objectname)", kept)
        return {
            **{name: pull[name] for name in ("number", "title", "body", "state", "merged_at")},
            "html_url": f"https://git.example.net/org/catalog/pull/{pull['number']}",
            "head": {"ref": pull["head"], "sha": known, "repo": {"full_name": f"{pull['owner']}/catalog"}},
            "base": {"ref": pull["base"], "repo": {"full_name": "org/catalog"}},
            "labels": [{"name": name} for name in pull["labels"]],
        }

    def close(self, number: int, *, merged: bool = False) -> None:
        """What a person does in the forge's pages."""
        self._told(self.pulls[number - 1])
        self.pulls[number - 1] |= {"state": "closed", "merged_at": "2026-01-01T00:00:00Z" if merged else None}


def denied(status: int, message: str, **headers: str) -> Answer:
    return Answer(json.dumps({"message": message}), status, {"Content-Type": "application/json", **headers})
