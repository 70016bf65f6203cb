"""HTTP to one service: the door to urllib3, through which everything goes.

The token goes to the service's own address and nowhere else: a call names a path there, redirects are not followed, and
neither a netrc file nor a proxy of the environment takes part. Only the pool of a cluster
comes from the kubernetes package, as its configuration says.
"""

from __future__ import annotations

import functools
import http.client
import json
import math
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import certifi
import urllib3

from rhoai_catalog import limits
from rhoai_catalog.address import shown
from rhoai_catalog.http.deadline import reading_until, with_deadline
from rhoai_catalog.http.errors import Fault, Unanswered, Wording
from rhoai_catalog.http.json import ExcessiveJson, parse_json
from rhoai_catalog.http.policy import Policy
from rhoai_catalog.http.response import Response
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.http.trust import objection
from rhoai_catalog.text.secrets import without_secrets

CHUNK: Final = 1 << 16  # bytes
SUCCESS: Final = (200, 201)
PLAIN: Final = re.compile(r"[A-Za-z0-9_/=&?-]*")  # of a target that normal form leaves as it is


class Client:
    """Calls of one service, from several threads. What fails is raised in the words of its wording.

    `url` is the address before every path; `authorization` gives that header's value, again for each request. It goes
    over https only, unless `plain_http` is asked for, and to trusted hosts.
    """

    def __init__(
        self,
        url: str,
        *,
        wording: Wording,
        traffic: Traffic,
        policy: Policy,
        pool: urllib3.PoolManager,
        authorization: Callable[[], str | None] = lambda: None,
        accept: str = "application/json",
        plain_http: bool = False,
    ) -> None:
        self.url, self.wording, self.traffic, self.policy = url, wording, traffic, policy
        self._pool, self._authorization = with_deadline(pool), authorization
        self._pool_of_host: urllib3.HTTPConnectionPool | None = None
        self._objection = objection(url, plain_http=plain_http)
        self._headers = {"Accept": accept, "Accept-Encoding": "gzip, deflate", "User-Agent": "rhoai-catalog"}

    def close(self) -> None:
        self._pool.clear()
        self._pool_of_host = None

    def get(self, path: str, query: Mapping[str, str] | None = None, *, until: float = math.inf) -> Mapping[str, Any]:
        """One JSON object, if it comes before a moment."""
        return self.content(path, self.send("GET", path, query, until=until))

    def post(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """One JSON object, for a question that is one itself."""
        return self.content(path, self.send("POST", path, body=body))

    def content(self, path: str, response: Response) -> Mapping[str, Any]:
        """The JSON object of a successful answer; secrets in it are masked."""
        if response.status not in SUCCESS:
            raise self.wording.refusal(path, response)
        try:
            value = parse_json(without_secrets(response.body), response.bounds)
        except ValueError as error:
            reason = str(error) if isinstance(error, ExcessiveJson) else ""
            raise self.wording.no_json(path, response, reason) from error
        if not isinstance(value, Mapping):
            raise self.wording.failure(path, "the answer is no JSON object", self.wording.address)
        return value

    def send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        *,
        until: float = math.inf,
    ) -> Response:
        """Any answer, whatever its status. Tries again, in the bounds of the policy, where that may help.

        What may have changed something is not sent again where no answer came. All ends at a moment (time.monotonic),
        and as soon as the source has had its time.
        """
        until = min(until, time.monotonic() + self.policy.deadline, self.traffic.until)
        attempt = 0
        while True:
            attempt += 1
            last = attempt == self.policy.tries
            try:
                response = self._exchange(method, path, query or {}, body, until)
            except Unanswered as why:
                wait = self.policy.wait(attempt) if why.fault.may_pass and method == "GET" else None
                if last or wait is None or time.monotonic() + wait > until:
                    raise self.wording.unanswered(shown(self.url), path, why) from why
                reason = why.reason
            else:
                wait = self.policy.wait_after(attempt, response.status, response.headers, response.body)
                if last or wait is None or time.monotonic() + wait > until:
                    return response
                reason = ""
            self.traffic.retry(path, reason)
            time.sleep(wait)

    def _exchange(self, method: str, path: str, query: Mapping[str, str], body: Any, until: float) -> Response:
        """One request and its whole answer."""
        if time.monotonic() >= until:
            raise Unanswered(self._late())
        headers = dict(self._headers)
        if authorization := self._authorization():
            if self._objection is not None:
                raise self.wording.failure(path, *self._objection)
            headers["Authorization"] = authorization
        if body is not None:
            headers["Content-Type"] = "application/json"
        left = max(until - time.monotonic(), 0.001)
        timeout = urllib3.Timeout(connect=min(self.policy.connect, left), read=min(self.policy.read, left))
        since, status = self.traffic.request(), None
        try:
            with reading_until(until):
                answer = self._answer(
                    method,
                    self._address(path, query),
                    headers=headers,
                    body=None if body is None else json.dumps(body).encode(),
                    timeout=timeout,
                    redirect=False,
                    retries=False,
                    preload_content=False,
                )
                content = self._content(answer)
            status = answer.status
        except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError) as error:
            raise Unanswered(Fault.of(error) if time.monotonic() < until else self._late()) from error
        finally:
            self.traffic.answered(path, status, since)
        return Response(answer.status, answer.headers, content, self.policy.json)

    def _answer(self, method: str, address: str, **how: Any) -> urllib3.BaseHTTPResponse:
        """What the pools of all hosts would answer, which look for the one of the host each time, and take the address
        apart. An address of other than plain characters, and anything through a proxy, is theirs.
        """
        target = address.removeprefix(self._origin)
        if method != "GET" or target == address or not PLAIN.fullmatch(target):
            return self._pool.request(method, address, **how)
        if (pool := self._pool_of_host) is None:
            pool = self._pool_of_host = self._pool.connection_from_url(self._origin)
        return pool.urlopen(method, target, assert_same_host=False, **how)

    @functools.cached_property
    def _origin(self) -> str:
        """What stands before every target, in normal form; else, and with a proxy, what no address begins with."""
        known = urllib3.util.parse_url(self.url)
        origin = f"{known.scheme}://{known.netloc}"
        straight = type(self._pool) is urllib3.PoolManager and known.auth is None
        return origin if straight and PLAIN.fullmatch(self.url.removeprefix(origin)) else "\n"

    def _late(self) -> Fault:
        """What it means that a deadline has passed."""
        return Fault.SPENT if time.monotonic() >= self.traffic.until else Fault.ENDLESS

    def _content(self, answer: urllib3.BaseHTTPResponse) -> bytes:
        content = bytearray()
        try:
            while chunk := answer.read1(CHUNK, decode_content=True):
                content += chunk
                if len(content) > self.policy.largest:
                    raise Unanswered(
                        Fault.TOO_LONG, f"the answer is longer than {self.policy.largest // limits.MiB} MiB"
                    )
        except BaseException:
            answer.close()
            raise
        finally:
            answer.release_conn()
        return bytes(content)

    def _address(self, path: str, query: Mapping[str, str]) -> str:
        if not path.startswith("/"):
            raise ValueError(f"{path!r} could lead to another host")
        return f"{self.url}{path}" + (f"?{urlencode(query)}" if query else "")


def new_pool(ca_file: Path | None, wording: Wording, policy: Policy) -> urllib3.PoolManager:
    """Connections to a service whose certificate a CA of the file signed, or one that everybody trusts."""
    if ca_file is not None and not ca_file.is_file():
        raise wording.error(f"{wording.name}: the CA file {ca_file} is not there", "check caFile")
    trusted = str(ca_file) if ca_file else certifi.where()
    return urllib3.PoolManager(1, maxsize=policy.connections, cert_reqs="CERT_REQUIRED", ca_certs=trusted)
