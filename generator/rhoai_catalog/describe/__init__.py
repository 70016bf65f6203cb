"""Snapshot, configuration, names already given -> Description: what the catalog should show. Pure."""

from rhoai_catalog.describe.describe import describe
from rhoai_catalog.describe.pages.own import own_pages

__all__ = ["describe", "own_pages"]
