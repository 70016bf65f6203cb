"""Why a catalog source may have what it did not list, and what it tells of trouble of its own, which is none of the
catalog's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from rhoai_catalog import limits
from rhoai_catalog.observe.rows import text
from rhoai_catalog.text.prose import line

Row = Mapping[str, Any]
HINT: Final = "look at the catalog's sources"
NOT_IN_2_25: Final = frozenset(["status", "labels", "error", "assetType", "includedModels", "excludedModels"])
WORDS: Final = {"error": "the source is in error", "partially-available": "the source is only partly available"}
SECRET: Final = re.compile(
    r"(?i)\b([\w.-]{0,40}(?:password|passwd|secret|token|credential|api[-_]?key)[\w.-]{0,40}[\"']?(?:=|:\s{0,3})"
    r"|(?:bearer|basic)\s+)[^\s,;&]+"
)


def shortfall(row: Row, after: Row | None, rows: Mapping[str, Row], unlisted: str = "") -> tuple[str, bool]:
    """Why what a source listed may not be all, or nothing; and whether that withholds what may be missing, which
    trouble that the source tells of itself does not. `rows` are all sources, `after` is the same one as it was read
    after the listing, `unlisted` why that failed, if it did.
    """
    if text(row, "status") == "disabled":
        return "", True
    reason = unlisted or _doubt(row, after, rows)
    return (reason, True) if reason else (own := own_trouble(row), not own)


def _doubt(row: Row, after: Row | None, rows: Mapping[str, Row]) -> str:
    """Why a source may have something that it did not list, but for trouble that it tells of itself; or nothing."""
    status = text(row, "status")
    if after is None or text(after, "status") != status:
        return "the source changed while it was read"
    if status == "available" or own_trouble(row):
        return ""
    if status is None:
        old = not any(NOT_IN_2_25 & set(other) for other in rows.values())  # RHOAI 2.25 has no status at all
        return "" if old else "the source is still loading, or the catalog's database is gone"
    return f"the source is {status[:40]}"


def own_trouble(row: Row) -> str:
    """What the row of a source says is wrong with it, as one line within bounds; empty where it says nothing."""
    words = WORDS.get(text(row, "status") or "")
    if words is None:
        return ""
    told = line(SECRET.sub(r"\1…", (text(row, "error") or "")[: 4 * limits.SOURCE_REASON]))
    return (
        f"{words}: {told[: limits.SOURCE_REASON]}{'…' if len(told) > limits.SOURCE_REASON else ''}" if told else words
    )
