"""schemas/ and the rules that no schema can say -> Problems, and the forms that they are told in."""

from generator.validate.entity import check_entity
from generator.validate.files import Verdict, check_paths, read_tree
from generator.validate.render import FORMATS
from generator.validate.tree import problems

__all__ = ["FORMATS", "Verdict", "check_entity", "check_paths", "problems", "read_tree"]
