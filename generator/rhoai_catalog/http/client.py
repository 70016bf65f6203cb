"""JSON over HTTP from one service: the door to requests for registries and model catalogs.

The token goes to the service's own address and nowhere else: redirects are not followed, and neither a netrc file nor
proxies of the environment take part.
"""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from rhoai_catalog.config import Service
from rhoai_catalog.errors import SourceError
from rhoai_catalog.http.traffic import Traffic

TRIES: Final = 3
WAIT: Final = 0.5  # seconds before the second try, doubled for each further one
LONGEST_WAIT: Final = 10.0  # of what a server asks for by Retry-After
TIMEOUT: Final = (10, 60)  # seconds to connect, and between two bytes
LARGEST: Final = 64 * 1024 * 1024  # bytes of one answer
LONGEST: Final = 120  # seconds that the body of one answer may take
MOST_PAGES: Final = 1000
LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
DATABASE: Final = re.compile(rb"invalid filter query|failed to connect|SQLSTATE|Datastore service is down")
RETRIED: Final = (429, 502, 503, 504)
CONNECTIONS: Final = 4


class Absent(SourceError):
    """404 or 410: the service has no such path."""


class Refused(SourceError):
    """401 or 403: the token, or its lack, is not accepted."""


class _Lost(SourceError):
    """No answer, or half of one: asking again may help."""


