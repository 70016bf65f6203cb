"""What differs between the tree and the estate, what may go, and where each value comes from."""

from rhoai_catalog.changes.compare import compare
from rhoai_catalog.changes.desired import Desired, differ, grace_of, read_trees
from rhoai_catalog.changes.explain import explain, with_people
from rhoai_catalog.changes.removal import retire

__all__ = ["Desired", "compare", "differ", "explain", "grace_of", "read_trees", "retire", "with_people"]
