"""How a value and its change are shown: where it stands, what it was, what it becomes."""

from __future__ import annotations

import json
import os.path
from dataclasses import dataclass
from typing import Any, Final

LONG_LINES: Final = 4
LONG_CHARACTERS: Final = 600
ELLIPSIS: Final = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Two sides of one value, cut to size; None: absent. `summary` is set where a side is too long to show.

    Then the sides are not the texts, but how long they are.
    """

    old: str | None = None
    new: str | None = None
    summary: str = ""


def place(pointer: str) -> str:
    """A JSON pointer as people name the field: `annotations › rhoai-catalog/state`. Heading paths stay as they are."""
    if not pointer.startswith("/"):
        return pointer
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    if len(parts) > 1 and parts[0] in ("metadata", "spec"):
        parts = parts[1:]
    return " › ".join(parts)


def shown(value: Any) -> str:
    """A value on its own: text as it is, everything else as JSON."""
    if isinstance(value, str) and value.strip():
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + ELLIPSIS


def difference(old: Any, new: Any, width: int) -> Difference:
    """Both sides of a change in `width` characters each, with the place where they part in sight."""
    before, after = (None if side is None else shown(side) for side in (old, new))
    if before == after and old != new:  # the text "true" and the truth
        before, after = (json.dumps(side, ensure_ascii=False, default=str) for side in (old, new))
    if _is_long(before) or _is_long(after):
        return Difference(old=_extent(before), new=_extent(after), summary=_summary(before, after))
    start = _parting(before or "", after or "", width)
    return Difference(old=_window(before, start, width), new=_window(after, start, width))


def _is_long(text: str | None) -> bool:
    return text is not None and (text.count("\n") >= LONG_LINES or len(text) > LONG_CHARACTERS)


def _summary(before: str | None, after: str | None) -> str:
    if before is None or after is None:
        return f"added ({_extent(after)})" if before is None else f"removed ({_extent(before)})"
    if "\n" in before or "\n" in after:
        return f"changed ({_lines(before)} -> {_lines(after)} lines)"
    return f"changed ({len(before)} -> {len(after)} characters)"


def _extent(text: str | None) -> str | None:
    if text is None:
        return None
    return f"{_lines(text)} lines" if "\n" in text else f"{len(text)} characters"


def _lines(text: str) -> int:
    return len(text.splitlines())


def _parting(before: str, after: str, width: int) -> int:
    if max(len(before), len(after)) <= width:
        return 0
    return max(0, len(os.path.commonprefix([before, after])) - width // 3)


def _window(text: str | None, start: int, width: int) -> str | None:
    if text is None or not start:
        return None if text is None else cut(text, width)
    return ELLIPSIS + cut(text[start:], width - 1)
