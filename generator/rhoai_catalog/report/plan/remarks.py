"""Remarks about what could not be shown: the same about many things is one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rhoai_catalog.entity import LeftOut


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A reason, and all things that it holds for, sorted."""

    reason: str
    things: tuple[str, ...]

    @property
    def more(self) -> str:
        """What follows the first thing: ` and 119 more`."""
        return f" and {len(self.things) - 1:,} more" if len(self.things) > 1 else ""


def remarks(left_out: Iterable[LeftOut]) -> tuple[Remark, ...]:
    """A remark for each reason, in the order of the first things."""
    things: dict[str, list[str]] = {}
    for one in sorted(left_out):
        things.setdefault(one.reason, []).append(one.what)
    return tuple(Remark(reason=reason, things=tuple(whats)) for reason, whats in things.items())
