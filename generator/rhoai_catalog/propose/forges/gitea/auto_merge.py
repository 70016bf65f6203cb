"""Gitea's auto-merge: a schedule, which a push leaves as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from rhoai_catalog.propose.forges.api.patience import Patience
from rhoai_catalog.propose.forges.api.rest import RefusedError, Rest, Row
from rhoai_catalog.propose.forges.forge import PullRequest

CHECKED: Final = (1.0, 2.0, 4.0)  # seconds until Gitea knows whether a new head can be merged


class GiteaAutoMerge:
    def __init__(self, rest: Rest, repository: Callable[[], Row], patience: Patience) -> None:
        """`repository` reads the repository's own row."""
        self._rest, self._repository, self._patience = rest, repository, patience

    def turn_on(self, pull: PullRequest, head: str) -> str:
        """Merge as soon as the base branch lets it, if this is the head; tells why not, or nothing."""
        return self._why_not(pull, head) or self._schedule(pull, head)

    def turn_off(self, pull: PullRequest) -> None:
        try:
            self._rest.call("DELETE", f"/pulls/{pull.number}/merge")
        except RefusedError as refusal:
            if refusal.status != 404:  # it was not on
                raise

    def _why_not(self, pull: PullRequest, head: str) -> str:
        """A schedule knows no head, and merges at once where nothing is required."""
        now = self._rest.row("GET", f"/pulls/{pull.number}")
        if (now.get("head") or {}).get("sha") != head:
            return "the branch has another head meanwhile"
        base = self._rest.row("GET", f"/branches/{quote(pull.base)}")
        if not base.get("enable_status_check") and not base.get("required_approvals"):
            return f"the branch {pull.base} requires neither a status nor an approval, so it would merge at once"
        return ""

    def _schedule(self, pull: PullRequest, head: str) -> str:
        style = self._repository().get("default_merge_style") or "merge"
        wish = {"do": style, "head_commit_id": head, "merge_when_checks_succeed": True}
        for wait in (*CHECKED, None):
            try:
                self._rest.call("POST", f"/pulls/{pull.number}/merge", body=wish)
            except RefusedError as refusal:
                if refusal.status == 405 and "try again" in refusal.reason and wait and self._patience.wait(wait):
                    continue
                if refusal.status == 409 and "already scheduled" in refusal.reason:
                    return ""
                if refusal.status not in (403, 404, 405, 409, 422):
                    raise
                return refusal.reason
            return ""
        raise AssertionError("the last try returns")
