"""Commit statuses on GitLab: jobs of a pipeline, which GitLab makes where the commit has none."""

from __future__ import annotations

from typing import Final

from rhoai_catalog.propose.forges.api.rest import RefusedError, Rest
from rhoai_catalog.propose.forges.api.statuses import cut
from rhoai_catalog.propose.forges.forge import Verdict

STATES: Final[dict[Verdict, str]] = {"success": "success", "failure": "failed", "pending": "pending"}
LONGEST_DESCRIPTION: Final = 255


class Pipelines:
    """Statuses of commits of a project."""

    def __init__(self, rest: Rest, branch: str) -> None:
        self._rest, self._branch = rest, branch

    def set(self, commit: str, *, name: str, state: Verdict, description: str, url: str) -> None:
        """Into the commit's own last pipeline, so that it hides none. A state that is there already is no failure."""
        wanted = (STATES[state], cut(description, LONGEST_DESCRIPTION), url)
        path = f"/repository/commits/{commit}/statuses"
        for row in self._rest.rows(path, {"name": name}):
            if (row.get("status"), row.get("description") or "", row.get("target_url") or "") == wanted:
                return
        status = {"state": wanted[0], "name": name, "description": wanted[1], "target_url": url}
        last = self._rest.row("GET", f"/repository/commits/{commit}").get("last_pipeline") or {}
        place = {"ref": last.get("ref") or self._branch, "pipeline_id": last.get("id")}
        body = {key: value for key, value in {**status, **place}.items() if value}
        try:
            self._rest.call("POST", f"/statuses/{commit}", body=body)
        except RefusedError as refusal:
            if refusal.status != 400 or "Cannot transition status" not in refusal.reason:
                raise
