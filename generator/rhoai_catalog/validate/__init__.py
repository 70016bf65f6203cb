"""schemas/ and the rules that no schema can say -> Problems, and the forms that they are told in."""

from rhoai_catalog.problem import LEVELS, RULES
from rhoai_catalog.validate.baseline import new_problems, write_baseline
from rhoai_catalog.validate.document.entity import check_entity
from rhoai_catalog.validate.document.kinds import PROFILES
from rhoai_catalog.validate.files import STDIN, STDIN_NAME, Verdict, check_paths
from rhoai_catalog.validate.owners import owner, owners_in
from rhoai_catalog.validate.tree.problems import problems

__all__ = [
    "LEVELS",
    "PROFILES",
    "RULES",
    "STDIN",
    "STDIN_NAME",
    "Verdict",
    "check_entity",
    "check_paths",
    "new_problems",
    "owner",
    "owners_in",
    "problems",
    "write_baseline",
]
