"""What a definition says of a token."""

from __future__ import annotations

from typing import Any

from rhoai_catalog.describe.definitions.tokens import scheme


def secured(document: dict[str, Any], token: str = "") -> dict[str, Any]:
    """An OpenAPI 3 document whose every request needs a token, of whatever kind."""
    schemes = {"bearer": {"type": "http", "scheme": "bearer", "description": scheme(token)}}
    components = {**(document.get("components") or {}), "securitySchemes": schemes}
    return {**document, "security": [{"bearer": []}], "components": components}
