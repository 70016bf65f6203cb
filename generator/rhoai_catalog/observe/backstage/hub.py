"""What a Hub really shows of a published tree: by its REST API, with a token that may only read the catalog.

A new entity that is invalid, and a Location whose target is missing, show nowhere in a Hub: so what is there is
compared with what should be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote, urlsplit

from rhoai_catalog import limits
from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.check import Check
from rhoai_catalog.config import Hub, Service
from rhoai_catalog.errors import GeneratorError
from rhoai_catalog.http.client import Client
from rhoai_catalog.http.errors import NotFound
from rhoai_catalog.http.policy import Policy
from rhoai_catalog.http.service import open_service
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.observe.backstage.difference import compare
from rhoai_catalog.observe.backstage.published import PublishedTree
from rhoai_catalog.observe.backstage.query import query
from rhoai_catalog.text.prose import line

POLICY: Final = Policy(page=500)
ORIGIN: Final = "metadata.annotations.backstage.io/managed-by-origin-location"
SITE: Final = "backstage.io/techdocs-ref"


def check_hub(hub: Hub, tree: PublishedTree, *, policy: Policy | None = None) -> Iterator[Check]:
    """Compare what a Hub shows with a tree, and say what to do about each difference."""
    host = urlsplit(hub.url).netloc
    source = f"hub {host}"
    service = Service(
        family="hub",
        name=host,
        url=hub.url,
        credentials=hub.credentials,
        ca_file=hub.ca_file,
        plain_http=hub.plain_http,
    )
    try:
        token = hub.credentials.token()
        client = open_service(service, Traffic(source, seconds=limits.HUB_SECONDS), token, policy or POLICY)
    except GeneratorError as error:
        yield Check.failed(source, error)
        return
    try:
        shown = query(client, f"{ORIGIN}=url:{tree.location}")
        if not shown:
            yield Check(
                source=source, message=f"reads nothing from {tree.location}", well=False, hint=_app_config(tree)
            )
            return
        yield from compare(source, shown, tree)
        yield from _sites(source, client, tree)
    except GeneratorError as error:
        yield Check.failed(source, error)
    finally:
        client.close()


def _app_config(tree: PublishedTree) -> str:
    kinds = ", ".join(sorted({str(document.get("kind")) for _, document in tree.entities.values()} | {"Location"}))
    return (
        f"app-config: catalog.locations: [{{type: url, target: {tree.location}, rules: [{{allow: [{kinds}]}}]}}]; "
        "and integrations for the host, where the repository is private"
    )


def _sites(source: str, client: Client, tree: PublishedTree) -> Iterator[Check]:
    """Whether sites build: some of them, as each takes a Hub a second or more."""
    refs = sorted(ref for ref, (_, document) in tree.entities.items() if SITE in _annotations(document))
    failed: list[str] = []
    try:
        for ref in refs[: limits.HUB_SITES]:
            failed += [f"{ref}: {said}" for said in [_built(client, ref)] if said]
    except NotFound:
        yield Check(source=source, message="has no TechDocs; pages are not shown")
        return
    for message in failed:
        hint = "look at the site's mkdocs.yml, and at the log of the Hub"
        yield Check(source=source, message=f"cannot build a site: {message}", well=False, hint=hint)
    if refs and not failed:
        some = f"{limits.HUB_SITES} of " if len(refs) > limits.HUB_SITES else ""
        yield Check(source=source, message=f"builds the pages of {some}{len(refs)} sites")


def _built(client: Client, ref: EntityRef) -> str:
    """What went wrong with building a site, or nothing. Raises NotFound where there is no TechDocs."""
    path = "/".join(quote(part, safe="") for part in (ref.namespace, ref.kind, ref.name))
    response = client.send("GET", f"/api/techdocs/sync/{path}")
    if response.status not in (200, 201):
        raise client.wording.refusal("/api/techdocs/sync", response)
    events = response.body.decode("utf-8", "replace")
    match = re.search(r"^event: error\s*^data: (.*)$", events, re.MULTILINE)
    return line(match[1])[: limits.HUB_MESSAGE] if match else ""


def _annotations(document: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata = document.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    return annotations if isinstance(annotations, Mapping) else {}
