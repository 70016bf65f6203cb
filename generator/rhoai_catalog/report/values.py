"""How a value and its change are shown: where it stands, what it was, what it becomes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Final

from rhoai_catalog.backstage import REFERENCES
from rhoai_catalog.pointer import split

LONG_LINES: Final = 4
LONG_CHARACTERS: Final = 600
ELLIPSIS: Final = "…"
WHOLE: Final = "all of it"
BEGINNING: Final = "the beginning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Two sides of the value at one place, cut to size; None: absent.

    `summary` is set where a side is too long to show; then the sides are not the texts, but how long they are.
    """

    place: str
    old: str | None = None
    new: str | None = None
    summary: str = ""


def place(pointer: str) -> str:
    """A JSON pointer or heading path as people name the field or section: `annotations › rhoai-catalog/state`."""
    return " › ".join(_field(_names(pointer))) or WHOLE


def field_name(pointer: str) -> str:
    """The name of a field for a line that has room for little: `state`, `tags`, `links`."""
    names = _field(_names(pointer))
    if len(names) == 2 and names[0] in ("annotations", "labels"):
        return names[1].rpartition("/")[2]
    return names[0] if names else WHOLE


def section_name(path: str) -> str:
    """The last heading of a heading path."""
    return (_names(path) or [BEGINNING])[-1]


def difference(pointer: str, old: Any, new: Any, width: int) -> Difference:
    """Both sides of a change as `parting` gives them, or how long they are."""
    sides = whole(pointer, old, new, indent=None)
    where, before, after = sides.place, sides.old, sides.new
    if _is_long(before) or _is_long(after):
        return Difference(place=where, old=_extent(before), new=_extent(after), summary=_summary(before, after))
    return parting(pointer, old, new, width)


def parting(pointer: str, old: Any, new: Any, width: int) -> Difference:
    """Both sides of a change in `width` characters each, with the place where they part in sight."""
    sides = whole(pointer, old, new, indent=None)
    start = _start(sides.old or "", sides.new or "", width)
    return Difference(place=sides.place, old=_window(sides.old, start, width), new=_window(sides.new, start, width))


def whole(pointer: str, old: Any, new: Any, *, indent: int | None = 2) -> Difference:
    """Both sides of a change in full; lists and maps as JSON, in lines where there is an `indent`."""
    names = _names(pointer)
    if _is_member(names):
        old, new = (names[-1] if side is True else side for side in (old, new))
        names = names[:-1]
    before, after = _texts(old, new, indent)
    return Difference(place=" › ".join(_field(names)) or WHOLE, old=before, new=after)


def cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + ELLIPSIS


def brief(value: Any, width: int) -> str:
    """The first line of a value, cut to size, and how many lines it has; a link by its title."""
    if value is None:
        return "(not there)"
    if isinstance(value, Mapping) and "url" in value:
        return f'"{cut(str(value.get("title") or value["url"]), width)}"'
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    lines = [line for line in text.splitlines() if line.strip()] or [""]
    return cut(lines[0], width) + (f" … {len(lines)} lines" if len(lines) > 1 else "")


def is_member(pointer: str) -> bool:
    """Whether a pointer names a member of a set: a tag, a reference."""
    return _is_member(_names(pointer))


def _names(pointer: str) -> list[str]:
    return [name for name in split(pointer) if name]


def _field(names: Sequence[str]) -> Sequence[str]:
    return names[1:] if len(names) > 1 and names[0] in ("metadata", "spec") else names


def _is_member(names: Sequence[str]) -> bool:
    """Whether the last name is a member of a set (a tag, a reference), which counts as one value of it."""
    return len(names) == 3 and (names[:2] == ["metadata", "tags"] or (names[0] == "spec" and names[1] in REFERENCES))


def _texts(old: Any, new: Any, indent: int | None) -> tuple[str | None, str | None]:
    before, after = (None if side is None else _text(side, indent) for side in (old, new))
    if before == after and old != new:  # the text "true" and the truth
        return json.dumps(old, ensure_ascii=False), json.dumps(new, ensure_ascii=False)
    return before, after


def _text(value: Any, indent: int | None) -> str:
    """A value on its own: text as it is, everything else as JSON."""
    if isinstance(value, str) and value.strip():
        return value
    return json.dumps(value, ensure_ascii=False, default=str, indent=indent)


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


def _start(before: str, after: str, width: int) -> int:
    """Where a window must begin to show that two long texts differ."""
    if max(len(before), len(after)) <= width:
        return 0
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    return common - width // 3 if common > width // 2 else 0


def _window(text: str | None, start: int, width: int) -> str | None:
    if text is None or not start:
        return None if text is None else cut(text, width)
    return ELLIPSIS + cut(text[start:], width - 1)
