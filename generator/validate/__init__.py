"""schemas/ and the rules that no schema can say -> Problems, and the forms that they are told in."""

from generator.validate.entity import check_entity
from generator.validate.files import problems_of, read_tree
from generator.validate.render import FORMATS
from generator.validate.tree import problems

__all__ = ["FORMATS", "check_entity", "problems", "problems_of", "read_tree"]
