"""What people wrote on a server beside its facts: links and tags, in the earlier tools' annotations."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from typing import Any, Final

from rhoai_catalog import limits
from rhoai_catalog.describe.aspects.server import api_ref
from rhoai_catalog.describe.context import ServerContext
from rhoai_catalog.describe.entities.draft import Draft
from rhoai_catalog.describe.facts.declared import declared
from rhoai_catalog.describe.facts.evidence import Evidence
from rhoai_catalog.describe.facts.licence import licence
from rhoai_catalog.entity import Entity
from rhoai_catalog.pointer import join
from rhoai_catalog.snapshot import InferenceService
from rhoai_catalog.text.prose import line

LINKS: Final = (  # title of a link, and the keys of earlier tools whose address it shows
    ("Homepage", "homepage-url", "homepageurl"),
    ("How to use", "how-to-use", "howtouse"),
    ("Usage", "usage"),
    ("License", "license"),
    ("Documentation", "techdocs"),
    ("Training", "training"),
    ("Ethics", "ethics"),
    ("Support", "support"),
)
HOW_TO_CALL: Final = "How to call it"
DASHBOARD_TAGS: Final = ("opendatahub.io/model-type", "opendatahub.io/genai-use-case")  # what it asks people for


def put_links_of(draft: Draft, component: Entity, without: str = "") -> None:
    """The links are those of the same server's Component, behind its own; `without` is the title of one that is not."""
    rows = component.document["metadata"].get("links", ())
    for row in (row for row in rows if row["title"] != without):
        draft.link(row["title"], row["url"], component.origins.get(join("metadata", "links", row["url"]), ""))
    draft.unknown |= component.unknown & {"/metadata/links"}


def put_licence(draft: Draft, evidence: Evidence) -> None:
    """The address of the model's licence."""
    if (link := licence(evidence).link) is not None:
        draft.link("License", link.text, link.origin)


def put_links(draft: Draft, server: InferenceService) -> None:
    """Those of the earlier tools, and a JSON list of {url, title}."""
    for title, *keys in LINKS:
        stated = declared(server, *keys)
        if stated is None:
            continue
        if title == "License" and not re.match(r"https?:", stated.text):
            draft.annotation("rhoai-catalog/license", line(stated.text)[: limits.STATED_VALUE], stated.origin)
        else:
            draft.wanted_link(title, stated)
    stated = declared(server, "links")
    if stated is not None:
        for url, title in draft.first([*_rows(stated.text)], limits.LINKS, stated.origin):
            draft.link(title or "Link", url, stated.origin)


def _rows(text: str) -> Iterator[tuple[str, str]]:
    """The (url, title) of each row of a JSON list that has an address."""
    rows: Any = []
    with contextlib.suppress(ValueError, RecursionError):
        rows = json.loads(text)
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and isinstance(url := row.get("url"), str):
            title = row.get("title")
            yield url, line(title)[: limits.LINK_TITLE] if isinstance(title, str) else ""


def put_links_to_hub(draft: Draft, context: ServerContext) -> None:
    """The pages of the configured Hub that a caller wants next: the definition, the model, and its card."""
    if context.config.hub is None:
        return
    hub, origin, site = context.config.hub.url, "hub.url", context.resource
    if (api := api_ref(context)) is not None:
        draft.link(HOW_TO_CALL, f"{hub}/catalog/{api.namespace}/api/{api.name}/definition", origin)
    if context.resource is not None:
        draft.link("Model", f"{hub}/catalog/{context.resource.namespace}/resource/{context.resource.name}", origin)
    if context.site is not None:
        site = context.ref
    if site is not None:
        draft.link("Model card", f"{hub}/docs/{site.namespace}/{site.kind}/{site.name}", origin)


def put_tags(draft: Draft, server: InferenceService) -> None:
    for key in DASHBOARD_TAGS:
        draft.tag(server.annotations.get(key), f"{server.kind} annotation {key}")
    stated = declared(server, "backstage-tags")
    if stated is None:
        return
    for tag in draft.first(re.split(r"[,\n]", stated.text), limits.TAGS, stated.origin):
        if tag.strip() and not draft.tag(tag.strip(), stated.origin):
            draft.refuse(stated.origin, "has a tag without a letter or digit that a tag can have")
