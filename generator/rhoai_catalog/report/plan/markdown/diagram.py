"""Models, servers and APIs around what is flagged, as a diagram in mermaid: model --> server --> API."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rhoai_catalog import limits
from rhoai_catalog.plan import Change, Plan
from rhoai_catalog.report.plan.order import DONE, drawn
from rhoai_catalog.report.values import cut
from rhoai_catalog.text.markdown import mermaid_label

LETTERS: Final = 40  # of a name in a box
API: Final = "api:"
LOOKS: Final = """\
  classDef added stroke:#1a7f37,stroke-width:2px
  classDef changed stroke:#9a6700,stroke-width:2px
  classDef removed stroke:#cf222e,stroke-width:2px,stroke-dasharray:4
"""


def diagram(plan: Plan) -> str:
    """The diagram's lines; none where nothing that is flagged has a relation. As many servers as have room in it."""
    changes = {change.what: change for change in plan.changes}
    nodes: dict[str, str] = {}
    shown: list[str] = []
    for server in drawn(plan):
        new = {what: f"n{len(nodes) + n}" for n, what in enumerate(w for w in _around(plan, server) if w not in nodes)}
        if len(nodes) + len(new) <= limits.GRAPH_NODES:
            nodes |= new
            shown.append(server)
    if not shown:
        return ""
    lines = [*(_box(what, name, changes.get(what)) for what, name in nodes.items()), *_edges(plan, shown, nodes)]
    more = len(plan.relations) - len(shown)
    lines += [f"  more[{mermaid_label(f'and {more:,} more')}]"] if more else []
    return "graph LR\n" + "".join(f"{line}\n" for line in lines) + LOOKS


def _around(plan: Plan, server: str) -> Sequence[str]:
    return tuple(dict.fromkeys((server, *plan.relations[server])))


def _box(what: str, name: str, change: Change | None) -> str:
    label = mermaid_label(cut((change.title if change else "") or what.rpartition("/")[2], LETTERS))
    box = f"([{label}])" if what.startswith(API) else f"[{label}]"
    return f"  {name}{box}" + (f":::{DONE[change.operation]}" if change else "")


def _edges(plan: Plan, servers: Sequence[str], nodes: dict[str, str]) -> Iterator[str]:
    for server in servers:
        for what in plan.relations[server]:
            ends = (server, what) if what.startswith(API) else (what, server)
            yield f"  {nodes[ends[0]]} --> {nodes[ends[1]]}"
