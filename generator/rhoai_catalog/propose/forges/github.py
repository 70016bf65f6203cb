"""Pull requests over REST: GitHub, GitHub Enterprise and Gitea speak nearly the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final
from urllib.parse import quote, urlsplit

from rhoai_catalog.config import Repository
from rhoai_catalog.errors import GeneratorError, ProposeError
from rhoai_catalog.http.client import Client, new_pool
from rhoai_catalog.http.errors import Fault, Unanswered, Wording
from rhoai_catalog.http.policy import MiB, Policy
from rhoai_catalog.http.response import Response
from rhoai_catalog.http.traffic import Traffic

POLICY: Final = Policy(  # a rate limit is waited for once, where it says how long
    tries=2,
    longest_wait=60.0,
    read=30.0,
    largest=16 * MiB,
    retried=frozenset(),
    retried_when_asked=frozenset((403, 429)),
)
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

    def __init__(self, repository: Repository, token: str | None, policy: Policy = POLICY) -> None:
        parts = urlsplit(repository.url)
        names = parts.path.removesuffix(".git").strip("/").split("/")
        if parts.scheme not in ("http", "https") or len(names) != 2:
            hint = "give the web address, https://HOST/OWNER/REPOSITORY, or use --no-pr"
            raise ProposeError(f"repository.url {repository.url!r} names no repository of a forge", hint)
        if not token:
            raise ProposeError("there is no token for the forge", "name one with repository.tokenEnv, or use --no-pr")
        self.repository, self.owner = repository, names[0]
        self.gitea = repository.forge == "gitea"
        wording = _ForgeWording("the forge", f" in {repository.credentials.env}" if repository.credentials.env else "")
        self._client = Client(
            f"{_api(repository)}/repos/{quote(names[0])}/{quote(names[1])}",
            wording=wording,
            traffic=Traffic("forge"),
            policy=policy,
            pool=new_pool(repository.ca_file, wording, policy),
            authorization=lambda: f"{'token' if self.gitea else 'Bearer'} {token}",
            accept="application/json" if self.gitea else "application/vnd.github+json",
        )

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
        response = self._client.send(method, path, query, data)
        what = f"{method} {urlsplit(self._client.url).path}{path}"
        if response.status == 204:
            return None
        if response.status >= 300:
            raise self._client.wording.refusal(what, response)
        try:
            return response.json()
        except ValueError as error:
            raise self._client.wording.no_json(what, response) from error


class _ForgeWording(Wording):
    """Of a forge; `token` says where its token is from."""

    error: ClassVar[type[GeneratorError]] = ProposeError

    def unanswered(self, path: str, why: Unanswered) -> GeneratorError:
        reason = why.reason
        if why.fault is Fault.UNTRUSTED:
            reason = f"{reason} (repository.caFile names a CA)"
        return ProposeError(f"the forge did not answer: {reason}", "check repository.url and apiUrl")

    def no_json(self, path: str, response: Response, reason: str = "") -> GeneratorError:
        return ProposeError(f"{path}: the answer is no JSON", "is apiUrl the address of the REST API?")

    def refusal(self, path: str, response: Response) -> GeneratorError:
        return ProposeError(f"{path}: {response.status} {_message(response)}".rstrip(), self._hint(response))

    def _hint(self, response: Response) -> str:
        match response.status:
            case 401:
                return f"the token{self.token} is not accepted: renew it"
            case 403:
                missing = response.headers.get("X-Accepted-GitHub-Permissions", "")
                needed = (
                    f"needs the permission {missing}" if missing else "needs contents: write and pull-requests: write"
                )
                return f"the token{self.token} {needed}; GitHub Actions must also be allowed to create pull requests"
            case 404:
                return "check repository.url; a token without any right to the repository sees this, too"
            case 422 | 409:
                return "check repository.base and branch"
            case status if 300 <= status < 400:
                return "the repository moved: put its new address into repository.url"
            case _:
                return "try again later"


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


def _message(response: Response) -> str:
    """What the forge says, as one short line."""
    try:
        content = response.json()
    except ValueError:
        return ""
    if not isinstance(content, Mapping):
        return ""
    errors = content.get("errors")
    rows = [row for row in errors if isinstance(row, Mapping)] if isinstance(errors, list) else []
    messages = [str(row.get("message") or "") for row in (content, *rows)]
    return " ".join(" ".join(messages).split())[:200]
