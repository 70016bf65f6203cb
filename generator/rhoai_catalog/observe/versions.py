"""At which version of its API a service answers: an older release has an older one only."""

from __future__ import annotations

from collections.abc import Sequence

from rhoai_catalog.check import Check
from rhoai_catalog.config import Service
from rhoai_catalog.errors import GeneratorError
from rhoai_catalog.http.client import Client
from rhoai_catalog.http.errors import NotFound
from rhoai_catalog.http.policy import Policy
from rhoai_catalog.http.service import open_service
from rhoai_catalog.http.traffic import Traffic


def check_versions(service: Service, bases: Sequence[str], path: str, traffic: Traffic, policy: Policy) -> Check:
    """Whether one row of a list can be had, below the first of the bases that has the path."""
    try:
        client = open_service(service, traffic, service.credentials.token(), policy)
    except GeneratorError as error:
        return Check.failed(service.key, error)
    try:
        base = _served(client, bases, path)
    except GeneratorError as error:
        return Check.failed(service.key, error)
    finally:
        client.close()
    version = base.rpartition("/")[2]
    return Check(source=service.key, message=f"answers, and the token may read it: {version}")


def _served(client: Client, bases: Sequence[str], path: str) -> str:
    for base in bases[:-1]:
        try:
            client.get(f"{base}{path}", {"pageSize": "1"})
        except NotFound:
            continue
        return base
    client.get(f"{bases[-1]}{path}", {"pageSize": "1"})
    return bases[-1]
