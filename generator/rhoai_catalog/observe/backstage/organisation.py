"""The groups and users that a Backstage knows, by its catalog API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from rhoai_catalog.backstage import EntityRef, ref_of
from rhoai_catalog.config import Service
from rhoai_catalog.errors import SourceError
from rhoai_catalog.http.client import MOST_PAGES, HttpService
from rhoai_catalog.http.traffic import Traffic

PATH: Final = "/api/catalog/entities/by-query"
QUERY: Final = {"fields": "kind,metadata.name,metadata.namespace", "limit": "500"}


def read_organisation(service: Service) -> frozenset[EntityRef]:
    """Every group and user of the Backstage at the service's address, page by page. Raises SourceError."""
    http = HttpService(service, Traffic(service.key), service.credentials.token())
    try:
        rows = [row for kind in ("group", "user") for row in _pages(http, {**QUERY, "filter": f"kind={kind}"})]
    finally:
        http.close()
    return frozenset(ref for row in rows if isinstance(row, dict) and (ref := ref_of(row)) is not None)


def _pages(http: HttpService, query: Mapping[str, str]) -> Iterator[Any]:
    for _ in range(MOST_PAGES):
        answer = http.get(PATH, query)
        items, page = answer.get("items"), answer.get("pageInfo")
        if not isinstance(items, list) or not isinstance(page, dict):
            raise SourceError(f"{http.name}: {PATH}: the answer is no list", "name the address of a Backstage")
        yield from items
        cursor = page.get("nextCursor")
        if not isinstance(cursor, str):
            return
        query = {"fields": QUERY["fields"], "limit": QUERY["limit"], "cursor": cursor}
    raise SourceError(f"{http.name}: {PATH}: more than {MOST_PAGES} pages", "try again later")
