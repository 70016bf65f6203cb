"""Description + what lies in catalog/ with its base -> the desired tree, its base, and who owns which value."""

from rhoai_catalog.merge.current import Current, Piece, is_entity_file, load
from rhoai_catalog.merge.entity import DECLINED, compared_values
from rhoai_catalog.merge.index import merge_index
from rhoai_catalog.merge.outcome import MergedTree, MergeOutcome
from rhoai_catalog.merge.pages.sections import section_digests, sections
from rhoai_catalog.merge.tree import merge
from rhoai_catalog.merge.values import ABSENT, place_in, tree_values
from rhoai_catalog.merge.withdrawn import without_declined

__all__ = [
    "ABSENT",
    "DECLINED",
    "Current",
    "MergeOutcome",
    "MergedTree",
    "Piece",
    "compared_values",
    "is_entity_file",
    "load",
    "merge",
    "merge_index",
    "place_in",
    "section_digests",
    "sections",
    "tree_values",
    "without_declined",
]
