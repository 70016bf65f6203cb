"""Nodes of libyaml -> plain data, as strictly as Backstage's parser, which refuses more than libyaml does."""

from __future__ import annotations

import math
import re
from typing import Any, Final

import yaml

from rhoai_catalog import limits
from rhoai_catalog.documents.strict import Aliases, layout
from rhoai_catalog.errors import DocumentError

TAG: Final = "tag:yaml.org,2002:"
TEXT: Final = f"{TAG}str"
CORE_TAGS: Final = frozenset(TAG + name for name in ("str", "int", "float", "bool", "null", "seq", "map"))
MERGE: Final = "<<"
ODD: Final = re.compile(r"[-+]?(?:[0-9]+\.[0-9]+0|0[0-9xo]\w*|[0-9.]+[eE][-+]?[0-9]+)")  # 1.10, 007, 0x1F, 12e5
EXACT: Final = 2**53  # the largest whole number up to which JavaScript tells all numbers apart


class Builder:
    """Nodes -> plain data. `text` is what the nodes stand in; without it nothing is said about layout."""

    def __init__(self, text: str, line_offset: int) -> None:
        self.text, self.line_offset = text, line_offset
        self.surprising = False
        self.aliases = Aliases() if "&" in text else None

    def build(self, node: yaml.Node | None, parent: yaml.Node | None = None) -> Any:
        """The data of a node; `parent` is the block collection that it stands in, if it stands in no other."""
        if node is None:
            return None
        if self.aliases is not None:
            repeated, problem = self.aliases.repeated(node)
            if problem:
                raise self._error(node, problem)
            if repeated:
                return self.aliases.data(node)
        if self.text and node.tag not in CORE_TAGS and "!" in node.tag[1:]:
            raise self._error(node, f"the YAML tag {node.tag.rpartition(':')[2]} is not declared; remove it")
        collection = node if isinstance(node, yaml.CollectionNode) else None
        styled = getattr(node, "style", None) if collection is None else collection.flow_style
        if self.text and styled and (trap := layout(self.text, node, parent)):
            raise self._error(node, trap)
        built = self._scalar(node) if collection is None else self._collection(collection)
        if self.aliases is not None:
            self.aliases.close(node, built)
        return built

    def _scalar(self, node: yaml.Node) -> Any:
        value = _scalar(node)
        if node.tag != TEXT and surprise(node.tag, node.value, value):
            self.surprising = True
        return value

    def _collection(self, node: yaml.CollectionNode) -> Any:
        if node.tag not in CORE_TAGS:
            self.surprising = True
        around = None if node.flow_style else node
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, around) for item in node.value]
        built: dict[str, Any] = {}
        seen: set[tuple[type, Any]] = set()  # the keys 1 and 1.0 are the same, 1 and "1" are not
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self._error(key, "a key must be plain text")
            if self.text and key.style and (problem := layout(self.text, key, around)):
                raise self._error(key, problem)
            name = str(key.value)
            if len(name) > limits.YAML_KEY:
                raise self._error(key, f"a key of more than {limits.YAML_KEY:,} characters")
            kept = name if key.tag == TEXT else _scalar(key)
            alike = (float if isinstance(kept, int) and not isinstance(kept, bool) else type(kept), kept)
            if alike in seen:
                raise self._error(key, f"duplicate key {name!r}")
            seen.add(alike)
            if name == MERGE and not key.style:
                self.surprising = True
            built[name] = self.build(value, around)
        return built

    def _error(self, node: yaml.Node, message: str) -> DocumentError:
        mark = node.start_mark
        return DocumentError(message, line=mark.line + self.line_offset + 1, column=mark.column + 1)


def surprise(tag: str, text: str, value: Any) -> str | None:
    """Why a scalar is not what its author may think, if so."""
    if tag not in CORE_TAGS:
        return f"the YAML tag {tag.replace(TAG, '!!')} is not what Backstage needs; remove it"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, int) and abs(value) > EXACT:
        return "is a number larger than Backstage keeps exactly; put it in quotes"
    if ODD.fullmatch(text):
        return f"is read as the number {value:.15g}; put it in quotes if it is a version or a name"
    return None


def _scalar(node: yaml.Node) -> Any:
    kind, text = str(node.tag).removeprefix(TAG), str(node.value)
    if kind == "null":
        return None
    if kind == "bool" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        if kind == "int":
            if len(text) > limits.YAML_NUMBER:
                return math.inf
            return int(text, 0) if text[:2] in ("0x", "0o") else int(text)
        if kind == "float":
            return float(re.sub(r"\.(inf|nan)", r"\1", text.lower()))
    except ValueError:
        return text
    return text
