"""What all kinds that show one server have in common."""

from __future__ import annotations

from typing import Final

from rhoai_catalog.backstage import AUTH_POINTER, EntityRef, web_url
from rhoai_catalog.describe.context import ServerContext
from rhoai_catalog.describe.entities.draft import Draft, listed
from rhoai_catalog.describe.facts.declared import declared
from rhoai_catalog.describe.facts.served_names import shown_names
from rhoai_catalog.describe.facts.stated import Stated
from rhoai_catalog.kinds import API
from rhoai_catalog.snapshot import OWN_KEY, Fact, InferenceService, Unknown
from rhoai_catalog.text.prose import line

EXTERNAL_URL: Final = "rhdh.modelcatalog.io/external-route-url"
INTERNAL_URL: Final = "rhdh.modelcatalog.io/internal-service-url"
SERVED_NAMES: Final = "rhoai-catalog/served-model-names"


def put_server(draft: Draft, server: InferenceService) -> None:
    """Title and description, where the server is and what it is called there, whether it needs a token."""
    title = _title(server)
    draft.put("/metadata/title", title.text, title.origin)
    _description(draft, server)
    draft.label("rhoai-catalog/cluster", server.cluster, "the cluster's name in generator.yaml")
    draft.label("rhoai-catalog/namespace", server.namespace, f"{where(server)} metadata.namespace")
    draft.fact(EXTERNAL_URL, server.external_url, lambda url: web_url(url) if url else None)
    draft.fact(INTERNAL_URL, server.internal_url, lambda url: url)
    draft.fact(SERVED_NAMES, shown_names(server), listed)
    _authentication(draft, server.authentication_required)
    url = server.external_url.value
    if isinstance(url, Unknown):
        draft.unknown.add("/metadata/links")
    elif url:
        draft.link("API", url, server.external_url.origin)


def needs_token(server: InferenceService) -> Fact[bool | None]:
    """Whether a caller needs a token: of the platform, or one that the server itself compares."""
    return Fact(True, server.token.origin) if server.token.value == OWN_KEY else server.authentication_required


def api_ref(context: ServerContext) -> EntityRef | None:
    """The reference of the server's API, if it has one; where a person renamed or deleted it, that counts."""
    given = context.given(API)
    if given is not None:
        return given.ref if given.ref in context.known.taken else None
    if context.choice.definition is None:
        return None
    return EntityRef.of(API.kind, context.name.name, context.name.namespace)


def where(server: InferenceService) -> str:
    """What origins call a server."""
    return f"{server.kind} {server.namespace}/{server.name}"


def _title(server: InferenceService) -> Stated:
    displayed = line(server.display_name or "")
    if displayed:
        return Stated(displayed, f"{where(server)} annotation openshift.io/display-name")
    title = declared(server, "title") or Stated(server.name, f"{where(server)} metadata.name")
    return Stated(line(title.text) or server.name, title.origin)


def _description(draft: Draft, server: InferenceService) -> None:
    own = Stated(server.description or "", f"{where(server)} annotation openshift.io/description")
    stated = declared(server, "description") or own
    if not draft.describe(stated.text, stated.origin):
        names = f"{server.namespace} on {server.cluster}: {server.kind} {server.name}"
        draft.describe(names, "its name; nobody described it")


def _authentication(draft: Draft, fact: Fact[bool | None]) -> None:
    if isinstance(fact.value, Unknown):
        draft.unknown.add(AUTH_POINTER)
    elif fact.value is not None:
        draft.authentication(fact.value, fact.origin)
