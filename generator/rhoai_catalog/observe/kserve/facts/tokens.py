"""Whose token a model server takes, where it takes one: the platform's, a gateway's, or a key of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from rhoai_catalog.observe.kserve.facts.llm import LlmServer
from rhoai_catalog.observe.kserve.facts.policies import Authentication, Demand
from rhoai_catalog.observe.kserve.facts.process import Process
from rhoai_catalog.observe.kserve.facts.runtimes import row_of
from rhoai_catalog.observe.kserve.fields import at, items, mapping, metadata, text
from rhoai_catalog.observe.kserve.gateways import MAAS_GATEWAY
from rhoai_catalog.observe.kserve.surroundings import Surroundings
from rhoai_catalog.snapshot import GATEWAY_KEY, GATEWAY_TOKEN, MAAS, OPENSHIFT, OWN_KEY, UNKNOWN, ApiKey, Fact, Unknown

KEY_OPTIONS: Final = ("--api-key", "--api_key", "--api-key-file", "--api_key_file")


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What a caller needs: whether the platform asks for a token, whose that is, and where a gateway's key or token
    goes, and who issues that.
    """

    required: Fact[bool | None]
    token: Fact[str | None]
    api_key: ApiKey | None = None
    issuer: str | None = None


def behind(demand: Demand, access: Access, *, guarded: bool) -> Access:
    """What is known of a server, with what its gateway asks for. `guarded`: where the platform asks, a proxy beside the
    server does; it reads the same header as most gateways, and so does a server with a key of its own.
    """
    if access.token.value == MAAS or demand.asked is Authentication.SILENT:
        return access
    proxied = guarded and access.required.value is not False and access.required.value is not None
    if demand.asked is Authentication.NOTHING:
        return access if proxied else replace(access, required=Fact(False, demand.origin))
    if demand.asked is Authentication.UNCLEAR:
        known = access.required.value is True
        required = access.required if known else Fact(UNKNOWN, demand.origin)
        return Access(required=required, token=Fact(UNKNOWN, demand.origin))
    required = Fact(True, demand.origin)
    if demand.asked is Authentication.TOKEN:
        return replace(access, required=required)
    if isinstance(access.token.value, Unknown):
        return replace(access, required=required)
    if proxied or access.token.value == OWN_KEY:
        return Access(required=required, token=Fact(UNKNOWN, f"{demand.origin}: beside what the server asks for"))
    whose = GATEWAY_KEY if demand.asked is Authentication.KEY else GATEWAY_TOKEN
    return Access(required=required, token=Fact(whose, demand.origin), api_key=demand.key, issuer=demand.issuer)


def of_inference_service(process: Process, family: str | None) -> Fact[str | None]:
    """A key of its own, or the platform's token."""
    if process.has(*KEY_OPTIONS) or any(name in process.variables for name in row_of(family, process).keys):
        return Fact(OWN_KEY, f"{process.origin}: the server compares a key of its own")
    return Fact(OPENSHIFT, "what the proxies of OpenShift AI ask for")


def of_llm(server: LlmServer, process: Process, family: str, around: Surroundings) -> Fact[str | None]:
    """An API key, where the server is offered as a service; else as any other."""
    namespace, name = (str(metadata(server.item).get(key)) for key in ("namespace", "name"))
    gateways = [text(mapping(row).get("name")) for row in items(at(server.spec, "router", "gateway", "refs"))]
    if MAAS_GATEWAY in gateways:
        return Fact(MAAS, f"spec.router.gateway: {MAAS_GATEWAY}")
    if around.offered.get(namespace, name):
        return Fact(MAAS, f"a MaaSModelRef refers to {namespace}/{name}")
    if around.offered.unknown:
        return Fact(UNKNOWN, around.offered.unknown)
    return of_inference_service(process, family)
