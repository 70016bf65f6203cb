"""Parts of a tree that nothing was wrong with when they were last looked at: what they say of others is enough."""

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

ONE_WAY: Final = (*PARTS, DEPENDS_ON, DEPENDENCY_OF)  # fields that must not go round
Step = tuple[str, str]


class Said(NamedTuple):
    """The references of documents; those that they lead to in the same tree, or should, and the kinds of those
    elsewhere; their owners; and each with one that it leads to by a field that must not go round.
    """

    refs: Sequence[str]
    leads: Sequence[str]
    elsewhere: Sequence[str]
    owners: Sequence[str]
    steps: Sequence[Step]

    @classmethod
    def of(cls, ref: EntityRef, references: Iterable[Reference], there: Collection[EntityRef]) -> Said:
        """What a document says in a tree that has these."""
        targets = [(reference.field, target_of(reference)) for reference in references]
        named = [(name, target) for name, target in targets if target is not None and name not in OTHERS]
        leads = {str(one) for name, one in named if one in there or (name in IN_TREE and one.kind in KINDS_IN_TREE)}
        elsewhere = {one.kind for _, one in named if str(one) not in leads}
        owners = {str(target) for name, target in targets if name == "owner"}
        return cls([str(ref)], sorted(leads), sorted(elsewhere), sorted(owners), [*steps(ref, targets)])

    @classmethod
    def all(cls, said: Sequence[Said]) -> Said:
        """What several documents say."""
        return cls(
            refs=sorted({one for told in said for one in told.refs}),
            leads=sorted({one for told in said for one in told.leads}),
            elsewhere=sorted({one for told in said for one in told.elsewhere}),
            owners=sorted({one for told in said for one in told.owners}),
            steps=sorted({one for told in said for one in told.steps}),
        )


def steps(ref: EntityRef, targets: Iterable[tuple[str, EntityRef | None]]) -> Iterator[Step]:
    """Where an entity leads, by the fields that name these, and must not go round."""
    for name, target in targets:
        if target is not None and name in ONE_WAY:
            yield (str(target), str(ref)) if name == DEPENDENCY_OF else (str(ref), str(target))


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """What stands beside quiet parts: documents, and where they lead; all kinds of the tree; who can own, if that is
    known; and the folders that software templates fill in.
    """

    refs: Collection[EntityRef]
    steps: Sequence[Step]
    kinds: frozenset[str]
    owners: Collection[EntityRef] | None
    folders: Collection[str]


@dataclass(frozen=True, kw_only=True)
class Quiet:
    """What each part says, and its files, both by the name of the part."""

    said: Mapping[str, Said] = field(default_factory=dict)
    files: Mapping[str, Collection[str]] = field(default_factory=dict)

    @functools.cached_property
    def all_files(self) -> frozenset[str]:
        return frozenset(file for files in self.files.values() for file in files)

    @functools.cached_property
    def refs(self) -> frozenset[EntityRef]:
        refs = (EntityRef.parse(text) for said in self.said.values() for text in said.refs)
        return frozenset(ref for ref in refs if ref is not None)

    def without(self, parts: Collection[str]) -> Quiet:
        """What is left when some parts are looked at."""
        said = {part: said for part, said in self.said.items() if part not in parts}
        return Quiet(said=said, files={part: self.files[part] for part in said})

    def disturbed_by(self, others: Others) -> frozenset[str]:
        """The parts in which something may be wrong now, so that they have to be looked at."""
        beside = {str(ref) for ref in others.refs}
        there = {ref for said in self.said.values() for ref in said.refs} | beside
        owners = None if others.owners is None else {str(owner) for owner in others.owners}
        taken = beside | self._going_round(others.steps)
        return frozenset(
            part
            for part, said in self.said.items()
            if not (
                there.issuperset(said.leads)
                and taken.isdisjoint(said.refs)
                and others.kinds.isdisjoint(said.elsewhere)
                and (owners is None or owners.issuperset(said.owners))
            )
            or (others.folders and any(is_in(file, others.folders) for file in self.files[part]))
        )

    def _going_round(self, steps: Iterable[Step]) -> set[str]:
        graph: dict[str, dict[str, None]] = {}
        for one, other in (*steps, *(step for said in self.said.values() for step in said.steps)):
            graph.setdefault(one, {})[other] = None
        return {ref for knot in knots(graph) for ref in knot}


NOTHING_QUIET: Final = Quiet()
