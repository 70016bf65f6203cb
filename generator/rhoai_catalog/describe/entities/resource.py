"""ModelVersion (of a RegisteredModel) -> Resource `ai-model`, which hosts the TechDocs site of the version."""

from __future__ import annotations

import re
from typing import Final

from rhoai_catalog import limits
from rhoai_catalog.describe.aspects.ai_asset import TAGS, put_ai_asset, put_facts
from rhoai_catalog.describe.aspects.links import put_licence
from rhoai_catalog.describe.aspects.ownership import lifecycle, owner, system, version_owners
from rhoai_catalog.describe.aspects.states import put_states
from rhoai_catalog.describe.aspects.summary import found_by
from rhoai_catalog.describe.context import Described, VersionContext
from rhoai_catalog.describe.entities.draft import Draft, annotation_pointer, listed
from rhoai_catalog.describe.facts.declared import custom_property
from rhoai_catalog.describe.facts.facts import maturity_lifecycle
from rhoai_catalog.describe.facts.served_names import shown_names
from rhoai_catalog.describe.facts.stated import Stated
from rhoai_catalog.describe.identities.version import Version
from rhoai_catalog.kinds import AI_MODEL_SERVER_API
from rhoai_catalog.snapshot import Artifact, InferenceService, Unknown
from rhoai_catalog.text.prose import line

MODEL_NAME: Final = "rhdh.modelcatalog.io/model-name"
ARTIFACT_URIS: Final = "rhoai-catalog/artifact-uris"
LINKS: Final = {  # custom properties (of earlier tools) that may hold an address -> title of the link
    "How to use": "How to use",
    "Usage": "Usage",
    "Homepage URL": "Homepage",
    "TechDocs": "Documentation",
    "Training": "Training",
    "Ethics": "Ethics",
    "Support": "Support",
}
ADDRESSES: Final = ("Homepage URL", "TechDocs")  # those of them that hold nothing else


def describe(context: VersionContext) -> Described:
    """The Resource of a version."""
    draft, version = Draft(context), context.version
    registered = version.version
    where = f"ModelVersion {registered.registry}/{registered.id}"
    title = line(f"{version.model.name} {registered.name}") or context.ref.name  # both names may be blank
    draft.put("/metadata/title", title, f"{where} name")
    _description(draft, context)
    draft.annotation("rhoai-catalog/registry-ids", f"{version.model.id}/{registered.id}", f"{where} id")
    draft.site()
    draft.put("/spec/type", context.kind.type, "what every registered version is")
    lifecycle(draft, _lifecycle(context))
    system(draft, None, f"{registered.registry}/{version.model.name}")
    nobody = owner(draft, version_owners(version))
    _artifacts(draft, version)
    _links(draft, context)
    put_facts(draft, context.evidence)
    _labels(draft, version)
    _model_name(draft, context)
    if context.config.shows(AI_MODEL_SERVER_API):
        put_ai_asset(draft, "ai-model", version)
    _summary(draft, context)
    return Described(entity=draft.entity(), nobody=nobody)


def _description(draft: Draft, context: VersionContext) -> None:
    version, card = context.version, context.evidence.known_card
    for origin, text in (
        ("ModelVersion description", version.version.description),
        ("RegisteredModel description", version.model.description),
        ("CatalogModel description", card.description if card is not None else None),
    ):
        if text and draft.describe(text, origin):
            return
    if not isinstance(context.evidence.card, Unknown) or draft.until_known("/metadata/description"):
        names = f"Version {line(version.version.name)} of {line(version.model.name)}"
        draft.describe(names, "its names; nobody described it")


def _summary(draft: Draft, context: VersionContext) -> None:
    """Below the description; where it or the tags are not known now, what is in the tree stays."""
    told = [*filter(None, [put_states(draft, context)])]
    if TAGS in draft.unknown and not draft.until_known("/metadata/description"):
        draft.withdraw_description()
    elif "description" in draft.metadata:
        draft.summarize(" ".join([*told, *found_by(draft, told)]))


def _lifecycle(context: VersionContext) -> Stated | Unknown | None:
    """What the registry says; else what follows from its state, or from the maturity that the catalog tells."""
    if stated := custom_property(context.version, "Lifecycle"):
        return stated
    if context.version.archived:
        return Stated("deprecated", "it is archived in the registry")
    return maturity_lifecycle(context.evidence)


def _artifacts(draft: Draft, version: Version) -> None:
    artifacts = version.version.artifacts
    if artifacts is None:
        draft.unknown |= {annotation_pointer(ARTIFACT_URIS), "/metadata/links"}
        return
    uris = list(dict.fromkeys(a.uri for a in artifacts if a.uri and a.artifact_type == "model-artifact"))
    draft.annotation(ARTIFACT_URIS, listed(uris, " "), "ModelArtifact uri")
    for artifact in artifacts:
        if artifact.uri and artifact.artifact_type in ("model-artifact", "doc-artifact"):
            draft.link(_link_title(artifact), _browsable(artifact.uri), f"{artifact.artifact_type} uri")


def _link_title(artifact: Artifact) -> str:
    if artifact.artifact_type == "model-artifact":
        return "Artifact Location"
    return line(artifact.name or "Document")


def _browsable(uri: str) -> str:
    """Where a person can look at an artifact: the page of a Hugging Face model, else the address itself."""
    match = re.fullmatch(r"hf://([A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*)", uri)
    return f"https://huggingface.co/{match[1]}" if match else uri


def _links(draft: Draft, context: VersionContext) -> None:
    put_licence(draft, context.evidence)
    for key, title in LINKS.items():
        stated = custom_property(context.version, key)
        if stated is not None and (key in ADDRESSES or re.match(r"https?:", stated.text)):
            draft.wanted_link(title, stated)
    if isinstance(context.evidence.card, Unknown):
        draft.unknown.add("/metadata/links")


def _labels(draft: Draft, version: Version) -> None:
    """Custom properties without a value are what the dashboard calls labels."""
    for table, name in ((version.version, "ModelVersion"), (version.model, "RegisteredModel")):
        labels = [key for key, value in table.custom_properties.items() if value == "" and not key.startswith("_")]
        for label in draft.first(sorted(labels), limits.TAGS_OF_ONE_FIELD, f"{name} labels"):
            draft.tag(label, f"{name} label")


def _model_name(draft: Draft, context: VersionContext) -> None:
    """The name to send to a server: declared, else the first name of the first server."""
    stated = custom_property(context.version, MODEL_NAME)
    if stated is not None:
        draft.annotation(MODEL_NAME, line(stated.text), stated.origin)
        return
    name = _first_name(context.servers)
    if isinstance(name, Unknown) or (name is None and not context.all_servers_known):
        draft.unknown.add(annotation_pointer(MODEL_NAME))
    elif name is not None:
        origin = f"the first served model name of {context.servers[0].identity}"
        draft.annotation(MODEL_NAME, line(name), origin)


def _first_name(servers: tuple[InferenceService, ...]) -> str | Unknown | None:
    names = shown_names(servers[0]).value if servers else ()
    if isinstance(names, Unknown):
        return names
    return names[0] if names else None
