"""An MCP server that a model catalog offers -> API `mcp-server` where it runs, else a documented Resource."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any, Final

from rhoai_catalog import documents, limits
from rhoai_catalog.describe.aspects.ai_asset import put_ai_asset
from rhoai_catalog.describe.aspects.offer import put_offer, where
from rhoai_catalog.describe.aspects.ownership import named, owner
from rhoai_catalog.describe.context import Described, OfferContext
from rhoai_catalog.describe.entities.draft import Draft, listed
from rhoai_catalog.snapshot import McpServer, McpTool
from rhoai_catalog.text.prose import line

TRANSPORTS: Final = {"http": "streamable-http", "sse": "sse"}  # as the catalog and as the protocol call them


def describe(context: OfferContext[McpServer]) -> Described:
    """The API of an MCP server, or the Resource of one that could be deployed. A provider that leads to no owner is
    nobody's mistake, mostly a company.
    """
    draft, server = Draft(context), context.offer
    put_offer(draft, context)
    owner(draft, named((f"{where(server)} provider", server.provider)))
    put_ai_asset(draft, "mcp-server", server.version, f"{where(server)} version")
    draft.put("/spec/type", context.kind.type, "what every MCP server is")
    for name, value in (("provider", server.provider), ("license", server.license), ("version", server.version)):
        draft.annotation(f"rhoai-catalog/{name}", line(value or ""), f"{where(server)} {name}")
    draft.annotation("rhoai-catalog/transports", listed(server.transports), f"{where(server)} transports")
    draft.link("Documentation", server.documentation_url, f"{where(server)} documentationUrl")
    draft.link("License", server.license_link, f"{where(server)} license_link")
    if server.endpoints:
        remotes = [{"type": TRANSPORTS[name], "url": url} for name, url in server.endpoints.items()]
        draft.put("/spec/remotes", remotes, f"{where(server)} endpoints")
        tools = draft.first(server.tools, limits.TOOLS, f"{where(server)} tools")
        draft.put("/spec/definition", _definition(server, tools), f"{where(server)} tools")
    return Described(entity=draft.entity())


def _definition(server: McpServer, tools: Sequence[McpTool]) -> str:
    """What can be called, as YAML: a Backstage without the AI modules needs a definition and shows it as text."""
    definition: dict[str, Any] = {"protocol": "Model Context Protocol", "server": line(server.name)}
    if server.version:
        definition["version"] = line(server.version)
    definition["tools"] = [_tool(tool) for tool in tools]
    return documents.dump(definition, start=False, compact=True)


def _tool(tool: McpTool) -> dict[str, Any]:
    shown: dict[str, Any] = {"name": line(tool.name)}
    if tool.description:
        shown["description"] = line(tool.description)[:500]
    if tool.access:
        shown["access"] = line(tool.access)[:50]
    if tool.parameters:
        parameters = ((line(name)[:100], line(kind)[:100]) for name, kind in tool.parameters.items())
        shown["parameters"] = dict(pair for pair in islice(parameters, limits.TOOL_PARAMETERS) if pair[0])
    return shown
