"""GitLab, its own and self-managed."""

from rhoai_catalog.propose.forges.gitlab.forge import GitLab

__all__ = ["GitLab"]
