"""What a catalog source tells of trouble of its own, which is none of the catalog's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from rhoai_catalog import limits
from rhoai_catalog.observe.rows import text
from rhoai_catalog.text.prose import line

WORDS: Final = {"error": "the source is in error", "partially-available": "the source is only partly available"}
SECRET: Final = re.compile(
    r"(?i)\b([\w.-]{0,40}(?:password|passwd|secret|token|credential|api[-_]?key)[\w.-]{0,40}[\"']?(?:=|:\s{0,3})"
    r"|(?:bearer|basic)\s+)[^\s,;&]+"
)


def own_trouble(row: Mapping[str, Any]) -> str:
    """What the row of a source says is wrong with it, as one line within bounds; empty where it says nothing."""
    words = WORDS.get(text(row, "status") or "")
    if words is None:
        return ""
    told = line(SECRET.sub(r"\1…", (text(row, "error") or "")[: 4 * limits.SOURCE_REASON]))
    return (
        f"{words}: {told[: limits.SOURCE_REASON]}{'…' if len(told) > limits.SOURCE_REASON else ''}" if told else words
    )
