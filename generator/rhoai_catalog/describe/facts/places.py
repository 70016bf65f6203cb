"""Where a fact of a model is looked for: fields, custom properties, front matter, names and labels."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from rhoai_catalog import limits
from rhoai_catalog.describe.facts.evidence import Evidence
from rhoai_catalog.describe.facts.front_matter import front_matter
from rhoai_catalog.text.credentials import without_credentials
from rhoai_catalog.text.prose import line

COUNT: Final = re.compile(
    r"((?:[0-9]+x)?[0-9]+(?:\.[0-9]+)?)\s*([KMBT]|thousand|million|billion|trillion)", re.IGNORECASE
)
NUMBER: Final = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?(?:e\+?[0-9]{1,2})?", re.IGNORECASE)
UNITS: Final = {"T": 1e12, "B": 1e9, "M": 1e6, "K": 1e3}


@dataclass(frozen=True, slots=True)
class Values:
    """What one place holds, as visible texts, and where that stands."""

    texts: tuple[str, ...] = ()
    origin: str = ""


Place = Callable[[Evidence], Iterator[Values]]


def field(name: str) -> Place:
    """A field that registered models and catalog models have."""

    def look(evidence: Evidence) -> Iterator[Values]:
        if evidence.version is not None:
            yield Values(texts(getattr(evidence.version.model, name)), f"RegisteredModel {name}")
        if (card := evidence.known_card) is not None:
            yield Values(texts(getattr(card, name)), f"CatalogModel {card.source_id}/{card.name} {name}")

    return look


def prop(*names: str) -> Place:
    """A custom property under any of these names, however it is spelled: `context_length`, `Context length`."""

    def look(evidence: Evidence) -> Iterator[Values]:
        for table, whose in evidence.properties():
            yield from called(names, table, whose)

    return look


def called(names: Collection[str], table: Mapping[str, Any], whose: str) -> Iterator[Values]:
    """The properties of one table under any of these names."""
    for key, value in sorted(table.items()):
        if re.sub(r"[\s_-]+", " ", key).strip().lower() in names:
            yield Values(texts(value), f"{whose} {key}")


def matter(name: str) -> Place:
    """A key of the card's front matter."""

    def look(evidence: Evidence) -> Iterator[Values]:
        yield Values(texts(front_matter(evidence.readme()).get(name)), f"front matter of the model card, {name}")

    return look


def name(pattern: re.Pattern[str]) -> Place:
    """What a model's name tells."""

    def look(evidence: Evidence) -> Iterator[Values]:
        for text, origin in evidence.names():
            if match := pattern.search(text):
                yield Values((match[1],), origin)

    return look


def label(pattern: re.Pattern[str]) -> Place:
    """What a label (a custom property without a value) tells."""

    def look(evidence: Evidence) -> Iterator[Values]:
        for table, whose in evidence.properties():
            for key in sorted(table, reverse=True):  # w4a16 says more than int4, and int4 than 4-bit
                if table[key] == "" and (match := pattern.match(key)):
                    yield Values((match[1],), f"{whose} {key}")

    return look


def count(place: Place) -> Place:
    """What a place tells that is a number of parameters: `8B`, `8x7B`, `1.5 billion`, `8000000000`; not `15 GB`."""

    def look(evidence: Evidence) -> Iterator[Values]:
        for values in place(evidence):
            yield Values(tuple(filter(None, map(_count, values.texts))), values.origin)

    return look


def _count(text: str) -> str:
    if match := COUNT.fullmatch(text):
        return match[1] + ("K" if match[2].lower() == "thousand" else match[2][0].upper())
    number = float(text.replace(",", "")) if NUMBER.fullmatch(text) else 0
    return next((f"{number / size:.3g}{unit}" for unit, size in UNITS.items() if number >= size), "")


def texts(value: Any) -> tuple[str, ...]:
    """A value as visible texts: of a list, or of the text of a JSON list, each item."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        with contextlib.suppress(ValueError, RecursionError):
            value = json.loads(value)
    if isinstance(value, list | tuple):
        return tuple(
            text for item in value[: limits.STATED_VALUES] for text in texts(item) if not isinstance(item, list)
        )
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ()
    written = f"{value:g}" if isinstance(value, float) else str(value)[: 4 * limits.STATED_VALUE]
    text = without_credentials(line(written)[: limits.STATED_VALUE])
    return (text,) if text else ()
