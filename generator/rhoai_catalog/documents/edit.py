"""A person's document and the data it should hold -> the document with only the lines of changed values changed.

The text is spliced where the parser saw the nodes, so comments, key order, quoting and indentation stay. What cannot be
spliced soundly (anchors, unusual layouts) goes through ruamel.yaml, which keeps comments but may lay out anew. Either
result is read again and must be the wanted data with every comment in it, else DocumentError: a document is never
damaged. A comment beside a value that goes stays on a line of its own.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

import yaml

from rhoai_catalog.alike import ByValue
from rhoai_catalog.documents.comments import Splice, comments_of, keeping, spliced
from rhoai_catalog.documents.read import compose, parse, parse_node
from rhoai_catalog.documents.write import dump, flow
from rhoai_catalog.errors import DocumentError


def edit(text: str, data: Any) -> str:
    """The text changed so that it reads as `data`. Raises DocumentError if no way to write it was found."""
    if parse(text) == data:
        return text
    before = comments(text)
    for way in (_spliced, _laid_out_anew):
        try:
            edited = way(text, data)
            if edited is not None and parse(edited) == data and comments(edited) == before:
                return edited
        except (DocumentError, IndexError, KeyError, TypeError, ValueError):
            continue
    raise DocumentError(
        "the document is laid out in a way that cannot be edited safely",
        hint="write it in plain block style, without anchors and tags",
    )


def comments(text: str) -> list[str]:
    """The comments of a document, sorted, each with its `#`."""
    return sorted(comment.text for comment in comments_of(text, compose(text)))


def _spliced(text: str, data: Any) -> str | None:
    node = compose(text)
    if not isinstance(node, yaml.MappingNode) or not isinstance(data, Mapping):
        return None
    splicer = _Splicer(text)
    splices = keeping(splicer.mapping(node, parse_node(node), data), text, comments_of(text, node), splicer.newline)
    return spliced(text, splices)


class _Splicer:
    def __init__(self, text: str) -> None:
        self.text = text
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self._ends: dict[int, int] = {}  # by id, which a node keeps as long as its document

    def mapping(self, node: yaml.MappingNode, data: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[Splice]:
        """What has to change for a node, which holds `data` now, to hold what is wanted."""
        if node.flow_style or not wanted or not node.value:
            return [self._whole(node, wanted)]
        splices: list[Splice] = []
        present = {key.value: (key, value) for key, value in node.value}
        following = dict(zip(present, [*list(present)[1:], None], strict=True))
        for name, (key, value) in present.items():
            if name not in wanted:
                after = following[name]
                splices.append(self._without(key, value, present[after][0] if after else None))
            elif data[name] != wanted[name] or type(data[name]) is not type(wanted[name]):
                splices += self._value(key, value, data[name], wanted[name])
        before: str | None = None
        for name in wanted:
            if name not in present:
                splices.append(self._new_key(node, present, before, name, wanted[name]))
            before = name if name in present else before
        return splices

    def _value(self, key: yaml.Node, value: yaml.Node, data: Any, wanted: Any) -> list[Splice]:
        if self._is_block(value) and wanted:
            if isinstance(value, yaml.MappingNode) and isinstance(wanted, Mapping):
                return self.mapping(value, data, wanted)
            if isinstance(value, yaml.SequenceNode) and isinstance(wanted, list):
                return self.sequence(value, data, wanted)
        return [self._whole(value, wanted, key)]

    def sequence(self, node: yaml.SequenceNode, data: list[Any], wanted: list[Any]) -> list[Splice]:
        splices: list[Splice] = []
        pairs = _paired(data, wanted)
        kept = {new: old for old, new in pairs.items()}
        column = self._dash(node.value[0]) - self._line_start(node.value[0].start_mark.index)
        for number, item in enumerate(node.value):
            if number not in pairs:
                splices.append((*self._lines_of(self._dash(item), self._end(item)), ""))
            elif isinstance(item, yaml.MappingNode) and data[number] != wanted[pairs[number]]:
                splices += self.mapping(item, data[number], wanted[pairs[number]])
        place = self._above(self._line_start(self._dash(node.value[0])))
        for number, value in enumerate(wanted):
            if number in kept:
                item = node.value[kept[number]]
                place = self._lines_of(self._dash(item), self._end(item))[1]
            else:
                splices.append(self._insert(place, dump([value], start=False), column))
        return _joined(splices)

    # -- pieces of text ------------------------------------------------------------------------------------------

    def _whole(self, node: yaml.Node, wanted: Any, key: yaml.Node | None = None) -> Splice:
        """Replace a value where it stands: in flow style where it was, else as it would be written below its key."""
        if getattr(node, "flow_style", None) or (isinstance(wanted, Mapping | list) and not wanted):
            if self._is_block(node):
                return self._whole_block(node, flow(wanted), key)
            return node.start_mark.index, node.end_mark.index, flow(wanted)
        indent = key.start_mark.column if key is not None else 0
        return self._whole_block(node, self._below(wanted, indent), key)

    def _whole_block(self, node: yaml.Node, replacement: str, key: yaml.Node | None) -> Splice:
        start = node.start_mark.index
        if key is not None:
            colon = self.text.index(":", key.end_mark.index)
            if node.start_mark.index == node.end_mark.index or self._is_block(node) or replacement.startswith("\n"):
                start = colon + 1
                replacement = replacement if replacement.startswith("\n") else f" {replacement}"
        end = self._end(node) if node.end_mark.index > start else start
        return start, max(start, end), replacement.replace("\n", self.newline)

    def _below(self, wanted: Any, indent: int) -> str:
        """The text behind `key:` for a value whose key stands at a column."""
        written = dump({"k": wanted}, start=False).removesuffix("\n")[2:]
        first, *rest = written.split("\n")
        lines = [first.strip(), *((" " * indent + line) if line else line for line in rest)]
        return "\n".join(lines) if lines[0] or not rest else "\n" + "\n".join(lines[1:])

    def _new_key(
        self, node: yaml.MappingNode, present: Mapping[str, Any], before: str | None, name: str, wanted: Any
    ) -> Splice:
        key, value = present[before] if before is not None else node.value[-1]
        place = self._lines_of(key.start_mark.index, self._end(value))[1]
        return self._insert(place, dump({name: wanted}, start=False), node.value[0][0].start_mark.column)

    def _insert(self, place: int, written: str, column: int) -> Splice:
        lines = [" " * column + line if line else line for line in written.removesuffix("\n").split("\n")]
        block = self.newline.join(lines) + self.newline
        if place > 0 and self.text[place - 1] != "\n":
            block = self.newline + block
        return place, place, block

    def _without(self, key: yaml.Node, value: yaml.Node, following: yaml.Node | None) -> Splice:
        start, end = self._lines_of(key.start_mark.index, self._end(value))
        if not self.text[start : key.start_mark.index].strip():
            return start, end, ""
        if following is None:
            raise DocumentError("a list item cannot lose its only key")
        return key.start_mark.index, following.start_mark.index, ""  # the first key shares its line with the dash

    # -- places --------------------------------------------------------------------------------------------------

    @staticmethod
    def _is_block(node: yaml.Node) -> bool:
        return isinstance(node, yaml.CollectionNode) and not node.flow_style

    def _end(self, node: yaml.Node) -> int:
        """Where the last character of a node's own content ends, without trailing blank lines and comments."""
        if id(node) not in self._ends:  # keys that come may all come behind one long text
            self._ends[id(node)] = self._found_end(node)
        return self._ends[id(node)]

    def _found_end(self, node: yaml.Node) -> int:
        end = int(node.end_mark.index)
        if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
            return int(node.start_mark.index) + len(self.text[node.start_mark.index : end].rstrip())
        if not self._is_block(node) or not node.value:
            return end
        last = node.value[-1]
        return self._end(last[1] if isinstance(last, tuple) else last)

    def _line_start(self, index: int) -> int:
        return self.text.rfind("\n", 0, index) + 1

    def _lines_of(self, start: int, end: int) -> tuple[int, int]:
        line_end = self.text.find("\n", end)
        return self._line_start(start), len(self.text) if line_end < 0 else line_end + 1

    def _above(self, place: int) -> int:
        """The beginning of the comments on the lines above one, which are about what stands on it."""
        while place > 0 and self.text[self._line_start(place - 1) : place].lstrip(" \t").startswith("#"):
            place = self._line_start(place - 1)
        return place

    def _dash(self, item: yaml.Node) -> int:
        return self.text.rindex("-", 0, item.start_mark.index)


