"""The kinds of entities that are written, one row each; in Backstage a kind, mostly with one `spec.type`.

A further kind is a row here and the module of that name in `describe/entities/`, whose `describe` makes its entities
from the context of its group (describe/context.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PART: Final = "entities.yaml"  # what one team owns: a namespace, a registered model
SHARED: Final = ("type", "lifecycle", "owner", "system")  # of every spec, in this order


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of entity.

    `of` is what it shows: a `server`, a `version`, an `offer` of a model catalog, or a `file`. `spec` are the fields
    behind those that every kind has, in their order, `needs` those without which Backstage refuses it. `file` is its
    file in a part of the tree, `folder` where the parts of offers lie. `profile` switches it on (""; it is always on).
    `former` are types that it had in earlier trees. `listed` is what a model catalog lists it as, `table` the field of
    a snapshot that holds such offers, and `having` the fact of an offer without which it is shown as the next kind of
    that table. `noun` is what a report calls it.
    """

    kind: str
    of: str
    module: str
    type: str = ""
    spec: tuple[str, ...] = ()
    needs: tuple[str, ...] = ("type", "owner")
    file: str = PART
    folder: str = ""
    profile: str = ""
    former: tuple[str, ...] = ()
    listed: str = ""
    table: str = ""
    having: str = ""
    noun: str = "entity"


COMPONENT: Final = Kind(
    kind="Component",
    of="server",
    module="component",
    type="model-server",
    spec=("dependsOn", "providesApis"),
    needs=("type", "lifecycle", "owner"),
    profile="seed",
    noun="server",
)
AI_MODEL_SERVER_API: Final = Kind(
    kind="AiModelServerAPI",
    of="server",
    module="ai_model_server_api",
    type="ai-model-server",
    spec=("serverType", "serverUrl", "requiresApiKey", "apiEntityRef", "models"),
    needs=("type", "lifecycle", "owner", "serverType", "serverUrl"),
    file="ai-model-servers.yaml",  # a part of its own: RHDH refuses every file with a kind that its rules do not name
    profile="ai-model-server",
    noun="server",
)
API: Final = Kind(
    kind="API",
    of="server",
    module="api",
    spec=("definition",),
    needs=("type", "lifecycle", "owner", "definition"),
    noun="API",
)
RESOURCE: Final = Kind(kind="Resource", of="version", module="resource", type="ai-model", noun="model")
MCP_SERVER: Final = Kind(  # one that runs
    kind="API",
    of="offer",
    module="mcp_server",
    type="mcp-server",
    spec=("remotes", "definition"),
    needs=API.needs,
    folder="mcp-servers",
    profile="mcp-server",
    listed="MCPServer",
    table="mcp_servers",
    having="endpoints",
    noun="API",
)
MCP_SERVER_TEMPLATE: Final = Kind(  # one that could be deployed
    kind="Resource",
    of="offer",
    module="mcp_server",
    type="mcp-server",
    folder="mcp-servers",
    profile="mcp-server",
    listed="MCPServer",
    table="mcp_servers",
    noun="model",
)
AGENT: Final = Kind(  # in parts of their own as well
    kind="AiResource",
    of="offer",
    module="agent",
    type="agent",
    former=("ai-agent",),
    needs=("type", "lifecycle", "owner"),
    folder="agents",
    profile="agent",
    listed="Agent",
    table="agents",
    noun="agent",
)
LOCATION: Final = Kind(kind="Location", of="file", module="", needs=(), file="catalog-info.yaml")

KINDS: Final = (COMPONENT, AI_MODEL_SERVER_API, API, RESOURCE, MCP_SERVER, MCP_SERVER_TEMPLATE, AGENT, LOCATION)
# The kinds of a group, in the order in which entities are made. All of one server share its name, and follow the first.
OF_SERVER: Final = tuple(row for row in KINDS if row.of == "server")
OF_VERSION: Final = tuple(row for row in KINDS if row.of == "version")
OF_OFFER: Final = tuple(row for row in KINDS if row.of == "offer")
SERVER_KINDS: Final = tuple(row.kind for row in OF_SERVER)  # the first of them that is shown stands for the server
SEED: Final = COMPONENT.profile


def needed(kind: str) -> frozenset[str]:
    """The fields of spec that entities of a Backstage kind must have."""
    return frozenset(field for row in KINDS if row.kind == kind for field in row.needs)


def rank(kind: str) -> int:
    """The place of a Backstage kind, in any case, among the entities of one thing; a foreign kind is the last."""
    return next((place for place, row in enumerate(KINDS) if row.kind.lower() == kind.lower()), len(KINDS))


def noun(kind: str) -> str:
    """What a report calls entities of a Backstage kind, in any case."""
    return next((row.noun for row in KINDS if row.kind.lower() == kind.lower()), "entity")


def listed_as(spec_type: str) -> str:
    """What a model catalog lists an offer as, by the type of its entity."""
    rows = (row for row in KINDS if row.listed and spec_type in (row.type, *row.former))
    return next((row.listed for row in rows), MCP_SERVER.listed)


def profile_of(listed: str) -> str:
    """The profile that asks for what a model catalog lists."""
    return next(row.profile for row in KINDS if row.listed == listed)
