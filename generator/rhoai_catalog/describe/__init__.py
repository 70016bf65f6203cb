"""Snapshot, configuration, names already given -> Description: what the catalog should show. Pure."""

from rhoai_catalog.describe.describe import describe
from rhoai_catalog.describe.pages.catalog_files import catalog_files

__all__ = ["catalog_files", "describe"]
