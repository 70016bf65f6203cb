"""Commit statuses as GitHub and Gitea know them."""

from __future__ import annotations

from collections.abc import Mapping

from rhoai_catalog.propose.forges.api.rest import Rest, Row
from rhoai_catalog.propose.forges.forge import Verdict


class Statuses:
    """Statuses of commits, each read once; set where they differ. `longest` counts the characters of a description."""

    def __init__(self, rest: Rest, longest: int, size: str = "per_page", state: str = "state") -> None:
        """`state` is how the forge calls the state of a status that it tells."""
        self._rest, self._longest, self._size, self._state = rest, longest, size, state
        self._known: dict[str, dict[str, tuple[str, str, str]]] = {}

    def set(self, commit: str, *, name: str, state: Verdict, description: str, url: str) -> None:
        description = cut(description, self._longest)
        known = self._of(commit)
        if known.get(name) == (state, description, url):
            return
        status = {"state": state, "context": name, "description": description, "target_url": url}
        self._rest.call("POST", f"/statuses/{commit}", body={key: value for key, value in status.items() if value})
        known[name] = (state, description, url)

    def _of(self, commit: str) -> dict[str, tuple[str, str, str]]:
        if commit not in self._known:
            combined = self._rest.row("GET", f"/commits/{commit}/status", query={self._size: "100"})
            rows = [row for row in combined.get("statuses") or () if isinstance(row, Mapping)]
            self._known[commit] = {str(row.get("context")): self._told(row) for row in rows}
        return self._known[commit]

    def _told(self, row: Row) -> tuple[str, str, str]:
        return str(row.get(self._state)), str(row.get("description") or ""), str(row.get("target_url") or "")


def cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
