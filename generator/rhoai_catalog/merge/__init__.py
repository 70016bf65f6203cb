"""Description + what lies in catalog/ with its base -> the desired tree, its base, and who owns which value."""

from rhoai_catalog.merge.current import Current, is_entity_file, load
from rhoai_catalog.merge.document.entity import DECLINED, Kept, compared_values
from rhoai_catalog.merge.document.values import ABSENT, LINKS, Bases, Places, base_values, link_of, present, tree_values
from rhoai_catalog.merge.index import merge_index
from rhoai_catalog.merge.ledger import owned
from rhoai_catalog.merge.outcome import MergedTree, MergeOutcome
from rhoai_catalog.merge.pages.sections import section_digest, section_digests, section_lines, sections
from rhoai_catalog.merge.piece import Piece
from rhoai_catalog.merge.tree import merge
from rhoai_catalog.merge.unchanged import NOTHING_UNCHANGED, Part, UnchangedParts, parts_of, same_files
from rhoai_catalog.merge.withdrawn import without_declined

__all__ = [
    "ABSENT",
    "DECLINED",
    "LINKS",
    "NOTHING_UNCHANGED",
    "Bases",
    "Current",
    "Kept",
    "MergeOutcome",
    "MergedTree",
    "Part",
    "Piece",
    "Places",
    "UnchangedParts",
    "base_values",
    "compared_values",
    "is_entity_file",
    "link_of",
    "load",
    "merge",
    "merge_index",
    "owned",
    "parts_of",
    "present",
    "same_files",
    "section_digest",
    "section_digests",
    "section_lines",
    "sections",
    "tree_values",
    "without_declined",
]
