"""One change or hand edit: a line that tells it, and folded below it both sides of each value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rhoai_catalog import limits
from rhoai_catalog.plan import Change, Flag, HandEdit, Operation, ValueChange
from rhoai_catalog.report.acts import act, state
from rhoai_catalog.report.counting import counted
from rhoai_catalog.report.plan.order import DONE, NO_OWNER
from rhoai_catalog.report.plan.page.element import Html, element, joined
from rhoai_catalog.report.plan.page.sides import rows
from rhoai_catalog.report.values import cut, field_name, section_name, whole

LINE: Final = 140  # characters of a text in the line of a change
MOST_NAMES: Final = 4  # of values in that line
PAGE: Final = "Page"  # what a reader filters pages by
FLAGS: Final = "|"  # between two flags of one thing


def facts(change: Change, owner: str) -> dict[str, str]:
    """What a reader filters a change by, as attributes."""
    return {
        "data_done": DONE[change.operation],
        "data_kind": change.kind or PAGE,
        "data_owner": owner or NO_OWNER,
        "data_source": change.identity.source,
        "data_flags": FLAGS.join(flag.value for flag in change.flags),
    }


def told(change: Change, number: int, owner: str, body: Html) -> Html:
    """The change as a line that unfolds its `body`; `number` is what links lead to."""
    done = DONE[change.operation]
    line = [
        element("span", done, class_=f"done {done}"),
        element(
            "span",
            element("b", cut(change.title, LINE)) if change.title else "",
            element("code", change.what),
            class_="name",
        ),
        element("span", *map(flag, [flag for flag in change.flags if flag is not Flag.REMOVED]), _why(change)),
    ]
    return element(
        "details",
        element("summary", *line),
        body,
        id=f"c{number}",
        class_="row",
        data_row=True,
        **facts(change, owner),
    )


def flag(flag: Flag) -> Html:
    return element("span", flag.value, class_="flag")


def _why(change: Change) -> Html:
    names = list(dict.fromkeys(_name(change, value) for value in change.values))
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    values = ", ".join(names[:MOST_NAMES]) + more
    if change.by_hand:
        words = f"by hand: {values}" if values else "by hand"
    elif change.operation is Operation.CREATE:
        words = f"from {change.identity.source}" + (f", with {values}" if values else "")
    elif change.operation is Operation.UPDATE:
        words = values
    else:
        words = f"generator.yaml: {change.reason}" if change.reason else f"gone from {change.identity.source}"
    return element("span", words, class_="why")


def _name(change: Change, value: ValueChange) -> str:
    name = section_name(value.pointer) if change.is_page else field_name(value.pointer)
    return cut(name, LINE // 4) + (" (by hand)" if value.by_hand and not change.by_hand else "")


def body(change: Change, created: str) -> Html:
    """Both sides of each value, what is flagged first; or the text of what is `created`."""
    values = sorted(change.values, key=lambda value: value.flag is None)
    table = sides("Was", "Becomes", (_value(change, value) for value in values)) if values else ""
    text = document(change.file, created) if change.operation is Operation.CREATE and created else ""
    where = "" if text else element("p", f"catalog/{change.file}", class_="file")
    return element("div", table, text, where, class_="body")


def counted_only(file: str, values: int) -> Html:
    """What stands for a body in a page that has got too long."""
    told = f"{counted(values, 'value')}; the page is too long to show more of them: see catalog/{file}"
    return element("div", element("p", told, class_="file"), class_="body")


def _value(change: Change, value: ValueChange) -> Html:
    both = whole("" if change.is_page else value.pointer, value.old, value.new)
    name = section_name(value.pointer) if change.is_page else both.place
    marks = ["by hand"] if value.by_hand else []
    marks += [value.flag.value] if value.flag else []
    return group(name, marks, rows(both.old, both.new))


def group(name: str, marks: Iterable[str], lines: Html) -> Html:
    """The rows of one value below its name."""
    head = element("th", name, *(element("small", mark) for mark in marks), colspan="2", scope="rowgroup")
    return element("tbody", element("tr", head), lines)


def sides(left: str, right: str, groups: Iterable[Html]) -> Html:
    heads = [element("th", name, scope="col") for name in (left, right)]
    return element("table", element("thead", element("tr", *heads)), *groups, class_="sides")


def document(file: str, text: str) -> Html:
    lines = text[: limits.PAGE_VALUE].splitlines()
    shown = "\n".join(lines[: limits.PAGE_DOCUMENT])
    more = len(lines) - limits.PAGE_DOCUMENT
    note = element("p", f"… and {counted(more, 'more line')} in catalog/{file}", class_="file") if more > 0 else ""
    head = element("p", f"As it will stand in catalog/{file}", class_="file")
    return joined([head, element("pre", *_lines(shown)), note])


def _lines(text: str) -> Iterable[Html]:
    return (joined([line, Html("\n")]) for line in text.split("\n"))


def edited(edit: HandEdit, owner: str, kind: str, body: Html) -> Html:
    """A hand edit as a line that unfolds its `body`."""
    words = act(edit, LINE)
    mine = words.old or ("removed" if words.new else "")
    badge = "conflict" if edit.state == "conflict" else "kept"
    told = [element("b", f"{words.place}: {mine}" if mine else words.place), element("code", edit.what)]
    more = "" if state(edit) in ("active", badge) else state(edit)
    line = [
        element("span", badge, class_=f"done {badge}"),
        element("span", *told, class_="name"),
        element("span", *map(flag, edit.flags), element("span", more, class_="why")),
    ]
    facts = {
        "data_kind": kind,
        "data_owner": owner or NO_OWNER,
        "data_flags": FLAGS.join(flag.value for flag in edit.flags),
    }
    return element("details", element("summary", *line), body, class_="row", data_row=True, **facts)


def edited_body(edit: HandEdit) -> Html:
    """What a person wrote beside what would be generated."""
    is_page = edit.file.endswith(".md")
    both = whole("" if is_page else edit.pointer, edit.mine, edit.generated)
    name = section_name(edit.pointer) if is_page else both.place
    table = sides("By hand", "Would be generated", [group(name, (), rows(both.old, both.new))])
    return element("div", table, element("p", f"catalog/{edit.file}", class_="file"), class_="body")
