"""What is wrong in a generator.yaml, each with line, key and what would be right; a token is never told."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from rhoai_catalog import documents, pointer, schema
from rhoai_catalog.alike import did_you_mean
from rhoai_catalog.families import FAMILIES, KSERVE
from rhoai_catalog.problem import Problem
from rhoai_catalog.text.secrets import without_secrets

Mistake = tuple[str, str]  # pointer and message
SHOWN: Final = 100  # bytes of the longest value that is told


def mistakes(keys: Mapping[str, Any], text: str, path: str) -> list[Problem]:
    """Everything that the schema refuses; if that is nothing, what no schema can say."""
    refused = {_refused(violation) for violation in schema.violations("generator", keys)}
    wrong = refused or {*_repeated_names(keys), *_many_ways(keys), *_endless_numbers(keys)}
    marks = documents.positions(text, {place for place, _ in wrong})
    return sorted(
        Problem(path=path, line=marks[place].line, column=marks[place].column, pointer=place, message=message)
        for place, message in wrong
    )


def _refused(violation: schema.Violation) -> Mistake:
    message, place = violation.message, violation.pointer
    if violation.keyword == "additionalProperties":
        valid = _valid_keys(place)
        unknown = next((str(key) for key in violation.value if key not in valid), "?")
        near = did_you_mean(unknown, valid)
        message = f"unknown key {unknown!r}; {f'{near} ' if near else ''}valid keys: {', '.join(valid)}"
        place += pointer.join(unknown)
    elif violation.keyword == "required":
        message = f"missing key {', '.join(repr(key) for key in violation.expected if key not in violation.value)}"
    elif "token" in place.lower():
        message = "the name of an environment variable or a file is expected here, never a token itself"
    elif violation.keyword in ("pattern", "not"):
        message = f"{_shown(violation.value)}not as it should be: {violation.description}"
    elif violation.keyword == "enum":
        near = did_you_mean(str(violation.value), map(str, violation.expected))
        message = f"{violation.value!r} is not one of {', '.join(map(str, violation.expected))}{near and f'; {near}'}"
    return place, message


def _shown(value: Any) -> str:
    """`'East' is `; of what may hold a password, as an address before its host and behind its path may, nothing."""
    text = str(value).encode("utf-8", "replace")
    is_plain = len(text) <= SHOWN and not re.search(b"[@?#]", text) and without_secrets(text) == text
    return f"{value!r} is " if is_plain else ""


def _valid_keys(place: str) -> list[str]:
    whole = schema.contents("generator.schema.json")
    part = whole
    for key in pointer.split(place):
        part = part["items"] if key.isdigit() and "items" in part else part.get("properties", {}).get(key, {})
        while "$ref" in part:
            part = whole["definitions"][part["$ref"].rpartition("/")[2]]
    return sorted(part.get("properties", {}))


def _repeated_names(keys: Mapping[str, Any]) -> Iterator[Mistake]:
    for family in FAMILIES.values():
        seen: set[str] = set()
        for number, row in enumerate(keys.get(family.key) or ()):
            for name in (row["name"], *row.get("formerly", ())):
                if name in seen:
                    yield pointer.join(family.key, number, "name"), f"{name!r} is named twice"
                seen.add(name)


def _many_ways(keys: Mapping[str, Any]) -> Iterator[Mistake]:
    """A cluster is reached in one way: what else is said would not count."""
    table = FAMILIES[KSERVE].key
    for number, row in enumerate(keys.get(table) or ()):
        ways = [key for key in ("inCluster", "server", "kubeconfig") if row.get(key)]
        if ways and ways != ["kubeconfig"] and row.get("context"):
            ways.append("context")
        for other in ways[1:]:
            yield pointer.join(table, number, other), f"beside `{ways[0]}` it counts for nothing; say one of them"


def _endless_numbers(keys: Mapping[str, Any]) -> Iterator[Mistake]:
    """YAML has .nan and .inf; against the first, every comparison of a limit would be false."""
    for key, value in keys.get("removal", {}).items():
        if not math.isfinite(value):
            yield pointer.join("removal", key), f"a finite number is expected, not {value}"
