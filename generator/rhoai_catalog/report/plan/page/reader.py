"""A plan with all that is looked up in it while it is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rhoai_catalog.identity import Identity
from rhoai_catalog.plan import Change, Flag, Plan
from rhoai_catalog.report.plan import order
from rhoai_catalog.report.plan.page import change as changes
from rhoai_catalog.report.plan.page.change import Facts
from rhoai_catalog.report.plan.page.element import Html, element
from rhoai_catalog.report.plan.things import Thing, by_owner
from rhoai_catalog.report.values import cut

WIDTH: Final = 200  # characters of a name in a line
PAGES: Final = "Pages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Rows of changes by owner: a thing or a page each. By what entities and pages are called, the change, its thing
    and the number of the row that tells it; owners of things; and all flags of an entity, those of its hand edits, too.
    """

    plan: Plan
    groups: tuple[tuple[str, tuple[Thing, ...]], ...]
    changes: Mapping[str, Change]
    things: Mapping[str, Thing]
    numbers: Mapping[str, int]
    owners: Mapping[Identity, str]
    flags: Mapping[str, tuple[Flag, ...]]

    @classmethod
    def of(cls, plan: Plan) -> Reader:
        groups = [(owner, tuple(some)) for owner, some in by_owner(plan)]
        pages = tuple(Thing(lead=page) for page in order.pages(plan))
        groups += [(PAGES, pages)] if pages else []
        rows = [*enumerate((thing for _, some in groups for thing in some), 1)]
        told = [(change, thing, number) for number, thing in reversed(rows) for change in (thing.lead, *thing.parts)]
        return cls(
            plan=plan,
            groups=tuple(groups),
            changes={change.what: change for change, _, _ in told},
            things={change.what: thing for change, thing, _ in told},
            numbers={change.what: number for change, _, number in told},
            owners={change.identity: change.owner for change in plan.changes if change.owner},
            flags=order.flags(plan),
        )

    def owner(self, change: Change) -> str:
        """That of a page is the one of what it tells of."""
        return self.owners.get(change.identity, "") if change.is_page else change.owner

    def owner_of(self, what: str) -> str:
        return self.owner(self.changes[what]) if what in self.changes else ""

    def facts(self, what: str) -> Facts:
        """What a row about a thing is filtered by; nothing where the thing does not change."""
        thing = self.things.get(what)
        return self.facts_of(thing) if thing else {}

    def facts_of(self, thing: Thing) -> Facts:
        return changes.facts(thing, [self.owner(change) for change in (thing.lead, *thing.parts)])

    def link(self, what: str) -> Html:
        """The name of a thing, which leads to its change."""
        name = element("code", cut(what, WIDTH))
        return element("a", name, href=f"#c{self.numbers[what]}") if what in self.numbers else name
