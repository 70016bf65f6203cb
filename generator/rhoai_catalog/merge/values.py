"""A document as single values by JSON pointer, so that two versions of it can be merged value by value.

Lists have Backstage's meaning: tags and references are sets (`/metadata/tags/llm`), the two authentication tags are one
value, links are found again by URL, else by title, and merge field by field (`/metadata/links/<id>/title`). Any other
list is one value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from rhoai_catalog.alike import ByValue
from rhoai_catalog.backstage import AUTH_POINTER, AUTH_TAGS, DEFAULT_NAMESPACE, REFERENCES, EntityRef
from rhoai_catalog.pointer import join, split

TAGS: Final = "/metadata/tags"
LINKS: Final = "/metadata/links"
NAMING: Final = ("/metadata/annotations/backstage.io~1techdocs-entity", "/spec/apiEntityRef")  # one entity each

Values = dict[str, Any]
Link = Mapping[str, Any]


class NoValue:
    """No value at a pointer."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = NoValue()


def values_of(document: Mapping[str, Any], links: Mapping[str, Link]) -> Values:
    """Every value of a document; `links` are its links by the id that they have in this merge."""
    values: Values = {}
    namespace = namespace_of(document)

    def visit(pointer: str, value: Any) -> None:
        if isinstance(value, Mapping) and value:
            for key, inner in value.items():
                visit(pointer + join(key), inner)
        elif is_set(pointer, value):
            for item in value:
                values[item_pointer(pointer, item, namespace)] = True
            if pointer == TAGS and (auth := [tag for tag in AUTH_TAGS if tag in value]):
                values[AUTH_POINTER] = " ".join(auth)
        elif pointer != LINKS or not is_links(value):
            values[pointer] = value

    visit("", document)
    for tag in AUTH_TAGS:
        values.pop(TAGS + join(tag), None)
    for identifier, link in links.items():
        for name, inner in link.items():
            values[LINKS + join(identifier, name)] = inner
    return values


def tree_values(document: Mapping[str, Any]) -> Values:
    """Every value of a document by itself; its links are called by their URLs."""
    return values_of(document, identified(links_in(document), {}))


def place_in(document: Mapping[str, Any], pointer: str) -> str:
    """The JSON pointer of a value of `tree_values`: sets and links are lists in the document."""
    names = split(pointer)
    value: Any = document
    for name in names[:2]:
        value = value.get(name) if isinstance(value, Mapping) else None
    if len(names) < 3 or not isinstance(value, list):
        return pointer
    where, namespace = join(*names[:2]), namespace_of(document)
    for number, item in enumerate(value):
        if isinstance(item, Mapping) and where == LINKS and names[2] in (item.get("url"), item.get("title")):
            return where + join(number, *names[3:])
        if isinstance(item, str) and (
            item in AUTH_TAGS if pointer == AUTH_POINTER else item_pointer(where, item, namespace) == pointer
        ):
            return where + join(number)
    return where


def is_set(pointer: str, value: Any) -> bool:
    names = split(pointer)
    known = pointer == TAGS or (len(names) == 2 and names[0] == "spec" and names[1] in REFERENCES)
    return known and isinstance(value, list) and all(isinstance(item, str) for item in value)


def with_renamed_references(values: Mapping[str, Any], renamed: Mapping[str, str]) -> dict[str, Any]:
    """Values by pointer in which whatever names an old reference names the new one."""
    result: dict[str, Any] = {}
    for pointer, value in values.items():
        names = split(pointer) if pointer.startswith("/spec/") else []
        if len(names) == 3 and names[1] in REFERENCES and names[2] in renamed:
            pointer = join(*names[:2], renamed[names[2]])
        result[pointer] = renamed.get(value, value) if pointer in NAMING and isinstance(value, str) else value
    return result


def is_links(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, Mapping) and item for item in value)


def links_in(document: Mapping[str, Any]) -> list[Link]:
    metadata = document.get("metadata")
    links = metadata.get("links") if isinstance(metadata, Mapping) else None
    return list(links) if isinstance(links, list) and is_links(links) else []


def link_of(pointer: str) -> str:
    """The pointer of the link that a value is of; "" if it is of none."""
    if not pointer.startswith(f"{LINKS}/"):
        return ""
    end = pointer.find("/", len(LINKS) + 1)
    return pointer[:end] if end >= 0 else ""


def item_pointer(pointer: str, item: str, namespace: str) -> str:
    if pointer == TAGS:
        return TAGS + join(item)
    ref = EntityRef.parse(item, REFERENCES[split(pointer)[1]], namespace)
    return pointer + join(str(ref or item))


def namespace_of(document: Mapping[str, Any]) -> str:
    metadata = document.get("metadata")
    namespace = metadata.get("namespace") if isinstance(metadata, Mapping) else None
    return namespace if isinstance(namespace, str) else DEFAULT_NAMESPACE


def identified(links: Iterable[Link], known: Mapping[str, Link]) -> dict[str, Link]:
    """Links by id, in their order: that of the known link with the same URL, else with the same title, else their own
    URL or title.
    """
    links = list(links)
    ids: dict[int, str] = {}  # by place
    taken: set[str] = set()
    for field in ("url", "title"):
        free = ByValue((key, link[field]) for key, link in known.items() if link.get(field) is not None)
        for place, link in enumerate(links):
            same = free.first(link.get(field), taken) if place not in ids else None
            if same is not None:
                ids[place] = same
                taken.add(same)
    used, numbers = {*taken, *known}, dict[str, int]()
    for place, link in enumerate(links):
        if place not in ids:
            own = str(link.get("url") or link.get("title") or "?")
            ids[place] = _unused(own, used, numbers)
            used.add(ids[place])
    return {ids[place]: link for place, link in enumerate(links)}


def _unused(name: str, used: set[str], numbers: dict[str, int]) -> str:
    """The name, or that with the first number that makes it a new one; `numbers` are those that were given last."""
    number, unused = numbers.get(name, 1), name
    while unused in used:
        number += 1
        unused = f"{name} {number}"
    numbers[name] = number
    return unused
