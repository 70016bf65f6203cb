"""Everything that was observed, group by group: registered versions with their servers, other servers, offers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rhoai_catalog.config import Config
from rhoai_catalog.describe.context import ServerContext, VersionContext
from rhoai_catalog.describe.identities.cards import Cards
from rhoai_catalog.describe.identities.registrations import Registrations
from rhoai_catalog.describe.identities.sources import Sources
from rhoai_catalog.describe.inputs import groups
from rhoai_catalog.describe.offers import describe_offers
from rhoai_catalog.describe.run import Run
from rhoai_catalog.describe.servers import DELETING, describe_server, servers_to_show
from rhoai_catalog.describe.versions import describe_version, reference, versions_to_show
from rhoai_catalog.entity import Description, Group, Known, Remarks
from rhoai_catalog.identity import Identity
from rhoai_catalog.snapshot import CardsInUse, Snapshot

Unchanged = Callable[[Group], Remarks | None]  # the remarks of a group that the tree holds as it would be described


def cards_in_use(snapshot: Snapshot) -> CardsInUse:
    """The catalog models whose artifacts are needed to describe a snapshot; before they are known."""
    sources = Sources(snapshot)
    return Cards(sources).in_use(Registrations(sources))


def is_withheld(snapshot: Snapshot, config: Config) -> bool:
    """Whether something that may be true is not in a snapshot, of what is to be described."""
    incomplete = snapshot.incomplete()
    return any(scope.withholds for scope in incomplete) or bool(
        incomplete and describe(snapshot, config, Known()).doubts
    )


def describe(
    snapshot: Snapshot, config: Config, known: Known, unchanged: Unchanged = lambda group: None
) -> Description:
    """Describe everything that was observed; what has a name and a file in the tree keeps both. Groups that are
    `unchanged` are only said to be present.
    """
    run = Run(snapshot, config, known)
    versions = versions_to_show(run)
    references = {key: reference(run, context) for key, context in versions.items()}
    servers = servers_to_show(run, {key: ref for key, ref in references.items() if ref is not None})
    for group in groups(run, versions, servers):
        remarks = unchanged(group) if group.inputs else None
        run.add_group(group, remarks)
        if remarks is None:
            _describe(run, group, versions, servers)
    describe_offers(run)
    return run.description()


def _describe(
    run: Run, group: Group, versions: Mapping[Identity, VersionContext], servers: Mapping[Identity, ServerContext]
) -> None:
    """A group: the version first, its page of servers last."""
    if group.identity in versions:
        describe_version(run, versions[group.identity])
    for key in sorted(group.members & servers.keys()):
        describe_server(run, servers[key])
    going = any(server.state == DELETING for server in run.registrations.servers_of.get(group.identity, ()))
    run.sites.tell_servers(group.identity, complete=run.sources.all_servers_known and not going)
