"""What `doctor` looked at, and whether it is well."""

from __future__ import annotations

from dataclasses import dataclass

from rhoai_catalog.errors import GeneratorError


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at; `hint` says what to do where it is not well.

    `source` is what it belongs to: a source, `git`, or `forge`. Not `known`: it could not be looked at with the rights
    at hand, which is no failure. A `warning` is none either: it is well if people want it so.
    """

    source: str
    message: str
    well: bool = True
    hint: str = ""
    known: bool = True
    warning: bool = False

    @classmethod
    def failed(cls, source: str, error: GeneratorError) -> Check:
        """The source could not be looked at."""
        message = " ".join(error.message.removeprefix(f"{source}: ").splitlines())
        return cls(source=source, message=message, well=False, hint=error.hint)

    @classmethod
    def unknown(cls, source: str, what: str, why: str) -> Check:
        """Nothing says whether `what`; `why` is the reason."""
        return cls(source=source, message=f"{what} is not known, because {why}", known=False)
