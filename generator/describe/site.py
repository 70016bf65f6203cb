"""The TechDocs site of a version: card, facts, artifacts, parameters and metrics, in sections that merge one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

from generator import documents
from generator.backstage import Entity
from generator.describe.card import safe_card
from generator.describe.draft import line
from generator.describe.foreign import code, defused, inline, link, paragraph, table
from generator.describe.joins import Version
from generator.snapshot import Artifact, CatalogModel

TEXTS: Final = ("How to use", "Usage", "Training", "Ethics", "Support")  # custom properties that earlier tools read
SHOWN_ELSEWHERE: Final = frozenset(
    [*TEXTS, "Owner", "Lifecycle", "License", "API Spec", "API Type", "TechDocs", "Homepage URL"]
)
MOST_ROWS: Final = 200


def site_pages(version: Version, card: CatalogModel | None, entity: Entity) -> Mapping[str, str]:
    """The files of the site by their path in it."""
    metadata = entity.document["metadata"]
    sections = [
        f"# {inline(metadata['title'])}",
        paragraph(metadata.get("description", "")),
        *_about(version, card, metadata),
        *_card(version, card),
        *_texts(version),
        *_artifacts(version),
        *_values("Hyperparameters", version, "parameter"),
        *_values("Metrics", version, "metric"),
        *_benchmarks(card),
        *_properties(version),
    ]
    configuration = {"site_name": escape(metadata["title"]), "plugins": ["techdocs-core"]}
    return {
        "mkdocs.yml": documents.dump(configuration, start=False),
        "docs/index.md": defused("\n\n".join(section for section in sections if section)) + "\n",
    }


def _about(version: Version, card: CatalogModel | None, metadata: Mapping[str, Any]) -> Iterator[str]:
    annotations = metadata["annotations"]
    licence = next((link["url"] for link in metadata.get("links", ()) if link["title"] == "License"), "")
    name = annotations.get("rhoai-catalog/license", "")
    rows = [
        ("Registered as", f"{code(version.model.name)}, version {code(version.version.name)}"),
        ("Registry", code(version.version.registry)),
        ("Provider", inline(annotations.get("rhoai-catalog/provider", ""))),
        ("Licence", link(name or licence, licence) if licence else inline(name)),
        ("Tasks", inline(", ".join(version.model.tasks or (card.tasks if card else ())))),
        ("Languages", inline(", ".join(version.model.language or (card.language if card else ())))),
        ("Maturity", inline(annotations.get("rhoai-catalog/maturity", ""))),
        ("Library", inline(annotations.get("rhoai-catalog/library", ""))),
        ("Model catalog", code(f"{card.source_id}/{card.name}") if card else ""),
    ]
    yield "## Facts\n\n" + table(("", ""), [(name, value) for name, value in rows if value])


def _card(version: Version, card: CatalogModel | None) -> Iterator[str]:
    readme = (card.readme if card else None) or version.model.readme
    if readme:
        yield safe_card(readme).text


def _texts(version: Version) -> Iterator[str]:
    for name in TEXTS:
        told = version.version.custom_properties.get(name) or version.model.custom_properties.get(name)
        if isinstance(told, str) and told.strip():
            yield f"## {name}\n\n{paragraph(told)}"


def _of_type(version: Version, *types: str) -> list[Artifact]:
    return [artifact for artifact in version.version.artifacts or () if artifact.artifact_type in types]


def _artifacts(version: Version) -> Iterator[str]:
    found = _of_type(version, "model-artifact", "doc-artifact", "dataset-artifact")
    rows = [
        (inline(line(a.name or a.artifact_type)), code(a.uri or ""), inline(_format(a)))
        for a in found[:MOST_ROWS]
        if a.uri or a.description
    ]
    if rows:
        yield "## Artifacts\n\n" + table(("Name", "Address", "Format"), rows)


def _format(artifact: Artifact) -> str:
    return line(f"{artifact.model_format_name or ''} {artifact.model_format_version or ''}")


def _values(title: str, version: Version, artifact_type: str) -> Iterator[str]:
    rows = [
        (inline(line(a.name or "")), code(str(a.value)))
        for a in _of_type(version, artifact_type)[:MOST_ROWS]
        if a.value is not None
    ]
    if rows:
        yield f"## {title}\n\n" + table(("Name", "Value"), sorted(rows))


def _benchmarks(card: CatalogModel | None) -> Iterator[str]:
    """What the model catalog says was measured of the model that the version was registered from."""
    rows = [(inline(line(name)), code(str(value))) for name, value in (card.accuracy if card else {}).items()]
    if rows:
        yield "## Benchmarks\n\n" + table(("Name", "Value"), rows[:MOST_ROWS])


def _properties(version: Version) -> Iterator[str]:
    """Custom properties that no other section shows; labels (empty ones) are tags."""
    found = {**version.model.custom_properties, **version.version.custom_properties}
    rows = [
        (inline(line(name)), code(str(value)[:500]))
        for name, value in sorted(found.items())
        if value not in ("", None) and name not in SHOWN_ELSEWHERE and not name.startswith(("_", "rhdh."))
    ]
    if rows:
        yield "## Properties\n\n" + table(("Name", "Value"), rows[:MOST_ROWS])
