"""GitHub and GitHub Enterprise."""

from rhoai_catalog.propose.forges.github.forge import GitHub

__all__ = ["GitHub"]
