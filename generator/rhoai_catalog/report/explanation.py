"""Where each value comes from, for a person at a terminal and for machines."""

from __future__ import annotations

from collections.abc import Iterator

from rhoai_catalog.explanation import Explained, Explanation
from rhoai_catalog.report.plain import plain
from rhoai_catalog.report.style import COLUMNS, Style, styled, value_width
from rhoai_catalog.report.values import brief, is_member, place, section_name
from rhoai_catalog.text.json import json_text
from rhoai_catalog.text.terminal import terminal


def explanation_text(explanation: Explanation, *, colour: bool, columns: int = COLUMNS) -> str:
    """Each value, and below it where it comes from; what people own says who wrote it, and what would stand there."""
    head = styled(f"{explanation.ref}  catalog/{explanation.file}", Style.BOLD, colour=colour)
    source = "written by hand; no source shows it"
    if explanation.identity:
        source = f"source: {terminal(explanation.identity)}"
    in_order = sorted(explanation.values, key=lambda row: (bool(row.file), row.line == 0, row.line))
    rows = [line for row in in_order for line in _value(row, value_width(columns), colour=colour)]
    return "\n".join([head, source, "", *rows])


def _value(row: Explained, width: int, *, colour: bool) -> Iterator[str]:
    name = f"{row.file} › {section_name(row.pointer)}" if row.file else place(row.pointer)
    line = f":{row.line}" if row.line else ""
    value = "" if row.value is True and is_member(row.pointer) else f": {brief(row.value, width)}"
    style = Style.YELLOW if row.by_hand else Style.BOLD
    yield f"{styled(name + line, style, colour=colour)}{terminal(value)}"
    yield from (styled(f"    {text}", Style.DIM, colour=colour) for text in _origin(row, width))


def _origin(row: Explained, width: int) -> Iterator[str]:
    if not row.by_hand:
        yield row.origin
        if row.becomes is not None:
            yield f"becomes: {brief(row.becomes, width)}"
        return
    yield f"by hand: {row.person or 'somebody'}"
    if row.generated is not None:
        yield f"generated: {brief(row.generated, width)}{f' ({row.origin})' if row.origin else ''}"
    elif row.origin:
        yield "generated: nothing"


def explanation_json(explanation: Explanation) -> str:
    """The explanation for machines; a value that is not there is null."""
    return json_text({"version": 1, **plain(explanation), "source": explanation.identity or ""})
