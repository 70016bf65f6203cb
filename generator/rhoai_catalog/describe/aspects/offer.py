"""What all kinds that show an offer of a model catalog have in common."""

from __future__ import annotations

from typing import Any

from rhoai_catalog import limits
from rhoai_catalog.describe.aspects.ownership import lifecycle, system
from rhoai_catalog.describe.context import OfferContext
from rhoai_catalog.describe.entities.draft import Draft
from rhoai_catalog.snapshot import Offer
from rhoai_catalog.text.prose import line


def put_offer(draft: Draft, context: OfferContext[Any]) -> None:
    """Title, description, labels, where its pages and its code are, lifecycle and system."""
    offer: Offer = context.offer
    displayed = line(offer.display_name or "")
    title = displayed or line(offer.name) or context.ref.name
    draft.put("/metadata/title", title, f"{where(offer)} {'displayName' if displayed else 'name'}")
    _description(draft, offer)
    for label in draft.first(offer.labels, limits.LABELS, f"{where(offer)} labels"):
        draft.tag(label, f"{where(offer)} labels")
    draft.site()
    draft.link("Source Code", offer.repository_url, f"{where(offer)} repositoryUrl")
    lifecycle(draft, None)
    system(draft, None, f"{offer.catalog}/{offer.name}")


def where(offer: Offer) -> str:
    """What origins call an offer."""
    return f"{type(offer).__name__} {offer.catalog}/{offer.name}"


def _description(draft: Draft, offer: Offer) -> None:
    if not draft.describe(offer.description or "", f"{where(offer)} description"):
        names = f"{line(offer.name)}, as the catalog {offer.catalog} offers it"
        draft.describe(names, "its name; nobody described it")
