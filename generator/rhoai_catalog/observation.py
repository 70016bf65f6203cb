"""What one run observed, and what that cost."""

from __future__ import annotations

from dataclasses import dataclass

from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.entity import LeftOut
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What was seen, what it cost by source, rows that could not be used, and who can own (None: not known)."""

    snapshot: Snapshot
    traffic: tuple[Traffic, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    owners: frozenset[EntityRef] | None = None
