"""The ledger of hand edits, for a person at a terminal and for machines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from rhoai_catalog.plan import Override
from rhoai_catalog.report.acts import is_link, link
from rhoai_catalog.report.counting import counted
from rhoai_catalog.report.plain import plain
from rhoai_catalog.report.style import Style, styled
from rhoai_catalog.report.values import cut, is_member, place
from rhoai_catalog.text.json import json_text
from rhoai_catalog.text.terminal import terminal

WIDTH: Final = 72


def overrides_text(rows: Sequence[Override], *, colour: bool) -> str:
    """Things with the edits in them; below each edit what would be generated, and who made it."""
    lines = [line for _, group in groupby(rows, key=lambda row: row.what) for line in _thing([*group], colour=colour)]
    return "\n".join([*lines, counted(len(rows), "hand edit")])


def _thing(rows: Sequence[Override], *, colour: bool) -> Iterator[str]:
    first = rows[0]
    owner = f"  {first.owner}" if first.owner else ""
    name, where = (first.what, f"  catalog/{first.file}") if first.kind else (f"catalog/{first.file}", "")
    yield styled(terminal(name), Style.BOLD, colour=colour) + terminal(where + owner)
    for row in rows:
        state = styled(row.state, Style.YELLOW if row.state != "active" else Style.DIM, colour=colour)
        yield f"  {terminal(_told(row))}  [{state}]"
        is_told = row.kind and row.generated is not None  # of a section the base knows the digest only
        if is_told and not _is_in_set(row.pointer, row.generated):
            yield f"    generated: {terminal(_short(row.generated))}"
        if row.person:
            yield f"    by {terminal(row.person)}"
    yield ""


def _told(row: Override) -> str:
    """Where a person wrote, and what; a link by its title."""
    if is_link(row.pointer, row.mine, row.generated):
        sides = link(row.mine, row.generated, WIDTH)
        return f"{sides.place}: {sides.old}"
    is_seen = row.state != "deleted" and not _is_in_set(row.pointer, row.mine)
    return f"{place(row.pointer)}: {_short(_body(row))}" if is_seen else place(row.pointer)


def _is_in_set(pointer: str, value: Any) -> bool:
    """Whether a value says no more than its name: a tag, or a relation, that is there."""
    return is_member(pointer) and value is True


def _body(row: Override) -> Any:
    """The value; of a section what stands below its heading."""
    if row.kind or not isinstance(row.mine, str):
        return row.mine
    return "\n".join(line for line in row.mine.splitlines() if not line.startswith("#")) or row.mine


def _short(value: Any) -> str:
    if value is None:
        return "(not there)"
    if isinstance(value, dict) and set(value) == {"sha256"}:
        return "(a long text)"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    lines = [line for line in text.splitlines() if line.strip()] or [""]
    return cut(lines[0], WIDTH) + (f" … {len(lines)} lines" if len(lines) > 1 else "")


def overrides_json(rows: Sequence[Override]) -> str:
    """The ledger for machines; a value that is not there is null."""
    return json_text({"version": 1, "overrides": [plain(row) for row in rows]})
