"""Violations of a schema, and values, in words. What is quoted is short, on one line and without control characters."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from rhoai_catalog import limits
from rhoai_catalog.backstage import tag
from rhoai_catalog.pointer import join
from rhoai_catalog.schema import Violation
from rhoai_catalog.text.visible import visible

LONGEST_NAME: Final = 63  # characters of a name, a tag, a label's value
METADATA: Final = ("name", "namespace", "title", "description", "labels", "annotations", "tags", "links")
CREDENTIALS: Final = re.compile(r"(?<=://)[^/@\s]*@")
TYPES: Final = {
    "string": "a text",
    "object": "a mapping",
    "array": "a list",
    "boolean": "true or false",
    "number": "a number",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is wrong at one place of a document, and the rule that says so."""

    pointer: str
    rule: str
    message: str


def findings(violation: Violation) -> Iterator[Finding]:
    """One violation as what a person is to mend; a violated `required` is a finding for each missing key."""
    pointer, value = violation.pointer, violation.value
    match violation.keyword:
        case "required":
            needed = f"; needed here: {', '.join(violation.expected)}" if len(violation.expected) > 1 else ""
            for key in (key for key in violation.expected if key not in value):
                yield Finding(pointer=pointer + join(key), rule="required", message=f"{key} is missing{needed}")
        case "additionalProperties":
            known = ("apiVersion", "kind", "metadata", "spec")
            for key in (key for key in value if key not in known):
                message = f"unknown key {shown(key)}; an entity has {', '.join(known)}"
                message += f"; {key} belongs below metadata" if key in METADATA else ""
                yield Finding(pointer=pointer + join(key), rule="unknown-field", message=message)
        case "type":
            wanted = [violation.expected] if isinstance(violation.expected, str) else violation.expected
            message = f"must be {' or '.join(TYPES[name] for name in wanted)}, not {described(value)}"
            if "string" in wanted and isinstance(value, int | float):
                message += "; put it in quotes"
            yield Finding(pointer=pointer, rule="type", message=message)
        case "enum" | "const":
            expected = violation.expected if violation.keyword == "enum" else [violation.expected]
            message = f"{shown(value)} is not one of {', '.join(map(str, expected))}"
            yield Finding(pointer=pointer, rule="value", message=message)
        case "minLength":
            yield Finding(pointer=pointer, rule="empty", message="must not be empty")
        case "contains" | "minItems":
            yield Finding(pointer=pointer, rule="format", message=violation.description)
        case _ if value == "" and "namespace" not in pointer:
            yield Finding(pointer=pointer, rule="empty", message="must not be empty")
        case _:
            message = f"{shown(value)} is not {violation.description or 'allowed here'}"
            if isinstance(value, str) and len(value) > LONGEST_NAME and "63" in violation.description:
                message += f"; it has {len(value)} characters"
            nearest = tag(value) if pointer.startswith("/metadata/tags/") else None
            message += f"; for example {nearest}" if nearest else ""
            yield Finding(pointer=pointer, rule="format", message=message)


def described(value: Any) -> str:
    """A value by its type, and as it stands where it is short by nature."""
    match value:
        case None:
            return "null"
        case bool() | int() | float():
            return shown(value)
        case str():
            return f"the text {shown(value)}"
        case _:
            return "a mapping" if isinstance(value, dict) else "a list"


def shown(value: Any) -> str:
    """A value for a message: quoted if it is text, escaped, and cut."""
    if not isinstance(value, str):
        return described(value) if isinstance(value, dict | list) else json.dumps(value)
    text = CREDENTIALS.sub("…@", value)
    if len(text) > limits.QUOTE:
        text = f"{text[: limits.QUOTE]}…"
    return f'"{visible(text)}"'
