"""What an API shows as its definition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """The text of an API definition, and the type of API entity that shows it."""

    type: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The definition that was chosen for a server, and where it stands; without any, `origin` is where none was found.

    `problem` is why one that people declared is not used. While it is not `settled`, what this run could not know may
    lead to another one.
    """

    definition: Definition | None
    origin: str
    problem: str
    settled: bool


NOT_CHOSEN: Final = Choice(definition=None, origin="", problem="", settled=False)
