"""What `doctor` looked at in one source, and whether it is well."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at; `hint` says what to do where it is not well."""

    source: str
    message: str
    well: bool = True
    hint: str = ""
