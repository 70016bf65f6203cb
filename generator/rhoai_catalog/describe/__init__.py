"""Snapshot, configuration, names already given -> Description: what the catalog should show. Pure."""

from rhoai_catalog.describe.describe import describe

__all__ = ["describe"]
