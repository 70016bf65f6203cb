"""What model catalogs offer beside models, and what it is shown as."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from pathlib import PurePosixPath
from typing import Final

from rhoai_catalog.describe.context import OfferContext, describe_as
from rhoai_catalog.describe.identities.files import server_sites, source_folder
from rhoai_catalog.describe.pages.site import offer_pages
from rhoai_catalog.describe.run import Run
from rhoai_catalog.families import MODEL_CATALOG
from rhoai_catalog.identity import Identity, Key
from rhoai_catalog.kinds import OF_OFFER, PART, Kind
from rhoai_catalog.snapshot import Offer, Scope

KINDS: Final = frozenset(kind.kind for kind in OF_OFFER)


def describe_offers(run: Run) -> None:
    """Describe all offers, table by table of the snapshot; broken sources of any are doubts."""
    run.sites.doubts |= set(_doubts(run))
    seen: set[Identity] = set()
    for table, kinds in groupby(OF_OFFER, key=lambda kind: kind.table):
        offers = _distinct(run, getattr(run.snapshot, table), seen)
        seen |= set(offers)
        _describe(run, offers, tuple(kinds))


def _doubts(run: Run) -> Iterator[Scope]:
    """The sources of catalogs that did not list all, of which something is shown: listed now, or in the tree."""
    incomplete = run.snapshot.incomplete()
    for kind in OF_OFFER:
        broken = [scope for scope in incomplete if scope.kind == kind.listed]
        offers = {_identity(offer) for offer in getattr(run.snapshot, kind.table)} if broken else set()
        offers |= {Identity(key.identity) for key in run.known.given if key.name == kind.kind} if broken else set()
        shown = {(offer.source, offer.parts[:1]) for offer in offers}
        yield from (scope for scope in broken if (scope.source, (scope.namespace,)) in shown)


def _identity(offer: Offer) -> Identity:
    return Identity.of(MODEL_CATALOG, offer.catalog, offer.source_id, offer.name)


def _describe(run: Run, offers: Mapping[Identity, Offer], kinds: tuple[Kind, ...]) -> None:
    contexts = _contexts(run, offers, kinds)
    sites = _sites(run, contexts)
    for key, context in sorted(contexts.items()):
        described = describe_as(replace(context, site=sites.get(key)))
        run.add(described, key, str(context.name))
        run.dropped |= {Key(key, kind) for kind in KINDS if kind != context.kind.kind}
        if described.entity is not None:
            readme = context.offer.readme
            run.sites.of_offer(key, sites.get(key), offer_pages(readme, described.entity) if readme else {})


def _contexts(
    run: Run, offers: Mapping[Identity, Offer], kinds: tuple[Kind, ...]
) -> dict[Identity, OfferContext[Offer]]:
    kind_of = {key: _kind(offer, kinds) for key, offer in offers.items()}
    proposals = {key: (offer.catalog, offer.name) for key, offer in offers.items()}
    names = run.names.give(proposals, {key: (kind.kind,) for key, kind in kind_of.items()})
    return {
        key: OfferContext(
            kind=kind_of[key],
            identity=key,
            name=names[key],
            part=PurePosixPath(kind_of[key].folder, source_folder(offer.catalog), PART),
            site=None,
            known=run.known,
            config=run.config,
            offer=offer,
        )
        for key, offer in offers.items()
    }


def _distinct(run: Run, offers: Iterable[Offer], seen: set[Identity]) -> dict[Identity, Offer]:
    """Those of which nothing else of their source has the same name."""
    distinct: dict[Identity, Offer] = {}
    for offer in offers:
        key = _identity(offer)
        if key in seen:
            what = f"{type(offer).__name__} {offer.source_id}/{offer.name} of {offer.catalog}"
            run.leave_out(what, "something else of its source has the same name")
        else:
            distinct[key] = offer
    return distinct


def _kind(offer: Offer, kinds: tuple[Kind, ...]) -> Kind:
    """The first kind whose fact an offer has."""
    return next(kind for kind in kinds if not kind.having or getattr(offer, kind.having))


def _sites(run: Run, contexts: Mapping[Identity, OfferContext[Offer]]) -> dict[Identity, PurePosixPath]:
    """The folder of the site of each offer that has a text: the one it has, else one beside its entity."""
    files = {key: context.file for key, context in contexts.items()}
    documented = [key for key, context in contexts.items() if context.offer.readme]
    return server_sites(documented, files, run.known)
