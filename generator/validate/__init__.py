"""schemas/ and the rules that no schema can say -> Problems, and the forms that they are told in."""

from generator.validate.baseline import new_problems, write_baseline
from generator.validate.entity import check_entity
from generator.validate.files import STDIN, STDIN_NAME, Verdict, check_paths
from generator.validate.kinds import PROFILES
from generator.validate.owners import owner, owners_in
from generator.validate.render import FORMATS
from generator.validate.rules import LEVELS, RULES
from generator.validate.tree import problems

__all__ = [
    "FORMATS",
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
