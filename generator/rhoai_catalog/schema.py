"""JSON Schemas of schemas/, compiled once: the one door to jsonschema and fastjsonschema.

The compiled Python of fastjsonschema says whether data is valid; only of what is not, jsonschema says why, in twenty
times the time; so it is imported only then.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import fastjsonschema

from rhoai_catalog.pointer import join

UNESCAPED_DOLLAR: Final = re.compile(r"(?<!\\)\$")


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
    return installed if installed.is_dir() else Path(__file__).parents[2] / "schemas"


@functools.cache
def contents(file: str) -> Any:
    """A file of schemas/, as data."""
    return json.loads((schema_folder() / file).read_text("utf-8"))


def is_valid(name: str, data: Any) -> bool:
    """Whether schemas/<name>.schema.json (draft 7) accepts data: plain dicts, lists, texts, numbers."""
    try:
        _compiled(name)(data)
    except fastjsonschema.JsonSchemaValueException:
        return False
    return True


def violations(name: str, data: Any) -> Iterator[Violation]:
    """Every way in which data violates a schema; of alternatives, what the nearest one says."""
    if is_valid(name, data):
        return
    from jsonschema.exceptions import best_match

    for error in _explaining(name).iter_errors(data):
        nearest = best_match([error]) if error.context else error
        error = nearest or error
        path = [*error.absolute_path, *([error.instance] if "propertyNames" in error.absolute_schema_path else [])]
        pointer = join(*path)
        description = str(error.schema.get("description", ""))
        keyword = str(error.validator)
        yield Violation(pointer, keyword, error.validator_value, error.instance, error.message, description)


@functools.cache
def _compiled(name: str) -> Callable[[Any], Any]:
    compiled: Callable[[Any], Any] = fastjsonschema.compile(
        contents(f"{name}.schema.json"), handlers={"": contents}, use_default=False, use_formats=False
    )
    return compiled


@functools.cache
def _explaining(name: str) -> Any:
    """The validator of jsonschema. References to sibling files are resolved in the same folder."""
    import jsonschema
    import referencing.jsonschema

    files = [path.name for path in schema_folder().glob("*.schema.json")]
    resources = [(file, referencing.jsonschema.DRAFT7.create_resource(_undeclared(file))) for file in files]
    registry: Any = referencing.Registry().with_resources(resources)
    extend: Any = jsonschema.validators.extend
    return extend(jsonschema.Draft7Validator, {"pattern": _pattern})(
        _undeclared(f"{name}.schema.json"), registry=registry
    )


def _undeclared(file: str) -> Any:
    """A schema without `$schema`: where a reference leads to one, jsonschema would go on without our `pattern`."""
    return {key: value for key, value in contents(file).items() if key != "$schema"}


def _pattern(_: Any, pattern: str, value: Any, __: Any) -> Iterator[Exception]:
    from jsonschema.exceptions import ValidationError

    if isinstance(value, str) and not _regex(pattern).search(value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


@functools.cache
def _regex(pattern: str) -> re.Pattern[str]:
    """To schemas, and to fastjsonschema, `$` is the end of a text; to Python, the line break before it, too."""
    return re.compile(UNESCAPED_DOLLAR.sub(r"\\Z", pattern))
