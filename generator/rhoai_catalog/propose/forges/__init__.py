"""Pull requests on each forge, behind one interface."""

from rhoai_catalog.config import Repository
from rhoai_catalog.propose.forges.forge import (
    Approval,
    Capabilities,
    Forge,
    Opinion,
    PullRequest,
    State,
    Verdict,
)


def make_forge(repository: Repository, token: str | None) -> Forge:
    raise NotImplementedError


__all__ = ["Approval", "Capabilities", "Forge", "Opinion", "PullRequest", "State", "Verdict", "make_forge"]
