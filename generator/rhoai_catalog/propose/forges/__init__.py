"""Pull requests on each forge, behind one interface."""

from __future__ import annotations

from rhoai_catalog.config import Repository
from rhoai_catalog.errors import ConfigError, ProposeError
from rhoai_catalog.propose.forges.api.patience import Patience
from rhoai_catalog.propose.forges.forge import Approval, Forge, PullRequest, Verdict
from rhoai_catalog.propose.forges.gitea import Gitea
from rhoai_catalog.propose.forges.github import GitHub
from rhoai_catalog.propose.forges.gitlab import GitLab

__all__ = [
    "Approval",
    "Forge",
    "PullRequest",
    "Verdict",
    "make_forge",
]


def make_forge(repository: Repository, token: str | None, patience: Patience | None = None) -> Forge:
    """The forge that a configuration names. Raises ProposeError where its address or token will not do."""
    if not token:
        raise ProposeError(
            "there is no token for the forge",
            "name one with repository.tokenEnv (rhoai-catalog help forges), or use --no-pr",
        )
    patience = patience or Patience()
    match repository.forge:
        case "github":
            return GitHub(repository, token, patience)
        case "gitea":
            return Gitea(repository, token, patience)
        case "gitlab":
            return GitLab(repository, token, patience)
    raise ConfigError(f"repository.forge {repository.forge!r} is not known", "it is github, gitea or gitlab")
