"""The entities that the catalog API of a Backstage has, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from rhoai_catalog.backstage import EntityRef, ref_of
from rhoai_catalog.http.client import Client
from rhoai_catalog.http.paging import pages

PATH: Final = "/api/catalog/entities/by-query"


def query(client: Client, chosen: str, fields: str = "") -> Mapping[EntityRef, Mapping[str, Any]]:
    """What a filter of the API chooses, by reference, with all or some of its fields. Raises SourceError."""
    shape = {"limit": str(client.policy.page)} | ({"fields": fields} if fields else {})

    def split(answer: Mapping[str, Any]) -> tuple[list[Any], str]:
        rows, page = answer.get("items"), answer.get("pageInfo")
        if not isinstance(rows, list) or not isinstance(page, Mapping):
            raise client.wording.failure(PATH, "the answer is no list", "name the address of a Backstage")
        cursor = page.get("nextCursor")
        return rows, cursor if isinstance(cursor, str) else ""

    # A cursor has its filter in it.
    further = pages(
        client, PATH, {**shape, "filter": chosen}, split=split, following=lambda cursor: {**shape, "cursor": cursor}
    )
    rows = [row for page in further for row in page if isinstance(row, Mapping)]
    return {ref: row for row in rows if (ref := ref_of(row)) is not None}
