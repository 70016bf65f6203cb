"""Which TechDocs sites there are, in which folders, and what this run knows of their pages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import PurePosixPath

from rhoai_catalog.describe.facts.evidence import Evidence
from rhoai_catalog.describe.identities.cards import Cards
from rhoai_catalog.describe.identities.files import server_sites
from rhoai_catalog.describe.identities.registrations import Registrations
from rhoai_catalog.describe.identities.version import Version
from rhoai_catalog.describe.pages.history import History
from rhoai_catalog.describe.pages.sections import OWN
from rhoai_catalog.describe.pages.serving import SERVERS, Server, servers_page
from rhoai_catalog.describe.pages.site import CONFIGURATION, INDEX, server_pages, version_pages
from rhoai_catalog.entity import Entity, Known, Page
from rhoai_catalog.identity import Identity, SourceKey
from rhoai_catalog.number import number
from rhoai_catalog.snapshot import UNKNOWN, CatalogModel, InferenceService, Scope, Snapshot, Source, Unknown


class Sites:
    """Collects the `pages` of all sites; `settled` are the identities all of whose pages are there.

    `waiting` are the identities whose card stays as it was, by the catalog that lists nothing any more; `doubts` are
    the listings of broken catalog sources that cards depend on.
    """

    def __init__(self, snapshot: Snapshot, registrations: Registrations, cards: Cards, known: Known, hub: str) -> None:
        self.registrations, self.cards, self.known, self.hub = registrations, cards, known, hub
        self.history = History(snapshot)
        self.pages: list[Page] = []
        self.settled: set[Identity] = set()
        self.waiting: dict[SourceKey, set[Identity]] = {}
        self._folders: dict[Identity, PurePosixPath] = {}  # of versions
        self._served: dict[Identity, dict[Identity, Server]] = {}  # by version, by server
        self.doubts: set[Scope] = set()
        self._shown: dict[tuple[str, str], list[Version]] = {}  # versions that have a site already, by model
        for version in registrations.versions:
            if version.identity in known.sites:
                self._shown.setdefault(_model(version), []).append(version)

    # -- of registered versions --------------------------------------------------------------------------------------

    def of_version(self, version: Version, folder: PurePosixPath, entity: Entity) -> None:
        card = self.cards.of_version(version)
        self.doubts |= set(self.cards.doubts_of(version))
        if isinstance(card, Unknown):
            self._wait(version.identity, self.cards.emptied_for(version))
        shown = None if isinstance(card, Unknown) else card
        known = not isinstance(card, Unknown) and version.version.artifacts is not None
        known = known and self.history.is_known(version) and (shown is None or shown.artifact_uris is not None)
        files = version_pages(version, shown, self.history.of(version), entity)
        self._folders[version.identity] = folder
        like = self._predecessor(version)
        self._site(version.identity, folder, files, unknown=() if known else (INDEX,), like=like, entity=entity)

    def serve(self, version: Version | Unknown | None, server: Server) -> None:
        """A server serves a version; of several entities that it is shown as the first counts. One whose version is not
        known now serves none of those that are.
        """
        if isinstance(version, Version):
            self._served.setdefault(version.identity, {}).setdefault(server.facts.identity, server)

    def tell_servers(self, version: Identity, *, complete: bool) -> None:
        """After its servers: the page of a version that says who serves it; `complete`: there are no others."""
        folder = self._folders.get(version)
        servers = [server for _, server in sorted(self._served.get(version, {}).items())]
        known = complete and all(server.is_known for server in servers)
        if folder is not None and (servers or (not known and version in self.known.sites)):
            files = {SERVERS: servers_page(servers, self.hub)}
            self._site(version, folder, files, unknown=() if known else (SERVERS,))

    def _predecessor(self, version: Version) -> Identity | None:
        """The version of the same model that was registered last before this one, if its card is the same."""
        if version.identity in self.known.sites:
            return None
        before = [v for v in self._shown.get(_model(version), ()) if _number(v) < _number(version)]
        for other in sorted(before, key=_number, reverse=True):
            if self._is_same_card(other, version):
                return other.identity
        return None

    def _is_same_card(self, one: Version, other: Version) -> bool:
        """Whether two versions have the same model card; where a catalog cannot tell, whether they name the same."""
        cards = self.cards.of_version(one), self.cards.of_version(other)
        if any(isinstance(card, Unknown) for card in cards):
            return self.cards.is_same_origin(one, other)
        return Evidence(version=one, card=cards[0]).readme() == Evidence(version=other, card=cards[1]).readme()

    # -- of servers without a registered version ---------------------------------------------------------------------

    def of_servers(
        self, servers: Iterable[InferenceService], files: Mapping[Identity, PurePosixPath]
    ) -> dict[Identity, PurePosixPath]:
        """The folder of the site of each server, by identity, that has a card of its own to show."""
        wanted = []
        for server in servers:
            card = self.cards.of_site(server, self.registrations.version_of(server))
            if isinstance(card, CatalogModel) or (isinstance(card, Unknown) and server.identity in self.known.sites):
                wanted.append(server.identity)
        return server_sites(wanted, files, self.known)

    def of_server(self, server: InferenceService, folder: PurePosixPath | None, entity: Entity) -> None:
        version = self.registrations.version_of(server)
        self.doubts |= set(self.cards.doubts_near(server, version, shown=server.identity in self.known.sites))
        card = self.cards.of_site(server, version) if folder is not None else None
        if isinstance(card, Unknown):
            self._wait(server.identity, self.cards.emptied_near(server))
        if isinstance(version, Unknown) or isinstance(card, Unknown):
            return
        files = server_pages(card, server.artifact_uris, entity) if card is not None else {}
        self._site(server.identity, folder or PurePosixPath(), files, unknown=(), entity=entity)

    def of_offer(self, identity: Identity, folder: PurePosixPath | None, files: Mapping[str, str]) -> None:
        self._site(identity, folder or PurePosixPath(), files, unknown=())

    def _wait(self, identity: Identity, catalogs: Iterable[Source]) -> None:
        for catalog in catalogs if identity in self.known.sites else ():
            self.waiting.setdefault(catalog.key, set()).add(identity)

    def _site(
        self,
        identity: Identity,
        folder: PurePosixPath,
        files: Mapping[str, str],
        *,
        unknown: Collection[str],
        like: Identity | None = None,
        entity: Entity | None = None,
    ) -> None:
        """The pages of a site. One that is not wholly known is written where there is none, else it stays."""
        self.settled.add(identity)
        if entity is not None and "/metadata/description" in entity.unknown:
            unknown = (*unknown, CONFIGURATION)
        for name, text in files.items():
            there = identity in self.known.sites or str(folder / name) in self.known.files
            shown = UNKNOWN if there and name in unknown else text
            self.pages.append(Page(identity=identity, name=name, file=folder / name, text=shown, like=like, apart=OWN))


def _model(version: Version) -> tuple[str, str]:
    return version.version.registry, version.model.id


def _number(version: Version) -> int:
    """The id of a version, to compare: ids of one database grow."""
    return number(version.version.id)
