"""The TechDocs site of a version, or of a server whose model only a catalog knows; its sections merge one by one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from rhoai_catalog import documents, limits
from rhoai_catalog.describe.facts.evidence import Evidence
from rhoai_catalog.describe.identities.version import Version
from rhoai_catalog.describe.pages import sections
from rhoai_catalog.describe.pages.card import safe_card
from rhoai_catalog.describe.pages.foreign import defused, paragraph
from rhoai_catalog.describe.pages.history import Deployment
from rhoai_catalog.describe.pages.html import is_no_tag
from rhoai_catalog.entity import Entity
from rhoai_catalog.snapshot import CatalogModel
from rhoai_catalog.text import hub
from rhoai_catalog.text.prose import line

CONFIGURATION: Final = "mkdocs.yml"
LOOKS: Final = {"theme": {"name": "material", "font": False}}  # no fonts from elsewhere: without internet, a Hub waits
INDEX: Final = "docs/index.md"
HEADING: Final = "# About"  # and no title: the Hub shows the site's name above the page and above the list of pages
BRACKET: Final = re.compile(r"<(?:(?=([a-z]{1,20})>))?")


def version_pages(
    version: Version, card: CatalogModel | None, history: Sequence[Deployment], entity: Entity
) -> Mapping[str, str]:
    """The files of a version's site by their path in it."""
    evidence = Evidence(version=version, card=card)
    index = [
        *_head(evidence, entity),
        sections.artifacts(version),
        sections.deployments(history),
        sections.values("Hyperparameters", version, "parameter"),
        sections.values("Metrics", version, "metric"),
        sections.benchmarks(card),
        sections.properties(evidence),
    ]
    texts = {f"docs/{title.lower()}.md": _page([f"# {title}", safe_card(t)]) for title, t in sections.texts(version)}
    return {**_site(entity, index), **texts}


def server_pages(card: CatalogModel, uris: Sequence[str], entity: Entity) -> Mapping[str, str]:
    """The files of the site of a server without a registered version."""
    return _site(entity, [*_head(Evidence(card=card), entity), sections.stored(uris), sections.benchmarks(card)])


def offer_pages(readme: str, entity: Entity) -> Mapping[str, str]:
    """The files of the site of an MCP server or an agent."""
    return _site(entity, [HEADING, _description(entity), safe_card(readme)])


def _site(entity: Entity, index: Iterable[str]) -> Mapping[str, str]:
    """What every site has: its configuration and its first page."""
    return {CONFIGURATION: _configuration(entity.document["metadata"]), INDEX: _page(index)}


def _head(evidence: Evidence, entity: Entity) -> Iterable[str]:
    links = entity.document["metadata"].get("links", ())
    licence = next((link["url"] for link in links if link.get("title") == "License"), "")
    yield HEADING
    yield _description(entity)
    yield sections.facts(evidence, licence)
    yield _card(evidence.readme())


def _description(entity: Entity) -> str:
    """What an entity is described as, there as Markdown of the Hub; what we add to it is Markdown here, too."""
    said = str(entity.document["metadata"].get("description", "")).removesuffix(entity.summary).rstrip()
    return "\n\n".join(filter(None, (paragraph(hub.plain(said)), entity.summary)))


def _card(readme: str) -> str:
    """The model card; what stands in it before its first heading of the highest level belongs to no other section."""
    text = safe_card(readme) if readme else ""
    return text if not text or text.startswith("## ") else f"## Model card\n\n{text}"


def _configuration(metadata: Mapping[str, Any]) -> str:
    """mkdocs.yml: without a navigation, so that pages which people add appear."""
    names = {"site_name": site_name(metadata["title"])}
    if description := site_description(str(metadata.get("description", ""))):
        names["site_description"] = description
    return documents.dump({**names, **LOOKS, "plugins": ["techdocs-core"]}, start=False)


def site_description(markdown: str) -> str:
    """The first paragraph of a description, which the Hub shows below the title; the theme writes it into a quoted
    attribute as it stands.
    """
    text = line(hub.plain(markdown.split("\n\n")[0]))
    short = text if len(text) <= limits.SUBTITLE else f"{text[: limits.SUBTITLE]}…"
    return site_name(short).replace('"', "'")


def site_name(title: str) -> str:
    """The title as people read it. The theme writes it into HTML as it stands, so no tag of it may be one there: what
    looks like a name in angle brackets and is none of HTML's stays.
    """
    return BRACKET.sub(lambda bracket: "<" if is_no_tag(bracket[1] or "") else "‹", title)


def _page(parts: Iterable[str]) -> str:
    return defused("\n\n".join(part for part in parts if part)) + "\n"
