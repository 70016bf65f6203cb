"""What GitLab tells of rights: roles, scopes, protected branches, push rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any, Final

from rhoai_catalog.config import Repository
from rhoai_catalog.propose.forges.api.address import segment
from rhoai_catalog.propose.forges.api.rest import RefusedError, Rest, Row, at
from rhoai_catalog.propose.forges.rights import FORCE, PUSHES, UNSIGNED, Refusal, Standing

DEVELOPER: Final = 30  # the lowest role that may push a branch and open a merge request
OF_JOBS: Final = "CI_JOB_TOKEN"  # the variable that a job has its own token in
JOBS: Final = "the right to open merge requests, which a job's own token never has"
PUSH_RULES: Final = "the push rules"
ASKED: Final = ("branch_name_regex", "commit_message_regex", "commit_message_negative_regex", "author_email_regex")


class GitLabRights:
    """`project` reads the project's own row; `whole` is the API above it."""

    wanted: Final = "the scope api, and its user the role Developer or higher"

    def __init__(self, rest: Rest, whole: Rest, project: Callable[[], Row], repository: Repository) -> None:
        self._rest, self._whole, self._project = rest, whole, project
        self._is_job = repository.credentials.env == OF_JOBS

    @cached_property
    def _levels(self) -> list[int]:
        """The roles that the token's user has, in the project and by its groups."""
        ways = [at(self._project(), "permissions", way, "access_level") for way in ("project_access", "group_access")]
        return [int(level) for level in ways if level is not None]

    def standing(self) -> Standing:
        row = self._project()
        levels = self._levels
        scopes = self._scopes()
        lacks_api = scopes is not None and "api" not in scopes
        closed = "it is archived" if row.get("archived") else ""
        if row.get("merge_requests_access_level") == "disabled":
            closed = closed or "merge requests are turned off in it"
        return Standing(
            may_push=max(levels) >= DEVELOPER if levels else None,  # an administrator may be no member
            missing=(*(["the scope api"] if lacks_api else []), *([JOBS] if self._is_job else [])),
            closed=closed,
            untold="" if scopes is not None else "the scope api",
        )

    def _scopes(self) -> list[str] | None:
        """None where the token is none that can tell: a job's, or one of OAuth."""
        try:
            return [str(scope) for scope in self._whole.row("GET", "/personal_access_tokens/self")["scopes"]]
        except RefusedError:
            return None

    def refusals(self, branch: str) -> Iterator[Refusal]:
        """Of several rules for one branch the most permissive holds."""
        rules = [row for row in self._rest.rows("/protected_branches") if _fits(str(row.get("name")), branch)]
        named = f"the protected branch {rules[0].get('name')}" if rules else ""
        if rules and not self._may_push(branch, rules):
            yield Refusal(PUSHES, named)
        if rules and not any(row.get("allow_force_push") for row in rules):
            yield Refusal(FORCE, named)
        yield from _of_push_rules(self._push_rules())

    def _may_push(self, branch: str, rules: list[Row]) -> bool:
        """As GitLab says of a branch that is there, else by roles; who is let in by name is not known by them."""
        try:
            return bool(self._rest.row("GET", f"/repository/branches/{segment(branch)}").get("can_push"))
        except RefusedError as refusal:
            if refusal.status != 404:
                raise
        levels = [level for row in rules for level in row.get("push_access_levels") or ()]
        roles = [int(level.get("access_level") or 0) for level in levels]
        by_name = any(level.get("user_id") or level.get("group_id") for level in levels)
        return by_name or any(0 < role <= max(self._levels, default=0) for role in roles)

    def _push_rules(self) -> Any:
        """They come with a paid tier; without it, or without any rule, GitLab has no such page."""
        try:
            return self._rest.call("GET", "/push_rule") or {}
        except RefusedError as refusal:
            if refusal.status != 404:
                raise
            return {}

    def requires_review(self, branch: str) -> bool:
        """Rules that require an approval come with a paid tier; without it GitLab has no such page. Those of a scan ask
        for it only where this found something.
        """
        try:
            rules = [row for row in self._rest.rows("/approval_rules") if row.get("approvals_required")]
        except RefusedError as refusal:
            if refusal.status != 404:
                raise
            return False
        always = (row for row in rules if row.get("rule_type") != "report_approver")
        return any(not (of := row.get("protected_branches")) or _names(of, branch) for row in always)

    def jobs_open_pulls(self) -> bool | None:
        return None


def _fits(name: str, branch: str) -> bool:
    """Whether a protected branch, in whose name only `*` stands for anything, is this one."""
    return fnmatchcase(branch, name.replace("[", "[[]").replace("?", "[?]"))


def _names(rows: list[Row], branch: str) -> bool:
    return any(_fits(str(row.get("name")), branch) for row in rows)


def _of_push_rules(row: Row) -> Iterator[Refusal]:
    if row.get("reject_unsigned_commits"):
        yield Refusal(UNSIGNED, PUSH_RULES)
    if row.get("reject_non_dco_commits"):
        yield Refusal("commits without the line Signed-off-by", PUSH_RULES)
    if row.get("commit_committer_check"):
        yield Refusal("commits with another e-mail than that of the token's user", PUSH_RULES, sure=False)
    for name in ASKED:
        if row.get(name):
            yield Refusal(f"what {name} does not allow", PUSH_RULES, sure=False)
