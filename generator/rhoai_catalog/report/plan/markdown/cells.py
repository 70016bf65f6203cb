"""Tables of GitHub-flavoured Markdown: cells, rows, and sections that fold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rhoai_catalog.report.plan.markdown.budget import ReportSection, RowGroup
from rhoai_catalog.report.values import cut
from rhoai_catalog.text.markdown import markdown_cell, markdown_code, markdown_wrapping

CELL_WIDTH: Final = 120
ABSENT: Final = "—"
PAD: Final = "&emsp;" * 9


def code(text: str) -> str:
    return markdown_code(cut(text, 2 * CELL_WIDTH)) if text else ""


def prose(text: str) -> str:
    return markdown_cell(cut(text, 2 * CELL_WIDTH))


def side(text: str | None) -> str:
    """One side of a change, cut already; None: there is nothing."""
    return ABSENT if text is None else markdown_wrapping(text)


def linked(name: str, address: str) -> str:
    """A name, as Markdown already, that leads to an address, if there is one."""
    return f"[{name}](<{address}>)" if address else name


def row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


def head(*cells: str) -> str:
    """The head of a table. A name that ends in PAD is as wide as a value mostly is, so that tables are equally wide."""
    return row(*cells) + "|" + " :-- |" * len(cells) + "\n"


def table(heads: str, rows: Iterable[str]) -> RowGroup:
    return RowGroup(head=f"\n{heads}", entries=tuple(rows))


def folded(title: str, count: int, groups: Sequence[RowGroup], *, open_: bool = False) -> list[ReportSection]:
    """A section that a reader unfolds; none where there is nothing in it."""
    if not count:
        return []
    summary = f"<summary><b>{title}</b> ({count:,})</summary>"
    opening = f"<details{' open' if open_ else ''}>\n{summary}\n"
    return [ReportSection(head=opening, groups=tuple(groups), tail="\n</details>\n\n")]
