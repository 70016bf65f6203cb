"""JSON from elsewhere as values that can be written again; what would take too much to build is refused unbuilt."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Any, Final

from msgspec import DecodeError
from msgspec.json import Decoder

from rhoai_catalog import limits

SURROGATE: Final = re.compile("[\ud800-\udfff]")
MAYBE_SURROGATE: Final = (b"\\ud", b"\\uD", b"\xed")  # one of these is where one is
SYMBOLS: Final = b'"[]{},'
NO_SYMBOLS: Final = bytes(set(range(256)) - set(SYMBOLS))
STRING: Final = re.compile(rb'"[^"]*"?')
ALIKE: Final = bytes.maketrans(b"{}", b"[]")
DIGITS: Final = bytes(ord("0" if chr(byte) in "0123456789" else " ") for byte in range(256))
LONG_INTEGER: Final = b"0" * 20  # behind a sign it is a float to us


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How deep JSON may nest, and how many values it may have: `values`, and one more for so many bytes of its text."""

    depth: int = limits.JSON_DEPTH
    values: int = limits.JSON_VALUES
    bytes_per_value: int = limits.JSON_BYTES_PER_VALUE


BOUNDS: Final = Bounds()


class ExcessiveJson(ValueError):
    """It nests too deeply, or has more values than its length lets one expect."""


def parse_json(text: str | bytes, bounds: Bounds = Bounds()) -> Any:
    """JSON as plain values. NaN, what no double holds and half surrogates become text. Raises ValueError."""
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    _check(raw, bounds)
    try:
        return parse_odd_json(text) if LONG_INTEGER in raw.translate(DIGITS) else _DECODER.decode(raw)
    except (DecodeError, RecursionError):  # no JSON, or none that the quick one takes
        return parse_odd_json(text)


def parse_odd_json(text: str | bytes) -> Any:
    """The same without bounds: slower, and of any number and text."""
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    text = text.decode("utf-8-sig", "replace") if isinstance(text, bytes) else text
    value = json.loads(text, parse_float=_number, parse_int=_integer, parse_constant=str)
    return _writable(value) if any(mark in raw for mark in MAYBE_SURROGATE) else value


def _check(raw: bytes, bounds: Bounds) -> None:
    """Refuse what exceeds the bounds, by its brackets and commas; those in strings are taken out where it matters."""
    most = bounds.values + len(raw) // bounds.bytes_per_value
    opened = raw.count(b"[") + raw.count(b"{")
    if opened <= bounds.depth and opened + raw.count(b",") <= most:
        return
    symbols = _symbols(raw)
    if symbols.count(b'"') > most:  # of strings with symbols in them
        raise ExcessiveJson(f"more values than {len(raw):,} bytes may hold")
    outside = STRING.sub(b"", symbols)
    if outside.count(b"[") + outside.count(b"{") + outside.count(b",") > most:
        raise ExcessiveJson(f"more values than {len(raw):,} bytes may hold")
    if _depth(outside, bounds.depth) > bounds.depth:
        raise ExcessiveJson(f"nested more than {bounds.depth} deep")


def _symbols(raw: bytes) -> bytes:
    """Quotes, brackets and commas; no escaped quotes, and no strings that hold none of the others."""
    if b"\\" in raw:
        raw = raw.replace(b"\\\\", b"").replace(b'\\"', b"")
    return raw.translate(None, NO_SYMBOLS).replace(b'""', b"")


def _depth(symbols: bytes, most: int) -> int:
    """How deep brackets nest, whatever kind they are; of what is deeper than `most`, some number above it.

    The innermost ones are taken away, level by level; what then stays are those that nothing closes.
    """
    brackets = symbols.translate(ALIKE, b",")
    levels = 0
    while levels <= most and len(flatter := brackets.replace(b"[]", b"")) < len(brackets):
        brackets, levels = flatter, levels + 1
    return levels + brackets.count(b"[")


def _number(digits: str) -> float | str:
    return number if math.isfinite(number := float(digits)) else digits


_DECODER: Final = Decoder(float_hook=_number)


def _integer(digits: str) -> float | str:
    return int(digits) if len(digits) <= 20 else _number(digits)


def _writable(value: Any) -> Any:
    """Half of a surrogate pair is no character, and no file can hold it."""
    if isinstance(value, str):
        return SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, list):
        return [_writable(item) for item in value]
    if isinstance(value, dict):
        return {_writable(key): _writable(item) for key, item in value.items()}
    return value
