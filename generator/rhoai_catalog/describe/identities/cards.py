"""Which catalog model a version was registered from, and which one a server serves."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from rhoai_catalog.describe.facts import connector
from rhoai_catalog.describe.identities.registrations import Registrations
from rhoai_catalog.describe.identities.sources import Sources
from rhoai_catalog.describe.identities.version import Version
from rhoai_catalog.families import MODEL_CATALOG
from rhoai_catalog.identity import SourceKey
from rhoai_catalog.snapshot import UNKNOWN, CardsInUse, CatalogModel, InferenceService, Scope, Source, Unknown

CLAIM: Final = "pvc://"


class Cards:
    """The catalog models of a snapshot, each looked up in the catalogs of one's own clusters."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources

    def in_use(self, registrations: Registrations) -> CardsInUse:
        """The models of whose artifacts anything depends: those that versions were registered from, or that people name
        on a server, and all that may be stored where a server's model is, if no registered version says what that is.
        """
        servers = self.sources.snapshot.inference_services
        origins = [self.of_version(version) for version in registrations.versions]
        origins += [self.named_on(server) for server in servers]
        stored: dict[SourceKey, set[str]] = {}
        for server in servers:
            if not isinstance(registrations.version_of(server), Version):
                for catalog in self.sources.near(MODEL_CATALOG, server.cluster) if (uris := _stored(server)) else ():
                    stored.setdefault(catalog.key, set()).update(uris)
        return CardsInUse(
            named=frozenset(model.identity for model in origins if isinstance(model, CatalogModel)),
            stored={catalog: tuple(sorted(uris)) for catalog, uris in stored.items()},
        )

    # -- of registered versions --------------------------------------------------------------------------------------

    def of_version(self, version: Version) -> CatalogModel | Unknown | None:
        """The catalog model that a version was registered from, by every release's way of saying so."""
        if version.version.artifacts is None:
            return UNKNOWN
        names = version.catalog_names
        if not names:
            return None
        catalogs = self.sources.catalogs_of(version.version.registry)
        for catalog in catalogs:
            for source, name in names:
                for model in self._by_name.get((catalog.name, name), ()):
                    if source in self._source_names(model):
                        return model
        searched = all(self._tells_of(catalog, names) for catalog in catalogs)
        proven = bool(catalogs) or not self.sources.discovers_catalogs(version.version.registry)
        return None if searched and proven else UNKNOWN

    def emptied_for(self, version: Version) -> Iterator[Source]:
        """The catalogs that could be listed, and hold nothing (any more) of what a version was registered from."""
        names = version.catalog_names
        for catalog in self.sources.catalogs_of(version.version.registry) if names else ():
            listed = self.sources.is_catalog_listed(catalog) and not self._broken_of(catalog, names)
            if listed and self._is_emptied(catalog, names):
                yield catalog

    def doubts_of(self, version: Version) -> Iterator[Scope]:
        """The broken catalog sources that the card of a version is of, or would be."""
        card = self.of_version(version)
        if isinstance(card, CatalogModel):
            yield from self._doubt(card)
        elif isinstance(card, Unknown):
            for catalog in self.sources.catalogs_of(version.version.registry):
                yield from self._broken_of(catalog, version.catalog_names)

    def emptied_near(self, server: InferenceService) -> Iterator[Source]:
        """The catalogs that could be listed, hold nothing at all, and that a server's card may have come from."""
        for catalog in self.sources.near(MODEL_CATALOG, server.cluster):
            listed = self.sources.is_catalog_listed(catalog) and not self.sources.broken_in(catalog.name)
            if listed and catalog.name not in self._silent:
                yield catalog

    def doubts_near(
        self, server: InferenceService, version: Version | Unknown | None, *, shown: bool
    ) -> Iterator[Scope]:
        """The broken catalog sources that a server's own card is of, or would be. Where nothing names one, it would
        only if the server has one to show already.
        """
        card, named = self.of_site(server, version), connector.card(server)
        if isinstance(card, CatalogModel):
            yield from self._doubt(card)
        elif isinstance(card, Unknown):
            for catalog in self.sources.near(MODEL_CATALOG, server.cluster):
                if named is not None:
                    yield from self._broken_of(catalog, [named])
                elif shown:
                    yield from self.sources.broken_in(catalog.name).values()

    @staticmethod
    def is_same_origin(one: Version, other: Version) -> bool:
        """Whether two versions are known to be registered from the same catalog model, whatever it is."""
        if one.version.artifacts is None or other.version.artifacts is None:
            return False
        return set(one.catalog_names) == set(other.catalog_names) != set()

    def _tells_of(self, catalog: Source, names: Collection[tuple[str, str]]) -> bool:
        """Whether a model of one of these names would have been seen, if the catalog had it."""
        listed = self.sources.is_catalog_listed(catalog) and not self._broken_of(catalog, names)
        return listed and not self._is_emptied(catalog, names)

    def _broken_of(self, catalog: Source, names: Iterable[tuple[str, str]]) -> list[Scope]:
        """The broken sources of a catalog that are named, or may be: all, where no source that it lists is."""
        broken = self.sources.broken_in(catalog.name)
        named = {source for source, _ in names} if broken else set()
        meant = {source for (owner, source), called in self._called.items() if owner == catalog.name and called & named}
        return [scope for source, scope in broken.items() if source in meant or not meant]

    def _doubt(self, model: CatalogModel) -> Iterator[Scope]:
        scope = self.sources.broken_in(model.catalog).get(model.source_id)
        if scope is not None:
            yield scope

    def _is_emptied(self, catalog: Source, names: Iterable[tuple[str, str]]) -> bool:
        """Whether the catalog, or a source that the version names, lists nothing: more likely a mistake than meant."""
        named = {source for source, _ in names}
        listing = self._listing.get(catalog.name, frozenset())
        silent = (
            called for (of, source), called in self._called.items() if of == catalog.name and source not in listing
        )
        return not listing or any(called & named for called in silent)

    @functools.cached_property
    def _listing(self) -> Mapping[str, frozenset[str]]:
        """The sources of each catalog that list any model."""
        listing: dict[str, set[str]] = {}
        for model in self.sources.snapshot.catalog_models:
            listing.setdefault(model.catalog, set()).add(model.source_id)
        return {catalog: frozenset(sources) for catalog, sources in listing.items()}

    def _source_names(self, model: CatalogModel) -> frozenset[str]:
        """What a version may call the catalog source of a model: its id, its display name, one of its labels."""
        return self._called.get((model.catalog, model.source_id), frozenset([model.source_id]))

    @functools.cached_property
    def _called(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """The names of each source, by catalog and id."""
        sources = self.sources.snapshot.catalog_sources
        return {(s.catalog, s.id): frozenset([s.id, s.name, *s.labels]) for s in sources}

    @functools.cached_property
    def _by_name(self) -> Mapping[tuple[str, str], list[CatalogModel]]:
        models: dict[tuple[str, str], list[CatalogModel]] = {}
        for model in self.sources.snapshot.catalog_models:
            models.setdefault((model.catalog, model.name), []).append(model)
        return models

    # -- of servers --------------------------------------------------------------------------------------------------

    def of_site(self, server: InferenceService, version: Version | Unknown | None) -> CatalogModel | Unknown | None:
        """The card that a server itself has to show: that of no registered version, and no documentation elsewhere."""
        if connector.documentation(server) is not None:
            return None
        if not isinstance(version, Version):
            return self.of_server(server) if version is None else None
        registered = self.of_version(version) if connector.card(server) is not None else None
        return self.named_on(server) if registered is None else UNKNOWN if isinstance(registered, Unknown) else None

    def named_on(self, server: InferenceService) -> CatalogModel | Unknown | None:
        """The catalog model that people named on a server."""
        named = connector.card(server)
        if named is None:
            return None
        catalogs = self.sources.near(MODEL_CATALOG, server.cluster)
        for catalog in catalogs:
            for model in self._by_name.get((catalog.name, named[1]), ()):
                if named[0] in self._source_names(model):
                    return model
        searched = all(self._tells_of(catalog, [named]) for catalog in catalogs)
        return None if searched and not self.sources.is_undiscovered(server.cluster) else UNKNOWN

    def of_server(self, server: InferenceService, *, trust_empty: bool = False) -> CatalogModel | Unknown | None:
        """The catalog model of a server without a registered version: the one that people name, else the one that is
        stored where its model is. A catalog that lists nothing at all cannot tell, or, with `trust_empty`, knows none
        of it.
        """
        named = self.named_on(server)
        if named is not None:
            return named
        uris = _stored(server)
        if not uris:
            return None
        catalogs = self.sources.near(MODEL_CATALOG, server.cluster)
        for catalog in catalogs:
            for uri in uris:
                if (catalog.name, uri) in self._by_uri:
                    return self._by_uri[catalog.name, uri]
        searched = all(self._tells_all(catalog, uris, trust_empty) for catalog in catalogs)
        return None if searched and not self.sources.is_undiscovered(server.cluster) else UNKNOWN

    def _tells_all(self, catalog: Source, uris: Collection[str], trust_empty: bool) -> bool:
        """Whether a catalog was listed, and tells of all that is stored at some addresses."""
        silent = self._silent.get(catalog.name, not trust_empty)
        silent = silent and not self._searched.get(catalog.name, frozenset()).issuperset(uris)
        return self.sources.is_catalog_listed(catalog) and not silent and not self.sources.broken_in(catalog.name)

    @functools.cached_property
    def _searched(self) -> Mapping[str, frozenset[str]]:
        """The addresses that a catalog was searched for."""
        return {search.catalog: frozenset(search.uris) for search in self.sources.snapshot.catalog_searches}

    @functools.cached_property
    def _by_uri(self) -> Mapping[tuple[str, str], CatalogModel]:
        """By catalog and address; of several models at one address the first, as their names sort."""
        models: dict[tuple[str, str], CatalogModel] = {}
        for model in sorted(self.sources.snapshot.catalog_models, key=lambda model: (model.source_id, model.name)):
            for uri in model.artifact_uris or ():
                models.setdefault((model.catalog, uri), model)
        return models

    @functools.cached_property
    def _silent(self) -> Mapping[str, bool]:
        """The catalogs that list anything, and whether one of their models does not tell where it is stored."""
        silent: dict[str, bool] = {}
        for model in self.sources.snapshot.catalog_models:
            silent[model.catalog] = silent.get(model.catalog, False) or model.artifact_uris is None
        return silent


def _stored(server: InferenceService) -> list[str]:
    """Where a server's model is stored, as far as a catalog can know of it: a claim is its cluster's own."""
    return sorted({uri for uri in server.artifact_uris if not uri.startswith(CLAIM)})
