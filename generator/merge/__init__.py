"""Description + what lies in catalog/ with its base -> the desired tree, its base, and who owns which value."""

from generator.merge.current import Current, Key, is_entity_file, load
from generator.merge.index import merge_index
from generator.merge.tree import Outcome, Tree, merge
from generator.merge.values import below, place_in, tree_values

__all__ = [
    "Current",
    "Key",
    "Outcome",
    "Tree",
    "below",
    "is_entity_file",
    "load",
    "merge",
    "merge_index",
    "place_in",
    "tree_values",
]
