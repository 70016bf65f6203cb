"""Description + what lies in catalog/ with its base -> the desired tree, its base, and who owns which value."""

from rhoai_catalog.merge.current import Current, is_entity_file, load
from rhoai_catalog.merge.index import merge_index
from rhoai_catalog.merge.outcome import MergedTree, MergeOutcome
from rhoai_catalog.merge.tree import merge
from rhoai_catalog.merge.values import place_in, tree_values

__all__ = [
    "Current",
    "MergeOutcome",
    "MergedTree",
    "is_entity_file",
    "load",
    "merge",
    "merge_index",
    "place_in",
    "tree_values",
]
