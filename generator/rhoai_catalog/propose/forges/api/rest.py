"""One REST API of a forge: JSON in, JSON out, refusals in words; waiting is bounded for the whole run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any, ClassVar, Final, ParamSpec, TypeVar
from urllib.parse import urlsplit

from rhoai_catalog import limits
from rhoai_catalog.config import Repository
from rhoai_catalog.errors import GeneratorError, ProposeError
from rhoai_catalog.http.client import Client, new_pool
from rhoai_catalog.http.errors import Fault, Unanswered, Wording
from rhoai_catalog.http.policy import Policy
from rhoai_catalog.http.response import Response
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.propose.forges.api.patience import Patience

POLICY: Final = Policy(  # of one exchange; what a forge asks to wait is waited for in Patience
    tries=2,
    first_wait=1.0,
    deadline=limits.FORGE_CALL_SECONDS,
    largest=limits.FORGE_ANSWER_BYTES,
    retried=frozenset(),
)
PAGE: Final = 50
_NEXT: Final = re.compile(r'<[^<>]*>\s*;[^,<]*\brel="?next\b')

ODD: Final = (LookupError, TypeError, AttributeError, ValueError, ArithmeticError)  # of an answer that is another

Row = Mapping[str, Any]
P = ParamSpec("P")
T = TypeVar("T")


class RefusedError(ProposeError):
    """An answer of a forge that is none of success; `reason` is its status and what it says."""

    def __init__(self, what: str, status: int, reason: str, hint: str) -> None:
        super().__init__(f"{what}: {reason}", hint)
        self.status, self.reason = status, reason


class ForgeWording(Wording):
    """How the failures of a forge are told; `token` is ` in VARIABLE`, where its token comes from one."""

    error: ClassVar[type[GeneratorError]] = ProposeError
    rights: ClassVar[str] = ""
    allowed: ClassVar[str] = ""

    def unanswered(self, address: str, path: str, why: Unanswered) -> GeneratorError:
        reason = why.reason
        if why.fault is Fault.UNTRUSTED:
            reason = f"{reason} (repository.caFile names a CA)"
        return ProposeError(f"the forge did not answer at {address}: {reason}", "check repository.url and apiUrl")

    def no_json(self, path: str, response: Response, reason: str = "") -> GeneratorError:
        return ProposeError(f"{path}: the answer is no JSON", "is apiUrl the address of the REST API?")

    def refusal(self, path: str, response: Response) -> RefusedError:
        said = said_by(response)
        return RefusedError(path, response.status, f"{response.status} {said}".rstrip(), self.hint(response, said))

    def hint(self, response: Response, said: str) -> str:
        match response.status:
            case 401:
                return f"the token{self.token} is not accepted: renew it"
            case 403 | 429 if response.status == 429 or "rate limit" in said.lower():
                return "the forge's rate limit is used up: try again later"
            case 403:
                return f"the token{self.token} needs {self.rights_for(response)}{self.allowed}"
            case 404:
                return "check repository.url; a token without any right to the repository sees this, too"
            case 409 | 422:
                return "check repository.base and branch"
            case status if 300 <= status < 400:
                return "the repository moved: put its new address into repository.url"
            case _:
                return "try again later"

    def rights_for(self, response: Response) -> str:
        return self.rights


class Rest:
    """The API below one address. Every call raises ProposeError; a RefusedError where an answer came."""

    def __init__(
        self,
        address: str,
        repository: Repository,
        wording: type[ForgeWording],
        *,
        authorization: str,
        accept: str = "application/json",
        patience: Patience | None = None,
        policy: Policy = POLICY,
    ) -> None:
        env = repository.credentials.env
        self.address = address
        self.wording = wording("the forge", f" in {env}" if env else "")
        self.patience = patience or Patience()
        self.expires = ""  # what the forge last said of its token's end
        self.scopes: frozenset[str] | None = None  # of its token, where GitHub tells them
        self._client = Client(
            address,
            wording=self.wording,
            traffic=Traffic("forge"),
            policy=policy,
            pool=new_pool(repository.ca_file, self.wording, policy),
            authorization=lambda: authorization,
            accept=accept,
        )
        self._root = urlsplit(address).path

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        repeatable: bool = True,
    ) -> Any:
        """The JSON of a successful answer; None where it has no content."""
        return self._content(method, path, self.send(method, path, query, body, repeatable=repeatable))

    def row(self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Any = None) -> Row:
        """The one JSON object of a successful answer."""
        content = self.call(method, path, query=query, body=body)
        if not isinstance(content, Mapping):
            raise self.wording.failure(f"{method} {self._root}{path}", "the answer is no JSON object")
        return content

    def rows(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        size: str = "per_page",
        pages: int = limits.FORGE_PAGES,
    ) -> Iterator[Row]:
        """The objects of a list, page by page, as far as one asks; `size` is how this API calls a page's length.

        A page may be shorter than was asked for and not be the last: what the server says of a next one counts.
        """
        count = 0
        for page in range(1, pages + 1):
            response = self.send("GET", path, {**(query or {}), size: str(PAGE), "page": str(page)})
            rows = self.listed(path, response)
            yield from rows
            count += len(rows)
            if not rows or not _has_next(response.headers, count):
                return

    def listed(self, path: str, response: Response) -> list[Row]:
        """The objects of a list that came in one answer; Gitea writes an empty one as null."""
        content = self._content("GET", path, response)
        if not isinstance(content, list | None):
            raise self.wording.failure(f"GET {self._root}{path}", "the answer is no list")
        return [row for row in content or () if isinstance(row, Mapping)]

    def send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        *,
        repeatable: bool = True,
    ) -> Response:
        """Any answer but one that asks to wait a while; what is not `repeatable` is not sent again after an outage."""
        tries = 0
        while True:
            tries += 1
            response = self._client.send(method, path, query, body)
            self.expires = response.headers.get("GitHub-Authentication-Token-Expiration", self.expires)
            if (scopes := response.headers.get("X-OAuth-Scopes")) is not None:
                self.scopes = frozenset(scope.strip() for scope in scopes.split(","))
            if not self.patience.after(response, tries, repeatable=repeatable):
                return response

    def _content(self, method: str, path: str, response: Response) -> Any:
        what = f"{method} {self._root}{path}"
        if response.status >= 300:
            raise self.wording.refusal(what, response)
        if response.status == 204 or not response.body:
            return None
        try:
            return response.json()
        except ValueError as error:
            raise self.wording.no_json(what, response) from error


def reads(read: Callable[P, T]) -> Callable[P, T]:
    """A function that takes an answer apart. Raises ProposeError where it is not what it should be."""

    @wraps(read)
    def reading(*arguments: P.args, **named: P.kwargs) -> T:
        try:
            return read(*arguments, **named)
        except ODD as error:
            hint = "is apiUrl the address of the REST API, and repository.forge the right one?"
            raise ProposeError("the forge did not answer as its API does", hint) from error

    return reading


def reads_answers(forge: type[T]) -> type[T]:
    """A class of which every method is one that `reads`."""
    for name, member in list(vars(forge).items()):
        if not name.startswith("_") and callable(member):
            setattr(forge, name, reads(member))
    return forge


def at(value: Any, *path: str) -> Any:
    """What an answer has below keys, or None."""
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def said_by(response: Response) -> str:
    """What a forge says of a refusal, as one short line: JSON's message and errors, or plain text."""
    try:
        content = response.json()
    except ValueError:
        text = response.body.decode("utf-8", "replace")
        content = "" if response.is_html else text
    return " ".join(" ".join(_words(content)).split())[: limits.FORGE_REASON]


def _words(content: Any) -> Iterator[str]:
    """The texts in an answer: `message`, `error`, `errors`, each a text, a list, or lists by the name of a field."""
    match content:
        case str():
            yield content
        case list():
            for item in content:
                yield from _words(item)
        case Mapping():
            named = [content[name] for name in ("message", "error", "errors") if content.get(name)]
            if named:
                for item in named:
                    yield from _words(item)
            else:
                for name, item in content.items():
                    if isinstance(item, list):
                        yield f"{name}: {', '.join(_words(item))}"


def _has_next(headers: Mapping[str, str], count: int) -> bool:
    """By the link to the next page, or, on Gitea's lists that have none, by how many rows there are in all."""
    if "Link" in headers:
        return bool(_NEXT.search(headers["Link"]))
    total = headers.get("X-Total-Count", "")
    return total.isdecimal() and len(total) < 10 and int(total) > count
