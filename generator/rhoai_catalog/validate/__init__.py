"""schemas/ and the rules that no schema can say -> Problems, and the forms that they are told in."""

from rhoai_catalog.validate.description import sound
from rhoai_catalog.validate.document.entity import check_entity
from rhoai_catalog.validate.document.known_kinds import PROFILES
from rhoai_catalog.validate.files import STDIN, check_paths
from rhoai_catalog.validate.known import judge, problems_of_change
from rhoai_catalog.validate.tree.clean import CleanParts, CrossReferences
from rhoai_catalog.validate.tree.known_documents import KnownDocuments
from rhoai_catalog.validate.tree.problems import problems

__all__ = [
    "PROFILES",
    "STDIN",
    "CleanParts",
    "CrossReferences",
    "KnownDocuments",
    "check_entity",
    "check_paths",
    "judge",
    "problems",
    "problems_of_change",
    "sound",
]
