"""What `doctor` looked at in one source, and whether it is well."""

from __future__ import annotations

from dataclasses import dataclass

from rhoai_catalog.errors import GeneratorError


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at; `hint` says what to do where it is not well."""

    source: str
    message: str
    well: bool = True
    hint: str = ""

    @classmethod
    def failed(cls, source: str, error: GeneratorError) -> Check:
        """The source could not be looked at."""
        return cls(source=source, message=error.message.removeprefix(f"{source}: "), well=False, hint=error.hint)