def _paired(old: list[Any], new: list[Any]) -> dict[int, int]:
    """Which item of the old list is which of the new one: equal ones first, then mappings by `url`, then by `title`."""
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for field in (None, "url", "title"):
        numbered = ((n, item) for n, item in enumerate(new) if field is None or isinstance(item, Mapping))
        free = ByValue((n, item if field is None else item.get(field)) for n, item in numbered)
        for number, item in enumerate(old):
            if number in pairs or not (field is None or (isinstance(item, Mapping) and field in item)):
                continue
            match = free.first(item if field is None else item[field], taken)
            if match is not None:
                pairs[number] = match
                taken.add(match)
    order = [pairs[number] for number in sorted(pairs)]
    return pairs if order == sorted(order) else {}


def _joined(splices: list[Splice]) -> list[Splice]:
    """Insertions at one place become one, in the order they were made."""
    joined: dict[int, list[str]] = {}
    rest = [splice for splice in splices if splice[0] != splice[1]]
    for start, end, block in splices:
        if start == end:
            joined.setdefault(start, []).append(block)
    return rest + [(place, place, "".join(blocks)) for place, blocks in joined.items()]


def _laid_out_anew(text: str, data: Any) -> str:
    from ruamel.yaml import YAML  # which few documents need
    from ruamel.yaml.error import YAMLError

    ruamel, out = YAML(typ="rt"), io.StringIO()
    ruamel.width = 1 << 20
    ruamel.preserve_quotes = True
    try:
        loaded = ruamel.load(text)
        _assign(loaded, data)
        ruamel.dump(loaded, out)
    except YAMLError as error:
        raise ValueError(str(error)) from error
    start = re.match(r"---[^\n]*\n", text)
    return (start[0] if start else "") + out.getvalue().removeprefix("---\n")


def _assign(target: Any, wanted: Mapping[str, Any]) -> None:
    for key in [key for key in target if key not in wanted]:
        del target[key]
    for key, value in wanted.items():
        if key in target and isinstance(target[key], dict) and isinstance(value, Mapping):
            _assign(target[key], value)
        elif key not in target or target[key] != value:
            target[key] = value
