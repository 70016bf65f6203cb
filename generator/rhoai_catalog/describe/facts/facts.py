"""What people pick a model by: one table that says for each fact where it is looked for and how it is shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from rhoai_catalog.describe.facts.evidence import Evidence
from rhoai_catalog.describe.facts.places import Place, Values, count, field, label, matter, name, plain, prop
from rhoai_catalog.describe.facts.stated import Stated
from rhoai_catalog.snapshot import UNKNOWN, Unknown

SIZE: Final = re.compile(r"(?<![A-Za-z0-9.])((?:[0-9]+x)?[0-9]+(?:\.[0-9]+)?b)(?![A-Za-z0-9])", re.IGNORECASE)
QUANTIZATION: Final = re.compile(
    r"(?<![A-Za-z0-9])(w[0-9]+a[0-9]+|(?:nv|mx)?fp[48]|int[48]|awq|gptq|[48]-bit)(?![A-Za-z0-9])", re.IGNORECASE
)
LIFECYCLES: Final = {  # what a maturity says -> the lifecycle that Backstage knows for it
    r"deprecat|retired|end of life|sunset": "deprecated",
    r"preview|alpha|beta|experiment|research|incubat|development": "experimental",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One fact: its title on a page, its annotation, and where it is looked for, best first.

    Of `many` values all are shown, each in its `form`; `tag` makes of the first one a tag that people filter by.
    """

    title: str
    annotation: str
    places: tuple[Place, ...]
    many: bool = False
    form: Callable[[str], str] = str
    tag: Callable[[str], str] | None = None


TASKS: Final = (field("tasks"), matter("pipeline_tag"))
LANGUAGES: Final = (field("language"), matter("language"))
TYPE: Final = (prop("model type"),)
FILTERED: Final = {"Tasks": TASKS, "Languages": LANGUAGES, "Model type": TYPE}  # shown as tags, not as annotations
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
        tag=str,
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
    Row(
        title="Validated on",
        annotation="rhoai-catalog/validated-on",
        places=(prop("validated on"),),
        many=True,
        tag=lambda _: "validated",
    ),
    Row(title="Hardware", annotation="rhoai-catalog/hardware", places=(prop("hardware tag", "hardware"),), many=True),
)


def best(places: tuple[Place, ...], evidence: Evidence) -> Values:
    """The values of the first place that has any."""
    return next((values for place in places for values in place(evidence) if values.texts), Values())


def is_settled(places: tuple[Place, ...], evidence: Evidence) -> bool:
    """Whether the card cannot tell otherwise: it is known, or the registry tells it in the best place already."""
    return not isinstance(evidence.card, Unknown) or bool(best(places[:1], evidence).texts)


def maturity_lifecycle(evidence: Evidence) -> Stated | Unknown | None:
    """The lifecycle that a model's maturity stands for; UNKNOWN where a card may tell another."""
    if not is_settled(MATURITY.places, evidence):
        return UNKNOWN
    maturity = best(MATURITY.places, evidence)
    for text in maturity.texts[:1]:
        for pattern, lifecycle in LIFECYCLES.items():
            if re.search(pattern, text.lower()):
                return Stated(lifecycle, f"the maturity {text!r} ({maturity.origin})")
    return None


def shown_facts(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Title and text of every fact that is known, for a page."""
    for row in FACTS:
        texts = best(row.places, evidence).texts
        if texts:
            yield row.title, ", ".join(map(row.form, texts if row.many else texts[:1]))
    for title, places in FILTERED.items():
        texts = best(places, evidence).texts
        if texts:
            yield title, ", ".join(texts)
