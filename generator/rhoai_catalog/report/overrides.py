"""The ledger of hand edits, for a person at a terminal and for machines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from rhoai_catalog.plan import Override
from rhoai_catalog.report.acts import is_link, link
from rhoai_catalog.report.counting import counted
from rhoai_catalog.report.plain import plain
from rhoai_catalog.report.style import COLUMNS, Style, styled, value_width
from rhoai_catalog.report.values import brief, is_member, place
from rhoai_catalog.text.json import json_text
from rhoai_catalog.text.terminal import terminal


def overrides_text(rows: Sequence[Override], *, colour: bool, columns: int = COLUMNS) -> str:
    """Things with the edits in them; below each edit what would be generated, and who made it."""
    return "\n".join([*_things(rows, columns, colour=colour), counted(len(rows), "hand edit")])


def given_back_text(rows: Sequence[Override], *, colour: bool, columns: int = COLUMNS) -> str:
    """The same of edits that were given back, and what that means."""
    them = "it" if len(rows) == 1 else "them"
    outcome = f"given back: {counted(len(rows), 'hand edit')}; the next run generates {them} again"
    return "\n".join(
        [*_things(rows, columns, colour=colour, state="given back"), outcome if rows else "nothing to give back"]
    )


def _things(rows: Sequence[Override], columns: int, *, colour: bool, state: str = "") -> Iterator[str]:
    """`state` is told of each edit instead of its own."""
    for _, thing in groupby(rows, key=lambda row: row.what):
        yield from _thing([*thing], value_width(columns), state, colour=colour)


def _thing(rows: Sequence[Override], width: int, told: str, *, colour: bool) -> Iterator[str]:
    first = rows[0]
    owner = f"  {first.owner}" if first.owner else ""
    name, where = (first.what, f"  catalog/{first.file}") if first.kind else (f"catalog/{first.file}", "")
    yield styled(terminal(name), Style.BOLD, colour=colour) + terminal(where + owner)
    for row in rows:
        state = styled(told or row.state, Style.DIM if told or row.state == "active" else Style.YELLOW, colour=colour)
        yield f"  {terminal(_told(row, width))}  [{state}]"
        is_told = row.kind and row.generated is not None  # of a section the base knows the digest only
        if is_told and not _is_in_set(row.pointer, row.generated) and not _is_named(row):
            yield f"    generated: {terminal(_short(row.generated, width))}"
        if row.person:
            yield f"    by {terminal(row.person)}"
    yield ""


def _told(row: Override, width: int) -> str:
    """Where a person wrote, and what; a link by its title."""
    if is_link(row.pointer, row.mine, row.generated):
        sides = link(row.mine, row.generated, width)
        return f"{sides.place}: {sides.old}"
    is_seen = row.state != "deleted" and not _is_in_set(row.pointer, row.mine)
    return f"{place(row.pointer)}: {_short(_body(row), width)}" if is_seen else place(row.pointer)


def _is_named(row: Override) -> bool:
    """Whether a link that a person took out has been named already."""
    return row.state == "deleted" and is_link(row.pointer, row.generated)


def _is_in_set(pointer: str, value: Any) -> bool:
    """Whether a value says no more than its name: a tag, or a relation, that is there."""
    return is_member(pointer) and value is True


def _body(row: Override) -> Any:
    """The value; of a section what stands below its heading."""
    if row.kind or not isinstance(row.mine, str):
        return row.mine
    return "\n".join(line for line in row.mine.splitlines() if not line.startswith("#")) or row.mine


def _short(value: Any, width: int) -> str:
    is_digest = isinstance(value, dict) and set(value) == {"sha256"}
    return "(a long text)" if is_digest else brief(value, width)


def overrides_json(rows: Sequence[Override]) -> str:
    """The ledger for machines; a value that is not there is null."""
    return json_text({"version": 1, "overrides": [plain(row) for row in rows]})
