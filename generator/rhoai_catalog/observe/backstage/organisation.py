"""The groups and users that a Backstage knows, by its catalog API."""

from __future__ import annotations

from typing import Final

from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.config import Service
from rhoai_catalog.http.policy import Policy
from rhoai_catalog.http.service import open_service
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.observe.backstage.query import REF, query

POLICY: Final = Policy(page=500)


def read_organisation(service: Service, policy: Policy = POLICY) -> frozenset[EntityRef]:
    """Every group and user of the Backstage at the service's address, page by page. Raises SourceError."""
    client = open_service(
        service, Traffic(service.key, seconds=service.timeout.total_seconds()), service.credentials.token(), policy
    )
    try:
        return frozenset(ref for kind in ("group", "user") for ref in query(client, f"kind={kind}", ",".join(REF)))
    finally:
        client.close()
