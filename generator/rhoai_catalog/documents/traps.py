"""What a document means other than it looks: valid YAML that surprises its author."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from rhoai_catalog.documents.build import CORE_TAGS, MERGE, surprise
from rhoai_catalog.documents.read import compose, parse_node
from rhoai_catalog.pointer import join


def traps(text: str) -> Iterator[tuple[str, str]]:
    """JSON pointer and explanation of every value or key that Backstage reads otherwise than it looks."""
    node = compose(text)
    if node is not None:
        yield from _below(node, "", set())


def _below(node: yaml.Node, pointer: str, seen: set[int]) -> Iterator[tuple[str, str]]:
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode) or node.tag not in CORE_TAGS:
        value = parse_node(node) if isinstance(node, yaml.ScalarNode) else None
        if (message := surprise(node.tag, str(node.value), value)) is not None:
            yield pointer, message
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield from _below(item, f"{pointer}/{number}", seen)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            place = pointer + join(str(key.value))
            if key.value == MERGE and not key.style:
                yield place, "Backstage does not merge `<<`, it is a key like any other; write the keys out"
            yield from _below(value, place, seen)
