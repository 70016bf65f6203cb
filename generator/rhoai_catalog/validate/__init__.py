"""schemas/ and the rules that no schema can say -> Problems, and the forms that they are told in."""

from rhoai_catalog.problem import LEVELS, RULES
from rhoai_catalog.validate.baseline import new_problems, write_baseline
from rhoai_catalog.validate.description import sound
from rhoai_catalog.validate.document.entity import check_entity
from rhoai_catalog.validate.document.known_kinds import PROFILES
from rhoai_catalog.validate.files import STDIN, STDIN_NAME, Verdict, check_paths
from rhoai_catalog.validate.known import judge, problems_of_change
from rhoai_catalog.validate.tree.clean import CleanParts, CrossReferences
from rhoai_catalog.validate.tree.known_documents import KnownDocuments
from rhoai_catalog.validate.tree.problems import problems

__all__ = [
    "LEVELS",
    "PROFILES",
    "RULES",
    "STDIN",
    "STDIN_NAME",
    "CleanParts",
    "CrossReferences",
    "KnownDocuments",
    "Verdict",
    "check_entity",
    "check_paths",
    "judge",
    "new_problems",
    "problems",
    "problems_of_change",
    "sound",
    "write_baseline",
]
