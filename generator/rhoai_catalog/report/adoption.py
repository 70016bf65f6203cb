"""What can be taken over, for a person at a terminal and for machines."""

from __future__ import annotations

from collections.abc import Sequence

from rhoai_catalog.adoption import Adoption
from rhoai_catalog.report.counting import counted
from rhoai_catalog.report.plain import plain
from rhoai_catalog.report.style import Style, styled
from rhoai_catalog.report.values import place
from rhoai_catalog.text.json import json_text
from rhoai_catalog.text.terminal import terminal


def adoptions_text(rows: Sequence[Adoption], *, written: bool, colour: bool) -> str:
    """Each entity, what it shows and how that is known, and what of it stays as people wrote it."""
    lines = [line for row in rows for line in _row(row, colour=colour)]
    ready = [row for row in rows if not row.problem]
    count = f"{counted(len(ready), 'entity')} {'adopted' if written else 'can be adopted'}"
    hint = "" if written or not ready else "; `rhoai-catalog adopt --write` writes their base, and nothing else"
    return "\n".join([*lines, f"{count}{hint}"])


def _row(row: Adoption, *, colour: bool) -> list[str]:
    kept = ", ".join(map(place, row.kept)) or "nothing"
    return [
        f"{styled(terminal(row.what), Style.BOLD, colour=colour)}  catalog/{terminal(row.file)}",
        f"  shows {terminal(row.identity)}, by {row.why}",
        f"  {styled('not adopted', Style.YELLOW, colour=colour)}: {terminal(row.problem)}"
        if row.problem
        else f"  {counted(len(row.generated), 'value')} as generated; stays as people wrote it: {terminal(kept)}",
        "",
    ]


def adoptions_json(rows: Sequence[Adoption]) -> str:
    return json_text({"version": 1, "adoptions": [plain(row) for row in rows]})
