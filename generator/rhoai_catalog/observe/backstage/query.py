"""The entities that the catalog API of a Backstage has, by a filter, page by page, or by their references."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from rhoai_catalog.backstage import EntityRef, ref_of
from rhoai_catalog.http.client import Client
from rhoai_catalog.http.paging import pages
from rhoai_catalog.http.policy import Policy

POLICY: Final = Policy(page=500)
PATH: Final = "/api/catalog/entities/by-query"
BY_REFS: Final = "/api/catalog/entities/by-refs"
REF: Final = ("kind", "metadata.name", "metadata.namespace")


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


def there(client: Client, refs: Collection[EntityRef]) -> frozenset[EntityRef]:
    """Those of some entities that the Backstage has. Raises SourceError."""
    wanted = sorted(refs)
    known: set[EntityRef | None] = set()
    for start in range(0, len(wanted), client.policy.page):
        some = [str(ref) for ref in wanted[start : start + client.policy.page]]
        rows = client.post(BY_REFS, {"entityRefs": some, "fields": REF}).get("items")
        if not isinstance(rows, list):
            raise client.wording.failure(BY_REFS, "the answer is no list", "name the address of a Backstage")
        known |= {ref_of(row) for row in rows if isinstance(row, Mapping)}
    return frozenset(ref for ref in wanted if ref in known)
