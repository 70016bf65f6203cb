"""The base lines of what people renamed or moved since: they follow."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Final

from rhoai_catalog import documents
from rhoai_catalog.backstage import annotations_of
from rhoai_catalog.base import FOLDER, Line
from rhoai_catalog.identity import Identity, Key
from rhoai_catalog.merge.document.values import tree_values, with_renamed_references
from rhoai_catalog.merge.pages.sections import section_digests
from rhoai_catalog.merge.piece import Piece

SITE: Final = "backstage.io/techdocs-ref"
Lines = Mapping[Key, tuple[Line, ...]]


def following(lines: Lines, places: Mapping[Key, Piece], texts: Mapping[str, str], broken: Collection[str]) -> Lines:
    """The lines with the names and the sites that things have now; `broken` files are there, and nobody can read them.

    A reference to what people renamed has the name of now where a document that people edited does not name it by that
    of then: they wrote the new one themselves, or want neither. Elsewhere it is a generated value, which the merge
    brings up to date.
    """
    return _with_sites(_with_names(lines, places), places, texts, broken)


def _with_names(lines: Lines, places: Mapping[Key, Piece]) -> Lines:
    now = {line.ref: str(places[key].ref) for key in places for line in lines.get(key, ()) if line.ref}
    renamed = {old: new for old, new in now.items() if old != new}
    if not renamed:
        return lines
    edited = [key for key in lines if key in places and places[key].edited]
    return {**lines, **{key: _renamed(lines[key], places[key], renamed) for key in edited}}


def _renamed(lines: tuple[Line, ...], place: Piece, renamed: Mapping[str, str]) -> tuple[Line, ...]:
    mine = tree_values(place.data)
    return tuple(replace(line, values=with_renamed_references(line.values, renamed, but_for=mine)) for line in lines)


# -- sites -----------------------------------------------------------------------------------------------------------


def _with_sites(lines: Lines, places: Mapping[Key, Piece], texts: Mapping[str, str], broken: Collection[str]) -> Lines:
    """The lines of pages whose site was moved whole: nothing stands where it was, and pages of it stand where it would
    be beside the entity, or where that says.
    """
    pages: dict[Identity, list[Line]] = {}
    for key, own in lines.items():
        if own[0].page:
            pages.setdefault(key.identity, []).extend(own)
    lost = {thing: own for thing, own in pages.items() if not any(line.file in texts for line in own)}
    entities = {key: place for key, place in places.items() if key.identity in lost}
    if not entities:
        return lines
    taken = {line.file for own in lines.values() for line in own}
    there = {name.rpartition("/")[0] for name in (*texts, *broken)}
    found: dict[Identity, str] = {}
    for key, place in entities.items():
        pages_of, site = lost[key.identity], _site(lost[key.identity][0])
        if not any(_is_below(folder, site) for folder in there):
            sites = _may_be(site, lines.get(key, ()), place)
            match = next((site for site in sites if _is_site_of(pages_of, site, texts, taken)), None)
            found |= {key.identity: match} if match else {}
    numbers = Counter(found.values())
    moved = {thing: site for thing, site in found.items() if numbers[site] == 1}
    return {
        key: tuple(replace(line, file=f"{moved[key.identity]}/{line.page}") for line in own)
        if own[0].page and key.identity in moved
        else own
        for key, own in lines.items()
    }


def _site(line: Line) -> str:
    return line.file.removesuffix(line.page).rstrip("/")


def _is_below(folder: str, other: str) -> bool:
    return f"{folder}/".startswith(f"{other}/")


def _may_be(site: str, lines: tuple[Line, ...], place: Piece) -> Iterator[str]:
    """Where the site of an entity may be: where it was as seen from its file, or where its document says."""
    folder = posixpath.dirname(place.file)
    for home in (posixpath.dirname(line.file) for line in lines):
        if site.startswith(f"{home}/"):
            yield posixpath.join(folder, site.removeprefix(f"{home}/"))
    ref = annotations_of(place.data).get(SITE)
    if isinstance(ref, str) and ref.startswith("dir:"):
        yield posixpath.normpath(posixpath.join(folder, ref.removeprefix("dir:")))


def _is_site_of(lines: list[Line], site: str, texts: Mapping[str, str], taken: set[str]) -> bool:
    """Whether a folder is no other's site, and a page in it is one of these, or has a section of one."""
    files = {f"{site}/{line.page}": line for line in lines}
    if site in ("", ".") or site.partition("/")[0] == FOLDER or not taken.isdisjoint(files):
        return False
    return any(_is_page_of(line, texts[file]) for file, line in files.items() if file in texts)


def _is_page_of(line: Line, text: str) -> bool:
    if not line.page.endswith(".md"):  # what is written in these is much the same in every site
        return False
    return documents.digest(text) == line.doc or any(
        section in line.values.values() for section in section_digests(text).values()
    )
