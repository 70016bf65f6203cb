"""Forges over HTTP, one answer of which is odd: what is asked of them ends, or is refused in a line."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from typing import Any, Final

from forges import TOKEN
from rhoai_catalog.config import Credentials, Repository
from rhoai_catalog.errors import GeneratorError
from rhoai_catalog.propose.forges import Forge, PullRequest, make_forge
from rhoai_catalog.propose.forges.api.patience import Patience

from fuzz.answers import odd_answers, server
from fuzz.corpus import Target, Variant

COMMIT: Final = "c0ffee"
PULL: Final = PullRequest(
    number=2,
    url="https://forge.example.net/org/catalog/2",
    title="Title",
    body="Body",
    state="open",
    base="main",
    branch="rhoai-catalog/update",
    head=COMMIT,
    labels=("a", "b"),
    node="PR_2",
)
ASKED: Final[tuple[Callable[[Forge, PullRequest], Any], ...]] = (
    lambda forge, pull: forge.open_pull(),
    lambda forge, pull: forge.closed_pulls(),
    lambda forge, pull: forge.create("Title", "Body", draft=True),
    lambda forge, pull: forge.update(pull, title="Other", body="Other"),
    lambda forge, pull: forge.label(pull, add=["x", "a"], drop=["b"]),
    lambda forge, pull: forge.approval(pull),
    lambda forge, pull: forge.logins(pull),
    lambda forge, pull: forge.request_reviewers(pull, users=["bob"], teams=["ml"]),
    lambda forge, pull: forge.status(COMMIT, name="n", state="success", description="d", url="https://x.example"),
    lambda forge, pull: forge.arm(pull, head=COMMIT),
    lambda forge, pull: forge.disarm(pull),
    lambda forge, pull: forge.comment(pull, "Words"),
    lambda forge, pull: forge.signed("c0ffee", ["c0ffee"], "Words"),
    lambda forge, pull: forge.close(pull, body="Words"),
    lambda forge, pull: forge.notes(),
)


def _read(name: str) -> Callable[[Variant], None]:
    def read(variant: Variant) -> None:
        server(name).put(variant)
        forge = _forge(name)
        pulls = [PULL]
        with contextlib.suppress(GeneratorError):
            pulls += [pull for pull in (forge.open_pull(), *forge.closed_pulls()) if pull is not None]
        for pull in dict.fromkeys(pulls):
            _require_a_pull(pull)
            for ask in ASKED:
                with contextlib.suppress(GeneratorError):
                    ask(forge, pull)

    return read


def _forge(name: str) -> Forge:
    url = f"{server(name).url}/org/catalog"
    roots = {"github": "/v3", "gitea": "", "gitlab": ""}
    repository = Repository(url=url, forge=name, api_url=server(name).url + roots[name], credentials=Credentials())
    return make_forge(repository, TOKEN, Patience(sleep=lambda seconds: None))


def _require_a_pull(pull: PullRequest) -> None:
    """Whatever came, each part of it is of its type."""
    assert type(pull.number) is int and type(pull.draft) is bool
    texts = (
        pull.url,
        pull.title,
        pull.body,
        pull.state,
        pull.base,
        pull.branch,
        pull.head,
        pull.author,
        pull.closed_at,
    )
    assert all(type(text) is str for text in (*texts, *pull.labels))


TARGETS: Final = {
    name: Target(variants=functools.partial(odd_answers, name), read=_read(name), examples=40)
    for name in ("github", "gitea", "gitlab")
}
