"""A registry, a catalog, a Backstage or a model server: how it is reached, and what its refusals mean."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from rhoai_catalog.address import split_url
from rhoai_catalog.config import Service
from rhoai_catalog.errors import GeneratorError, SourceError
from rhoai_catalog.http.client import Client, new_pool
from rhoai_catalog.http.errors import Forbidden, NotFound, Refused, Wording
from rhoai_catalog.http.paging import pages
from rhoai_catalog.http.policy import Policy
from rhoai_catalog.http.reach import within
from rhoai_catalog.http.response import Response
from rhoai_catalog.http.traffic import Traffic

DATABASE: Final = re.compile(rb"invalid filter query|failed to connect|SQLSTATE|Datastore service is down")
STARTING: Final = (429, 502, 503, 504)


class ServiceWording(Wording):
    """Of what a configuration names with `url`."""

    def refusal(self, path: str, response: Response) -> GeneratorError:
        what, status = f"{self.name}: {path}", response.status
        if status == 401:
            return Refused(f"{what}: 401, the token is not accepted", self.token)
        if status == 403:
            return Forbidden(
                f"{what}: 403, the token may not read this",
                "let its account `get` this service: rhoai-catalog help networks",
            )
        if status in (404, 410):
            return NotFound(f"{what}: {status}, there is no such path", "is `url` the address without the API's path?")
        if 300 <= status < 400:
            host = _host(response.headers.get("Location", ""))
            return self.failure(path, f"it redirects to {host}", "name the service's own address in `url`")
        if DATABASE.search(response.body):  # looked at, never quoted: it names hosts and users
            return self.failure(path, f"{status}, its database does not answer", "look at the service and its database")
        if status in STARTING:
            return self.failure(path, f"{status}, it is starting, overloaded or down", "look at its pod, and run again")
        return super().refusal(path, response)


def open_service(
    service: Service, traffic: Traffic, token: str | None, policy: Policy, *, networks: Collection[str] = ()
) -> Client:
    """A client of a service; of `networks` alone, where any are given (see reach).

    Raises SourceError where its token or its CA file cannot be used.
    """
    wording = ServiceWording(
        f"{service.family} {service.name}", service.credentials.renewal("give a token with tokenEnv")
    )
    if token is not None and re.search(r"[^!-~]", token):
        raise SourceError(f"{wording.name}: the token holds a character that no token has", wording.token)
    pool = new_pool(service.ca_file, wording, policy)
    pool = within(pool, networks) if networks else pool
    authorization = f"Bearer {token}" if token else None
    return Client(
        service.url,
        wording=wording,
        traffic=traffic,
        policy=policy,
        pool=pool,
        authorization=lambda: authorization,
        plain_http=service.plain_http,
    )


def item_pages(client: Client, path: str, query: Mapping[str, str]) -> Iterator[list[Mapping[str, Any]]]:
    """The items of a list of a registry or a catalog, page by page. What is none is told behind the last of them."""
    odd = 0

    def split(answer: Mapping[str, Any]) -> tuple[list[Mapping[str, Any]], str | None]:
        nonlocal odd
        rows, token = answer.get("items"), answer.get("nextPageToken")
        if not isinstance(rows, list):
            raise client.wording.failure(path, "the answer is no list", client.wording.address)
        sound = [row for row in rows if isinstance(row, Mapping)]
        odd += len(rows) - len(sound)
        return sound, token if isinstance(token, str) else None

    yield from pages(client, path, query, split=split, following=lambda token: {**query, "nextPageToken": token})
    if odd:
        raise client.wording.failure(path, f"rows that are no JSON objects: {odd}", client.wording.address)


def _host(location: str) -> str:
    try:
        host = split_url(location).hostname or ""
    except ValueError:
        host = ""
    return host if re.fullmatch(r"[a-z0-9.:-]{1,253}", host) else "elsewhere"
