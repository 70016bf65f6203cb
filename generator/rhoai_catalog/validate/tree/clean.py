"""Parts of a tree in which nothing was wrong when they were last checked: their cross-references say enough of them."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.validate.document.references import Reference
from rhoai_catalog.validate.tree.cycles import DEPENDENCY_OF, DEPENDS_ON, PARTS, knots
from rhoai_catalog.validate.tree.relations import IN_TREE, KINDS_IN_TREE, OTHERS, target_of
from rhoai_catalog.validate.tree.skeletons import is_in

ACYCLIC: Final = (*PARTS, DEPENDS_ON, DEPENDENCY_OF)  # fields that must not lead round in a circle
Edge = tuple[str, str]  # from one entity to another, by a field that is acyclic


class CrossReferences(NamedTuple):
    """What some documents have to do with the rest of the tree, all of it sorted.

    `refs` are their own references, `targets` those that they name and that are in the tree, or should be, `kinds` the
    kinds of what else they name, `owners` who owns them.
    """

    refs: Sequence[str]
    targets: Sequence[str]
    kinds: Sequence[str]
    owners: Sequence[str]
    edges: Sequence[Edge]

    @classmethod
    def of(cls, ref: EntityRef, references: Iterable[Reference], tree: Collection[EntityRef]) -> CrossReferences:
        """Those of one document in a tree that has these entities."""
        named = [(reference.field, target_of(reference)) for reference in references]
        others = [(name, target) for name, target in named if target is not None and name not in OTHERS]
        targets = {
            str(target)
            for name, target in others
            if target in tree or (name in IN_TREE and target.kind in KINDS_IN_TREE)
        }
        kinds = {target.kind for _, target in others if str(target) not in targets}
        owners = {str(target) for name, target in named if name == "owner"}
        return cls([str(ref)], sorted(targets), sorted(kinds), sorted(owners), [*edges(ref, named)])

    @classmethod
    def union(cls, documents: Sequence[CrossReferences]) -> CrossReferences:
        """Those of several documents."""
        return cls(
            refs=sorted({ref for one in documents for ref in one.refs}),
            targets=sorted({target for one in documents for target in one.targets}),
            kinds=sorted({kind for one in documents for kind in one.kinds}),
            owners=sorted({owner for one in documents for owner in one.owners}),
            edges=sorted({edge for one in documents for edge in one.edges}),
        )


def edges(ref: EntityRef, targets: Iterable[tuple[str, EntityRef | None]]) -> Iterator[Edge]:
    """The edges of an entity that names these targets, each in a field."""
    for name, target in targets:
        if target is not None and name in ACYCLIC:
            yield (str(target), str(ref)) if name == DEPENDENCY_OF else (str(ref), str(target))


@dataclass(frozen=True, slots=True, kw_only=True)
class RestOfTree:
    """What is beside the clean parts: documents and their edges; all kinds of the tree; who can own, where that is
    known; and the folders that software templates fill in.
    """

    refs: Collection[EntityRef]
    edges: Sequence[Edge]
    kinds: frozenset[str]
    owners: Collection[EntityRef] | None
    folders: Collection[str]


@dataclass(frozen=True, kw_only=True)
class CleanParts:
    """The cross-references and the files of each part, both by the name of the part."""

    references: Mapping[str, CrossReferences] = field(default_factory=dict)
    files: Mapping[str, Collection[str]] = field(default_factory=dict)

    @functools.cached_property
    def all_files(self) -> frozenset[str]:
        return frozenset(file for files in self.files.values() for file in files)

    @functools.cached_property
    def refs(self) -> frozenset[EntityRef]:
        refs = (EntityRef.parse(ref) for part in self.references.values() for ref in part.refs)
        return frozenset(ref for ref in refs if ref is not None)

    def without(self, parts: Collection[str]) -> CleanParts:
        """All but some parts, which have to be checked again."""
        references = {part: own for part, own in self.references.items() if part not in parts}
        return CleanParts(references=references, files={part: self.files[part] for part in references})

    def affected_by(self, rest: RestOfTree) -> frozenset[str]:
        """The parts in which something may be wrong now, because of what is beside them."""
        beside = {str(ref) for ref in rest.refs}
        present = {ref for own in self.references.values() for ref in own.refs} | beside
        owners = None if rest.owners is None else {str(owner) for owner in rest.owners}
        refused = beside | self._circular(rest.edges)
        return frozenset(
            part
            for part, own in self.references.items()
            if not (
                present.issuperset(own.targets)
                and refused.isdisjoint(own.refs)
                and rest.kinds.isdisjoint(own.kinds)
                and (owners is None or owners.issuperset(own.owners))
            )
            or (rest.folders and any(is_in(file, rest.folders) for file in self.files[part]))
        )

    def _circular(self, edges: Iterable[Edge]) -> set[str]:
        """All that is on a circle, of the whole tree."""
        graph: dict[str, dict[str, None]] = {}
        for one, other in (*edges, *(edge for own in self.references.values() for edge in own.edges)):
            graph.setdefault(one, {})[other] = None
        return {ref for knot in knots(graph) for ref in knot}


NOTHING_CLEAN: Final = CleanParts()