class HttpService:
    """One registry or catalog. Every method raises SourceError, naming the service and the path."""

    def __init__(
        self,
        service: Service,
        traffic: Traffic,
        token: str | None,
        *,
        tries: int | None = None,
        largest: int | None = None,
    ) -> None:
        self._tries, self._largest = tries or TRIES, largest or LARGEST
        self.name, self.traffic, self.url = f"{service.family} {service.name}", traffic, service.url
        self.token_hint = service.credentials.renewal("give a token with tokenEnv")
        if token is not None and re.search(r"[^!-~]", token):
            raise SourceError(f"{self.name}: the token holds a character that no token has", self.token_hint)
        self._session = _Session()
        self._session.trust_env = False
        self._session.verify = str(service.ca_file) if service.ca_file else True
        self._session.headers["Accept"] = "application/json"
        self._session.auth = _Bearer(token, service.url)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_connections=1, pool_maxsize=CONNECTIONS))
        if service.ca_file is not None and not service.ca_file.is_file():
            raise SourceError(f"{self.name}: the CA file {service.ca_file} is not there", "check caFile")

    def close(self) -> None:
        self._session.close()

    def pages(self, path: str, query: Mapping[str, str]) -> Iterator[list[Mapping[str, Any]]]:
        """The items of a list, page by page, until there is no further token. A token that comes twice is an error."""
        asked = dict(query)
        seen: set[str] = set()
        while True:
            answer = self.get(path, asked)
            rows = answer.get("items")
            if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
                raise SourceError(
                    f"{self.name}: {path}: the answer is no list", "is `url` the address of this service?"
                )
            self.traffic.page()
            yield rows
            token = answer.get("nextPageToken")
            if token == "":
                return
            if not isinstance(token, str):
                raise SourceError(
                    f"{self.name}: {path}: the answer has no page token", "is `url` the address of this service?"
                )
            if token in seen or len(seen) == MOST_PAGES:
                what = "the same page token came twice" if token in seen else f"more than {MOST_PAGES} pages"
                raise SourceError(f"{self.name}: {path}: {what}", "try again later")
            seen.add(token)
            asked["nextPageToken"] = token

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        """One JSON object. Tries again, in bounds, where that may help."""
        for attempt in range(1, self._tries + 1):
            try:
                status, headers, body = self._request(path, query or {})
            except _Lost:
                if attempt == self._tries:
                    raise
                headers = {}
            else:
                if status not in RETRIED or attempt == self._tries:
                    return self._json(path, status, headers, body)
            self.traffic.retry()
            time.sleep(_wait(attempt, headers))
        raise AssertionError("the last try returns or raises")

    def _request(self, path: str, query: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
        since, status = self.traffic.request(), None
        try:
            with self._session.get(
                f"{self.url}{path}", params=query, timeout=TIMEOUT, allow_redirects=False, stream=True
            ) as answer:
                body, status = self._body(path, answer), answer.status_code
                return status, answer.headers, body
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            kind = SourceError if isinstance(error, requests.exceptions.SSLError) else _Lost
            raise kind(f"{self.name}: {path}: {_reason(error)}", _hint(error)) from error
        finally:
            self.traffic.answered(path, status, since)

    def _body(self, path: str, answer: requests.Response) -> bytes:
        """The body as it arrives: `iter_content` waits for a whole chunk, and a slow server would hold it for hours."""
        body, until = bytearray(), time.monotonic() + LONGEST
        while chunk := answer.raw.read1(1 << 16, decode_content=True):
            body += chunk
            if len(body) > self._largest:
                raise SourceError(f"{self.name}: {path}: the answer is longer than {self._largest >> 20} MiB")
            if time.monotonic() > until:
                raise SourceError(f"{self.name}: {path}: the answer does not end", "look at the service's log")
        return bytes(body)

    def _json(self, path: str, status: int, headers: Mapping[str, str], body: bytes) -> Mapping[str, Any]:
        what = f"{self.name}: {path}"
        if status != 200:
            raise self._refusal(what, status, headers, body)
        if body.lstrip()[:1] == b"<":
            raise SourceError(f"{what}: HTML came where JSON was expected", "a login page? check `url` and the token")
        try:
            data = parse_json(body.decode("utf-8-sig", "replace"))
        except ValueError as error:
            raise SourceError(
                f"{what}: the answer is cut off or no JSON", "is `url` the address of this service?"
            ) from error
        if not isinstance(data, Mapping):
            raise SourceError(f"{what}: the answer is no JSON object", "is `url` the address of this service?")
        return data

    def _refusal(self, what: str, status: int, headers: Mapping[str, str], body: bytes) -> SourceError:
        if status == 401:
            return Refused(f"{what}: 401, the token is not accepted", self.token_hint)
        if status == 403:
            return Refused(f"{what}: 403, the token may not read this", "let its account `get` this service (README)")
        if status in (404, 410):
            return Absent(f"{what}: {status}, there is no such path", "is `url` the address without the API's path?")
        if 300 <= status < 400:
            host = _host(headers.get("Location", ""))
            return SourceError(f"{what}: it redirects to {host}", "name the service's own address in `url`")
        if DATABASE.search(body):  # looked at, never quoted: it names hosts and users
            return SourceError(
                f"{what}: {status}, its database does not answer", "look at the service and its database"
            )
        if status in RETRIED:
            return SourceError(
                f"{what}: {status}, it is starting, overloaded or down", "look at its pod, and run again"
            )
        return SourceError(f"{what}: it answered {status}", "look at the service's log")


class _Session(requests.Session):
    """Looks at no redirect: `allow_redirects` alone still parses where one leads, and fails on nonsense there."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


class _Bearer(requests.auth.AuthBase):
    """The token, for requests to one address only."""

    def __init__(self, token: str | None, url: str) -> None:
        self._token, self._origin = token, _origin(url)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token and _origin(request.url or "") == self._origin:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _host(location: str) -> str:
    try:
        host = urlsplit(location).hostname or ""
    except ValueError:
        host = ""
    return host if re.fullmatch(r"[a-z0-9.:-]{1,253}", host) else "elsewhere"


def parse_json(text: str) -> Any:
    """JSON as values that can be written again: NaN and what no double holds become text. Raises ValueError."""
    try:
        return _writable(json.loads(text, parse_float=_number, parse_int=_integer, parse_constant=str))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _number(digits: str) -> float | str:
    return number if math.isfinite(number := float(digits)) else digits


def _integer(digits: str) -> float | str:
    return int(digits) if len(digits) <= 20 else _number(digits)


def _writable(value: Any) -> Any:
    """Half of a surrogate pair is no character, and no file can hold it."""
    if isinstance(value, str):
        return LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, list):
        return [_writable(item) for item in value]
    if isinstance(value, dict):
        return {_writable(key): _writable(item) for key, item in value.items()}
    return value


def _wait(attempt: int, headers: Mapping[str, str]) -> float:
    asked = headers.get("Retry-After", "")
    return min(float(asked), LONGEST_WAIT) if re.fullmatch(r"[0-9]{1,6}", asked) else float(WAIT * 2 ** (attempt - 1))


def _reason(error: Exception) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not trusted"
    if isinstance(error, requests.exceptions.Timeout | urllib3.exceptions.TimeoutError):
        return "no answer in time"
    if "refused" in str(error):
        return "the connection was refused"
    if "resolve" in str(error).lower() or "Name or service" in str(error):
        return "the host name is not known"
    return "the connection broke"


def _hint(error: Exception) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return "name the CA that signed it with caFile"
    return "check `url`, and that this machine may reach it"
