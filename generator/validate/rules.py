"""The rules by their ids, as reports and machines list them. Ids never change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

RULES: Final[Mapping[str, str]] = {
    "case": "Keys of an entity differ by more than case",
    "conflict": "A file holds no Git conflict",
    "dangling": "A dependency and a provided API are in the tree",
    "duplicate": "No two entities have one reference",
    "empty": "A text is not empty",
    "format": "Names, keys, labels and tags have the form that Backstage asks for",
    "location": "A Location leads to files that are there",
    "not-entity": "A document of an entity file is an entity",
    "nul": "No text holds U+0000",
    "placeholder": "A placeholder is replaced by a file of the tree",
    "reference": "A reference can be read, names a kind, and is short enough to be stored",
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
    "yaml": "A file is YAML as Backstage reads it",
}
WARNINGS: Final = frozenset({"dangling", "placeholder"})  # Backstage ingests the entity nevertheless


def level(rule: str) -> str:
    """`error` or `warning`, as SARIF and workflow annotations call it."""
    return "warning" if rule in WARNINGS else "error"
