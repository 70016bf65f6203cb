"""What people pick a model by: one table that says for each fact where it is looked for and how it is shown."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from rhoai_catalog.describe.entities.draft import Draft, listed
from rhoai_catalog.describe.identities.joins import Version
from rhoai_catalog.describe.pages.card import front_matter
from rhoai_catalog.snapshot import UNKNOWN, CatalogModel, Unknown
from rhoai_catalog.text.credentials import without_credentials
from rhoai_catalog.text.prose import line

Found = Iterator[tuple[tuple[str, ...], str]]  # values, and where they stand
MOST_TAGS: Final = 10  # of one field; what is more is noise
MOST_VALUES: Final = 50  # of a list
LONGEST: Final = 200  # characters of a value
SIZE: Final = re.compile(r"(?<![A-Za-z0-9.])((?:[0-9]+x)?[0-9]+(?:\.[0-9]+)?b)(?![A-Za-z0-9])", re.IGNORECASE)
COUNT: Final = re.compile(
    r"((?:[0-9]+x)?[0-9]+(?:\.[0-9]+)?)\s*([KMBT]|thousand|million|billion|trillion)", re.IGNORECASE
)
NUMBER: Final = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?(?:e\+?[0-9]{1,2})?", re.IGNORECASE)
UNITS: Final = {"T": 1e12, "B": 1e9, "M": 1e6, "K": 1e3}
QUANTIZATION: Final = re.compile(
    r"(?<![A-Za-z0-9])(w[0-9]+a[0-9]+|(?:nv|mx)?fp[48]|int[48]|awq|gptq|[48]-bit)(?![A-Za-z0-9])", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that speaks of a model: its registered version, the catalog model it is, or both."""

    version: Version | None = None
    card: CatalogModel | Unknown | None = None

    @property
    def known_card(self) -> CatalogModel | None:
        return self.card if isinstance(self.card, CatalogModel) else None

    def readme(self) -> str:
        """The model card, with its front matter."""
        card = self.known_card
        return (card.readme if card else None) or (self.version.model.readme if self.version else None) or ""

    def properties(self) -> Iterator[tuple[Mapping[str, Any], str]]:
        """Custom properties, the nearest first, and whose they are."""
        if self.version is not None:
            yield self.version.version.custom_properties, "ModelVersion custom property"
            yield self.version.model.custom_properties, "RegisteredModel custom property"
        if (card := self.known_card) is not None:
            yield card.custom_properties, f"CatalogModel {card.source_id}/{card.name} custom property"

    def names(self) -> Iterator[tuple[str, str]]:
        if self.version is not None:
            yield self.version.model.name, "RegisteredModel name"
            yield self.version.version.name, "ModelVersion name"
        if (card := self.known_card) is not None:
            yield card.name, f"CatalogModel {card.source_id} name"


def field(name: str) -> Callable[[Evidence], Found]:
    """A field that registered models and catalog models have."""

    def look(evidence: Evidence) -> Found:
        if evidence.version is not None:
            yield _texts(getattr(evidence.version.model, name)), f"RegisteredModel {name}"
        if (card := evidence.known_card) is not None:
            yield _texts(getattr(card, name)), f"CatalogModel {card.source_id}/{card.name} {name}"

    return look


def prop(*names: str) -> Callable[[Evidence], Found]:
    """A custom property under any of these names, however it is spelled: `context_length`, `Context length`."""

    def look(evidence: Evidence) -> Found:
        for table, whose in evidence.properties():
            for key, value in sorted(table.items()):
                if re.sub(r"[\s_-]+", " ", key).strip().lower() in names:
                    yield _texts(value), f"{whose} {key}"

    return look


def matter(name: str) -> Callable[[Evidence], Found]:
    """A key of the card's front matter."""

    def look(evidence: Evidence) -> Found:
        yield _texts(front_matter(evidence.readme()).get(name)), f"front matter of the model card, {name}"

    return look


def name(pattern: re.Pattern[str]) -> Callable[[Evidence], Found]:
    """What a model's name tells."""

    def look(evidence: Evidence) -> Found:
        for text, origin in evidence.names():
            if found := pattern.search(text):
                yield (found[1],), origin

    return look


