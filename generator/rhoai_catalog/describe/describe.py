"""Everything that was observed, group by group: registered versions, servers, what catalogs offer."""

from __future__ import annotations

from rhoai_catalog.config import Config
from rhoai_catalog.describe.identities.cards import Cards
from rhoai_catalog.describe.identities.registrations import Registrations
from rhoai_catalog.describe.identities.sources import Sources
from rhoai_catalog.describe.offers import describe_offers
from rhoai_catalog.describe.run import Run
from rhoai_catalog.describe.servers import describe_servers
from rhoai_catalog.describe.versions import describe_versions
from rhoai_catalog.entity import Description, Known
from rhoai_catalog.snapshot import CardsInUse, Snapshot


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


def describe(snapshot: Snapshot, config: Config, known: Known) -> Description:
    """Describe everything that was observed; what has a name and a file in the tree keeps both."""
    run = Run(snapshot, config, known)
    resources = describe_versions(run)
    describe_servers(run, resources)
    run.sites.tell_servers(run.sources.all_servers_known)
    describe_offers(run)
    return run.description()
