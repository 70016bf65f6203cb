"""Whether Git can do what a run asks of it: the checkout, the remote, the base branch, signing, pushing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from rhoai_catalog.catalog import require_own_folder
from rhoai_catalog.check import Check
from rhoai_catalog.config import Repository
from rhoai_catalog.errors import ConfigError, GeneratorError, ProposeError
from rhoai_catalog.propose.git import Checkout

SOURCE: Final = "git"
BY_FORGE: Final = "github"  # signs what the tokens of apps and jobs commit


def check_git(repository: Repository, catalog: Path) -> Iterator[Check]:
    """Look at the checkout around the catalog's folder, and at its remote."""
    try:
        checkout = Checkout(catalog, repository, _token(repository))
        version = checkout.git.run("--version").removeprefix("git version ")
    except GeneratorError as error:
        yield Check.failed(SOURCE, error)
        return
    yield Check(source=SOURCE, message=f"Git {version}, in a clone that has a remote origin")
    yield _tried(lambda: require_own_folder(catalog), f"the catalog has a folder of its own, {checkout.catalog}/")
    yield _tried(checkout.require_clean, f"{checkout.catalog}/ has no change that is not committed")
    if repository.sign:
        yield _signing(checkout, repository)
    remote = _tried(lambda: _require_base(checkout, repository.base), f"origin answers, and has {repository.base}")
    yield remote
    if remote.well:
        yield _tried(lambda: checkout.try_push(repository.branch), f"{repository.branch} may be pushed to origin")


def _tried(attempt: Callable[[], object], well: str) -> Check:
    try:
        attempt()
    except GeneratorError as error:
        return Check.failed(SOURCE, error)
    return Check(source=SOURCE, message=well)


def _require_base(checkout: Checkout, base: str) -> None:
    if base not in checkout.heads(base):
        raise ProposeError(f"origin has no branch {base}", "check repository.base; push a first commit to it")


def _signing(checkout: Checkout, repository: Repository) -> Check:
    if checkout.has_signing_key:
        return Check(source=SOURCE, message="commits are signed with the checkout's own key")
    if repository.forge == BY_FORGE:
        why = "it does so for the tokens of apps and jobs, and says it only of a commit"
        return Check.unknown(SOURCE, "whether GitHub signs our commits", why)
    hint = "set user.signingkey in the checkout, or repository.sign: false"
    return Check(source=SOURCE, message="repository.sign is set, and there is no signing key", well=False, hint=hint)


def _token(repository: Repository) -> str | None:
    """None where it cannot be had, which is told of the forge: a remote may need none."""
    try:
        return repository.credentials.token()
    except ConfigError:
        return None