def label(pattern: re.Pattern[str]) -> Callable[[Evidence], Found]:
    """What a label (a custom property without a value) tells."""

    def look(evidence: Evidence) -> Found:
        for table, whose in evidence.properties():
            for key in sorted(table, reverse=True):  # w4a16 says more than int4, and int4 than 4-bit
                if table[key] == "" and (found := pattern.match(key)):
                    yield (found[1],), f"{whose} {key}"

    return look


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One fact: its title on a page, its annotation, and where it is looked for, best first."""

    title: str
    annotation: str
    places: tuple[Callable[[Evidence], Found], ...]
    many: bool = False
    form: Callable[[str], str] = str


def plain(look: Callable[[Evidence], Found]) -> Callable[[Evidence], Found]:
    """What a place tells that is no address; an address is a link."""

    def only(evidence: Evidence) -> Found:
        for values, origin in look(evidence):
            yield tuple(value for value in values if not re.match(r"https?://", value)), origin

    return only


def count(look: Callable[[Evidence], Found]) -> Callable[[Evidence], Found]:
    """What a place tells that is a number of parameters: `8B`, `8x7B`, `1.5 billion`, `8000000000`; not `15 GB`."""

    def only(evidence: Evidence) -> Found:
        for values, origin in look(evidence):
            yield tuple(filter(None, map(_count, values))), origin

    return only


def _count(text: str) -> str:
    if found := COUNT.fullmatch(text):
        return found[1] + found[2][:1].upper()
    number = float(text.replace(",", "")) if NUMBER.fullmatch(text) else 0
    return next((f"{number / size:.3g}{unit}" for unit, size in UNITS.items() if number >= size), "")


TASKS: Final = (field("tasks"), matter("pipeline_tag"))
LANGUAGES: Final = (field("language"), matter("language"))
TYPE: Final = (prop("model type"),)
MATURITY: Final = Row(
    title="Maturity", annotation="rhoai-catalog/maturity", places=(field("maturity"), prop("maturity"))
)
FACTS: Final = (
    Row(title="Provider", annotation="rhoai-catalog/provider", places=(field("provider"), prop("provider"))),
    Row(
        title="Licence",
        annotation="rhoai-catalog/license",
        places=(plain(prop("license")), field("license"), matter("license")),
    ),
    MATURITY,
    Row(title="Library", annotation="rhoai-catalog/library", places=(field("library_name"), matter("library_name"))),
    Row(
        title="Parameters",
        annotation="rhoai-catalog/parameters",
        places=(count(prop("parameters", "model size", "size")), name(SIZE)),
        form=lambda text: text.upper().replace("X", "x"),
    ),
    Row(
        title="Quantisation",
        annotation="rhoai-catalog/quantization",
        places=(prop("quantization", "quantisation"), name(QUANTIZATION), label(QUANTIZATION)),
        form=str.lower,
    ),
    Row(
        title="Context length",
        annotation="rhoai-catalog/context-length",
        places=(prop("context length", "context window", "max model len", "max position embeddings"),),
    ),
    Row(
        title="Base model",
        annotation="rhoai-catalog/base-model",
        places=(prop("base model"), matter("base_model")),
        many=True,
    ),
    Row(title="Validated on", annotation="rhoai-catalog/validated-on", places=(prop("validated on"),), many=True),
    Row(title="Hardware", annotation="rhoai-catalog/hardware", places=(prop("hardware tag", "hardware"),), many=True),
)
LIFECYCLES: Final = {  # what a maturity says -> the lifecycle that Backstage knows for it
    r"deprecat|retired|end of life|sunset": "deprecated",
    r"preview|alpha|beta|experiment|research|incubat|development": "experimental",
}
QUANTIZED: Final = "rhoai-catalog/quantization"
VALIDATED: Final = "rhoai-catalog/validated-on"


def first(places: tuple[Callable[[Evidence], Found], ...], evidence: Evidence) -> tuple[tuple[str, ...], str]:
    """The first place's values that are any, and where they stand."""
    return next((found for place in places for found in place(evidence) if found[0]), ((), ""))


def is_settled(places: tuple[Callable[[Evidence], Found], ...], evidence: Evidence) -> bool:
    """Whether the card cannot tell otherwise: it is known, or the registry tells it in the best place already."""
    return not isinstance(evidence.card, Unknown) or bool(first(places[:1], evidence)[0])


def maturity_lifecycle(evidence: Evidence) -> tuple[str, str] | Unknown | None:
    """The lifecycle that a model's maturity stands for, with its origin; UNKNOWN where a card may tell another."""
    if not is_settled(MATURITY.places, evidence):
        return UNKNOWN
    maturity, origin = first(MATURITY.places, evidence)
    told = maturity[0].lower() if maturity else ""
    found = next((name for pattern, name in LIFECYCLES.items() if re.search(pattern, told)), None)
    return (found, f"the maturity {maturity[0]!r} ({origin})") if found else None


def put_facts(draft: Draft, evidence: Evidence, *, in_tree: bool) -> None:
    """The facts as annotations, and as tags what people filter by. What an unknown card may tell otherwise stays as it
    is where the entity is `in_tree`.
    """
    for row in FACTS:
        pointer = Draft.pointer("annotations", row.annotation)
        if not is_settled(row.places, evidence) and not draft.until_known(pointer, in_tree=in_tree):
            continue
        values, origin = first(row.places, evidence)
        told = [row.form(value) for value in values]
        if told:
            draft.annotation(row.annotation, listed(told) if row.many else told[0], origin)
            if row.annotation == QUANTIZED:
                draft.tag(told[0], origin)
            if row.annotation == VALIDATED:
                draft.tag("validated", origin)
    for places in (TASKS, LANGUAGES, TYPE):
        if not is_settled(places, evidence) and not draft.until_known("/metadata/tags", in_tree=in_tree):
            continue
        values, origin = first(places, evidence)
        for value in sorted(values)[:MOST_TAGS]:
            draft.tag(value, origin)
    if isinstance(evidence.card, Unknown):
        draft.unknown.add("/metadata/tags")


def shown_facts(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Title and text of every fact that is known, for a page."""
    for row in FACTS:
        values, _ = first(row.places, evidence)
        if values:
            yield row.title, ", ".join(map(row.form, values if row.many else values[:1]))
    for title, places in (("Tasks", TASKS), ("Languages", LANGUAGES), ("Model type", TYPE)):
        values, _ = first(places, evidence)
        if values:
            yield title, ", ".join(values)


def _texts(value: Any) -> tuple[str, ...]:
    """A value as visible texts: of a list, or of the text of a JSON list, each item."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        with contextlib.suppress(ValueError, RecursionError):
            value = json.loads(value)
    if isinstance(value, list | tuple):
        return tuple(text for item in value[:MOST_VALUES] for text in _texts(item) if not isinstance(item, list))
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ()
    text = without_credentials(line(f"{value:g}" if isinstance(value, float) else str(value)[: 4 * LONGEST])[:LONGEST])
    return (text,) if text else ()
