"""Which definition a server's API shows: one that people declared, the server's own, or that of its protocol."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from rhoai_catalog import limits
from rhoai_catalog.describe.definitions.contract import declared_definition
from rhoai_catalog.describe.definitions.definition import Choice
from rhoai_catalog.describe.definitions.endpoint import Endpoint
from rhoai_catalog.describe.definitions.howto import how_to_get_token
from rhoai_catalog.describe.definitions.operations import speaks
from rhoai_catalog.describe.definitions.protocol import protocol_definition
from rhoai_catalog.describe.definitions.tasks import task_of
from rhoai_catalog.describe.definitions.tokens import UNCLEAR
from rhoai_catalog.describe.facts.declared import custom_property, declared
from rhoai_catalog.describe.facts.evidence import Evidence
from rhoai_catalog.describe.facts.facts import TASKS, is_settled
from rhoai_catalog.describe.facts.served_names import further_names, shown_names
from rhoai_catalog.describe.facts.stated import Stated
from rhoai_catalog.describe.identities.version import Version
from rhoai_catalog.snapshot import GATEWAY_KEY, GATEWAY_TOKEN, ApiKey, Fact, InferenceService, Unknown, issuer_of

SPEC: Final = ("api-spec", "apispec")  # annotations that hold a definition
TYPE: Final = ("api-type", "apitype")  # and what people call it


def choose(server: InferenceService, version: Version | Unknown | None, evidence: Evidence) -> Choice:
    """The definition of a server's endpoint, going by what is known now."""
    settled = _is_settled(server, version, evidence)
    endpoint = _endpoint(server, evidence)
    carried = endpoint.credential
    needed = "\n\n".join(how_to_get_token(endpoint)) if carried else ""
    problem = ""
    for candidate, kind, longest in _candidates(server, evidence.version):
        definition, reason = declared_definition(
            candidate.text,
            servers=endpoint.servers,
            needed=needed,
            token=endpoint.token,
            carried=carried,
            kind=kind,
            longest=longest,
        )
        if definition is not None:
            return Choice(definition=definition, origin=candidate.origin, problem=problem, settled=settled)
        problem = problem or f"{candidate.origin} is not used: {reason}"
    if isinstance(server.protocols.value, Unknown):
        return Choice(definition=None, origin=server.protocols.origin, problem=problem, settled=settled)
    origin = f"the protocol of the runtime ({server.protocols.origin})"
    if server.protocols.value and not endpoint.spoken:
        origin = f"nothing says how {endpoint.family} is asked for {endpoint.task}"
    return Choice(definition=protocol_definition(endpoint), origin=origin, problem=problem, settled=settled)


def _endpoint(server: InferenceService, evidence: Evidence) -> Endpoint:
    """The server as callers meet it; what is not known of it is left open."""
    urls = [url for fact in (server.external_url, server.internal_url) if isinstance(url := fact.value, str)]
    task, assumed = task_of(server, evidence)
    family, required = server.runtime.value, server.authentication_required.value
    token, api_key = _token(server)
    names, spoken = shown_names(server).value, server.protocols.value
    known = tuple(name for name in spoken if speaks(str(family), name, task)) if isinstance(spoken, tuple) else ()

    def address(url: str) -> str:
        return _without_model(url, server.name) + server.prefix

    return Endpoint(
        title=server.display_name or server.name,
        servers=tuple(map(address, urls)),
        outside=(address(outside),) if isinstance(outside := server.external_url.value, str) else (),
        spoken=known,
        names=names if isinstance(names, tuple) else (),
        unnamed=further_names(server),
        further=server.further_model_names,
        task=task,
        assumed=assumed,
        family=family if isinstance(family, str) else "",
        authentication_required=required if isinstance(required, bool) else None,
        token=token,
        api_key=api_key,
        issuer=issuer_of(server.issuer),
        kind=server.kind,
        grpc_url=server.grpc_url or "",
    )


def _token(server: InferenceService) -> tuple[str, ApiKey | None]:
    """Whose token it takes, and where that of the gateway goes; one at no sound place may as well be any other."""
    token, key = server.token.value, server.api_key
    of_gateway = token in (GATEWAY_KEY, GATEWAY_TOKEN)
    if isinstance(token, Unknown) or (of_gateway and (key is None or not key.is_sound)):
        return UNCLEAR, None
    return token or "", key if of_gateway else None


def _without_model(url: str, name: str) -> str:
    """An address without the path to a model, which each request has itself; Routes of ModelMesh have it."""
    return url.rstrip("/").removesuffix(f"/v2/models/{name}") if url.rstrip("/").endswith(f"/v2/models/{name}") else url


def _is_settled(server: InferenceService, version: Version | Unknown | None, evidence: Evidence) -> bool:
    """Whether everything that a definition is made of is known."""
    stated = declared(server, *SPEC)
    own = stated is not None and declared_definition(stated.text, servers=())[0] is not None
    if not own and (isinstance(version, Unknown) or not is_settled(TASKS, evidence)):
        return False
    facts: list[Fact[Any]] = [
        server.protocols,
        server.served_model_names,
        server.external_url,
        server.internal_url,
        server.token,
    ]
    if server.api_definition is not None:
        facts.append(server.api_definition)
    return not any(isinstance(fact.value, Unknown) for fact in facts)


def _candidates(server: InferenceService, version: Version | None) -> Iterator[tuple[Stated, str, int]]:
    """The texts that may be its definition, best first: what people call each, and how long it may be."""
    stated, called = declared(server, *SPEC), declared(server, *TYPE)
    if stated is None and version is not None:
        stated = custom_property(version, "API Spec")
        called = called or custom_property(version, "API Type")
    if stated is not None and stated.text != "TBD":
        yield stated, called.text.lower() if called else "", limits.DECLARED_DEFINITION
    fetched = server.api_definition
    if fetched is not None and isinstance(fetched.value, str):
        yield Stated(fetched.value, fetched.origin), "", limits.FETCHED_DEFINITION
