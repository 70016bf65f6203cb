"""MCP servers and agents that a model catalog offers: the same service, other paths (from OpenShift AI 3.4 and 3.5)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, TypeVar

from rhoai_catalog.entity import LeftOut
from rhoai_catalog.errors import SourceError
from rhoai_catalog.http.client import Client
from rhoai_catalog.http.errors import NotFound
from rhoai_catalog.http.service import item_pages
from rhoai_catalog.kinds import AGENT, MCP_SERVER, Kind
from rhoai_catalog.observe.model_catalog.trouble import HINT, Row, shortfall
from rhoai_catalog.observe.rows import address, text, texts
from rhoai_catalog.snapshot import Agent, McpServer, McpTool, Scope

T = TypeVar("T", McpServer, Agent)
MCP_SERVERS: Final = ("/api/mcp_catalog/v1alpha1/mcp_servers", "/api/mcp_catalog/v1/mcp_servers")
AGENTS: Final = ("/api/agent_catalog/v1alpha1/agents", "/api/agent_catalog/v1/agents")
Sources = Callable[[str], tuple[dict[str, Row], SourceError | None]]  # by the kind of asset, as the catalog calls it
TOOLS: Final = {"includeTools": "true", "toolLimit": "100"}


class OfferReader:
    """Reads what the configuration's profiles ask for. What fails makes its scope incomplete; nothing is raised."""

    def __init__(self, client: Client, catalog: str, source: str, wanted: Collection[str], sources_of: Sources) -> None:
        self.client, self.catalog, self.source, self.sources_of = client, catalog, source, sources_of
        self.scopes: list[Scope] = []
        self.left_out: list[LeftOut] = []
        self.mcp_servers = self._offers(MCP_SERVER, "mcp_servers", MCP_SERVERS, TOOLS, self._mcp_server, wanted)
        self.agents = self._offers(AGENT, "agents", AGENTS, {}, self._agent, wanted)

    def _offers(
        self,
        kind: Kind,
        asset: str,
        paths: Iterable[str],
        query: Mapping[str, str],
        make: Callable[[Row], T | None],
        wanted: Collection[str],
    ) -> tuple[T, ...]:
        if kind.profile not in wanted:
            return ()
        before = self.sources_of(asset)
        listed, offers = self._list(kind.listed, paths, query, make)
        whole = listed.served and listed.complete
        self.scopes += self._judged(listed, asset, *before) if whole else [listed]
        return offers

    def _judged(
        self, listed: Scope, asset: str, sources: Mapping[str, Row], error: SourceError | None
    ) -> Iterator[Scope]:
        """A listing that came, and of which of the sources of its kind of asset it may not have all."""
        after, failed = self.sources_of(asset)
        if worst := error or failed:
            yield replace(listed, complete=False, reason=worst.message, hint=worst.hint)
            return
        yield listed
        short = replace(listed, complete=False, listed=0, hint=HINT)
        for name, row in sorted(sources.items()):
            reason, withholds = shortfall(row, after.get(name), sources)
            if reason and row.get("assetType", asset) == asset:
                yield replace(short, namespace=name, reason=reason, withholds=withholds)

    def _list(
        self, kind: str, paths: Iterable[str], query: Mapping[str, str], make: Callable[[Row], T | None]
    ) -> tuple[Scope, tuple[T, ...]]:
        offers: dict[tuple[str, str], T] = {}
        served = False
        error: SourceError | None = None
        for path in paths:
            try:
                for page in item_pages(self.client, path, {**query, "pageSize": str(self.client.policy.page)}):
                    for row in page:
                        offer = make(row)
                        if offer is None:
                            what = f"{kind} {text(row, 'id')} of {self.catalog}"
                            self.left_out.append(LeftOut(what=what, reason="it has no name"))
                        else:
                            offers[offer.source_id, offer.name] = offer
                served = True
                break
            except NotFound as failure:
                if offers:  # pages came, and then none: that is no older release
                    error = failure
                    break
                continue  # an older release, or one that has the newer path only
            except SourceError as failure:
                error = failure
                break
        scope = Scope(
            source=self.source,
            kind=kind,
            complete=error is None,
            served=served or error is not None,
            listed=len(offers),
            reason=error.message if error else "",
            hint=error.hint if error else "",
        )
        return scope, tuple(offers[key] for key in sorted(offers))

    def _mcp_server(self, row: Row) -> McpServer | None:
        shared = self._shared(row)
        ends = row.get("endpoints")
        ends = ends if isinstance(ends, dict) else {}
        endpoints = {name: url for name in ("http", "sse") if (url := address(text(ends, name)))}
        tools = row.get("tools")
        if not shared:
            return None
        return McpServer(
            **shared,
            version=text(row, "version"),
            provider=text(row, "provider"),
            license=text(row, "license"),
            license_link=text(row, "license_link", "licenseLink"),
            deployment_mode=text(row, "deploymentMode"),
            transports=texts(row, "transports"),
            endpoints=endpoints,
            tools=tuple(filter(None, map(_tool, tools if isinstance(tools, list) else ()))),
            documentation_url=text(row, "documentationUrl"),
            labels=texts(row, "tags"),
        )

    def _agent(self, row: Row) -> Agent | None:
        shared = self._shared(row)
        return Agent(**shared, framework=text(row, "framework"), labels=texts(row, "labels")) if shared else None

    def _shared(self, row: Row) -> dict[str, Any]:
        name = text(row, "name")
        if name is None:
            return {}
        return {
            "catalog": self.catalog,
            "source_id": text(row, "source_id", "sourceId") or "",
            "name": name,
            "display_name": text(row, "displayName"),
            "description": text(row, "description"),
            "readme": text(row, "readme"),
            "repository_url": text(row, "repositoryUrl"),
        }


def _tool(row: Any) -> McpTool | None:
    if not isinstance(row, dict) or (name := text(row, "name")) is None:
        return None
    listed = row.get("parameters")
    parameters = [p for p in listed if isinstance(p, dict)] if isinstance(listed, list) else []
    named = {key: text(p, "type") or "" for p in parameters if (key := text(p, "name"))}
    return McpTool(name=name, description=text(row, "description"), access=text(row, "accessType"), parameters=named)
