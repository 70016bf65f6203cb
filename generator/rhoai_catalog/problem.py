"""What is wrong at one place of one file, and the rules that say so, by the ids that reports and machines list.

Ids never change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

RULES: Final[Mapping[str, str]] = {
    "ai-kind": "A kind is one that Backstage knows without its AI modules",
    "base": "The base is as it was generated",
    "case": "Keys of an entity differ by more than case",
    "conflict": "A file holds no Git conflict",
    "cycle": "No entity is a part of itself, and no Location reads itself",
    "dangling": "What a relation leads to is in the tree",
    "dependency-cycle": "Nothing depends on itself, by way of others",
    "duplicate": "No two entities have one reference",
    "empty": "A text is not empty",
    "format": "Names, keys, labels and tags have the form that Backstage asks for",
    "location": "A Location leads to files that are there",
    "mcp-server": "An API of type mcp-server is as Backstage's ai-model module needs it",
    "not-entity": "A document of an entity file is an entity",
    "nul": "No text holds U+0000",
    "owner": "Somebody knows the owner",
    "placeholder": "A placeholder is replaced by a file of the tree",
    "profile": "A model server or a model says all that its profile asks for",
    "reference": "A reference can be read, names a kind, and is short enough to be stored",
    "remote-text": "A placeholder is replaced by a file of the same repository",
    "required": "What an entity of its kind needs is there",
    "reserved-key": "No key is __proto__",
    "rhdh-kind": "A kind is one that Red Hat Developer Hub ingests as it is shipped",
    "techdocs": "Documentation is where the annotation says",
    "type": "A value is of the type that Backstage asks for",
    "unknown-field": "An entity has no keys of its own beside apiVersion, kind, metadata and spec",
    "unknown-kind": "Backstage knows the kind",
    "unreadable": "A file is a plain text file in UTF-8",
    "url": "A link is an absolute URL",
    "value": "A value is one of those that Backstage knows",
    "wrong-kind": "A reference leads to a kind that means something there",
    "yaml": "A file is YAML as Backstage reads it",
    "yaml-trap": "Nothing is read by Backstage otherwise than it looks",
}
WARNINGS: Final = frozenset(  # Backstage ingests the entity nevertheless
    {"cycle", "dangling", "mcp-server", "owner", "profile", "remote-text", "techdocs", "wrong-kind", "yaml-trap"}
)
NOTES: Final = frozenset({"dependency-cycle"})  # Backstage does as the author wrote, who may have meant it
LEVELS: Final = ("error", "warning", "note", "off")  # a note is told and makes nothing fail; off is not told


def level(rule: str, wanted: Mapping[str, str] | None = None) -> str:
    """How loud a rule is: as wanted, else error, or less where Backstage would ingest the entity nevertheless."""
    usual = "note" if rule in NOTES else "warning" if rule in WARNINGS else "error"
    return (wanted or {}).get(rule) or usual


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Problem:
    """What is wrong at one place of one file. `line` and `column` count from 1; `pointer` is a JSON pointer."""

    path: str
    line: int = 1
    column: int = 1
    pointer: str = ""
    message: str
    rule: str = ""
    level: str = "error"  # error, warning or note

    def __str__(self) -> str:
        place = f"{self.pointer}: " if self.pointer else ""
        return f"{self.path}:{self.line}:{self.column}: {place}{self.message}"
