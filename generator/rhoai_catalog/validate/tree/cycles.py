"""What goes round: entities that are parts of themselves, and Locations that read themselves."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeVar

from rhoai_catalog import limits
from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.validate.document.references import Reference
from rhoai_catalog.validate.document.words import Finding, shown
from rhoai_catalog.validate.tree.documents import Document, DocumentTree, Findings
from rhoai_catalog.validate.tree.places import matches, targets
from rhoai_catalog.validate.tree.relations import target_of

PARTS: Final = ("subcomponentOf", "subdomainOf", "parent")  # what an entity is a part of, in each hierarchy
DEPENDS_ON: Final = "dependsOn"
DEPENDENCY_OF: Final = "dependencyOf"  # the same relation, told from the other side
Node = TypeVar("Node", bound="EntityRef | str")
Place = tuple[Document, str]  # a document, and the pointer of what it names
References = Mapping[Document, Sequence[Reference]]
Edges = dict[EntityRef, dict[EntityRef, Place]]  # an entity -> those that it leads to -> where that is said


def reference_cycles(owned: Mapping[EntityRef, Document], named: References) -> Findings:
    """A circle of each knot, once: where it is said that its first entity (as references sort) leads to the next one.
    `named` are the references of each document.

    Backstage takes what depends on itself as it takes anything else.
    """
    for field in PARTS:
        for place, way in _ways(_edges(owned, named, field)):
            yield _finding(place, "cycle", f"{field} goes round: {way}; remove one of these references")
    edges = _edges(owned, named, DEPENDS_ON)
    for dependency, dependents in _edges(owned, named, DEPENDENCY_OF).items():
        for dependent, place in dependents.items():
            edges.setdefault(dependent, {}).setdefault(dependency, place)
    for place, way in _ways(edges):
        yield _finding(
            place, "dependency-cycle", f"what depends on what goes round: {way}; Backstage takes and shows it"
        )


def _edges(owned: Mapping[EntityRef, Document], named: References, field: str) -> Edges:
    edges: Edges = {}
    for ref, document in owned.items():
        for reference in named[document]:
            if reference.field == field and (target := target_of(reference)) is not None:
                edges.setdefault(ref, {})[target] = (document, reference.pointer)
    return edges


def _ways(edges: Edges) -> Iterator[tuple[Place, str]]:
    for circle in _circles(edges):
        yield edges[circle[0]][circle[1 % len(circle)]], _way(circle)


def _finding(place: Place, rule: str, message: str) -> tuple[Document, Finding]:
    document, pointer = place
    return document, Finding(pointer=pointer, rule=rule, message=message)


def location_cycles(tree: DocumentTree) -> Findings:
    """A circle of each knot of files whose Locations read one another."""
    edges: dict[str, dict[str, Place]] = {}
    for document in tree.documents:
        if isinstance(document.data, dict):
            for pointer, target in targets(document):
                for file in matches(document.file, target, tree):
                    edges.setdefault(document.file, {})[file] = (document, pointer)
    for circle in _circles(edges):
        place = edges[circle[0]][circle[1 % len(circle)]]
        yield _finding(place, "cycle", f"Locations read one another: {_way(circle)}; remove one target")


def _circles(edges: Mapping[Node, Mapping[Node, object]]) -> Iterator[tuple[Node, ...]]:
    """One circle of each knot (nodes that all lead to one another): a shortest one from its least node."""
    for knot in knots(edges):
        start = min(knot)
        before: dict[Node, Node] = {}
        queue = deque([start])
        while queue:
            node = queue.popleft()
            for step in edges.get(node, ()):
                if step == start:
                    way = [node]
                    while way[-1] != start:
                        way.append(before[way[-1]])
                    yield tuple(reversed(way))
                    queue.clear()
                    break
                if step in knot and step not in before:
                    before[step] = node
                    queue.append(step)


def knots(edges: Mapping[Node, Mapping[Node, object]]) -> Iterator[frozenset[Node]]:
    """The strongly connected components that hold a circle (Tarjan's algorithm, without recursion)."""
    index: dict[Node, int] = {}
    low: dict[Node, int] = {}
    stack: list[Node] = []
    held: set[Node] = set()
    for root in sorted(edges):
        work = [(root, iter(edges.get(root, ())))] if root not in index else []
        while work:
            node, steps = work[-1]
            if node not in index:
                index[node] = low[node] = len(index)
                stack.append(node)
                held.add(node)
            step = next(steps, None)
            if step is not None:
                if step not in index:
                    work.append((step, iter(edges.get(step, ()))))
                elif step in held:
                    low[node] = min(low[node], index[step])
                continue
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[node])
            if low[node] == index[node]:
                popped = [stack.pop()]
                while popped[-1] != node:
                    popped.append(stack.pop())
                knot = frozenset(popped)
                held -= knot
                if len(knot) > 1 or node in edges.get(node, ()):
                    yield knot


def _way(circle: Sequence[object]) -> str:
    """The circle in words, cut in the middle where it is long."""
    names = [shown(str(node)) for node in (*circle, circle[0])]
    if len(names) > limits.CIRCLE:
        names = [*names[: limits.CIRCLE - 2], f"… {len(names) - limits.CIRCLE + 1} more …", names[-1]]
    return " -> ".join(names)
