"""MCP servers and agents that a model catalog offers -> API `mcp-server`, or a documented Resource."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from pathlib import PurePosixPath
from typing import Any, Final

from rhoai_catalog import documents
from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.config import Config
from rhoai_catalog.describe.entities.ai_model_server_api import category
from rhoai_catalog.describe.entities.draft import Draft, listed
from rhoai_catalog.describe.entities.ownership import lifecycle, owner, system
from rhoai_catalog.describe.identities.files import relative, server_sites
from rhoai_catalog.describe.identities.names import clean
from rhoai_catalog.describe.pages.site import asset_pages
from rhoai_catalog.describe.pages.sites import Sites
from rhoai_catalog.entity import Entity, Known, LeftOut
from rhoai_catalog.families import MODEL_CATALOG
from rhoai_catalog.identity import Identity, Key
from rhoai_catalog.kinds import AGENT, MCP_SERVER, MCP_SERVER_TEMPLATE, Kind
from rhoai_catalog.snapshot import Agent, McpServer, McpTool, Offer, Snapshot
from rhoai_catalog.text.prose import line, paragraphs

Names = Callable[[Mapping[Identity, Sequence[str]], Mapping[Identity, tuple[str, ...]]], dict[Identity, EntityRef]]
TRANSPORTS: Final = {"http": "streamable-http", "sse": "sse"}  # as the catalog and as the protocol call them
MOST_TOOLS: Final = 100
MOST_PARAMETERS: Final = 50


class Assets:
    """Collects the `entities` of everything that catalogs offer beside models."""

    def __init__(self, snapshot: Snapshot, config: Config, known: Known, sites: Sites, names: Names) -> None:
        self.config, self.known, self.names = config, known, names
        self.left_out: list[LeftOut] = []
        self._seen: set[Identity] = set()
        self.entities: list[Entity] = []
        self.dropped: set[Key] = set()  # what it was shown as before it began, or ceased, to run somewhere
        self._describe(
            snapshot.mcp_servers, lambda server: MCP_SERVER if server.endpoints else MCP_SERVER_TEMPLATE, sites
        )
        self._describe(snapshot.agents, lambda agent: AGENT, sites)

    def _describe(self, rows: tuple[Any, ...], kind_of: Callable[[Any], Kind], sites: Sites) -> None:
        assets: dict[Identity, Offer] = {}
        for row in rows:
            if (key := _identity(row)) in self._seen:
                what = f"{type(row).__name__} {row.source_id}/{row.name} of {row.catalog}"
                self.left_out.append(LeftOut(what=what, reason="something else of its source has the same name"))
            else:
                assets[key] = row
        self._seen |= set(assets)
        kinds = {key: kind_of(asset) for key, asset in assets.items()}
        proposals = {key: (asset.catalog, asset.name) for key, asset in assets.items()}
        refs = self.names(proposals, {key: (kind.kind,) for key, kind in kinds.items()})
        files = {key: self._file(key, kinds[key], asset) for key, asset in assets.items()}
        documented = [key for key, asset in assets.items() if asset.readme]
        known = self.known.sites
        folders = {k: known[k] for k in documented if k in known} | server_sites(documented, files, known)
        for key, asset in sorted(assets.items()):
            entity = self._entity(key, asset, refs[key], kinds[key], files[key], folders.get(key))
            self.entities.append(entity)
            self.dropped |= {Key(key, kind) for kind in ("API", "Resource") if kind != entity.kind}
            sites.of_asset(key, folders.get(key), asset_pages(asset.readme, entity) if asset.readme else {})

    def _file(self, key: Identity, kind: Kind, asset: Offer) -> PurePosixPath:
        given = self.known.given.get(Key(key, kind.kind))
        return given.file if given else PurePosixPath(kind.file, clean(asset.catalog), "entities.yaml")

    def _entity(
        self, key: Identity, asset: Offer, ref: EntityRef, kind: Kind, file: PurePosixPath, site: PurePosixPath | None
    ) -> Entity:
        draft = Draft(kind, EntityRef.of(kind.kind, ref.name, ref.namespace), key)
        where = f"{type(asset).__name__} {asset.catalog}/{asset.name}"
        shown = line(asset.display_name or "")
        title = shown or line(asset.name) or ref.name
        draft.put("/metadata/title", title, f"{where} {'displayName' if shown else 'name'}")
        told = paragraphs(asset.description or "")
        named = f"{line(asset.name)}, as the catalog {asset.catalog} offers it"
        origin = f"{where} description" if told else "its name; nobody described it"
        draft.put("/metadata/description", told or named, origin)
        for label in asset.labels[:MOST_TOOLS]:
            draft.tag(label, f"{where} labels")
        if site is not None:
            draft.annotation("backstage.io/techdocs-ref", f"dir:{relative(site, file.parent)}", "where its pages are")
        draft.link("Source Code", asset.repository_url, f"{where} repositoryUrl")
        lifecycle(draft, None, self.config, in_tree=False)
        system(draft, None, self.config, f"{asset.catalog}/{asset.name}")
        provider = asset.provider if isinstance(asset, McpServer) else None
        owner(draft, [(f"{where} provider", provider)], self.config, in_tree=False)
        if isinstance(asset, McpServer):
            _mcp_server(draft, asset, where)
        elif isinstance(asset, Agent):
            category(draft, "agent", None)
            draft.put("/spec/type", AGENT.type, "what every agent is")
            draft.annotation("rhoai-catalog/framework", line(asset.framework or ""), f"{where} framework")
        return draft.entity(file)


def _mcp_server(draft: Draft, server: McpServer, where: str) -> None:
    category(draft, "mcp-server", None)
    draft.put("/spec/type", MCP_SERVER.type, "what every MCP server is")
    for name, value in (("provider", server.provider), ("license", server.license), ("version", server.version)):
        draft.annotation(f"rhoai-catalog/{name}", line(value or ""), f"{where} {name}")
    draft.annotation("rhoai-catalog/transports", listed(server.transports), f"{where} transports")
    draft.link("Documentation", server.documentation_url, f"{where} documentationUrl")
    draft.link("License", server.license_link, f"{where} license_link")
    if draft.kind is MCP_SERVER:
        remotes = [{"type": TRANSPORTS[name], "url": url} for name, url in server.endpoints.items()]
        draft.put("/spec/remotes", remotes, f"{where} endpoints")
        draft.put("/spec/definition", _definition(server), f"{where} tools")


def _definition(server: McpServer) -> str:
    """What can be called, as YAML: a Backstage without the AI modules needs a definition and shows it as text."""
    tools = [
        {
            "name": line(tool.name),
            **({"description": line(tool.description)[:500]} if tool.description else {}),
            **({"access": line(tool.access)[:50]} if tool.access else {}),
            **({"parameters": _parameters(tool)} if tool.parameters else {}),
        }
        for tool in server.tools[:MOST_TOOLS]
    ]
    data: dict[str, Any] = {"protocol": "Model Context Protocol", "server": line(server.name)}
    data |= {"version": line(server.version)} if server.version else {}
    return documents.dump({**data, "tools": tools}, start=False, compact=True)


def _parameters(tool: McpTool) -> dict[str, str]:
    named = ((line(name)[:100], line(kind)[:100]) for name, kind in tool.parameters.items())
    return dict(pair for pair in islice(named, MOST_PARAMETERS) if pair[0])


def _identity(asset: Offer) -> Identity:
    return Identity.of(MODEL_CATALOG, asset.catalog, asset.source_id, asset.name)
