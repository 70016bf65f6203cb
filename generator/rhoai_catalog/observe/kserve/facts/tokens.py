"""Whose token a model server takes, where it takes one: the platform's, a gateway's, or a key of its own."""

from __future__ import annotations

from typing import Final

from rhoai_catalog.observe.kserve.facts.llm import LlmServer
from rhoai_catalog.observe.kserve.facts.process import Process
from rhoai_catalog.observe.kserve.facts.recognition import row_of
from rhoai_catalog.observe.kserve.fields import at, items, mapping, metadata, text
from rhoai_catalog.observe.kserve.surroundings import Surroundings
from rhoai_catalog.snapshot import UNKNOWN, Fact

OPENSHIFT: Final = "openshift"
MAAS: Final = "maas"  # an API key of Models as a Service
OWN_KEY: Final = "api-key"  # one that the server itself compares
GATEWAY: Final = "maas-default-gateway"
KEY_OPTIONS: Final = ("--api-key", "--api_key", "--api-key-file", "--api_key_file")


def of_inference_service(process: Process, family: str | None) -> Fact[str | None]:
    """A key of its own, or the platform's token."""
    if process.has(*KEY_OPTIONS) or any(name in process.variables for name in row_of(family, process).keys):
        return Fact(OWN_KEY, f"{process.origin}: the server compares a key of its own")
    return Fact(OPENSHIFT, "what the proxies of OpenShift AI ask for")


def of_llm(server: LlmServer, process: Process, family: str, around: Surroundings) -> Fact[str | None]:
    """An API key, where the server is offered as a service; else as any other."""
    namespace, name = (str(metadata(server.item).get(key)) for key in ("namespace", "name"))
    gateways = [text(mapping(row).get("name")) for row in items(at(server.spec, "router", "gateway", "refs"))]
    if GATEWAY in gateways:
        return Fact(MAAS, f"spec.router.gateway: {GATEWAY}")
    if around.offered.get(namespace, name):
        return Fact(MAAS, f"a MaaSModelRef refers to {namespace}/{name}")
    if around.offered.unknown:
        return Fact(UNKNOWN, around.offered.unknown)
    return of_inference_service(process, family)
