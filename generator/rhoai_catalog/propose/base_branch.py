"""The base branch as the remote has it, for those who only look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rhoai_catalog.config import Repository, file_address
from rhoai_catalog.errors import ProposeError
from rhoai_catalog.propose.git import Checkout


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseBranch:
    """The texts of the catalog at the head of the base branch, and the address of its index at the forge."""

    commit: str
    texts: Mapping[str, str]
    index: str


def read_base_branch(repository: Repository, catalog: Path, index: str) -> BaseBranch:
    """Fetch it; `catalog` is the folder in the checkout, `index` a file below it. Raises ProposeError."""
    token = repository.credentials.token() if repository.credentials.env or repository.credentials.file else None
    checkout = Checkout(catalog, repository, token)
    heads = checkout.heads(repository.base)
    if repository.base not in heads:
        raise ProposeError(f"the remote has no branch {repository.base}", "check repository.base")
    checkout.fetch(f"refs/heads/{repository.base}")
    file = str(checkout.catalog / index)
    address = file_address(repository, file, repository.base)
    commit = heads[repository.base]
    return BaseBranch(commit=commit, texts=checkout.texts(commit), index=address)
