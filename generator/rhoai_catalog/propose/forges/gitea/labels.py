"""Labels on Gitea: known by id, and they may be the repository's or its organisation's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from rhoai_catalog.propose.forges.api.rest import RefusedError, Rest

COLOUR: Final = "#ededed"


class Labels:
    """Labels by their names; `all_of` is the API above the repositories. Raises RefusedError."""

    def __init__(self, repository: Rest, all_of: Rest, owner: str) -> None:
        self._rest, self._all, self._owner = repository, all_of, owner
        self._ids: dict[str, int] | None = None

    def add(self, number: int, names: Sequence[str]) -> None:
        ids = self._known()
        for name in names:
            if name not in ids:
                label = self._rest.row("POST", "/labels", body={"name": name, "color": COLOUR})
                ids[name] = int(label["id"])
        self._rest.call("POST", f"/issues/{number}/labels", body={"labels": [ids[name] for name in names]})

    def drop(self, number: int, names: Sequence[str]) -> None:
        for label in self._rest.call("GET", f"/issues/{number}/labels"):
            if label.get("name") in names:
                self._rest.call("DELETE", f"/issues/{number}/labels/{int(label['id'])}")

    def _known(self) -> dict[str, int]:
        """Names are not unique: the repository's own come first, then the older ones."""
        if self._ids is None:
            self._ids = {}
            rows = [*self._rest.rows("/labels", size="limit"), *self._of_organisation()]
            for row in rows:
                self._ids.setdefault(str(row["name"]), int(row["id"]))
        return self._ids

    def _of_organisation(self) -> list[dict[str, int]]:
        """None where the owner is a person, or the token may not see them."""
        try:
            return [dict(row) for row in self._all.rows(f"/orgs/{quote(self._owner)}/labels", size="limit")]
        except RefusedError as refusal:
            if refusal.status not in (403, 404):
                raise
            return []
