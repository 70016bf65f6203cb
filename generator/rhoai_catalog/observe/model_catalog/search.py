"""Which models of a catalog may be stored at some addresses, without asking each of them.

From OpenShift AI 3.2 on a catalog filters its models by where their artifacts are. One that does not know the property
answers that there are none, and one that does not know the filter lists all. So every question also asks for a model
whose address is known: an answer without it is not believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from rhoai_catalog import limits
from rhoai_catalog.errors import SourceError
from rhoai_catalog.http.client import Client
from rhoai_catalog.http.service import item_pages
from rhoai_catalog.observe.rows import text

Place = tuple[str, str]  # a model by its source and its name
SPEAKABLE: Final = re.compile(r"(?!.*\[removed: )[ -&(-\[\]-~]+", re.DOTALL)  # in quotes, whatever the database


def stored_at(client: Client, path: str, uris: Sequence[str], known: tuple[Place, str]) -> frozenset[Place] | None:
    """The models that may be stored at any of the addresses, perhaps with others; None where that cannot be asked.

    `known` is a model, and where it is.
    """
    place, address = known
    if not all(map(SPEAKABLE.fullmatch, (*uris, address))):
        return None
    found: set[Place] = set()
    try:
        for filter_query in filters(uris, address):
            told = set(_places(client, path, filter_query))
            if place not in told:
                return None
            found |= told
    except SourceError:
        return None
    return frozenset(found)


def filters(uris: Iterable[str], known: str) -> Iterator[str]:
    """The questions, each within bounds, and each for the known address, too."""
    asked = last = _is_at(known)
    for uri in uris:
        condition = _is_at(uri)
        if asked != last and len(asked) + len(condition) > limits.FILTER_LENGTH:
            yield asked
            asked = last
        asked = f"{condition} OR {asked}"
    if asked != last:
        yield asked


def _is_at(uri: str) -> str:
    """The artifact is at this address, whoever logs in there, and whatever is asked for behind it."""
    scheme, separator, rest = uri.rpartition("://")
    ends = ("",) if scheme == "oci" else ("", "?%", "#%")  # an image's reference has neither
    return " OR ".join(f"artifacts.uri LIKE '{scheme}{separator}%{rest}{end}'" for end in ends)


def _places(client: Client, path: str, filter_query: str) -> Iterator[Place]:
    query = {"filterQuery": filter_query, "pageSize": str(client.policy.page)}
    for row in (row for page in item_pages(client, path, query) for row in page):
        source, name = text(row, "source_id", "sourceId"), text(row, "name")
        if source is not None and name is not None:
            yield source, name
