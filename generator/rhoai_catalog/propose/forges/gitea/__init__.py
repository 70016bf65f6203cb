"""Gitea and Forgejo."""

from rhoai_catalog.propose.forges.gitea.forge import Gitea

__all__ = ["Gitea"]
