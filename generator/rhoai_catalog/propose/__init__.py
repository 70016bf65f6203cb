"""Pushes and calls the forge: one branch, one pull request, up to date."""

from rhoai_catalog.propose.git import EMAIL, authors
from rhoai_catalog.propose.propose import Outcome, Proposal, propose

__all__ = ["EMAIL", "Outcome", "Proposal", "authors", "propose"]
