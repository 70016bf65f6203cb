"""Pushes and calls the forge: one branch, one pull request, up to date."""

from rhoai_catalog.propose.base_branch import read_base_branch
from rhoai_catalog.propose.checks import check_repository
from rhoai_catalog.propose.git import authors, remover
from rhoai_catalog.propose.origin import read_origin
from rhoai_catalog.propose.proposal import Proposal, ProposeOptions, Stages
from rhoai_catalog.propose.propose import propose

__all__ = [
    "Proposal",
    "ProposeOptions",
    "Stages",
    "authors",
    "check_repository",
    "propose",
    "read_base_branch",
    "read_origin",
    "remover",
]
