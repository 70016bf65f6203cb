"""What Gitea and Forgejo tell of rights: permissions of the account, protected branches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from rhoai_catalog import globs
from rhoai_catalog.propose.forges.api.address import segment
from rhoai_catalog.propose.forges.api.rest import RefusedError, Rest, Row, at
from rhoai_catalog.propose.forges.rights import FORCE, PUSHES, UNSIGNED, Refusal, Standing

RULES: Final = "/branch_protections"


class GiteaRights:
    """`repository` reads the repository's own row. No answer tells the scopes of a token."""

    wanted: Final = "the scopes write:repository and write:issue, and its account the right to write"

    def __init__(self, rest: Rest, repository: Callable[[], Row]) -> None:
        self._rest, self._repository = rest, repository

    def standing(self) -> Standing:
        row = self._repository()
        may_push = at(row, "permissions", "push")
        reasons = {"it is archived": row.get("archived"), "it is a mirror": row.get("mirror")}
        reasons["pull requests are turned off in it"] = row.get("has_pull_requests") is False
        return Standing(
            may_push=None if may_push is None else bool(may_push),
            closed=next((reason for reason, holds in reasons.items() if holds), ""),
            untold="the scopes write:repository and write:issue",
        )

    def refusals(self, branch: str) -> Iterator[Refusal]:
        """The first rule that fits holds; what it says in detail only an administrator of the repository may see."""
        present = self._present(branch)
        named = f"the protected branch {present.get('effective_branch_protection_name') or branch}"
        if present.get("protected") and not present.get("user_can_push"):
            yield Refusal(PUSHES, named)
        rules = self._rest.listed(RULES, self._rest.send("GET", RULES))  # all in one answer
        fitting = [row for row in rules if _fits(row, branch)]
        for row in sorted(fitting, key=lambda row: int(row.get("priority") or 0))[:1]:
            named = f"the protected branch {_name(row)}"
            if not row.get("enable_push") and not present:
                yield Refusal(PUSHES, named)
            if not row.get("enable_force_push"):
                yield Refusal(FORCE, named)
            if row.get("require_signed_commits"):
                yield Refusal(UNSIGNED, named)

    def _present(self, branch: str) -> Row:
        """The branch with what the account may do there; empty where it is not there yet."""
        try:
            return self._rest.row("GET", f"/branches/{segment(branch)}")
        except RefusedError as refusal:
            if refusal.status != 404:
                raise
            return {}

    def requires_review(self, branch: str) -> bool:
        return bool(self._rest.row("GET", f"/branches/{segment(branch)}").get("required_approvals"))

    def jobs_open_pulls(self) -> bool | None:
        return None


def _name(row: Row) -> str:
    return str(row.get("rule_name") or row.get("branch_name") or "")


def _fits(row: Row, branch: str) -> bool:
    name = _name(row)
    if not globs.is_pattern(name):
        return name.casefold() == branch.casefold()
    try:
        return bool([*globs.matching(name, [branch])])
    except globs.PatternError:
        return True  # too odd to be read: rather told than passed over
