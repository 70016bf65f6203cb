"""The sections of a TechDocs page about a model: facts, artifacts, deployments, parameters, metrics, properties."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from rhoai_catalog import limits
from rhoai_catalog.describe.facts.evidence import Evidence
from rhoai_catalog.describe.facts.facts import shown_facts
from rhoai_catalog.describe.identities.version import Version
from rhoai_catalog.describe.pages.foreign import code, inline, link, table
from rhoai_catalog.describe.pages.history import Deployment
from rhoai_catalog.snapshot import Artifact, CatalogModel
from rhoai_catalog.text.credentials import without_credentials
from rhoai_catalog.text.prose import line

PAGES: Final = {  # page of a site -> the custom properties (of earlier tools) whose text it shows
    "Usage": ("How to use", "Usage"),
    "Training": ("Training",),
    "Ethics": ("Ethics",),
    "Support": ("Support",),
}
NO_PROPERTIES: Final = ("Owner", "Lifecycle", "License", "API Spec", "API Type", "TechDocs", "Homepage URL")
SHOWN_ELSEWHERE: Final = frozenset([*NO_PROPERTIES, *(key for keys in PAGES.values() for key in keys)])
# Sections that say what one version is, and no other.
OWN: Final = ("Facts", "Artifacts", "Deployments", "Hyperparameters", "Metrics", "Benchmarks", "Properties")
DEPLOYMENT_STATES: Final = {"DEPLOYED": "deployed", "UNDEPLOYED": "no longer deployed"}


def facts(evidence: Evidence, licence: str) -> str:
    """What people pick a model by; `licence` is the address of its licence, if there is one."""
    rows: list[tuple[str, str]] = []
    if (version := evidence.version) is not None:
        rows += [
            ("Registered as", f"{code(version.model.name)}, version {code(version.version.name)}"),
            ("Registry", code(version.version.registry)),
        ]
    shown = {title: text for title, text, _ in shown_facts(evidence)}
    if licence:
        shown = {"License": licence, **shown}
    for title, text in shown.items():
        rows.append((title, link(text, licence) if title == "License" and licence else inline(text)))
    if (card := evidence.known_card) is not None:
        rows.append(("Model catalog", code(f"{card.source_id}/{card.name}")))
    return "## Facts\n\n" + table(("Fact", "Value"), rows) if rows else ""


def _of_type(version: Version, *types: str) -> list[Artifact]:
    return [artifact for artifact in version.version.artifacts or () if artifact.artifact_type in types]


def artifacts(version: Version) -> str:
    listed = _of_type(version, "model-artifact", "doc-artifact", "dataset-artifact")
    rows = [
        (inline(line(a.name or a.artifact_type)), code(a.uri or ""), inline(_format(a)))
        for a in listed
        if a.uri or a.description
    ]
    return _table("Artifacts", ("Name", "Address", "Format"), rows)


def stored(uris: Sequence[str]) -> str:
    """Where a model without a registered version is stored."""
    return _table("Artifacts", ("Address",), [(code(uri),) for uri in uris])


def _format(artifact: Artifact) -> str:
    return line(f"{artifact.model_format_name or ''} {artifact.model_format_version or ''}")


def deployments(history: Sequence[Deployment]) -> str:
    rows = [
        (code(line(row.server)), code(line(row.place)), inline(line(row.runtime)), inline(_state(row.state)))
        for row in history
    ]
    return _table("Deployments", ("Server", "Where", "Runtime", "State"), rows)


def _state(state: str) -> str:
    return DEPLOYMENT_STATES.get(state, line(state).lower())


def values(title: str, version: Version, artifact_type: str) -> str:
    rows = [
        (inline(line(a.name or "")), code(str(a.value)))
        for a in _of_type(version, artifact_type)
        if a.value is not None
    ]
    return _table(title, ("Name", "Value"), sorted(rows))


def benchmarks(card: CatalogModel | None) -> str:
    """What the model catalog says was measured of a model."""
    rows = [(inline(line(name)), code(str(value))) for name, value in (card.accuracy if card else {}).items()]
    return _table("Benchmarks", ("Name", "Value"), rows)


def properties(evidence: Evidence) -> str:
    """Custom properties of a version that nothing else shows; labels (empty ones) are tags."""
    facts_of = {origin for _, _, origin in shown_facts(evidence)}
    custom = {
        name: value
        for table, whose in reversed([*evidence.properties()])
        if not whose.startswith("CatalogModel")
        for name, value in table.items()
        if f"{whose} {name}" not in facts_of
    }
    rows = [
        (inline(line(name)), code(without_credentials(_shortened(_written(value)))))
        for name, value in sorted(custom.items())
        if value not in ("", None) and name not in SHOWN_ELSEWHERE and not name.startswith(("_", "rhdh."))
    ]
    return _table("Properties", ("Name", "Value"), rows)


def _written(value: Any) -> str:
    """A property as people write it: a text as it is, all else as JSON."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text.replace("\\/", "/")  # as JSON may write it


def _shortened(text: str) -> str:
    return text if len(text) <= limits.CELL else f"{text[: limits.CELL]} …"


def texts(version: Version) -> Iterator[tuple[str, str]]:
    """Title and text of every page that people wrote into the registry's properties; addresses are links instead."""
    for title, keys in PAGES.items():
        nearest, further = version.version.custom_properties, version.model.custom_properties
        written = (nearest.get(key) or further.get(key) for key in keys)
        texts = [text for text in written if isinstance(text, str) and text.strip()]
        if shown := [text for text in texts if not re.fullmatch(r"https?://\S+", text.strip())]:
            yield title, "\n\n".join(shown)


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A section, if there is anything in it; of too many rows the first, and how many there are besides."""
    more = f"\n\n… and {len(rows) - limits.ROWS:,} more" if len(rows) > limits.ROWS else ""
    return f"## {title}\n\n{table(heads, rows[: limits.ROWS])}{more}" if rows else ""
