"""What an AI asset shows as any kind: the facts of its model, and what the AI catalog files it under."""

from __future__ import annotations

import re
from typing import Final

from rhoai_catalog import limits
from rhoai_catalog.describe.entities.draft import Draft, annotation_pointer, listed
from rhoai_catalog.describe.facts.evidence import Evidence
from rhoai_catalog.describe.facts.facts import FACTS, FILTERED, Row, best, is_settled
from rhoai_catalog.describe.facts.places import Place
from rhoai_catalog.describe.identities.version import Version
from rhoai_catalog.snapshot import Unknown

ASSET_VERSION: Final = "rhdh.io/ai-asset-version"
NUMBER: Final = "(?:0|[1-9][0-9]*)"
MORE: Final = r"[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*"
SEMVER: Final = re.compile(rf"v?({NUMBER}\.{NUMBER}\.{NUMBER}(?:-{MORE})?(?:\+{MORE})?)")  # people write a v before it


def put_facts(draft: Draft, evidence: Evidence) -> None:
    """The facts as annotations, and as tags what people filter by. What an unknown card may tell otherwise stays as it
    is where the entity is in the tree.
    """
    for row in FACTS:
        _annotate(draft, row, evidence)
    for places in FILTERED.values():
        _tag(draft, places, evidence)
    if isinstance(evidence.card, Unknown):
        draft.unknown.add("/metadata/tags")


def _annotate(draft: Draft, row: Row, evidence: Evidence) -> None:
    if not is_settled(row.places, evidence) and not draft.until_known(annotation_pointer(row.annotation)):
        return
    values = best(row.places, evidence)
    texts = [row.form(text) for text in values.texts]
    if texts:
        draft.annotation(row.annotation, listed(texts) if row.many else texts[0], values.origin)
        if row.tag is not None:
            draft.tag(row.tag(texts[0]), values.origin)


def _tag(draft: Draft, places: tuple[Place, ...], evidence: Evidence) -> None:
    if not is_settled(places, evidence) and not draft.until_known("/metadata/tags"):
        return
    values = best(places, evidence)
    for text in sorted(values.texts)[: limits.TAGS_OF_ONE_FIELD]:
        draft.tag(text, values.origin)


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
