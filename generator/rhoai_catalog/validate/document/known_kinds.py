"""Which kinds there are, who knows them, and the schema of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from rhoai_catalog.backstage import AI_KINDS, KINDS, RHDH_KINDS
from rhoai_catalog.validate.document.placeholders import is_placeholder
from rhoai_catalog.validate.document.words import Finding, shown

MCP_SERVER: Final = "mcp-server"
PROFILES: Final[Mapping[str, tuple[str, str]]] = {  # profile -> the kind and spec.type that it is about
    "model-server": ("Component", "model-server"),
    "ai-model": ("Resource", "ai-model"),
}


def schema_of(entity: Mapping[str, Any]) -> str:
    """The name of the schema for an entity: that of its kind, or the envelope where nobody knows the kind."""
    kind = entity.get("kind")
    return kind.lower() if isinstance(kind, str) and (kind in KINDS or kind in AI_KINDS) else "entity"


def is_mcp_server(entity: Mapping[str, Any]) -> bool:
    """Whether an entity is an API that Backstage's ai-model module judges by another schema than its kind's."""
    return entity.get("kind") == "API" and _type(entity) == MCP_SERVER


def profile_of(entity: Mapping[str, Any]) -> str:
    """The name of the profile for an entity, or nothing."""
    kind_and_type = (entity.get("kind"), _type(entity))
    return next((name for name, about in PROFILES.items() if about == kind_and_type), "")


def check_kind(entity: Mapping[str, Any]) -> Iterator[Finding]:
    """Findings where RHDH as shipped, or every Backstage, does not take the kind."""
    kind = entity.get("kind")
    if not isinstance(kind, str):
        return
    known = f"RHDH ingests {', '.join(RHDH_KINDS)}"
    if kind in AI_KINDS:
        message = f"RHDH before 2.1 refuses the whole file of an {kind}; it needs {AI_KINDS[kind]} and catalog.rules"
        yield Finding(pointer="/kind", rule="ai-kind", message=message)
    elif is_mcp_server(entity) and not _has_definition(entity):
        message = f"definition is missing, which RHDH before 2.1 needs; add a text, or {AI_KINDS['AiResource']}"
        yield Finding(pointer="/spec/definition", rule="ai-kind", message=message)
    elif kind in KINDS and kind not in RHDH_KINDS:
        message = f"RHDH refuses the whole file of a {kind}: {known}; allow it in catalog.rules"
        yield Finding(pointer="/kind", rule="rhdh-kind", message=message)
    elif kind not in KINDS:
        right = next((k for k in (*KINDS, *AI_KINDS) if k.lower() == kind.lower()), None)
        message = f"no Backstage knows the kind {shown(kind)} without a module of its own; "
        message += f"write {right}" if right else known
        yield Finding(pointer="/kind", rule="unknown-kind", message=message)


def _type(entity: Mapping[str, Any]) -> object:
    spec = entity.get("spec")
    return spec.get("type") if isinstance(spec, Mapping) else None


def _has_definition(entity: Mapping[str, Any]) -> bool:
    definition = entity["spec"].get("definition")
    return is_placeholder(definition) or (isinstance(definition, str) and definition != "")
