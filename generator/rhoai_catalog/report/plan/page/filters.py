"""What a reader narrows the page by. It is hidden until the script that answers to it runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from rhoai_catalog.report.plan.page.element import Html, element, joined
from rhoai_catalog.report.plan.page.reader import Reader
from rhoai_catalog.report.plan.page.sections import PageSection

KEYS: Final = {
    "/": "search",
    "j": "next change",
    "k": "change before",
    "o": "open or close all",
    "Esc": "clear the search",
}
FIELDS: Final = {  # attribute of a row -> the label of a choice, and the words for all of it
    "done": ("What happens", "Added, changed, removed"),
    "owner": ("Owner", "Every owner"),
    "source": ("Cluster or registry", "Every cluster and registry"),
    "kind": ("Kind", "Every kind"),
    "flags": ("Flag", "Flagged or not"),
}
FLAGGED: Final = "*"  # any flag


def filters(reader: Reader) -> Html:
    search = element("input", type="search", name="q", id="q", autocomplete="off", spellcheck="false")
    rows = [reader.facts_of(thing) for _, some in reader.groups for thing in some]
    choices = (_choice(name, [row[f"data_{name}"] for row in rows]) for name in FIELDS)
    shown = element("output", id="shown", aria_live="polite")
    buttons = [
        element("button", "Clear", type="button", id="clear"),
        element("button", "Open all", type="button", id="all"),
    ]
    status = element("p", shown, *buttons, class_="status")
    return element("div", _field("Search", "q", search), *choices, status, role="search", id="filters", hidden=True)


def _choice(name: str, values: Iterable[Sequence[str]]) -> Html:
    label, everything = FIELDS[name]
    counts = Counter(one for some in values for one in some)
    options = [element("option", everything, value="")]
    options += [element("option", "Anything flagged", value=FLAGGED)] if name == "flags" and counts else []
    options += [element("option", f"{value} ({counts[value]:,})", value=value) for value in sorted(counts)]
    return _field(label, name, element("select", *options, name=name, id=name))


def _field(label: str, name: str, control: Html) -> Html:
    return element("p", element("label", label, for_=name), control)


def contents(sections: Sequence[PageSection]) -> Html:
    """The sections and their groups, as links."""
    return element("nav", element("ul", *map(_entry, sections)), aria_label="On this page")


def _entry(section: PageSection) -> Html:
    groups = [
        element("li", element("a", name, href=f"#{section.name}-{number}")) for number, name in enumerate(section.names)
    ]
    count = element("small", f"{section.count:,}") if section.name != "graph" else ""
    return element(
        "li",
        element("a", section.title, count, href=f"#{section.name}"),
        element("ul", *groups) if len(groups) > 1 else "",
    )


def keys() -> Html:
    rows = [joined([element("dt", element("kbd", key)), element("dd", what)]) for key, what in KEYS.items()]
    switch = element("input", type="checkbox", id="keys", checked=True)
    label = element("label", switch, " Keys are on", for_="keys")
    return element(
        "details", element("summary", "Keys"), element("dl", *rows), element("p", label), class_="keys", hidden=True
    )
