"""Pull requests over REST: GitHub, GitHub Enterprise and Gitea speak nearly the same. The door to requests here."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlsplit

import requests

from rhoai_catalog.config import Repository
from rhoai_catalog.errors import ProposeError

TIMEOUT: Final = (10, 30)  # seconds to connect, and between two bytes
LONGEST_WAIT: Final = 60.0  # seconds that a rate limit may ask for
OURS: Final = "catalog:"  # prefix of the labels that are ours to set and take back
COLOUR: Final = "ededed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """A pull request as the forge tells it."""

    number: int
    url: str
    title: str
    body: str
    head: str
    merged: bool
    labels: tuple[str, ...]


class Forge:
    """The REST API of one repository. Every method raises ProposeError with what to do."""

    def __init__(self, repository: Repository, token: str | None) -> None:
        parts = urlsplit(repository.url)
        names = parts.path.removesuffix(".git").strip("/").split("/")
        if parts.scheme not in ("http", "https") or len(names) != 2:
            hint = "give the web address, https://HOST/OWNER/REPOSITORY, or use --no-pr"
            raise ProposeError(f"repository.url {repository.url!r} names no repository of a forge", hint)
        if not token:
            raise ProposeError("there is no token for the forge", "name one with repository.tokenEnv, or use --no-pr")
        self.repository, self.owner = repository, names[0]
        self.gitea = repository.forge == "gitea"
        self._url = f"{_api(repository)}/repos/{quote(names[0])}/{quote(names[1])}"
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = str(repository.ca_file) if repository.ca_file else True
        self._session.headers["Authorization"] = f"{'token' if self.gitea else 'Bearer'} {token}"
        self._session.headers["Accept"] = "application/json" if self.gitea else "application/vnd.github+json"

    # -- pull requests -------------------------------------------------------------------------------------------

    def open_pull(self) -> PullRequest | None:
        """The open pull request of our branch."""
        return next(iter(self._pulls("open")), None)

    def closed_pulls(self) -> list[PullRequest]:
        """Pull requests of our branch that were merged or declined, latest first."""
        return self._pulls("closed")

    def _pulls(self, state: str) -> list[PullRequest]:
        base, branch = self.repository.base, self.repository.branch
        query = {"state": state, "per_page": "50", "limit": "50", "head": f"{self.owner}:{branch}", "base": base}
        query |= {"sort": "recentupdate" if self.gitea else "updated", "direction": "desc"}
        found: list[PullRequest] = []
        for page in range(1, 11):
            rows = self._call("GET", "/pulls", query={**query, "page": str(page)})
            found += [_pull(row) for row in rows if _is_of(row, branch, base)]
            if len(rows) < 50 or (found and state == "open"):
                break
        return found

    def create(self, title: str, body: str, labels: Iterable[str]) -> PullRequest:
        data = {"title": title, "body": body, "head": self.repository.branch, "base": self.repository.base}
        pull = _pull(self._call("POST", "/pulls", data=data))
        self._label(pull, labels)
        return pull

    def update(self, pull: PullRequest, changes: Mapping[str, str], labels: Iterable[str]) -> None:
        if changes:
            self._call("PATCH", f"/pulls/{pull.number}", data=dict(changes))
        self._label(pull, labels)

    def close(self, pull: PullRequest) -> None:
        self._call("PATCH", f"/pulls/{pull.number}", data={"state": "closed"})

    # -- labels --------------------------------------------------------------------------------------------------

    def _label(self, pull: PullRequest, wanted: Iterable[str]) -> None:
        """Add the labels that are missing, take back ours that no longer hold."""
        present, names = set(pull.labels), set(wanted)
        add = sorted(names - present)
        drop = sorted(label for label in present - names if label.startswith(OURS))
        ids = self._label_ids(add) if self.gitea and (add or drop) else {}
        if add:
            told = [ids[name] for name in add] if self.gitea else add
            self._call("POST", f"/issues/{pull.number}/labels", data={"labels": told})
        for name in drop:
            label = ids.get(name, name)
            self._call("DELETE", f"/issues/{pull.number}/labels/{quote(str(label), safe='')}")

    def _label_ids(self, names: Iterable[str]) -> dict[str, int]:
        """Gitea knows labels by id; those that are not there are made."""
        ids = {str(row["name"]): int(row["id"]) for row in self._call("GET", "/labels", query={"limit": "50"})}
        for name in names:
            if name not in ids:
                made = self._call("POST", "/labels", data={"name": name, "color": f"#{COLOUR}"})
                ids[name] = int(made["id"])
        return ids

    # -- one call ------------------------------------------------------------------------------------------------

    def _call(self, method: str, path: str, *, query: Mapping[str, str] | None = None, data: Any = None) -> Any:
        for last in (False, True):
            try:
                answer = self._session.request(
                    method, f"{self._url}{path}", params=query, json=data, timeout=TIMEOUT, allow_redirects=False
                )
            except requests.RequestException as error:
                raise ProposeError(
                    f"the forge did not answer: {_reason(error)}", "check repository.url and apiUrl"
                ) from None
            wait = _asked_to_wait(answer)
            if wait is None or last:
                return self._result(method, path, answer)
            time.sleep(wait)
        raise AssertionError("the last try returns or raises")

    def _result(self, method: str, path: str, answer: requests.Response) -> Any:
        what = f"{method} {urlsplit(self._url).path}{path}"
        if answer.status_code == 204:
            return None
        if answer.status_code < 300:
            try:
                return answer.json()
            except ValueError:
                raise ProposeError(f"{what}: the answer is no JSON", "is apiUrl the address of the REST API?") from None
        raise ProposeError(f"{what}: {answer.status_code} {_message(answer)}".rstrip(), self._hint(answer))

    def _hint(self, answer: requests.Response) -> str:
        match answer.status_code:
            case 401:
                return f"the token{self._named()} is not accepted: renew it"
            case 403:
                missing = answer.headers.get("X-Accepted-GitHub-Permissions", "")
                needed = (
                    f"needs the permission {missing}" if missing else "needs contents: write and pull-requests: write"
                )
                return f"the token{self._named()} {needed}; GitHub Actions must also be allowed to create pull requests"
            case 404:
                return "check repository.url; a token without any right to the repository sees this, too"
            case 422 | 409:
                return "check repository.base and branch"
            case status if 300 <= status < 400:
                return "the repository moved: put its new address into repository.url"
            case _:
                return "try again later"

    def _named(self) -> str:
        env = self.repository.credentials.env
        return f" in {env}" if env else ""


def _api(repository: Repository) -> str:
    if repository.api_url:
        return repository.api_url
    parts = urlsplit(repository.url)
    if repository.forge == "gitea":
        return f"{parts.scheme}://{parts.netloc}/api/v1"
    return "https://api.github.com" if parts.hostname == "github.com" else f"{parts.scheme}://{parts.netloc}/api/v3"


def _is_of(row: Mapping[str, Any], branch: str, base: str) -> bool:
    """Whether a pull request is from our branch in the same repository: a fork may have a branch of that name."""
    head, target = row.get("head") or {}, row.get("base") or {}
    same = (head.get("repo") or {}).get("full_name") == (target.get("repo") or {}).get("full_name")
    return head.get("ref") == branch and target.get("ref") == base and same


def _pull(row: Mapping[str, Any]) -> PullRequest:
    return PullRequest(
        number=int(row["number"]),
        url=str(row.get("html_url") or ""),
        title=str(row.get("title") or ""),
        body=str(row.get("body") or ""),
        head=str((row.get("head") or {}).get("sha") or ""),
        merged=bool(row.get("merged_at") or row.get("merged")),
        labels=tuple(str(label.get("name")) for label in row.get("labels") or ()),
    )


def _asked_to_wait(answer: requests.Response) -> float | None:
    """Seconds to wait for a rate limit, if that is short enough to wait for."""
    if answer.status_code not in (403, 429):
        return None
    asked = answer.headers.get("Retry-After", "")
    if asked.isdigit():
        return float(asked) if float(asked) <= LONGEST_WAIT else None
    return None


def _message(answer: requests.Response) -> str:
    """What the forge says, as one short line."""
    try:
        data = answer.json()
    except ValueError:
        return ""
    if not isinstance(data, Mapping):
        return ""
    errors = [str(e.get("message") or "") for e in data.get("errors") or () if isinstance(e, Mapping)]
    return " ".join(" ".join([str(data.get("message") or ""), *errors]).split())[:200]


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not trusted (repository.caFile names a CA)"
    if isinstance(error, requests.exceptions.Timeout):
        return "no answer in time"
    return "the connection was refused or broke"
