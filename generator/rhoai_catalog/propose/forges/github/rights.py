"""What GitHub tells of rights: permissions, scopes, rulesets, the protection of a branch, the settings of Actions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rhoai_catalog.config import Repository
from rhoai_catalog.propose.forges.api.address import segment
from rhoai_catalog.propose.forges.api.rest import RefusedError, Rest, Row, at
from rhoai_catalog.propose.forges.rights import FORCE, PUSHES, UNSIGNED, Refusal, Standing

WITHOUT_PULL: Final = "pushes without a pull request"
RULES: Final = {  # of a ruleset, as far as they are against a branch of ours
    "creation": "making it",
    "update": PUSHES,
    "non_fast_forward": FORCE,
    "pull_request": WITHOUT_PULL,
    "required_signatures": UNSIGNED,
}
BYPASSES: Final = ("always", "exempt")
OF_APPS: Final = "ghs_"  # what tokens of apps and of jobs begin with; theirs are no permissions of an account
OF_JOBS: Final = "GITHUB_TOKEN"  # the variable that a workflow has its own token in
PROTECTION: Final = "the protection of the branch"
NOTHING: Final = re.compile("Branch not found|Branch not protected")  # by a protection, that is: a ruleset may


class GitHubRights:
    """`wanted` is what a fine-grained token, an app and a job need; a classic one needs the scope repo."""

    wanted: Final = "contents: write and pull-requests: write"

    def __init__(self, rest: Rest, whole: Rest, path: str, repository: Repository, token: str) -> None:
        """`path` is that of the repository in the `whole` API, `rest` the API below it."""
        self._rest, self._whole, self._path = rest, whole, path
        self._is_app, self._is_job = token.startswith(OF_APPS), repository.credentials.env == OF_JOBS

    def standing(self) -> Standing:
        """Only classic tokens have scopes; what others may do themselves shows at the first write."""
        row = self._whole.row("GET", self._path)
        scopes = self._whole.scopes
        sufficient = {"repo"} if row.get("private") else {"repo", "public_repo"}
        may_push = at(row, "permissions", "push")
        return Standing(
            may_push=None if self._is_app or may_push is None else bool(may_push),
            missing=("the scope repo",) if scopes is not None and not sufficient & scopes else (),
            closed="it is archived" if row.get("archived") else "",
            untold="" if scopes is not None else self.wanted,
        )

    def refusals(self, branch: str) -> Iterator[Refusal]:
        for row in self._rest.rows(f"/rules/branches/{segment(branch)}"):
            what = RULES.get(str(row.get("type")))
            if what and (name := self._binding(row)):
                yield Refusal(what, name)
        path = f"/branches/{segment(branch)}"
        try:
            if self._rest.row("GET", path).get("protected"):
                yield from _of_protection(self._rest.row("GET", f"{path}/protection"))
        except RefusedError as refusal:
            if refusal.status != 404 or not NOTHING.search(refusal.reason):
                raise

    def _binding(self, rule: Row) -> str:
        """The name of a rule's ruleset; empty where the token's account is let through."""
        try:
            ruleset = self._rest.row("GET", f"/rulesets/{int(rule['ruleset_id'])}")
        except RefusedError:
            return "a ruleset that the token may not see"
        return "" if ruleset.get("current_user_can_bypass") in BYPASSES else f"the ruleset {ruleset.get('name')}"

    def requires_review(self, branch: str) -> bool:
        for rule in self._rest.rows(f"/rules/branches/{segment(branch)}"):
            if rule.get("type") == "pull_request" and _asks_for_review(at(rule, "parameters")):
                return True
        path = f"/branches/{segment(branch)}"
        if not self._rest.row("GET", path).get("protected"):
            return False
        try:
            protection = self._rest.row("GET", f"{path}/protection")
        except RefusedError as refusal:
            if refusal.status != 404 or not NOTHING.search(refusal.reason):
                raise
            return False
        return _asks_for_review(at(protection, "required_pull_request_reviews"))

    def jobs_open_pulls(self) -> bool | None:
        if not self._is_job:
            return None
        return bool(self._rest.row("GET", "/actions/permissions/workflow")["can_approve_pull_request_reviews"])


def _asks_for_review(row: Row | None) -> bool:
    """Of the settings of a rule or a protection, which differ in one letter."""
    names = ("required_approving_review_count", "require_code_owner_review", "require_code_owner_reviews")
    return any((row or {}).get(name) for name in names)


def _of_protection(row: Row) -> Iterator[Refusal]:
    """Only administrators can read it, and they are not bound by it unless it says so."""
    if not at(row, "enforce_admins", "enabled"):
        return
    if at(row, "lock_branch", "enabled") or row.get("restrictions"):
        yield Refusal(PUSHES, PROTECTION)
    if row.get("required_pull_request_reviews"):
        yield Refusal(WITHOUT_PULL, PROTECTION)
    if not at(row, "allow_force_pushes", "enabled"):
        yield Refusal(FORCE, PROTECTION)
    if at(row, "required_signatures", "enabled"):
        yield Refusal(UNSIGNED, PROTECTION)
