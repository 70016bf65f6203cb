"""Where Backstage's parser refuses what libyaml reads: layout, and how often aliases may repeat a text."""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

from rhoai_catalog import limits

COMMENT: Final = "a comment needs a space before its #"
REMARK: Final = re.compile(r"(?<=\s)#.*")
HEADER: Final = re.compile(r"[|>][-+0-9]*#")


def layout(text: str, node: yaml.Node, parent: yaml.Node | None) -> str:
    """What is wrong with where a node stands that is quoted, in brackets, or a block of text; "" if nothing is.

    `parent` is the block collection that it stands in, if it stands in no other.
    """
    start, end = node.start_mark, node.end_mark
    flow = node if isinstance(node, yaml.CollectionNode) else None
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        return COMMENT if HEADER.match(text, start.index) else ""
    if text.startswith("#", end.index) or (flow and "#" in text[start.index : end.index] and _clings(text, flow)):
        return COMMENT
    if parent is None or start.line == end.line:
        return ""
    column = _column(text, parent)
    rows = text[start.index : end.index].split("\n")[1:]
    for number, row in enumerate(rows, 1):
        bare = row.lstrip(" ")
        if len(row) - len(bare) > column or bare in ("", "\r"):
            continue
        if flow and (not bare.strip() or bare.startswith("#")):
            continue
        if flow and number == len(rows) and len(row) - len(bare) == column and bare in ("]", "}"):
            continue
        what = "list or mapping in brackets" if flow else "text in quotes"
        return f"line {number + 1} of this {what} must be indented further than the key or dash it belongs to"
    return ""


def _clings(text: str, node: yaml.CollectionNode) -> bool:
    """Whether a comment between the items of a flow collection stands right behind a comma or bracket."""
    inside = range(node.start_mark.index, node.end_mark.index)  # an alias stands where its anchor is
    parts = [part for item in node.value for part in (item if isinstance(item, tuple) else (item,))]
    items = [part for part in parts if part.start_mark.index in inside]
    ends = [node.start_mark.index, *(item.end_mark.index for item in items)]
    starts = [*(item.start_mark.index for item in items), node.end_mark.index]
    return any("#" in REMARK.sub("", text[end:start]) for end, start in zip(ends, starts, strict=True))


def _column(text: str, parent: yaml.Node) -> int:
    """The column in which the entries of a block collection stand."""
    if isinstance(parent, yaml.MappingNode):
        return int(min(parent.start_mark.column, parent.value[0][0].start_mark.column))
    dash = text.rfind("-", 0, parent.value[0].start_mark.index)
    return int(min(parent.start_mark.column, dash - text.rfind("\n", 0, dash) - 1))


class Aliases:
    """Counts how often each anchored node is there, and how much all aliases repeat.

    libyaml gives the same node for an anchor and all its aliases.
    """

    def __init__(self) -> None:
        self._built: dict[int, Any] = {}
        self._open: list[yaml.Node] = []
        self._times: dict[int, int] = {}
        self._weights: dict[int, int] = {}
        self._sizes: dict[int, int] = {}  # values in a node, itself one of them
        self._repeated = 0
        self._inside: dict[int, list[tuple[yaml.Node, bool]]] = {}  # what is in a collection, and whether as an alias

    def repeated(self, node: yaml.Node) -> tuple[bool, str]:
        """Whether a node was there before, and what is wrong with that; else it is being built from now on."""
        known = id(node) in self._built
        if self._open:
            self._inside.setdefault(id(self._open[-1]), []).append((node, known))
        if known:
            self._times[id(node)] = self._times.get(id(node), 1) + 1
            if id(node) not in self._weights:
                self._weights[id(node)] = self._weight(node)
            if self._times[id(node)] * self._weights[id(node)] > limits.YAML_ALIASES:
                return True, f"more than {limits.YAML_ALIASES} aliases repeat it"
            self._repeated += self._sizes[id(node)]
            return (
                True,
                f"aliases repeat more than {limits.YAML_REPEATED:,} values"
                if self._repeated > limits.YAML_REPEATED
                else "",
            )
        if any(node is other for other in self._open):
            return True, "an alias refers to itself"
        self._open.append(node)
        return False, ""

    def close(self, node: yaml.Node, built: Any) -> None:
        self._open.pop()
        self._built[id(node)] = built
        self._sizes[id(node)] = 1 + sum(self._sizes[id(child)] for child, _ in self._inside.get(id(node), ()))

    def data(self, node: yaml.Node) -> Any:
        return self._built[id(node)]

    def _weight(self, node: yaml.Node) -> int:
        if isinstance(node, yaml.ScalarNode):
            return 1
        inside = self._inside.get(id(node), ())
        return max((self._repeats(child) if alias else self._weight(child) for child, alias in inside), default=0)

    def _repeats(self, node: yaml.Node) -> int:
        return self._times.get(id(node), 1) * self._weights.get(id(node), 0)
