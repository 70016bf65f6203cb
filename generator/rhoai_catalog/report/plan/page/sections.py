"""The sections of the page, in the order of a reader; each has a row for a thing, and none where there is nothing."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from rhoai_catalog import limits
from rhoai_catalog.kinds import KINDS
from rhoai_catalog.plan import HandEdit
from rhoai_catalog.report.health import Cause, causes, listings
from rhoai_catalog.report.plan import order
from rhoai_catalog.report.plan.concerns import Concern, Item, concerns
from rhoai_catalog.report.plan.page import change as changes
from rhoai_catalog.report.plan.page.created import created_texts
from rhoai_catalog.report.plan.page.element import Html, element, joined
from rhoai_catalog.report.plan.page.graph import graph
from rhoai_catalog.report.plan.page.reader import Reader
from rhoai_catalog.report.plan.things import Thing
from rhoai_catalog.report.values import place

DECLINED: Final = (
    "These changes were in a pull request that somebody closed. To have one offered again, reopen that pull request, "
    "give it the label catalog:offer-again, or run rhoai-catalog propose --offer-again REF."
)
KIND_OF_REF: Final = {row.kind.lower(): row.kind for row in KINDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSection:
    """A part of the page with a heading; `count` rows are in it."""

    name: str
    title: str
    count: int
    inside: Html
    names: tuple[str, ...] = ()  # of its groups, which have the ids `<name>-<number>`


class BodyBudget:
    """Room for the bodies of one section: beyond it, values are only counted, so that a browser opens the page."""

    def __init__(self) -> None:
        self.left: int = limits.PAGE_DETAILS

    def body_of(self, thing: Thing, created: Mapping[str, str]) -> Html:
        if self.left <= 0:
            return changes.counted_only(thing.lead.file, len(thing.values), [part.what for part in thing.parts])
        return self._taken(changes.body(thing, created))

    def body_of_edit(self, edit: HandEdit) -> Html:
        return self._taken(changes.edited_body(edit)) if self.left > 0 else changes.counted_only(edit.file, 1)

    def _taken(self, body: Html) -> Html:
        self.left -= len(body)
        return body


def sections(reader: Reader) -> tuple[PageSection, ...]:
    made = (
        attention(reader),
        around(reader),
        changed(reader),
        hand_edits(reader),
        declined(reader),
        left_out(reader),
        sources(reader),
        problems(reader),
    )
    return tuple(section for section in made if section.count)


def attention(reader: Reader) -> PageSection:
    told = concerns(reader.plan)
    inside = [_concern(reader, concern, number) for number, concern in enumerate(told)]
    count = len({item.what for concern in told for item in concern.items})
    names = tuple(concern.why for concern in told)
    return PageSection(name="attention", title="Needs attention", count=count, inside=joined(inside), names=names)


def _concern(reader: Reader, concern: Concern, number: int) -> Html:
    release = element("p", "To release: ", element("code", concern.release), class_="release")
    return element(
        "section",
        element("h3", concern.why, _count(len(concern.items))),
        release if concern.release else "",
        element("ul", *(_item(reader, item) for item in concern.items)),
        id=f"attention-{number}",
        class_="concern",
        data_group=True,
    )


def _item(reader: Reader, item: Item) -> Html:
    known = dict(item.facts)
    title, owner, along = (known.pop(name, "") for name in ("title", "owner", "also"))
    was, becomes = known.pop("was", None), known.pop("becomes", None)
    parts = [element("b", title) if title else "", reader.link(item.what)]
    if becomes is not None:
        sides = (element("del", was) if was else "", " → " if was else "", element("ins", becomes))
        parts.append(element("span", *sides, class_="sides"))
    parts += [element("span", words, class_="fact") for words in (along, owner) if words]
    parts += [element("span", f"{name}: {fact}", class_="fact") for name, fact in known.items()]
    return element("li", *parts, data_row=True, **reader.facts(item.what))


def around(reader: Reader) -> PageSection:
    drawn = graph(reader)
    return PageSection(name="graph", title="Around what is flagged", count=int(bool(drawn)), inside=drawn)


def changed(reader: Reader) -> PageSection:
    """A group for each owner, and one for pages."""
    texts, room, numbers, groups = created_texts(reader.plan), BodyBudget(), itertools.count(1), []
    for place_of_group, (owner, some) in enumerate(reader.groups):
        rows = [
            changes.told(thing, next(numbers), reader.facts_of(thing), room.body_of(thing, texts)) for thing in some
        ]
        groups.append(_group(place_of_group, owner, rows))
    names = tuple(owner for owner, _ in reader.groups)
    count = sum(len(some) for _, some in reader.groups)
    return PageSection(name="changes", title="Changes", count=count, inside=joined(groups), names=names)


def _group(number: int, title: str, rows: list[Html]) -> Html:
    head = element("h3", title, _count(len(rows)))
    return element("section", head, *rows, id=f"changes-{number}", data_group=True)


def hand_edits(reader: Reader) -> PageSection:
    room = BodyBudget()
    rows = [
        changes.edited(edit, reader.owner_of(edit.what), _kind(edit.what), room.body_of_edit(edit))
        for edit in order.hand_edits(reader.plan)
    ]
    return PageSection(name="edits", title="Hand edits, kept", count=len(rows), inside=joined(rows))


def _kind(what: str) -> str:
    return KIND_OF_REF.get(what.partition(":")[0], changes.PAGE)


def declined(reader: Reader) -> PageSection:
    rows = (
        (reader.link(one.what), place(one.pointer) if one.pointer else "all of it", f"#{one.pull}")
        for one in reader.plan.declined
    )
    inside = joined([element("p", DECLINED, class_="note"), _table(("What", "Value", "In"), rows)])
    return PageSection(name="declined", title="Declined before", count=len(reader.plan.declined), inside=inside)


def left_out(reader: Reader) -> PageSection:
    rows = ((reader.link(one.what), one.reason) for one in sorted(reader.plan.left_out))
    inside = _table(("What", "Why"), rows)
    return PageSection(name="left-out", title="Left out", count=len(reader.plan.left_out), inside=inside)


def sources(reader: Reader) -> PageSection:
    """A row for each reason why something is not complete, and one for all else of a source."""
    listed = listings(reader.plan.scopes)
    rows = [
        (
            joined(element("p", element("code", one)) for one in cause.sources),
            " · ".join(cause.kinds),
            _trouble(cause),
        )
        for cause in causes(listed)
    ]
    complete = (one for one in listed if one.complete)
    for source, some in itertools.groupby(complete, key=lambda one: one.source):
        kinds = (f"{one.kind} {one.listed:,}" for one in some)
        rows.append((element("code", source), " · ".join(kinds), element("span", "yes")))
    inside = _table(("Source", "Listed", "Complete"), rows)
    return PageSection(name="sources", title="Sources", count=len({one.source for one in listed}), inside=inside)


def _trouble(cause: Cause) -> Html:
    word = element("span", "no" if cause.one.withholds else "no, in trouble of its own", class_="flag")
    return joined([word, *(element("p", text) for text in (cause.reason, cause.one.hint) if text)])


def problems(reader: Reader) -> PageSection:
    rows = (
        (element("code", f"{one.path}:{one.line}"), place(one.pointer), one.message)
        for one in sorted(reader.plan.problems)
    )
    inside = _table(("Where", "Value", "Problem"), rows)
    return PageSection(name="problems", title="Problems in files", count=len(reader.plan.problems), inside=inside)


def _table(heads: Iterable[str], rows: Iterable[tuple[str, ...]]) -> Html:
    head = element("thead", element("tr", *(element("th", name, scope="col") for name in heads)))
    lines = (element("tr", *(element("td", cell) for cell in row), data_row=True) for row in rows)
    return element("table", head, element("tbody", *lines), class_="list")


def _count(count: int) -> Html:
    return element("small", f"{count:,}", class_="count")
