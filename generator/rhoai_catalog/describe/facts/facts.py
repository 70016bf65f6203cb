"""What people pick a model by: one table that says for each fact where it is looked for and how it is shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from rhoai_catalog.describe.facts.evidence import Evidence
from rhoai_catalog.describe.facts.licence import licence_name
from rhoai_catalog.describe.facts.parameters import named_parameters, stated_parameters
from rhoai_catalog.describe.facts.places import Place, Values, field, label, matter, name, prop
from rhoai_catalog.describe.facts.stated import Stated
from rhoai_catalog.snapshot import UNKNOWN, Unknown

QUANTIZATION: Final = re.compile(
    r"(?<![A-Za-z0-9])(w[0-9]+a[0-9]+|(?:nv|mx)?fp[48]|int[48]|awq|gptq|[48]-bit)(?![A-Za-z0-9])", re.IGNORECASE
)
LIFECYCLES: Final = {  # what a maturity says -> the lifecycle that Backstage knows for it
    r"deprecat|retired|end of life|sunset": "deprecated",
    r"preview|alpha|beta|experiment|research|incubat|development": "experimental",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One fact: its title on a page, its annotation, if it has one, and where it is looked for, best first.

    Of `many` values all are shown, each in its `form`. `tag` makes a tag of each of the first so many `tags`. Of
    further ones `beyond` is the tag, and all are labels, whose keys begin with `label`.
    """

    title: str
    places: tuple[Place, ...]
    annotation: str = ""
    many: bool = False
    form: Callable[[str], str] = str
    tag: Callable[[str], str] | None = None
    tags: int = 1
    label: str = ""
    beyond: str = ""


TASKS: Final = (field("tasks"), matter("pipeline_tag"))
LANGUAGES: Final = (field("language"), matter("language"))
MATURITY: Final = Row(
    title="Maturity", annotation="rhoai-catalog/maturity", places=(field("maturity"), prop("maturity"))
)
FACTS: Final = (
    Row(
        title="Provider",
        annotation="rhoai-catalog/provider",
        places=(field("provider"), prop("provider")),
        tag=str,
    ),
    Row(title="License", annotation="rhoai-catalog/license", places=(licence_name,)),
    MATURITY,
    Row(title="Library", annotation="rhoai-catalog/library", places=(field("library_name"), matter("library_name"))),
    Row(
        title="Parameters",
        annotation="rhoai-catalog/parameters",
        places=(stated_parameters, named_parameters),
        tag=lambda text: text.rpartition(" ")[2],  # of a mixture of experts, all
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
    Row(title="Tasks", places=TASKS, many=True, tag=str, tags=3, label="task"),
    Row(title="Languages", places=LANGUAGES, many=True, tag=str, tags=3, label="language", beyond="multilingual"),
    Row(title="Model type", places=(prop("model type"),), many=True, tag=str),
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


def shown_facts(evidence: Evidence) -> Iterator[tuple[str, str, str]]:
    """Title, text and origin of every fact that is known, for a page."""
    for row in FACTS:
        values = best(row.places, evidence)
        if values.texts:
            texts = values.texts if row.many else values.texts[:1]
            yield row.title, ", ".join(map(row.form, texts)), values.origin
