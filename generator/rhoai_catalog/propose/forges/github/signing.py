"""Commits that GitHub makes, and signs, where the token is a job's or an app's; other tokens' it does not sign."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rhoai_catalog.propose.forges.api.rest import RefusedError, Rest, Row
from rhoai_catalog.propose.forges.forge import SignedCommit

REF: Final = "refs/rhoai-catalog/signed"  # what was made is fetched from there


class Signing:
    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    def commit(self, tree: str, parents: Sequence[str], message: str) -> SignedCommit | None:
        """None where it would not be signed. Who it is by is not ours to say: GitHub signs only its own account's."""
        body = {"message": message, "tree": tree, "parents": list(parents)}
        row = self._rest.row("POST", "/git/commits", body=body)
        if not (row.get("verification") or {}).get("verified"):
            return None
        signed = _signed(row)
        try:
            self._rest.call("POST", "/git/refs", body={"ref": REF, "sha": signed.sha})
        except RefusedError as refusal:
            if refusal.status != 422:
                raise
            self._rest.call("PATCH", f"/git/{REF}", body={"sha": signed.sha, "force": True})
        return signed


def _signed(row: Row) -> SignedCommit:
    author = row.get("author") or {}
    return SignedCommit(sha=str(row.get("sha") or ""), ref=REF, email=str(author.get("email") or ""))
