"""What a Hub really shows of a published tree: by its REST API, with a token that may only read the catalog. With one
that may have TechDocs build, it is told whether sites build, too.

A new entity that is invalid, and a Location whose target is missing, show nowhere in a Hub: so what is there is
compared with what should be.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote, urlsplit

from rhoai_catalog import limits
from rhoai_catalog.backstage import EntityRef, annotations_of, owner_of
from rhoai_catalog.check import Check
from rhoai_catalog.config import Hub, Service
from rhoai_catalog.errors import GeneratorError
from rhoai_catalog.http.client import Client
from rhoai_catalog.http.errors import Forbidden, NotFound, Refused
from rhoai_catalog.http.service import open_service
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.observe.backstage.difference import compare, names
from rhoai_catalog.observe.backstage.query import POLICY, query, there
from rhoai_catalog.published import PublishedTree
from rhoai_catalog.text.prose import line

ORIGIN: Final = "metadata.annotations.backstage.io/managed-by-origin-location"
RIGHTS: Final = (
    "backend.auth.externalAccess: [{type: static, options: {token: ..., subject: rhoai-catalog}, "
    "accessRestrictions: [{plugin: catalog, permissionAttribute: {action: [read]}}]}]"
)
SITE: Final = "backstage.io/techdocs-ref"


def check_hub(hub: Hub, tree: PublishedTree) -> Iterator[Check]:
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
        client = open_service(service, Traffic(source, seconds=limits.HUB_SECONDS), token, POLICY)
    except GeneratorError as error:
        yield Check.failed(source, error)
        return
    try:
        shown = query(client, f"{ORIGIN}=url:{tree.location}")
        if not shown:
            yield _nothing(source, client, tree)
            return
        yield from compare(source, shown, tree)
        yield from _owners(source, client, tree)
        yield from _sites(source, client, tree, shown)
    except Refused as error:
        hint = f"app-config: {RIGHTS}" if isinstance(error, Forbidden) else error.hint if token else _give_token(hub)
        yield Check.failed(source, Refused(error.message, hint))
    except GeneratorError as error:
        yield Check.failed(source, error)
    finally:
        client.close()


def _give_token(hub: Hub) -> str:
    return f"generator.yaml: hub: {{url: {hub.url}, tokenEnv: HUB_TOKEN}}; and such a token in app-config: {RIGHTS}"


def _nothing(source: str, client: Client, tree: PublishedTree) -> Check:
    """That nothing of a location is shown, and whether the Hub reads the tree from another address."""
    ref = next((ref for ref in sorted(tree.entities) if ref.kind != "location"), None)
    chosen = ref and f"kind={ref.kind},metadata.namespace={ref.namespace},metadata.name={ref.name}"
    rows = query(client, chosen) if chosen else {}
    for row in rows.values():
        origin = annotations_of(row).get(ORIGIN.removeprefix("metadata.annotations."))
        if isinstance(origin, str):
            message = f"shows nothing of {tree.location}, but {ref} of {line(origin)[: limits.HUB_MESSAGE]}"
            hint = "if that is the same catalog, name its address as `location` of `hub:`"
            return Check(source=source, message=message, well=False, hint=hint)
    message = f"shows nothing of {tree.location}"
    return Check(source=source, message=message, well=False, hint=_app_config(tree))


def _app_config(tree: PublishedTree) -> str:
    kinds = ", ".join(sorted({str(document.get("kind")) for _, document in tree.entities.values()} | {"Location"}))
    return (
        f"app-config: catalog.locations: [{{type: url, target: {tree.location}, rules: [{{allow: [{kinds}]}}]}}]; "
        "and integrations for the host, where the repository is private"
    )


def _owners(source: str, client: Client, tree: PublishedTree) -> Iterator[Check]:
    """Whether the Hub has the groups and users that entities name as their owners."""
    owners = Counter(owner for ref, (_, document) in tree.entities.items() if (owner := _owner(ref, document)))
    missing = sorted(owners.keys() - there(client, owners))
    if missing:
        count = sum(owners[ref] for ref in missing)
        message = f"does not have {names(missing)}, named as owner by {count} of {len(tree.entities)} entities"
        hint = "let the Hub read its organisation, add them there, or name others: `owners` of generator.yaml"
        yield Check(source=source, message=message, well=False, hint=hint)
    elif owners:
        yield Check(source=source, message=f"has all {len(owners)} owners that entities name")


def _owner(ref: EntityRef, document: Mapping[str, Any]) -> EntityRef | None:
    owner = owner_of(document)
    return EntityRef.parse(owner, "group", ref.namespace) if owner is not None else None


def _sites(source: str, client: Client, tree: PublishedTree, shown: Collection[EntityRef]) -> Iterator[Check]:
    """Whether sites build: some of those that it shows, as each takes a Hub a second or more; at each commit others."""
    refs = sorted(ref for ref in tree.entities.keys() & shown if SITE in annotations_of(tree.entities[ref][1]))
    failed: list[str] = []
    try:
        for ref in sorted(refs, key=lambda ref: _lot(ref, tree.commit))[: limits.HUB_SITES]:
            failed += [f"{ref}: {said}" for said in [_built(client, ref)] if said]
    except NotFound:
        yield Check(source=source, message="has no TechDocs; pages are not shown")
        return
    except Forbidden:
        message = "whether pages build is not known: it takes a token of [{plugin: catalog}, {plugin: techdocs}]"
        yield Check(source=source, message=message)
        return
    for message in failed:
        hint = "look at the site's mkdocs.yml, and at the log of the Hub"
        yield Check(source=source, message=f"cannot build a site: {message}", well=False, hint=hint)
    if refs and not failed:
        some = f"{limits.HUB_SITES} of " if len(refs) > limits.HUB_SITES else ""
        yield Check(source=source, message=f"builds the pages of {some}{len(refs)} sites")


def _lot(ref: EntityRef, commit: str) -> bytes:
    """What orders sites in another way for each commit, so that all have their turn."""
    return hashlib.sha256(f"{commit} {ref}".encode()).digest()


def _built(client: Client, ref: EntityRef) -> str:
    """What went wrong with building a site, or nothing. Raises NotFound where there is no TechDocs."""
    path = "/".join(quote(part, safe="") for part in (ref.namespace, ref.kind, ref.name))
    response = client.send("GET", f"/api/techdocs/sync/{path}")
    if response.status == 404 and response.body:  # a backend that does not know the path says nothing
        return "the Hub does not find it"
    if response.status not in (200, 201):
        raise client.wording.refusal("/api/techdocs/sync", response)
    events = response.body.decode("utf-8", "replace")
    match = re.search(r"^event: error\s*^data: (.*)$", events, re.MULTILINE)
    return line(match[1])[: limits.HUB_MESSAGE] if match else ""
