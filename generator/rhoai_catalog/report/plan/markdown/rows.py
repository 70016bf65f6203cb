"""What stands in the tables of a plan: a row for a change, an edit, a listing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rhoai_catalog import limits
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.plan import Change, Flag, HandEdit, Operation, ValueChange
from rhoai_catalog.report.acts import act, state
from rhoai_catalog.report.counting import counted
from rhoai_catalog.report.health import Listing
from rhoai_catalog.report.plan.concerns import Item
from rhoai_catalog.report.plan.markdown.cells import ABSENT, CELL_WIDTH, code, head, prose, row, side
from rhoai_catalog.report.plan.order import DONE
from rhoai_catalog.report.values import cut, difference, field_name, section_name
from rhoai_catalog.text.markdown import markdown_cell

MOST_NAMES: Final = 4  # of values in one cell


def item(concern: Item) -> str:
    """One thing that needs attention, with what to know about it."""
    proses = [prose(concern.facts[name]) for name in ("title", "problem") if name in concern.facts]
    others = [f"{name} {code(fact)}" for name, fact in concern.facts.items() if name not in ("title", "problem")]
    return f"- {' · '.join([code(concern.what), *proses, *others])}\n"


def title(text: str) -> str:
    return markdown_cell(cut(text, CELL_WIDTH))


def entity(change: Change) -> str:
    source = markdown_cell(change.identity.source)
    if change.by_hand:
        what = "by hand" + (f": {_values_of(change)}" if change.values else "")
    elif change.operation is Operation.CREATE:
        what = f"from {source}" + (f", with {_values_of(change)}" if change.values else "")
    elif change.operation is Operation.UPDATE:
        what = _values_of(change)
    elif change.reason:
        what = markdown_cell(f"generator.yaml: {change.reason}")
    else:
        what = f"gone from {source}"
    flags = [flag.value for flag in Flag if flag in change.flags and flag is not Flag.REMOVED]
    return row(DONE[change.operation], code(change.what), title(change.title), " · ".join([what, *flags]))


def _values_of(change: Change) -> str:
    return _names(
        f"{field_name(v.pointer)}{' (by hand)' if v.by_hand and not change.by_hand else ''}" for v in change.values
    )


def page(change: Change) -> str:
    sections = _names(section_name(value.pointer) for value in change.values)
    parts = [part for part in (sections, "by hand" if change.by_hand else "") if part]
    return row(DONE[change.operation], code(change.what), " · ".join(parts))


def _names(names: Iterable[str]) -> str:
    """The first of some names, each once, and how many more there are."""
    once = list(dict.fromkeys(cut(name, CELL_WIDTH) for name in names))
    more = f" and {len(once) - MOST_NAMES} more" if len(once) > MOST_NAMES else ""
    return ", ".join(map(markdown_cell, once[:MOST_NAMES])) + more


def values(change: Change) -> str:
    """All values of one change as a folded table."""
    shown, more = change.values[: limits.BODY_VALUES], len(change.values) - limits.BODY_VALUES
    name = f" {title(change.title)}" if change.title else ""
    summary = f"{code(change.what)}{name}, {counted(len(change.values), 'value')}"
    lines = "".join(map(_value, shown)) + (f"\n… and {more:,} more\n" if more > 0 else "")
    return f"<details>\n<summary>{summary}</summary>\n\n{head('Value', 'Was', 'Becomes')}{lines}\n</details>\n\n"


def _value(value: ValueChange) -> str:
    sides = difference(value.pointer, value.old, value.new, CELL_WIDTH)
    where = code(sides.place) + ("<br>by hand" if value.by_hand else "")
    if sides.summary:
        return row(where, "", markdown_cell(sides.summary))
    return row(where, side(sides.old), side(sides.new))


def hand_edit(edit: HandEdit) -> str:
    sides = act(edit, CELL_WIDTH)
    told = f"**{edit.state}**" if edit.state == "conflict" else markdown_cell(state(edit))
    texts = [markdown_cell(text or ABSENT) if sides.summary else side(text) for text in (sides.old, sides.new)]
    return row(told, f"{code(edit.what)}<br>{code(sides.place)}", *texts)


def listing(listed: Listing) -> tuple[str, ...]:
    """The cells of a source and kind."""
    complete = "yes" if listed.complete else "**no**" if listed.withholds else "no, in trouble of its own"
    return (code(listed.source), markdown_cell(listed.kind), complete, f"{listed.listed:,}")


def reason(listed: Listing) -> str:
    """Why a listing is not complete, and what to do."""
    advice = "<br>".join(prose(text) for text in (listed.reason, listed.hint) if text)
    return f"- {code(listed.source)} {markdown_cell(listed.kind)}: {advice or 'not listed completely'}\n"


def cost(traffic: Traffic, *, timing: bool) -> tuple[str, ...]:
    """The cells about what reading a source took."""
    run = (f"{traffic.requests:,}", f"{traffic.retries:,}", f"{traffic.seconds:.1f}") if timing else ()
    return (f"{traffic.pages:,}", *run)
