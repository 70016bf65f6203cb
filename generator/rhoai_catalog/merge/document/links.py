"""The links of a base, and what they are called in it: mostly the URL that they were last generated with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rhoai_catalog.base import as_generated
from rhoai_catalog.merge.document.values import LINKS, Link, identified, link_of
from rhoai_catalog.pointer import join, split


def links_of(base: Mapping[str, Any]) -> dict[str, Link]:
    links: dict[str, dict[str, Any]] = {}
    for pointer, value in base.items():
        names = split(pointer)
        if pointer.startswith(f"{LINKS}/") and len(names) == 4:
            links.setdefault(names[2], {})[names[3]] = as_generated(value)
    return dict(links)


def called_by_url(base: Mapping[str, Any]) -> dict[str, Any]:
    """The base with each link under the URL that it was last generated with, not the one that it once had."""
    links = links_of(base)
    names: dict[str, str] = {}
    given: set[str] = set()
    for name, link in links.items():
        url = link.get("url")
        wanted = url if isinstance(url, str) and (url == name or url not in links) else name
        names[name] = wanted if wanted not in given else name
        given.add(names[name])
    if all(old == new for old, new in names.items()):
        return dict(base)
    return _renamed(base, zip(names, names.values(), strict=True))


def called_as_in(bases: Sequence[Mapping[str, Any]], base: Mapping[str, Any]) -> dict[str, Any]:
    """The base with each link under the name that others know it by."""
    links = links_of(base)
    known = {name: link for other in bases for name, link in links_of(other).items()}
    return _renamed(base, zip(links, identified(links.values(), known), strict=True))


def _renamed(base: Mapping[str, Any], names: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The base with each link under a new name; `names` are pairs of old and new ones."""
    renamed = {LINKS + join(old): LINKS + join(new) for old, new in names}
    called: dict[str, Any] = {}
    for pointer, value in base.items():
        link = link_of(pointer)
        called[renamed.get(link, link) + pointer.removeprefix(link)] = value
    return called
