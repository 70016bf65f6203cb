"""One thing that changes, or one hand edit: a line that tells it, and folded below it both sides of each value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from rhoai_catalog import limits
from rhoai_catalog.plan import Change, Flag, HandEdit, Operation, ValueChange
from rhoai_catalog.report.acts import act, state
from rhoai_catalog.report.counting import counted
from rhoai_catalog.report.plan.order import DONE, NO_OWNER
from rhoai_catalog.report.plan.page.element import Html, element, joined
from rhoai_catalog.report.plan.page.sides import rows
from rhoai_catalog.report.plan.things import Thing, Value
from rhoai_catalog.report.values import cut, field_name, section_name, whole

LINE: Final = 140  # characters of a text in the line of a change
MOST_NAMES: Final = 4  # of values in that line
PAGE: Final = "Page"  # what a reader filters pages by

Facts = Mapping[str, tuple[str, ...]]  # what a reader filters a row by: attribute -> all that it is


def facts(thing: Thing, owners: Iterable[str]) -> Facts:
    """What a reader filters a thing by: what happens to it and to its parts, and what each of them is."""
    entities = (thing.lead, *thing.parts)
    return {
        "data_done": _once(DONE[change.operation] for change in entities),
        "data_kind": _once(change.kind or PAGE for change in entities),
        "data_owner": _once(owner or NO_OWNER for owner in owners),
        "data_source": _once(change.identity.source for change in entities),
        "data_flags": tuple(flag.value for flag in thing.flags),
    }


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def told(thing: Thing, number: int, facts: Facts, body: Html) -> Html:
    """The thing as a line that unfolds its `body`; `number` is what links lead to."""
    change = thing.lead
    done = DONE[change.operation]
    line = [
        element("span", done, class_=f"done {done}"),
        element(
            "span",
            element("b", cut(change.title, LINE)) if change.title else "",
            element("code", change.what),
            element("small", thing.along) if thing.along else "",
            class_="name",
        ),
        element("span", *map(flag, [flag for flag in thing.flags if flag is not Flag.REMOVED]), _why(thing)),
    ]
    return element(
        "details",
        element("summary", *line),
        body,
        id=f"c{number}",
        class_="row",
        data_row=True,
        **facts,
    )


def flag(flag: Flag) -> Html:
    return element("span", flag.value, class_="flag")


def _why(thing: Thing) -> Html:
    names = list(dict.fromkeys(_name(thing, value.change) for value in thing.values))
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    values = ", ".join(names[:MOST_NAMES]) + more
    return element("span", " · ".join(filter(None, (thing.cause(values, str), thing.moved))), class_="why")


def _name(thing: Thing, value: ValueChange) -> str:
    name = section_name(value.pointer) if thing.lead.is_page else field_name(value.pointer)
    return cut(name, LINE // 4) + (" (by hand)" if value.by_hand and not thing.by_hand else "")


def body(thing: Thing, created: Mapping[str, str]) -> Html:
    """Both sides of each value, what is flagged first; and of each entity its file, or its text if it is `created`."""
    values = sorted(thing.values, key=lambda value: value.change.flag is None)
    table = sides("Was", "Becomes", (_value(thing, value) for value in values)) if values else ""
    stands = (_stands(thing, change, created.get(change.what, "")) for change in thing.all)
    return element("div", table, *stands, class_="body")


def counted_only(file: str, values: int, parts: Iterable[str] = ()) -> Html:
    """What stands for a body in a page that has got too long; `parts` are what else it tells of."""
    told = f"{counted(values, 'value')}; the page is too long to show more of them: see catalog/{file}"
    names = (element("p", element("code", part), class_="file") for part in parts)
    return element("div", element("p", told, class_="file"), *names, class_="body")


def _value(thing: Thing, told: Value) -> Html:
    value, is_page = told.change, thing.lead.is_page
    both = whole("" if is_page else value.pointer, value.old, value.new)
    name = section_name(value.pointer) if is_page else both.place
    marks = ["by hand"] if value.by_hand else []
    marks += [value.flag.value] if value.flag else []
    marks += [told.whose(thing)] if told.whose(thing) else []
    return group(name, marks, rows(both.old, both.new))


def _stands(thing: Thing, change: Change, created: str) -> Html:
    """Where an entity or a page stands, and as what if it is new; which one, where the thing has several."""
    name, file = element("code", change.what), f"catalog/{change.file}"
    if change.operation is Operation.CREATE and created:
        head = [name, f", as it will stand in {file}"] if thing.parts else [f"As it will stand in {file}"]
        return document(joined(head), change.file, created)
    return element("p", *([name, f" in {file}"] if thing.parts else [file]), class_="file")


def group(name: str, marks: Iterable[str], lines: Html) -> Html:
    """The rows of one value below its name."""
    head = element("th", name, *(element("small", mark) for mark in marks), colspan="2", scope="rowgroup")
    return element("tbody", element("tr", head), lines)


def sides(left: str, right: str, groups: Iterable[Html]) -> Html:
    heads = [element("th", name, scope="col") for name in (left, right)]
    return element("table", element("thead", element("tr", *heads)), *groups, class_="sides")


def document(head: str, file: str, text: str) -> Html:
    """The text of what is new, as it will stand in a file, below a line that says so."""
    lines = text[: limits.PAGE_VALUE].splitlines()
    shown = "\n".join(lines[: limits.PAGE_DOCUMENT])
    more = len(lines) - limits.PAGE_DOCUMENT
    note = element("p", f"… and {counted(more, 'more line')} in catalog/{file}", class_="file") if more > 0 else ""
    return joined([element("p", head, class_="file"), element("pre", *_lines(shown)), note])


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
    facts: Facts = {
        "data_kind": (kind,),
        "data_owner": (owner or NO_OWNER,),
        "data_flags": tuple(flag.value for flag in edit.flags),
    }
    return element("details", element("summary", *line), body, class_="row", data_row=True, **facts)


def edited_body(edit: HandEdit) -> Html:
    """What a person wrote beside what would be generated."""
    is_page = edit.file.endswith(".md")
    both = whole("" if is_page else edit.pointer, edit.mine, edit.generated)
    name = section_name(edit.pointer) if is_page else both.place
    table = sides("By hand", "Would be generated", [group(name, (), rows(both.old, both.new))])
    return element("div", table, element("p", f"catalog/{edit.file}", class_="file"), class_="body")
