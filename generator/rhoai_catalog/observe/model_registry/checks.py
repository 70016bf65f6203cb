"""Whether a registry can be read, and at which version of its API."""

from __future__ import annotations

from collections.abc import Iterator

from rhoai_catalog.check import Check
from rhoai_catalog.config import Service
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.observe.model_registry.reader import BASES, POLICY
from rhoai_catalog.observe.versions import check_versions


def check(source: Service, traffic: Traffic) -> Iterator[Check]:
    """Ask for one registered model."""
    yield check_versions(source, BASES, "/registered_models", traffic, POLICY)
