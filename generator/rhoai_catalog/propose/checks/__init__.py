"""Whether Git and the forge will take what a run proposes. Nothing is written to any remote."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rhoai_catalog.check import Check
from rhoai_catalog.config import Repository
from rhoai_catalog.propose.checks.forge import SOURCE, check_forge
from rhoai_catalog.propose.checks.git import check_git

__all__ = ["check_repository"]


def check_repository(repository: Repository | None, catalog: Path) -> Iterator[Check]:
    """Look at the checkout around the catalog's folder, at its remote, and at the forge before it."""
    if repository is None:
        yield Check.unknown(SOURCE, "whether a run can propose", "generator.yaml names no `repository:`")
        return
    yield from check_git(repository, catalog)
    if repository.url:
        yield from check_forge(repository)
    else:
        why = "generator.yaml names no `repository.url`; propose --no-pr pushes the branch alone"
        yield Check.unknown(SOURCE, "whether pull requests can be opened", why)
