"""Models, servers and APIs around what is flagged, as a drawing: a column for each, a line for each relation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rhoai_catalog import limits
from rhoai_catalog.report.counting import counted
from rhoai_catalog.report.plan.order import drawn
from rhoai_catalog.report.plan.page.element import Html, element, joined
from rhoai_catalog.report.plan.page.reader import Reader
from rhoai_catalog.report.values import cut

COLUMNS: Final = ("Models", "Servers", "APIs")
WIDTH: Final = 280  # of a box; all in pixels
HEIGHT: Final = 46
GAP: Final = 70  # between two columns
ROW: Final = 58
TOP: Final = 28
PAD: Final = 12
LETTERS: Final = 42  # as many as may fit into a box
API: Final = "api:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A box: its column, and its place from above, in rows."""

    column: int
    row: float

    @property
    def left(self) -> int:
        return self.column * (WIDTH + GAP)

    @property
    def top(self) -> int:
        return TOP + round(self.row * ROW)


def graph(reader: Reader) -> Html:
    """The drawing, empty where nothing that is flagged has a relation. A box leads to its change."""
    relations = reader.plan.relations
    if not relations:
        return Html()
    servers = drawn(reader.plan)
    nodes, shown = _nodes(relations, servers)
    edges = [(a, b) for a in shown for b in relations[a] if b in nodes]
    rows = max(node.row for node in nodes.values()) + 1
    width, height = len(COLUMNS) * (WIDTH + GAP) - GAP, TOP + round(rows * ROW)
    heads = (element("text", name, x=f"{n * (WIDTH + GAP)}", y="14", class_="head") for n, name in enumerate(COLUMNS))
    drawing = element(
        "svg",
        *heads,
        *(_edge(nodes[a], nodes[b]) for a, b in edges),
        *(_box(reader, what, node) for what, node in nodes.items()),
        viewBox=f"0 0 {width} {height}",
        width=f"{width}",
        height=f"{height}",
        role="group",
        aria_label="Models, servers and APIs around what is flagged",
    )
    more = len(servers) - len(shown)
    note = element("p", f"… and what is around {counted(more, 'more server')}", class_="note") if more else ""
    label = "The drawing, to be scrolled"
    return joined([element("div", drawing, class_="graph", tabindex="0", role="region", aria_label=label), note])


def _nodes(relations: Mapping[str, tuple[str, ...]], servers: Sequence[str]) -> tuple[dict[str, Node], list[str]]:
    """A box for each thing, in as many rows as its server needs; as many servers as there is room for."""
    nodes: dict[str, Node] = {}
    shown: list[str] = []
    row = 0
    for server in servers:
        others = [what for what in relations[server] if what not in nodes and what not in relations]
        models = [what for what in others if not what.startswith(API)]
        apis = [what for what in others if what.startswith(API)]
        if shown and len(nodes) + 1 + len(others) > limits.GRAPH_NODES:
            continue
        high = max(1, len(models), len(apis))
        for column, whats in ((0, models), (1, [server]), (2, apis)):
            start = row + (high - len(whats)) / 2
            nodes |= {what: Node(column=column, row=start + n) for n, what in enumerate(whats)}
        shown.append(server)
        row += high
    return nodes, shown


def _edge(a: Node, b: Node) -> Html:
    left, right = (a, b) if a.column <= b.column else (b, a)
    x, y = left.left + WIDTH, left.top + HEIGHT // 2
    x_end, y_end = right.left, right.top + HEIGHT // 2
    if left.column == right.column:
        x_end = x
    bend = GAP // 2
    return element(
        "path", d=f"M{x} {y}C{x + bend} {y} {x_end - bend if x_end > x else x + bend} {y_end} {x_end} {y_end}"
    )


def _box(reader: Reader, what: str, node: Node) -> Html:
    change = reader.changes.get(what)
    flags = [flag.value for flag in reader.flags.get(what, ())]
    name = what.rpartition("/")[2]
    leads = reader.plan.relations.get(what, ())
    told = [what, *flags, *([f"leads to {', '.join(leads)}"] if leads else [])]
    texts = [
        element("text", cut((change.title if change else "") or name, LETTERS), y="20", class_="name"),
        element("text", cut(", ".join(flags) or name, LETTERS), y="37", class_="below"),
    ]
    x, y, high = node.left, f"{node.top}", f"{HEIGHT}"
    parts = [
        element("title", "; ".join(told)),
        element("rect", x=f"{x}", y=y, width=f"{WIDTH}", height=high, rx="6"),
        element("svg", *texts, x=f"{x + PAD}", y=y, width=f"{WIDTH - 2 * PAD}", height=high),  # cuts what is too wide
    ]
    looks = f"box{' flagged' if flags else ''}{' gone' if change and change.is_removal else ''}"
    if change is None:
        return element("g", *parts, class_=looks)
    return element("a", *parts, href=f"#c{reader.numbers[what]}", class_=looks)
