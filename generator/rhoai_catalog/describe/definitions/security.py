"""What a definition says of a token."""

from __future__ import annotations

from typing import Any


def secured(document: dict[str, Any]) -> dict[str, Any]:
    """An OpenAPI 3 document whose every request needs a token of OpenShift."""
    schemes = {"bearer": {"type": "http", "scheme": "bearer", "description": "A token of OpenShift"}}
    components = {**(document.get("components") or {}), "securitySchemes": schemes}
    return {**document, "security": [{"bearer": []}], "components": components}
