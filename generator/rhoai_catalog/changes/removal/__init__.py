"""What may be taken out of the tree: only what is proven gone, never too much at once, never a person's work."""

from rhoai_catalog.changes.removal.limits import Grace
from rhoai_catalog.changes.removal.retirement import Retirement, retire

__all__ = ["Grace", "Retirement", "retire"]
