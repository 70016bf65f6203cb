"""JSON Schemas of schemas/, compiled once: the one door to jsonschema."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema


@dataclass(frozen=True, slots=True)
class Violation:
    """What a schema refuses: where (JSON pointer), which keyword and its value, and the offending value.

    A refused key is pointed at itself. `description` is the schema's own word for what would be right, if it has one.
    """

    pointer: str
    keyword: str
    expected: Any
    value: Any
    message: str
    description: str = ""


def schema_folder() -> Path:
    """schemas/ of the installed package, else of the checkout."""
    installed = Path(__file__).parent / "schemas"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "schemas"


@functools.cache
def validator(name: str) -> Any:
    """The compiled validator of schemas/<name>.schema.json. References to sibling files are resolved there."""
    import referencing

    schemas = {path.name: json.loads(path.read_text("utf-8")) for path in sorted(schema_folder().glob("*.json"))}
    resources = [(file, referencing.Resource.from_contents(schema)) for file, schema in schemas.items()]
    registry: Any = referencing.Registry().with_resources(resources)
    wanted = schemas[f"{name}.schema.json"]
    return jsonschema.validators.validator_for(wanted)(wanted, registry=registry)


def violations(name: str, data: Any) -> Iterator[Violation]:
    """Every way in which data violates a schema; of alternatives, what the nearest one says."""
    for error in validator(name).iter_errors(data):
        nearest = jsonschema.exceptions.best_match([error]) if error.context else error
        error = nearest or error
        path = [*error.absolute_path, *([error.instance] if "propertyNames" in error.absolute_schema_path else [])]
        pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)
        description = str(error.schema.get("description", ""))
        keyword = str(error.validator)
        yield Violation(pointer, keyword, error.validator_value, error.instance, error.message, description)
