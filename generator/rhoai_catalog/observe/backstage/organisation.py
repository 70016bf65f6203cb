"""The groups and users that a Backstage knows, by its catalog API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from rhoai_catalog.backstage import EntityRef, ref_of
from rhoai_catalog.config import Service
from rhoai_catalog.http.paging import pages
from rhoai_catalog.http.policy import Policy
from rhoai_catalog.http.service import open_service
from rhoai_catalog.http.traffic import Traffic

PATH: Final = "/api/catalog/entities/by-query"
POLICY: Final = Policy(page=500)


def read_organisation(service: Service, policy: Policy = POLICY) -> frozenset[EntityRef]:
    """Every group and user of the Backstage at the service's address, page by page. Raises SourceError."""
    client = open_service(
        service, Traffic(service.key, seconds=service.timeout.total_seconds()), service.credentials.token(), policy
    )
    query = {"fields": "kind,metadata.name,metadata.namespace", "limit": str(policy.page)}

    def split(answer: Mapping[str, Any]) -> tuple[list[Any], str]:
        rows, page = answer.get("items"), answer.get("pageInfo")
        if not isinstance(rows, list) or not isinstance(page, dict):
            raise client.wording.failure(PATH, "the answer is no list", "name the address of a Backstage")
        cursor = page.get("nextCursor")
        return rows, cursor if isinstance(cursor, str) else ""

    def of_kind(kind: str) -> list[Any]:
        first = {**query, "filter": f"kind={kind}"}
        further = pages(client, PATH, first, split=split, following=lambda cursor: {**query, "cursor": cursor})
        return [row for page in further for row in page]

    try:
        rows = [*of_kind("group"), *of_kind("user")]
    finally:
        client.close()
    return frozenset(ref for row in rows if isinstance(row, dict) and (ref := ref_of(row)) is not None)
