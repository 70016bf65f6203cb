"""Pull requests on each forge, behind one interface."""

from rhoai_catalog.propose.forges.forge import (
    Approval,
    Capabilities,
    Forge,
    Opinion,
    PullRequest,
    State,
    Verdict,
)

__all__ = ["Approval", "Capabilities", "Forge", "Opinion", "PullRequest", "State", "Verdict"]
