"""What stands in the tables of a plan: a row for a change, an edit, a listing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rhoai_catalog import limits
from rhoai_catalog.config import Addresses
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.plan import Change, Flag, HandEdit, Operation
from rhoai_catalog.report.acts import CARRIED, act, state
from rhoai_catalog.report.counting import counted, named
from rhoai_catalog.report.health import Cause, Listing
from rhoai_catalog.report.plan.alike import Same
from rhoai_catalog.report.plan.concerns import Item
from rhoai_catalog.report.plan.markdown.cells import ABSENT, CELL_WIDTH, PAD, code, head, linked, prose, row, side
from rhoai_catalog.report.plan.order import DONE
from rhoai_catalog.report.plan.things import Thing, Value
from rhoai_catalog.report.values import cut, difference, field_name, section_name
from rhoai_catalog.text.markdown import markdown_attribute, markdown_cell

PROSE: Final = ("title", "problem", "also")  # facts that are words, and no values
MOST_NAMES: Final = 4  # of values in one cell


def item(concern: Item, at: Addresses) -> str:
    """One thing that needs attention, with what to know about it."""
    proses = [prose(concern.facts[name]) for name in PROSE if name in concern.facts]
    others = [f"{name} {code(fact)}" for name, fact in concern.facts.items() if name not in PROSE]
    return f"- {' · '.join([_item(concern, at), *proses, *others])}\n"


def sides(concern: Item, at: Addresses, names: Sequence[str]) -> str:
    """One thing of which a value changed, with both sides of it, by their names in its facts."""
    proses = [prose(concern.facts[name]) for name in PROSE if name in concern.facts]
    others = [f"{name} {code(fact)}" for name, fact in concern.facts.items() if name not in (*PROSE, *names)]
    below = " · ".join([*proses, *others])
    what = _item(concern, at) + (f"<br>{below}" if below else "")
    has_sides = any(name in concern.facts for name in names)
    return row(what, *(side(concern.facts.get(name)) if has_sides else "" for name in names))


def _item(concern: Item, at: Addresses) -> str:
    address = at.file(concern.file, concern.line, proposed=not concern.is_gone) if concern.file else ""
    return linked(code(concern.what), address)


def title(text: str) -> str:
    return markdown_cell(cut(text, CELL_WIDTH))


def entity(thing: Thing, at: Addresses) -> str:
    """A thing: what happens to it, what it is called and where it stands, and by which values it changes."""
    change = thing.lead
    flags = [flag.value for flag in thing.flags if flag is not Flag.REMOVED]
    cause, moved = thing.cause(_values_of(thing), markdown_cell), markdown_cell(thing.moved)
    words = [word for word in (cause, moved, *flags) if word]
    return row(DONE[change.operation], _name(thing, at), title(change.title), " · ".join(words))


def _name(thing: Thing, at: Addresses) -> str:
    """What stands for the thing, with its file, its page in the Hub if it is there already, and what goes along."""
    lead = thing.lead
    name = linked(code(lead.what), at.file(lead.file, lead.line, proposed=lead.operation is not Operation.REMOVE))
    page = at.page(lead.what) if lead.operation is not Operation.CREATE else ""
    return name + (f" {linked('Hub', page)}" if page else "") + (f"<br>{_along(thing, at)}" if thing.along else "")


def _along(thing: Thing, at: Addresses) -> str:
    part = thing.parts[0]
    address = at.file(part.file, part.line, proposed=part.operation is not Operation.REMOVE)
    return linked(markdown_cell(thing.along), address)


def _values_of(thing: Thing) -> str:
    changes = [value.change for value in thing.values]
    return _names(f"{field_name(v.pointer)}{' (by hand)' if v.by_hand and not thing.by_hand else ''}" for v in changes)


def page(change: Change, at: Addresses, carried: Iterable[str]) -> str:
    """A page; `carried` are the sections whose words come along from the page of the version before."""
    own = set(carried)
    sections = _names(section_name(value.pointer) for value in change.values if value.pointer not in own)
    along = f"{CARRIED}: {_names(map(section_name, sorted(own)))}" if own else ""
    parts = [part for part in (sections, along, "by hand" if change.by_hand else "") if part]
    address = at.file(change.file, proposed=change.operation is not Operation.REMOVE) if change.file else ""
    return row(DONE[change.operation], linked(code(change.what), address), " · ".join(parts))


def _names(names: Iterable[str]) -> str:
    """The first of some names, each once, and how many more there are."""
    once = list(dict.fromkeys(cut(name, CELL_WIDTH) for name in names))
    more = f" and {len(once) - MOST_NAMES} more" if len(once) > MOST_NAMES else ""
    return ", ".join(map(markdown_cell, once[:MOST_NAMES])) + more


def values(thing: Thing, at: Addresses) -> str:
    """All values of one thing as a folded table."""
    change, everything = thing.lead, thing.values
    shown, more = everything[: limits.BODY_VALUES], len(everything) - limits.BODY_VALUES
    name = f" {title(change.title)}" if change.title else ""
    address = at.file(change.file, change.line)
    what = f'<a href="{markdown_attribute(address)}">{code(change.what)}</a>' if address else code(change.what)
    summary = f"{what}{name}, {counted(len(everything), 'value')}"
    lines = "".join(_value(value, thing) for value in shown) + (f"\n… and {more:,} more\n" if more > 0 else "")
    heads = head("Value", f"Was{PAD}", f"Becomes{PAD}")
    return f"<details>\n<summary>{summary}</summary>\n\n{heads}{lines}\n</details>\n\n"


def _value(told: Value, thing: Thing) -> str:
    value = told.change
    both = difference(value.pointer, value.old, value.new, CELL_WIDTH)
    where = code(both.place) + ("<br>by hand" if value.by_hand else "")
    where += f"<br>{markdown_cell(whose)}" if (whose := told.whose(thing)) else ""
    if both.summary:
        return row(where, "", markdown_cell(both.summary))
    return row(where, side(both.old), side(both.new))


def same(change: Same, at: Addresses) -> str:
    """One change that many things have, with the first of them."""
    first = change.things[0]
    both = difference(change.value.pointer, change.value.old, change.value.new, CELL_WIDTH)
    texts = ("", markdown_cell(both.summary)) if both.summary else (side(both.old), side(both.new))
    where = section_name(change.value.pointer) if first.is_page else both.place
    noun = counted(len(change.things), first.kind or "page")
    return row(markdown_cell(noun), code(where), *texts, linked(code(first.what), at.file(first.file, first.line)))


def hand_edit(edit: HandEdit, at: Addresses) -> str:
    both = act(edit, CELL_WIDTH)
    told = f"**{edit.state}**" if edit.state == "conflict" else markdown_cell(state(edit))
    texts = [markdown_cell(text or ABSENT) if both.summary else side(text) for text in (both.old, both.new)]
    is_there = edit.state not in ("orphan", "deleted")
    what = linked(code(edit.what), at.file(edit.file, edit.line) if is_there else "")
    return row(told, f"{what}<br>{code(both.place)}", *texts)


def listing(listed: Listing) -> tuple[str, ...]:
    """The cells of a source and kind."""
    complete = "yes" if listed.complete else "**no**" if listed.withholds else "no, in trouble of its own"
    return (code(listed.source), markdown_cell(listed.kind), complete, f"{listed.listed:,}")


def reason(cause: Cause) -> str:
    """Why listings are not complete, and what to do."""
    advice = "<br>".join(prose(text) for text in (cause.reason, cause.one.hint) if text)
    sources = named([code(source) for source in cause.sources], "source")
    kinds = named([markdown_cell(kind) for kind in cause.kinds], "kind")
    return f"- {sources} {kinds}: {advice or 'not listed completely'}\n"


def cost(traffic: Traffic, *, timing: bool) -> tuple[str, ...]:
    """The cells about what reading a source took."""
    run = (f"{traffic.requests:,}", f"{traffic.retries:,}", f"{traffic.seconds:.1f}") if timing else ()
    return (f"{traffic.pages:,}", *run)
