"""A plan with all that is looked up in it while it is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rhoai_catalog.identity import Identity
from rhoai_catalog.plan import Change, Flag, Plan
from rhoai_catalog.report.plan import order
from rhoai_catalog.report.plan.page import change as changes
from rhoai_catalog.report.plan.page.element import Html, element
from rhoai_catalog.report.plan.things import by_owner
from rhoai_catalog.report.values import cut

WIDTH: Final = 200  # characters of a name in a line
PAGES: Final = "Pages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """The changes in the order of the page, by owner; by what they are called, with their numbers; owners of things;
    and all flags of a thing, those of its hand edits, too.
    """

    plan: Plan
    groups: tuple[tuple[str, tuple[Change, ...]], ...]
    changes: Mapping[str, Change]
    numbers: Mapping[str, int]
    owners: Mapping[Identity, str]
    flags: Mapping[str, tuple[Flag, ...]]

    @classmethod
    def of(cls, plan: Plan) -> Reader:
        groups = [(owner, tuple(c for thing in some for c in thing.all)) for owner, some in by_owner(plan)]
        groups += [(PAGES, order.pages(plan))] if order.pages(plan) else []
        told = [change for _, some in groups for change in some]
        things = [*((c.what, c.flags) for c in plan.changes), *((edit.what, edit.flags) for edit in plan.hand_edits)]
        flags: dict[str, set[Flag]] = {}
        for what, some in things:
            flags.setdefault(what, set()).update(some)
        return cls(
            plan=plan,
            groups=tuple(groups),
            changes={change.what: change for change in reversed(told)},
            numbers={change.what: number for number, change in reversed([*enumerate(told, 1)])},
            owners={change.identity: change.owner for change in plan.changes if change.owner},
            flags={what: tuple(flag for flag in Flag if flag in all_) for what, all_ in flags.items()},
        )

    def owner(self, change: Change) -> str:
        """That of a page is the one of what it tells of."""
        return self.owners.get(change.identity, "") if change.is_page else change.owner

    def owner_of(self, what: str) -> str:
        return self.owner(self.changes[what]) if what in self.changes else ""

    def facts(self, what: str) -> Mapping[str, str]:
        """What a row about a thing is filtered by; nothing where the thing does not change."""
        change = self.changes.get(what)
        return changes.facts(change, self.owner(change)) if change else {}

    def link(self, what: str) -> Html:
        """The name of a thing, which leads to its change."""
        name = element("code", cut(what, WIDTH))
        return element("a", name, href=f"#c{self.numbers[what]}") if what in self.numbers else name
