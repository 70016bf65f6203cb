"""What goes round: entities that are parts of themselves, and Locations that read themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeVar

from generator.backstage import EntityRef
from generator.validate.document import Document, Found, Tree
from generator.validate.places import matches, targets
from generator.validate.references import references
from generator.validate.relations import target_of
from generator.validate.words import Finding, shown

FIELDS: Final = ("subcomponentOf", "subdomainOf", "parent", "dependsOn")
Node = TypeVar("Node", bound="EntityRef | str")


def reference_cycles(owned: Mapping[EntityRef, Document]) -> Found:
    """Each circle of one field, told once, where its first entity (as references sort) names the next one."""
    for field in FIELDS:
        edges: dict[EntityRef, dict[EntityRef, str]] = {}
        for ref, document in owned.items():
            spec = document.data.get("spec")
            if isinstance(spec, Mapping) and field in spec:
                found = ((target_of(r), r.pointer) for r in references(document.data) if r.field == field)
                edges[ref] = {target: pointer for target, pointer in found if target is not None}
        for circle in _circles(edges):
            way = " -> ".join(shown(str(ref)) for ref in (*circle, circle[0]))
            message = f"{field} goes round: {way}; remove one of these references"
            pointer = edges[circle[0]][circle[1 % len(circle)]]
            yield owned[circle[0]], Finding(pointer=pointer, rule="cycle", message=message)


def location_cycles(tree: Tree) -> Found:
    """Each circle of files whose Locations read one another."""
    edges: dict[str, dict[str, tuple[Document, str]]] = {}
    for document in tree.documents:
        if isinstance(document.data, dict):
            for pointer, target in targets(document):
                for file in matches(document.file, target, tree):
                    edges.setdefault(document.file, {})[file] = (document, pointer)
    for circle in _circles(edges):
        document, pointer = edges[circle[0]][circle[1 % len(circle)]]
        message = f"Locations read one another: {' -> '.join(map(shown, (*circle, circle[0])))}; remove one target"
        yield document, Finding(pointer=pointer, rule="cycle", message=message)


def _circles(edges: Mapping[Node, Mapping[Node, object]]) -> Iterator[tuple[Node, ...]]:
    """Circles, so that every node that goes round is in one or leads into one; each begins with its least node."""
    done: set[Node] = set()
    for start in sorted(edges):
        way: dict[Node, Iterator[Node]] = {}
        pending: list[Node] = [start]
        while pending:
            node = pending[-1]
            if node in done:
                pending.pop()
                continue
            step = next(way.setdefault(node, iter(sorted(edges.get(node, ())))), None)
            if step is None:
                done.add(pending.pop())
                del way[node]
            elif step in way:
                circle = list(way)[list(way).index(step) :]
                least = circle.index(min(circle))
                yield (*circle[least:], *circle[:least])
            elif step not in done:
                pending.append(step)
