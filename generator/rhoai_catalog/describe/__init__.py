"""Snapshot, configuration, names already given -> Description: what the catalog should show. Pure."""

from rhoai_catalog.describe.describe import cards_in_use, describe, is_withheld
from rhoai_catalog.describe.pages.catalog_files import catalog_files

__all__ = ["cards_in_use", "catalog_files", "describe", "is_withheld"]
