"""Which model servers are shown, and as what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.describe.context import ServerContext, describe_as
from rhoai_catalog.describe.definitions.choice import choose
from rhoai_catalog.describe.facts import connector
from rhoai_catalog.describe.facts.declared import declared
from rhoai_catalog.describe.facts.evidence import Evidence
from rhoai_catalog.describe.facts.served_names import why_unshown
from rhoai_catalog.describe.identities.files import server_files
from rhoai_catalog.describe.identities.version import Version
from rhoai_catalog.describe.pages.serving import Server
from rhoai_catalog.describe.run import Run
from rhoai_catalog.entity import Entity
from rhoai_catalog.identity import Identity, Key
from rhoai_catalog.kinds import AI_MODEL_SERVER_API, OF_SERVER, SERVER_KINDS
from rhoai_catalog.snapshot import InferenceService, Unknown

DELETING: Final = "deleting"  # the state of a server that is left as it is, until it is gone


def servers_to_show(run: Run, resources: Mapping[Identity, EntityRef]) -> dict[Identity, ServerContext]:
    """The servers that are shown, each as its first kind, by identity, sorted; `resources` are the references of
    versions, by identity, that they may name.
    """
    for graph in run.snapshot.inference_graphs:
        what = f"InferenceGraph {graph.cluster}/{graph.namespace}/{graph.name}"
        run.leave_out(what, "it routes between model servers; they are shown, it has no entity of its own")
    shown = {server.identity: server for server in run.snapshot.inference_services if _is_shown(run, server)}
    names = run.names.give({key: _proposal(s) for key, s in shown.items()}, dict.fromkeys(shown, SERVER_KINDS))
    parts = server_files(shown.values(), run.known)
    sites = run.sites.of_servers(shown.values(), parts)
    return {
        key: _context(run, server, names[key], parts[key], sites.get(key), resources)
        for key, server in sorted(shown.items())
    }


def describe_server(run: Run, context: ServerContext) -> None:
    """Whatever a server is shown as. The first kind is made even where it is not shown: the others share its values."""
    key, server = context.identity, context.observed
    if reason := why_unshown(server):
        run.leave_out(f"{server.kind} {server.cluster}/{server.namespace}/{server.name}", reason, key)
    run.present.add(key)
    run.dropped |= {Key(key, kind.kind) for kind in OF_SERVER if not run.config.shows(kind)}
    _tell_refused(run, server, context.name)
    context = replace(
        context, choice=choose(connector.default_first(context.server), context.version, context.evidence)
    )
    lead: Entity | None = None
    for kind in OF_SERVER:
        if context.component is None or run.config.shows(kind):
            described = describe_as(replace(context, kind=kind))
            if described.gone:
                run.gone.add(Key(key, kind.kind))
            run.add(described, key, str(context.name), shown=run.config.shows(kind))
            if lead is None and run.config.shows(kind):
                lead = described.entity
                _serve(run, context, lead)
            context = replace(context, component=context.component or described.entity)
    if context.component is not None:
        run.sites.of_server(context.server, context.site, context.component)


def _serve(run: Run, context: ServerContext, entity: Entity | None) -> None:
    """The version that the server serves leads to it, as the first kind that is shown, unless somebody deleted that."""
    given = run.known.given.get(entity.key) if entity is not None else None
    if entity is not None and (given is None or given.ref in run.known.taken):
        run.sites.serve(context.version, Server(facts=context.server, entity=entity))


def _tell_refused(run: Run, server: InferenceService, name: EntityRef) -> None:
    """Say what people asked for and is not shown, whatever the server is shown as."""
    key = server.identity
    for reason in connector.refused(server):
        run.leave_out(str(name), reason, key)
    if connector.card(server) is not None and run.cards.named_on(server) is None:
        reason = f"{server.kind} annotation rhdh.io/catalog-model is in no catalog under its source"
        run.leave_out(str(name), reason, key)
    api = connector.kept_api(server)
    if api is not None and api[0] not in run.known.taken and not run.config.shows(AI_MODEL_SERVER_API):
        run.leave_out(str(name), f"{api[1]} names an API that no file here holds, so no relation leads to it", key)


def _context(
    run: Run,
    server: InferenceService,
    name: EntityRef,
    part: PurePosixPath,
    site: PurePosixPath | None,
    resources: Mapping[Identity, EntityRef],
) -> ServerContext:
    registry, version = run.registrations.registry_of(server), run.registrations.version_of(server)
    registered = version if isinstance(version, Version) else None
    card = run.cards.of_version(registered) if registered else run.cards.of_server(server, trust_empty=True)
    evidence = Evidence(version=registered, card=run.cards.named_on(server) if card is None else card)
    return ServerContext(
        kind=OF_SERVER[0],
        identity=server.identity,
        name=name,
        part=part,
        site=site,
        known=run.known,
        config=run.config,
        server=connector.as_stated(server),
        observed=server,
        namespace=run.sources.namespace_of(server),
        registry=registry.name if registry else None,
        version=version,
        evidence=evidence,
        resource=resources.get(registered.identity) if registered else None,
        site_unknown=isinstance(run.cards.of_site(server, version), Unknown),
    )


def _is_shown(run: Run, server: InferenceService) -> bool:
    what = f"{server.kind} {server.cluster}/{server.namespace}/{server.name}"
    excluded = declared(server, "exclude-from-catalog")
    if excluded is not None and excluded.text.lower() == "true":
        run.leave_out(what, f"its {excluded.origin}")
        return False
    if server.state != DELETING:
        return True
    run.present.add(server.identity)
    run.leave_out(what, "it is being deleted")
    return False


def _proposal(server: InferenceService) -> tuple[str, ...]:
    """The parts of the name that a server would like to have."""
    suffix = ("llm",) if server.kind == "LLMInferenceService" else ()
    return (server.cluster, server.namespace, server.name, *suffix)
