"""Pushes and calls the forge: one branch, one pull request, up to date."""

from generator.propose.git import EMAIL, authors
from generator.propose.propose import Outcome, Proposal, propose

__all__ = ["EMAIL", "Outcome", "Proposal", "authors", "propose"]
