"""schemas/snapshot.schema.json says what a snapshot holds, for people and other programs.

`python tests/test_snapshot_schema.py` writes it anew after a change of the facts.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from outside import at, estate, served
from rhoai_catalog.config import read_config
from rhoai_catalog.errors import GeneratorError
from rhoai_catalog.observe import read_estate
from rhoai_catalog.snapshot import Fact, Snapshot, from_json, to_json

ROOT = Path(__file__).parent.parent
FILE = ROOT / "schemas" / "snapshot.schema.json"
EXAMPLES = ROOT / "tests" / "examples" / "snapshot"
PLAIN = {str: "string", bool: "boolean", int: "integer", float: "number"}


def schema() -> dict[str, Any]:
    """The schema of the dataclasses. What has its default value is not written, so only the others are required."""
    definitions: dict[str, Any] = {}
    whole = _object(Snapshot, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "snapshot.schema.json",
        "title": "What `rhoai-catalog observe -o FILE` writes",
        **whole,
        "required": ["version"],
        "properties": {"version": {"const": 1}, **whole["properties"]},
        "$defs": dict(sorted(definitions.items())),
    }


def _object(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    fields = dataclasses.fields(kind)
    needed = [f.name for f in fields if f.default is f.default_factory is dataclasses.MISSING]
    return {
        "description": " ".join((kind.__doc__ or "").split()),
        "type": "object",
        "additionalProperties": False,
        **({"required": needed} if needed else {}),
        "properties": {field.name: _of(hints[field.name], definitions) for field in fields},
    }


def _of(wanted: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    origin, arguments = typing.get_origin(wanted), typing.get_args(wanted)
    if origin is Fact:
        evidence = {"type": "string", "minLength": 1}
        known = {"value": _of(arguments[0], definitions), "from": evidence}
        return {"oneOf": [_exactly(known), _exactly({"unknown": evidence})]}
    if origin in (types.UnionType, typing.Union):
        options = [_of(argument, definitions) for argument in arguments if argument is not types.NoneType]
        return {"anyOf": [*options, *([{"type": "null"}] if types.NoneType in arguments else [])]}
    if origin is tuple:
        return {"type": "array", "items": _of(arguments[0], definitions)}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _of(arguments[1], definitions)}
    if dataclasses.is_dataclass(wanted):
        name = typing.cast(Any, wanted).__name__
        if name not in definitions:
            definitions[name] = {}
            definitions[name] = _object(wanted, definitions)
        return {"$ref": f"#/$defs/{name}"}
    return {} if wanted is Any else {"type": PLAIN[wanted]}


def _exactly(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": [*properties], "properties": properties}


def written() -> str:
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def test_the_schema_says_what_the_facts_are() -> None:
    assert FILE.read_text("utf-8") == written()
    jsonschema.Draft202012Validator.check_schema(schema())


def test_what_is_observed_is_valid() -> None:
    with served(estate()) as addresses:
        config = at(read_config(ROOT / "catalog" / "generator.yaml"), addresses)
        seen = read_estate(config).snapshot
    data = json.loads(to_json(seen))
    jsonschema.Draft202012Validator(schema()).validate(data)
    assert len(data["inference_services"]) == 7


def told(file: Path) -> str:
    """What the reader says about a snapshot."""
    try:
        from_json(file.read_text("utf-8"), file.name)
    except GeneratorError as error:
        return f"{error.message}\n"
    return ""


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*/*.json")), ids=lambda file: f"{file.parts[-2]}-{file.stem}")
def test_schema_and_reader_agree_on_every_example(file: Path) -> None:
    expected = file.with_suffix(".errors.txt")
    assert told(file) == (expected.read_text("utf-8") if expected.exists() else "")
    assert expected.exists() == (file.parts[-2] == "invalid")
    try:
        valid = jsonschema.Draft202012Validator(schema()).is_valid(json.loads(file.read_text("utf-8")))
    except ValueError:
        valid = False
    assert valid == (file.parts[-2] == "valid")


if __name__ == "__main__":
    FILE.write_text(written(), "utf-8")
    for example in EXAMPLES.glob("invalid/*.json"):
        example.with_suffix(".errors.txt").write_text(told(example), "utf-8")
