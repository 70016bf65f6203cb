"""What a definition says of a token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rhoai_catalog.describe.definitions.credential import Credential


def secured(document: Mapping[str, Any], needed: Credential, description: str) -> dict[str, Any]:
    """An OpenAPI 3 document whose every request needs a token or a key, of whatever kind."""
    schemes = {needed.name: {**needed.scheme, "description": description}}
    components = {**(document.get("components") or {}), "securitySchemes": schemes}
    return {**document, "security": [{needed.name: []}], "components": components}


def secured_swagger(document: Mapping[str, Any], needed: Credential, description: str) -> dict[str, Any]:
    """As `secured`, for version 2.0."""
    schemes = {needed.name: {**needed.swagger, "description": description}}
    return {**document, "securityDefinitions": schemes, "security": [{needed.name: []}]}
