"""What each forge answers about rights, as it does: by the role of the token's user, and rules that people made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from outside import Answer

from forges.place import Call, denied

if TYPE_CHECKING:
    from forges.loopback import LoopbackForge

LEVELS = {"read": 20, "write": 30, "admin": 40}  # GitLab's Reporter, Developer, Maintainer


@dataclass(frozen=True)
class Protected:
    """A rule for the branches of a pattern, and what it lets pass. `bypass`: not for the token's account.

    `classic`: on GitHub the older kind, of which only administrators see what it says.
    """

    pattern: str
    pushes: bool = True
    force: bool = True
    signed: bool = False
    bypass: bool = False
    classic: bool = False
    approvals: int | None = None  # that a pull request needs, where it takes one


def github(forge: LoopbackForge, call: Call, path: str) -> Answer | None:
    match call.method, path.split("/"):
        case "GET", [""]:
            role = {"admin": forge.is_admin, "push": forge.may_write, "pull": True}
            headers = {} if forge.scopes is None else {"X-OAuth-Scopes": ", ".join(forge.scopes)}
            row = {"full_name": "org/catalog", "private": True, "archived": forge.archived, "permissions": role}
            return Answer(row, 200, headers)
        case "GET", ["", "rules", "branches", name]:
            rows = [row for rule in _of(forge, name) if not rule.classic for row in _rules(forge.rules.index(rule))]
            kept = [row for row in rows if _forbids(forge.rules[row["ruleset_id"]], row["type"])]
            for row in kept:
                if row["type"] == "pull_request":
                    row["parameters"] = _reviews(forge.rules[row["ruleset_id"]])
            return forge.paged(call, kept, "per_page")
        case "GET", ["", "rulesets", number]:
            rule = forge.rules[int(number)]
            bypass = "always" if rule.bypass else "never"
            return Answer({"id": int(number), "name": f"rule {number}", "current_user_can_bypass": bypass})
        case "GET", ["", "branches", name]:
            protected = [*_of(forge, name)]
            known = forge.head_of(unquote(name))
            return Answer({"name": unquote(name), "protected": bool(protected)}) if known else _github_none("Branch")
        case "GET", ["", "branches", name, "protection"]:
            if not forge.is_admin:
                return denied(403, "Resource not accessible by personal access token")
            rule = next((rule for rule in _of(forge, name) if rule.classic), None)
            return Answer(_protection(rule)) if rule else denied(404, "Branch not protected")
        case "GET", ["", "actions", "permissions", "workflow"]:
            if not forge.is_admin:
                return denied(403, "Resource not accessible by integration")
            allowed = {"can_approve_pull_request_reviews": forge.workflows_open_pulls}
            return Answer({"default_workflow_permissions": "read", **allowed})
    return None


def _github_none(what: str) -> Answer:
    return denied(404, f"{what} not found")


def _rules(number: int) -> Iterator[dict[str, Any]]:
    for kind in ("update", "non_fast_forward", "required_signatures", "required_linear_history", "pull_request"):
        yield {"type": kind, "ruleset_source_type": "Repository", "ruleset_id": number}


def _forbids(rule: Protected, kind: str) -> bool:
    return {
        "update": not rule.pushes,
        "non_fast_forward": not rule.force,
        "required_signatures": rule.signed,
        "pull_request": rule.approvals is not None,
    }.get(kind, True)


def _reviews(rule: Protected) -> dict[str, Any]:
    return {"required_approving_review_count": rule.approvals, "dismiss_stale_reviews_on_push": True}


def _protection(rule: Protected) -> dict[str, Any]:
    return {
        **({"required_pull_request_reviews": _reviews(rule)} if rule.approvals is not None else {}),
        "enforce_admins": {"enabled": not rule.bypass},
        "allow_force_pushes": {"enabled": rule.force},
        "required_signatures": {"enabled": rule.signed},
        "lock_branch": {"enabled": not rule.pushes},
    }


def gitea(forge: LoopbackForge, call: Call, path: str) -> Answer | None:
    match call.method, path.split("/"):
        case "GET", ["", "branches", name]:
            rule = next(_of(forge, name), None)
            if not forge.head_of(unquote(name)):
                return Answer({"message": "The target couldn't be found."}, 404)
            told = {"name": unquote(name), "protected": rule is not None, "enable_status_check": False}
            told |= {"required_approvals": rule.approvals or 0 if rule else int(forge.requires and name == "main")}
            told["protected"] = told["protected"] or bool(told["required_approvals"])
            told["user_can_push"] = forge.may_write and (rule is None or rule.pushes)
            return Answer({**told, "effective_branch_protection_name": rule.pattern if rule else ""})
        case "GET", ["", "branch_protections"]:
            if not forge.is_admin:
                return Answer({"message": "user should be an owner or a collaborator with admin write"}, 403)
            rows = [
                {
                    "rule_name": rule.pattern,
                    "priority": number,
                    "enable_push": rule.pushes,
                    "enable_force_push": rule.force,
                    "require_signed_commits": rule.signed,
                }
                for number, rule in enumerate(forge.rules, 1)
            ]
            return Answer(rows)  # all at once
    return None


def gitlab(forge: LoopbackForge, call: Call, path: str) -> Answer | None:
    match call.method, path.split("/"):
        case "GET", ["", "protected_branches"]:
            rows = [
                {
                    "name": rule.pattern,
                    "allow_force_push": rule.force,
                    "push_access_levels": [{"access_level": 30 if rule.pushes else 0, "user_id": None}],
                }
                for rule in forge.rules
            ]
            return forge.paged(call, rows, "per_page")
        case "GET", ["", "repository", "branches", name]:
            if not forge.head_of(unquote(name)):
                return denied(404, "404 Branch Not Found")
            rules = [*_of(forge, name)]
            may = forge.may_write and (not rules or any(rule.pushes for rule in rules))
            return Answer({"name": unquote(name), "protected": bool(rules), "can_push": may})
        case "GET", ["", "approval_rules"]:
            if not forge.has_push_rules:
                return denied(404, "404 Not Found")
            approvals = [
                {"name": "r", "approvals_required": rule.approvals or 0, "protected_branches": [{"name": rule.pattern}]}
                for rule in forge.rules
            ]
            return forge.paged(call, approvals, "per_page")
        case "GET", ["", "push_rule"]:
            if not forge.has_push_rules:
                return denied(404, "404 Not Found")
            if not forge.is_admin:
                return denied(403, "403 Forbidden")
            return Answer({"reject_unsigned_commits": any(rule.signed for rule in forge.rules), **forge.push_rules})
    return None


def gitlab_permissions(forge: LoopbackForge) -> dict[str, Any]:
    access = {"access_level": LEVELS[forge.role], "notification_level": 3}
    return {"project_access": None, "group_access": access}


def _of(forge: LoopbackForge, name: str) -> Iterator[Protected]:
    """The rules for a branch. A star of Gitea and GitHub does not go over a slash, one of GitLab does."""
    star = ".*" if forge.forge == "gitlab" else "[^/]*"
    for rule in forge.rules:
        pattern = re.escape(rule.pattern).replace(r"\*\*", ".*").replace(r"\*", star)
        if re.fullmatch(pattern, unquote(name)):
            yield rule
