"""The page of a version that says who serves it, and how to call each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rhoai_catalog import limits
from rhoai_catalog.backstage import AUTH_POINTER, AUTH_TAGS, EntityRef
from rhoai_catalog.describe.facts.served_names import shown_names
from rhoai_catalog.describe.pages.foreign import code, inline, table
from rhoai_catalog.entity import Entity
from rhoai_catalog.snapshot import InferenceService, Unknown
from rhoai_catalog.text.prose import line

SERVERS: Final = "docs/servers.md"
TOKEN: Final = dict(zip(AUTH_TAGS, ("needed", "not needed"), strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server of a version, and the entity that it is shown as."""

    facts: InferenceService
    entity: Entity

    @property
    def is_known(self) -> bool:
        """Whether all that its row shows is known."""
        return AUTH_POINTER not in self.entity.unknown and not isinstance(shown_names(self.facts).value, Unknown)


def servers_page(servers: Sequence[Server], hub: str) -> str:
    """One row a server. `hub` is the address of the Hub; without it links begin at the root of whatever shows them."""
    rows = [_row(server, hub) for server in servers[: limits.ROWS]]
    more = f"\n\n… and {len(servers) - limits.ROWS:,} more" if len(servers) > limits.ROWS else ""
    heads = ("Server", "Where", "Names for `model`", "Token", "How to call it")
    return f"# Servers\n\n{table(heads, rows)}{more}\n"


def _row(server: Server, hub: str) -> Sequence[str]:
    metadata, spec = server.entity.document["metadata"], server.entity.document["spec"]
    names = shown_names(server.facts).value
    shown = names[: limits.SUMMARY_NAMES] if isinstance(names, tuple) else ()
    token = next((TOKEN[tag] for tag in metadata.get("tags", ()) if tag in TOKEN), "not known")
    apis = [ref for ref in map(EntityRef.parse, spec.get("providesApis", ())) if ref is not None]
    return (
        _link(inline(line(metadata["title"])), server.entity.ref, hub),
        code(line(f"{server.facts.cluster}/{server.facts.namespace}")),
        ", ".join(code(line(name)) for name in shown),
        token,
        ", ".join(_link("definition", ref, hub, "/definition") for ref in apis),
    )


def _link(title: str, ref: EntityRef, hub: str, page: str = "") -> str:
    return f"[{title}]({hub}/catalog/{ref.namespace}/{ref.kind}/{ref.name}{page})"
