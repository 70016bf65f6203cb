"""The nouns as they stand in JSON: one Struct of msgspec for each dataclass, which refuses what is not of its type.

msgspec reads dataclasses as well, but lets unknown fields pass, and a Fact has two forms that no tag tells apart.
"""

from __future__ import annotations

import dataclasses
import functools
import operator
import re
import types
import typing
from typing import Any, ClassVar, Final, Generic, TypeVar

from msgspec import UNSET, MsgspecError, Struct, UnsetType, ValidationError, convert, defstruct
from msgspec.json import Decoder
from msgspec.structs import asdict

from rhoai_catalog.pointer import join
from rhoai_catalog.snapshot.facts import UNKNOWN, Fact

N = TypeVar("N")
T = TypeVar("T")

PLACE: Final = re.compile(r" - at `\$([\w.\[\]]+)`$")
WRONG_TYPE: Final = re.compile(r"Expected `(.*)`, got `(.*)`")
MISSING_FIELD: Final = re.compile(r"Object missing required field `(.*)`")
UNKNOWN_FIELD: Final = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)


def noun(kind: type[N], plain: Any) -> N:
    """The dataclass of this kind that plain JSON data describes. Raises ValueError: where, and what is wrong there."""
    try:
        row = convert(plain, _type(kind))
    except ValidationError as error:
        raise ValueError(_reason(str(error))) from error
    return typing.cast(N, _noun(row))


def noun_of(kind: type[N], text: str, version: int) -> N | None:
    """What a JSON text of this version says in one go; None where it is not sound, or JSON as few write it."""
    try:
        fields = _decoder(typing.cast(Any, kind), version).decode(text).fields()
    except (MsgspecError, RecursionError, ValueError):
        return None
    del fields["version"]
    return kind(**fields)


@functools.cache
def _decoder(kind: Any, version: int) -> Decoder[_Row]:
    versioned: Any = defstruct(
        kind.__name__, [("version", typing.Literal[version])], bases=(_struct(kind),), frozen=True, kw_only=True
    )
    return Decoder(versioned)


class _Row(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields of a dataclass; those that are not there keep the dataclass's default."""

    dataclass: ClassVar[type]
    nested: ClassVar[frozenset[str]]  # the fields that are not plain data

    def fields(self) -> dict[str, Any]:
        """The fields of the dataclass that were given."""
        fields = {name: value for name, value in asdict(self).items() if value is not UNSET}
        for name in self.nested:
            if name in fields:
                fields[name] = _noun(fields[name])
        return fields

    def noun(self) -> Any:
        return self.dataclass(**self.fields())


class _Evidence(Struct, Generic[T], frozen=True, forbid_unknown_fields=True, rename={"origin": "from"}):
    """A Fact: `value` and `from`, or `unknown`."""

    value: T | UnsetType = UNSET
    origin: str | UnsetType = UNSET
    unknown: str | UnsetType = UNSET

    def __post_init__(self) -> None:
        fields = [name for name in self.__struct_fields__ if getattr(self, name) is not UNSET]
        if fields not in (["value", "origin"], ["unknown"]):
            raise ValueError("either value and from, or unknown expected")

    def noun(self) -> Fact[Any]:
        if self.unknown is not UNSET:
            return Fact(UNKNOWN, str(self.unknown))
        return Fact(_noun(self.value), str(self.origin))


def _noun(value: Any) -> Any:
    if isinstance(value, _Row | _Evidence):
        return value.noun()
    return tuple(map(_noun, value)) if isinstance(value, tuple) else value


@functools.cache
def _struct(kind: Any) -> type[_Row]:
    hints = typing.get_type_hints(kind)
    wanted = {name: _type(hint) for name, hint in hints.items()}
    nested = frozenset(name for name in hints if wanted[name] != hints[name])
    fields: list[Any] = [
        (field.name, wanted[field.name])
        if field.default is field.default_factory is dataclasses.MISSING
        else (field.name, wanted[field.name] | UnsetType, UNSET)
        for field in dataclasses.fields(kind)
    ]
    constants = {"dataclass": kind, "nested": nested}
    row: Any = defstruct(kind.__name__, fields, bases=(_Row,), namespace=constants, frozen=True, kw_only=True)
    return typing.cast("type[_Row]", row)


def _type(hint: Any) -> Any:
    """The type of a dataclass's field as msgspec is to read it."""
    if dataclasses.is_dataclass(hint):
        return _struct(typing.cast(Any, hint))
    if hint is float:
        return int | float  # an integer stays one: it is written as it was read
    origin: Any = typing.get_origin(hint)
    arguments = tuple(map(_type, typing.get_args(hint)))
    if not arguments:
        return hint
    if origin in (types.UnionType, typing.Union):
        return functools.reduce(operator.or_, arguments)
    return (_Evidence if origin is Fact else origin)[arguments]


def _reason(message: str) -> str:
    """What msgspec refuses, as one line of ours behind the pointer to it; `...` stands for any key of a mapping."""
    words, path = message, ""
    if place := PLACE.search(message):
        words, path = message[: place.start()], join(*re.findall(r"\w+|\.{3}", place[1])) + ": "
    if wrong := WRONG_TYPE.fullmatch(words):
        return f"{path}{wrong[1]} expected, got {wrong[2]}"
    if missing := MISSING_FIELD.fullmatch(words):
        return f"{path}missing field {missing[1]!r}"
    if unknown := UNKNOWN_FIELD.fullmatch(words):
        return f"{path}unknown field {unknown[1]!r:.80}"
    return path + words
