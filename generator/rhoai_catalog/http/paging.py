"""Lists that come page by page, each with the token of the next."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from rhoai_catalog.http.client import Client

T = TypeVar("T")
Query = Mapping[str, str]


def pages(
    client: Client,
    path: str,
    query: Query,
    *,
    split: Callable[[Mapping[str, Any]], tuple[list[T], str | None]],
    following: Callable[[str], Query],
) -> Iterator[list[T]]:
    """The rows of a list, page by page, until a token is empty. One that comes twice is an error, and so is no end,
    within the policy's number of pages and time.

    `split` takes an answer apart into rows and the token of the next page (None: it tells none, as it should), or
    raises; `following` is the query for a token.
    """
    seen: set[str] = set()
    until = time.monotonic() + client.policy.listing
    while True:
        rows, token = split(client.get(path, query, until=until))
        client.traffic.page()
        yield rows
        if token is None:
            raise client.wording.failure(path, "the answer has no page token", client.wording.address)
        if not token:
            return
        if token in seen:
            raise client.wording.failure(path, "the same page token came twice", client.wording.pages)
        if len(seen) == client.policy.most_pages:
            raise client.wording.failure(path, f"more than {len(seen)} pages", client.wording.pages)
        seen.add(token)
        query = following(token)
