"""What differs between the tree and the estate, what may go, and where each value comes from."""

from rhoai_catalog.changes.adopt import adoptable, adopted, provisional
from rhoai_catalog.changes.compare import compare
from rhoai_catalog.changes.desired import Desired, Trees, differ
from rhoai_catalog.changes.explain import explain, with_people
from rhoai_catalog.changes.overrides import (
    STALE,
    edit_meant,
    given_back,
    is_called,
    overrides,
    pinned,
    require_known,
    value_meant,
)
from rhoai_catalog.changes.people import Blame, people_of
from rhoai_catalog.changes.places import things_at
from rhoai_catalog.changes.published import published
from rhoai_catalog.changes.removal import retire

__all__ = [
    "STALE",
    "Blame",
    "Desired",
    "Trees",
    "adoptable",
    "adopted",
    "compare",
    "differ",
    "edit_meant",
    "explain",
    "given_back",
    "is_called",
    "overrides",
    "people_of",
    "pinned",
    "provisional",
    "published",
    "require_known",
    "retire",
    "things_at",
    "value_meant",
    "with_people",
]
