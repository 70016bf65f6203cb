"""GitLab's auto-merge: it waits for a pipeline; and its merge trains."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Final

from rhoai_catalog.errors import ProposeError
from rhoai_catalog.propose.forges.api.patience import Patience
from rhoai_catalog.propose.forges.api.rest import RefusedError, Rest, Row
from rhoai_catalog.propose.forges.forge import PullRequest

CHECKED: Final = (1.0, 2.0, 4.0)  # seconds until GitLab knows whether a new head can be merged
NOTHING_AGAINST: Final = (
    *("unchecked", "checking", "preparing", "approvals_syncing"),  # it does not know yet
    *("mergeable", "ci_still_running", "ci_must_pass", "not_approved"),
)
ABOARD: Final = ("idle", "stale", "fresh", "merging")


class GitLabAutoMerge:
    def __init__(self, rest: Rest, project: Callable[[], Row], patience: Patience) -> None:
        """`project` reads the project's own row."""
        self._rest, self._read_project, self._patience = rest, project, patience

    @cached_property
    def _project(self) -> Row:
        return self._read_project()

    def turn_on(self, pull: PullRequest, head: str) -> str:
        """Merge exactly this head as soon as it may; tells why not, or nothing."""
        return self._why_not(pull, head) or self._schedule(pull, head)

    def turn_off(self, pull: PullRequest) -> None:
        """Raises ProposeError where it stays on."""
        path = f"/merge_requests/{pull.number}"
        try:
            self._rest.call("POST", f"{path}/cancel_merge_when_pipeline_succeeds")
        except RefusedError as refusal:
            if self._rest.row("GET", path).get("merge_when_pipeline_succeeds"):
                raise ProposeError(refusal.message, f"cancel auto-merge of !{pull.number} by hand") from refusal

    def is_in_train(self, pull: PullRequest) -> bool:
        if not self._project.get("merge_trains_enabled"):
            return False
        try:
            car = self._rest.row("GET", f"/merge_trains/merge_requests/{pull.number}")
        except RefusedError as refusal:
            if refusal.status not in (403, 404):
                raise
            return False
        return car.get("status") in ABOARD

    def _why_not(self, pull: PullRequest, head: str) -> str:
        """Without a pipeline that must succeed GitLab merges at once; after a push it shows the one before, a while."""
        if self._project.get("merge_trains_enabled"):
            return "the project merges by trains"
        if not self._project.get("only_allow_merge_if_pipeline_succeeds"):
            return "pipelines need not succeed in this project, so it would merge at once"
        now = self._rest.row("GET", f"/merge_requests/{pull.number}")
        if now.get("sha") != head:
            return "the branch has another head meanwhile"
        if (now.get("head_pipeline") or {}).get("sha") != head:
            return "there is no pipeline for its head yet"
        return ""

    def _schedule(self, pull: PullRequest, head: str) -> str:
        path = f"/merge_requests/{pull.number}"
        wish = {"auto_merge": True, "merge_when_pipeline_succeeds": True, "sha": head}  # the latter before 17.11
        for wait in (*CHECKED, None):
            try:
                self._rest.call("PUT", f"{path}/merge", body=wish)
            except RefusedError as refusal:
                if refusal.status not in (401, 403, 405, 406, 409, 422):
                    raise
                is_early = self._rest.row("GET", path).get("detailed_merge_status") in NOTHING_AGAINST
                if refusal.status == 405 and is_early and wait and self._patience.wait(wait):
                    continue
                return refusal.reason
            return ""
        raise AssertionError("the last try returns")
