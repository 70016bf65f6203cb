"""ModelVersion (of a RegisteredModel) -> Resource `ai-model`, and what its TechDocs site shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Final

from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.config import Config
from rhoai_catalog.describe.entities.ai_model_server_api import category
from rhoai_catalog.describe.entities.component import version_owners
from rhoai_catalog.describe.entities.draft import Draft, listed
from rhoai_catalog.describe.entities.facts import MOST_TAGS, Evidence, maturity_lifecycle, put_facts
from rhoai_catalog.describe.entities.ownership import first, lifecycle, owner, system
from rhoai_catalog.describe.identities.files import relative
from rhoai_catalog.describe.identities.joins import Joins, Version
from rhoai_catalog.entity import Entity
from rhoai_catalog.kinds import AI_MODEL_SERVER_API, RESOURCE
from rhoai_catalog.snapshot import CatalogModel, InferenceService, Unknown
from rhoai_catalog.text.prose import line, paragraphs

MODEL_NAME: Final = "rhdh.modelcatalog.io/model-name"
LINKS: Final = {  # custom properties (of earlier tools) that may hold an address -> title of the link
    "How to use": "How to use",
    "Usage": "Usage",
    "Homepage URL": "Homepage",
    "TechDocs": "Documentation",
    "Training": "Training",
    "Ethics": "Ethics",
    "Support": "Support",
}


def resource(
    version: Version,
    ref: EntityRef,
    file: PurePosixPath,
    *,
    joins: Joins,
    card: CatalogModel | Unknown | None,
    site: PurePosixPath | None,
    config: Config,
    in_tree: bool,
) -> tuple[Entity, str | None]:
    """The Resource of a version, and an owner's name that led to nobody. `site` is the folder of its TechDocs site."""
    draft = Draft(RESOURCE, ref, version.identity)
    registered = version.version
    where = f"ModelVersion {registered.registry}/{registered.id}"
    title = line(f"{version.model.name} {registered.name}") or ref.name  # both names may be blank
    draft.put("/metadata/title", title, f"{where} name")
    _describe(draft, version, card, in_tree=in_tree)
    ids = f"{version.model.id}/{registered.id}"
    draft.annotation("rhoai-catalog/registry-ids", ids, f"{where} id")
    if site is not None:
        folder = relative(site, file.parent)
        draft.annotation("backstage.io/techdocs-ref", f"dir:{folder}", "where its pages are")
    draft.put("/spec/type", RESOURCE.type, "what every registered version is")
    lifecycle(draft, version_lifecycle(version, card), config, in_tree=in_tree)
    system(draft, None, config, f"{registered.registry}/{version.model.name}")
    nobody = owner(draft, version_owners(version), config, in_tree=in_tree)
    _artifacts(draft, version)
    _links(draft, version, card)
    put_facts(draft, Evidence(version=version, card=card), in_tree=in_tree)
    _labels(draft, version)
    _model_name(draft, version, joins)
    if config.shows(AI_MODEL_SERVER_API):
        category(draft, "ai-model", version)
    if version.archived:
        draft.tag("archived", f"{where} state")
    return draft.entity(file), nobody


def _describe(draft: Draft, version: Version, card: CatalogModel | Unknown | None, *, in_tree: bool) -> None:
    for origin, text in (
        ("ModelVersion description", version.version.description),
        ("RegisteredModel description", version.model.description),
        ("CatalogModel description", card.description if isinstance(card, CatalogModel) else None),
    ):
        if text and text.strip():
            return draft.put("/metadata/description", paragraphs(text), origin)
    if not isinstance(card, Unknown) or draft.until_known("/metadata/description", in_tree=in_tree):
        names = f"Version {line(version.version.name)} of {line(version.model.name)}"
        draft.put("/metadata/description", names, "its names; nobody described it")


def version_lifecycle(version: Version, card: CatalogModel | Unknown | None) -> tuple[str, str] | Unknown | None:
    """What the registry says; else what follows from its state, or from the maturity that the catalog tells."""
    if told := _property(version, "Lifecycle"):
        return told
    if version.archived:
        return "deprecated", "it is archived in the registry"
    return maturity_lifecycle(Evidence(version=version, card=card))


def _property(version: Version, *keys: str) -> tuple[str, str] | None:
    """The first custom property of that name, on the version, else on its model."""
    tables = (
        ("ModelVersion custom property", version.version.custom_properties),
        ("RegisteredModel custom property", version.model.custom_properties),
    )
    return first(*((name, table, key) for key in keys for name, table in tables))


def _artifacts(draft: Draft, version: Version) -> None:
    artifacts = version.version.artifacts
    if artifacts is None:
        draft.unknown |= {"/metadata/annotations/rhoai-catalog~1artifact-uris", "/metadata/links"}
        return
    uris = list(dict.fromkeys(a.uri for a in artifacts if a.uri and a.artifact_type == "model-artifact"))
    draft.annotation("rhoai-catalog/artifact-uris", listed(uris, " "), "ModelArtifact uri")
    for artifact in artifacts:
        if artifact.uri and artifact.artifact_type in ("model-artifact", "doc-artifact"):
            title = (
                "Artifact Location" if artifact.artifact_type == "model-artifact" else line(artifact.name or "Document")
            )
            draft.link(title, browsable(artifact.uri), f"{artifact.artifact_type} uri")


def browsable(uri: str) -> str:
    """Where a person can look at an artifact: the page of a Hugging Face model, else the address itself."""
    match = re.fullmatch(r"hf://([A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*)", uri)
    return f"https://huggingface.co/{match[1]}" if match else uri


def _links(draft: Draft, version: Version, card: CatalogModel | Unknown | None) -> None:
    told = _property(version, "License")
    model = card if isinstance(card, CatalogModel) else None
    candidates = [told] if told else []
    for name, table in (("RegisteredModel", version.model), ("CatalogModel", model)):
        if table is not None and table.license_link:
            candidates.append((table.license_link, f"{name} licenseLink"))
    any(draft.link("License", url, origin) for url, origin in candidates)
    for key, title in LINKS.items():
        declared = _property(version, key)
        if declared and (re.match(r"https?:", declared[0]) or key in ("Homepage URL", "TechDocs")):
            draft.wanted_link(title, declared)
    if isinstance(card, Unknown):
        draft.unknown.add("/metadata/links")


def _labels(draft: Draft, version: Version) -> None:
    """Custom properties without a value are what the dashboard calls labels."""
    for table, name in ((version.version, "ModelVersion"), (version.model, "RegisteredModel")):
        labels = [key for key, value in table.custom_properties.items() if value == "" and not key.startswith("_")]
        for label in sorted(labels)[:MOST_TAGS]:
            draft.tag(label, f"{name} label")


def _model_name(draft: Draft, version: Version, joins: Joins) -> None:
    """The name to send to a server: declared, else the first name of the first server."""
    declared = _property(version, MODEL_NAME)
    if declared:
        draft.annotation(MODEL_NAME, line(declared[0]), declared[1])
        return
    servers = joins.servers_of.get(version.identity, ())
    names = _first_name(servers)
    if isinstance(names, Unknown) or (names is None and not joins.all_servers_known):
        draft.unknown.add(Draft.pointer("annotations", MODEL_NAME))
    elif names is not None:
        draft.annotation(MODEL_NAME, line(names), f"the first served model name of {servers[0].identity}")


def _first_name(servers: Sequence[InferenceService]) -> str | Unknown | None:
    if not servers:
        return None
    names = servers[0].served_model_names.value
    return names if isinstance(names, Unknown) else names[0] if names else None
