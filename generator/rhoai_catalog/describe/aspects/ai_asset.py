"""What an AI asset shows as any kind: the facts of its model, and what the AI catalog files it under."""

from __future__ import annotations

import re
from typing import Final

from rhoai_catalog.backstage import is_key
from rhoai_catalog.describe.entities.draft import Draft, annotation_pointer, listed
from rhoai_catalog.describe.facts.evidence import Evidence
from rhoai_catalog.describe.facts.facts import FACTS, Row, best, is_settled
from rhoai_catalog.describe.facts.places import Values
from rhoai_catalog.describe.identities.version import Version
from rhoai_catalog.snapshot import Unknown

TAGS: Final = "/metadata/tags"
LABELS: Final = "/metadata/labels"
ASSET_VERSION: Final = "rhdh.io/ai-asset-version"
NUMBER: Final = "(?:0|[1-9][0-9]*)"
MORE: Final = r"[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*"
SEMVER: Final = re.compile(rf"v?({NUMBER}\.{NUMBER}\.{NUMBER}(?:-{MORE})?(?:\+{MORE})?)")  # people write a v before it


def put_facts(draft: Draft, evidence: Evidence) -> None:
    """The facts as annotations, and as what people filter by. What an unknown card may tell otherwise stays as it is
    where the entity is in the tree.
    """
    for row in FACTS:
        if row.annotation:
            _annotate(draft, row, evidence)
    put_filters(draft, evidence)


def put_filters(draft: Draft, evidence: Evidence) -> None:
    """What people filter by: a few tags of each fact, and all values of one with many as labels."""
    for row in FACTS:
        if row.tag is not None and (is_settled(row.places, evidence) or draft.until_known(TAGS)):
            values = best(row.places, evidence)
            for text in values.texts[: row.tags]:
                draft.tag(row.tag(row.form(text)), values.origin)
            if row.label and len(values.texts) > row.tags:
                draft.tag(row.beyond, values.origin)
                _labels(draft, row.label, values)
    if isinstance(evidence.card, Unknown):
        draft.unknown |= {TAGS, LABELS}


def _labels(draft: Draft, name: str, values: Values) -> None:
    keys = {text: f"rhoai-catalog/{name}-{text}" for text in values.texts}
    for key in filter(is_key, keys.values()):
        draft.label(key, "true", values.origin)
    if unfit := sum(not is_key(key) for key in keys.values()):
        draft.refuse(values.origin, f"has {unfit} of {len(keys)} values that no label can have")


def _annotate(draft: Draft, row: Row, evidence: Evidence) -> None:
    if not is_settled(row.places, evidence) and not draft.until_known(annotation_pointer(row.annotation)):
        return
    values = best(row.places, evidence)
    texts = [row.form(text) for text in values.texts]
    if texts:
        draft.annotation(row.annotation, listed(texts) if row.many else texts[0], values.origin)


def put_ai_asset(
    draft: Draft, category: str, version: Version | Unknown | str | None = None, origin: str = "ModelVersion name"
) -> None:
    """What the AI catalog of RHDH 2.1 files an entity under: category, source, and version where that is semantic."""
    draft.annotation("rhdh.io/ai-asset-category", category, "the kind of thing that it is")
    draft.annotation("rhdh.io/ai-asset-source", "rhoai-catalog", "this program")
    name = version.version.name if isinstance(version, Version) else version
    if isinstance(name, Unknown):
        draft.unknown.add(annotation_pointer(ASSET_VERSION))
    elif name is not None and (number := SEMVER.fullmatch(name.strip())):
        draft.annotation(ASSET_VERSION, number[1], origin)
