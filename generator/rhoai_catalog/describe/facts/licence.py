"""The licence of a model: its name and its address belong together, so both come from one place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from rhoai_catalog.describe.facts.evidence import Evidence
from rhoai_catalog.describe.facts.places import Values, called, matter, texts
from rhoai_catalog.describe.facts.stated import Stated

NAMES: Final = ("license", "licence", "license name")
LINKS: Final = ("license link", "license url")
ADDRESS: Final = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """What a licence is called, and where its text is; each with where that stands."""

    name: Stated | None = None
    link: Stated | None = None


def licence(evidence: Evidence) -> Licence:
    """What the first place that says anything says. What it leaves out, another place adds that says the same licence:
    the dashboard copies only the address of a catalog's licence into a registry.
    """
    told = [*_licences(evidence)]
    first = next(iter(told), Licence())
    if first.name is None and first.link is not None:
        same = (other.name for other in told if other.link is not None and other.link.text == first.link.text)
        return Licence(name=next(filter(None, same), None), link=first.link)
    if first.link is None and first.name is not None:
        same = (other.link for other in told if other.name is not None and _alike(other.name.text, first.name.text))
        return Licence(name=first.name, link=next(filter(None, same), None))
    return first


def licence_name(evidence: Evidence) -> Iterator[Values]:
    """The name, as a place of facts."""
    if (name := licence(evidence).name) is not None:
        yield Values((name.text,), name.origin)


def _licences(evidence: Evidence) -> Iterator[Licence]:
    """What each place says of the licence, the nearest first."""
    for table, whose in evidence.properties():
        yield from _of(called(NAMES, table, whose), called(LINKS, table, whose))
    if evidence.version is not None:
        yield from _fields(evidence.version.model, "RegisteredModel")
    if (card := evidence.known_card) is not None:
        yield from _fields(card, f"CatalogModel {card.source_id}/{card.name}")
    names = (values for key in ("license_name", "license") for values in matter(key)(evidence))
    yield from _of(names, matter("license_link")(evidence))


def _fields(model: Any, whose: str) -> Iterator[Licence]:
    names, links = (texts(model.license), f"{whose} license"), (texts(model.license_link), f"{whose} licenseLink")
    yield from _of([Values(*names)], [Values(*links)])


def _of(names: Iterable[Values], links: Iterable[Values]) -> Iterator[Licence]:
    """One licence, if anything is said; an address where a name belongs is its address."""
    said = [Stated(text, values.origin) for values in names for text in values.texts]
    name = next((one for one in said if not ADDRESS.match(one.text)), None)
    addresses = [Stated(text, values.origin) for values in links for text in values.texts]
    link = next((one for one in (*addresses, *said) if ADDRESS.match(one.text)), None)
    if name is not None or link is not None:
        yield Licence(name=name, link=link)


def _alike(name: str, other: str) -> bool:
    """`Apache 2.0` is `apache-2.0`."""
    return re.sub(r"[\s_-]+", "", name).lower() == re.sub(r"[\s_-]+", "", other).lower()
