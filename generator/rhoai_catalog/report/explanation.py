"""Where each value comes from, for a person at a terminal and for machines."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any, Final

from rhoai_catalog.plan import Explained, Explanation
from rhoai_catalog.report.values import cut, is_member, place, section_name
from rhoai_catalog.text.escape import terminal

RESET, BOLD, DIM, YELLOW = "\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[33m"
WIDTH: Final = 72  # characters of a value


def explanation_text(told: Explanation, *, colour: bool) -> str:
    """Each value, and below it where it comes from; what people own says who wrote it, and what would stand there."""
    where = f"catalog/{told.file}"
    head = [_styled(f"{told.ref}  {where}", BOLD, colour)]
    head += [f"source: {terminal(told.identity)}"] if told.identity else ["written by hand; no source shows it"]
    in_order = sorted(told.values, key=lambda row: (bool(row.file), row.line == 0, row.line))
    rows = [line for row in in_order for line in _row(row, colour)]
    return "\n".join([*head, "", *rows])


def _row(row: Explained, colour: bool) -> Iterator[str]:
    name = f"{row.file} › {section_name(row.pointer)}" if row.file else place(row.pointer)
    line = f":{row.line}" if row.line else ""
    shown = "" if row.value is True and is_member(row.pointer) else f": {_shown(row.value)}"
    yield f"{_styled(name + line, YELLOW if row.by_hand else BOLD, colour)}{terminal(shown)}"
    if row.by_hand:
        yield _styled(f"    by hand: {row.person or 'somebody'}", DIM, colour)
        if row.generated is not None or row.origin:
            generated = "nothing" if row.generated is None else _shown(row.generated)
            origin = f" ({row.origin})" if row.origin and row.generated is not None else ""
            yield _styled(f"    generated: {generated}{origin}", DIM, colour)
        return
    yield _styled(f"    {row.origin}", DIM, colour)
    if row.becomes is not None:
        yield _styled(f"    becomes: {_shown(row.becomes)}", DIM, colour)


def _shown(value: Any) -> str:
    if value is None:
        return "(not there)"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    lines = text.splitlines() or [""]
    return cut(lines[0], WIDTH) + (f" … {len(lines)} lines" if len(lines) > 1 else "")


def _styled(text: str, style: str, colour: bool) -> str:
    return f"{style}{terminal(text)}{RESET}" if colour else terminal(text)


def explanation_json(told: Explanation) -> str:
    """The explanation for machines; a value that is not there is null."""
    fields = dataclasses.asdict(told)
    fields["source"] = fields.pop("identity") or ""
    return json.dumps({"version": 1, **fields}, indent=2, sort_keys=True, ensure_ascii=False)
