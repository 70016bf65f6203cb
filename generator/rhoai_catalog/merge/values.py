"""A document as single values by JSON pointer, so that two versions of it can be merged value by value.

Lists have Backstage's meaning: tags and references are sets (`/metadata/tags/llm`), the two authentication tags are one
value, links are found again by URL, else by title, and merge field by field (`/metadata/links/<id>/title`). Any other
list is one value.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any, Final

from rhoai_catalog.backstage import AUTH_POINTER, AUTH_TAGS, DEFAULT_NAMESPACE, REFERENCES, EntityRef
from rhoai_catalog.pointer import join, split

TAGS: Final = "/metadata/tags"
LINKS: Final = "/metadata/links"

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
    namespace = _namespace(document)

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
    where, namespace = join(*names[:2]), _namespace(document)
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
    """Values by pointer in which relations to old references are ones to the new references."""
    result: dict[str, Any] = {}
    for pointer, value in values.items():
        names = split(pointer) if pointer.startswith("/spec/") else []
        if len(names) == 3 and names[1] in REFERENCES and names[2] in renamed:
            pointer = join(*names[:2], renamed[names[2]])
        result[pointer] = value
    return result


def is_links(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, Mapping) and item for item in value)


def links_in(document: Mapping[str, Any]) -> list[Link]:
    metadata = document.get("metadata")
    links = metadata.get("links") if isinstance(metadata, Mapping) else None
    return list(links) if isinstance(links, list) and is_links(links) else []


def item_pointer(pointer: str, item: str, namespace: str) -> str:
    if pointer == TAGS:
        return TAGS + join(item)
    ref = EntityRef.parse(item, REFERENCES[split(pointer)[1]], namespace)
    return pointer + join(str(ref or item))


def _namespace(document: Mapping[str, Any]) -> str:
    metadata = document.get("metadata")
    namespace = metadata.get("namespace") if isinstance(metadata, Mapping) else None
    return namespace if isinstance(namespace, str) else DEFAULT_NAMESPACE


def identified(links: Iterable[Link], known: Mapping[str, Link]) -> dict[str, Link]:
    """Links by id, in their order: that of the known link with the same URL, else with the same title, else their own
    URL or title.
    """
    links = list(links)
    ids: dict[int, str] = {}  # by place
    for field in ("url", "title"):
        for place, link in enumerate(links):
            free = {key: other for key, other in known.items() if key not in ids.values()}
            same = _same_link(link, field, free) if place not in ids else None
            if same is not None:
                ids[place] = same
    for place, link in enumerate(links):
        if place not in ids:
            own = str(link.get("url") or link.get("title") or "?")
            ids[place] = _unused(own, {*ids.values(), *known})
    return {ids[place]: link for place, link in enumerate(links)}


def _same_link(link: Link, field: str, known: Mapping[str, Link]) -> str | None:
    wanted = link.get(field)
    return next((key for key, other in known.items() if wanted is not None and other.get(field) == wanted), None)


def _unused(name: str, used: set[str]) -> str:
    number, unused = 1, name
    while unused in used:
        number += 1
        unused = f"{name} {number}"
    return unused


# -- writing values back -----------------------------------------------------------------------------------------


def with_values(
    document: Mapping[str, Any], changes: Mapping[str, Any], links: Mapping[str, Link], new_links: Mapping[str, Link]
) -> dict[str, Any]:
    """The document with values set, or taken out where the change is ABSENT. `links` are its links by id, `new_links`
    those that are generated: one that comes stands behind the one that it follows there.
    """
    result: dict[str, Any] = copy.deepcopy(dict(document))
    namespace = _namespace(document)
    changed_links = {pointer: value for pointer, value in changes.items() if pointer.startswith(f"{LINKS}/")}
    for pointer, value in changes.items():
        if pointer in changed_links:
            continue
        if pointer == AUTH_POINTER:
            _set_auth(result, value)
        elif _in_set(pointer):
            _set_item(result, pointer, value is not ABSENT, namespace)
        else:
            _set(result, split(pointer), value)
    if changed_links:
        _set(result, ["metadata", "links"], _with_links(changed_links, links, new_links) or ABSENT)
    return result


def _in_set(pointer: str) -> bool:
    names = split(pointer)
    return len(names) == 3 and (pointer.startswith(f"{TAGS}/") or (names[0] == "spec" and names[1] in REFERENCES))


def _set(result: dict[str, Any], names: list[str], value: Any) -> None:
    if value is not ABSENT:
        _parent(result, names)[names[-1]] = value
        return
    chain = [result]
    for name in names[:-1]:
        inner = chain[-1].get(name)
        if not isinstance(inner, dict):
            return
        chain.append(inner)
    chain[-1].pop(names[-1], None)
    for parent, name in reversed(list(zip(chain, names[:-1], strict=False))):
        if parent[name] == {}:
            del parent[name]


def _parent(result: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """The mapping that holds the last name; mappings on the way are made where there is none."""
    for name in names[:-1]:
        inner = result.get(name)
        if not isinstance(inner, dict):
            inner = result[name] = {}
        result = inner
    return result


def _list(result: dict[str, Any], names: list[str]) -> list[Any]:
    parent = _parent(result, names)
    items: list[Any] = parent.get(names[-1]) or []
    parent[names[-1]] = items
    return items


def _prune(result: dict[str, Any], names: list[str]) -> None:
    if not _list(result, names):
        _set(result, names, ABSENT)


def _set_item(result: dict[str, Any], pointer: str, wanted: bool, namespace: str) -> None:
    *names, item = split(pointer)
    where = join(*names)
    items = _list(result, names)
    items[:] = [old for old in items if item_pointer(where, old, namespace) != pointer]
    if wanted:
        _insert(items, item)
    _prune(result, names)


def _set_auth(result: dict[str, Any], value: Any) -> None:
    tags = _list(result, ["metadata", "tags"])
    tags[:] = [tag for tag in tags if tag not in AUTH_TAGS]
    for tag in value.split() if value is not ABSENT else ():
        _insert(tags, tag)
    _prune(result, ["metadata", "tags"])


def _insert(items: list[str], item: str) -> None:
    """Before the first greater item where the list is sorted, else at its end."""
    place = len(items)
    if items == sorted(items):
        place = next((number for number, other in enumerate(items) if other > item), place)
    items.insert(place, item)


def _with_links(changes: Mapping[str, Any], links: Mapping[str, Link], new_links: Mapping[str, Link]) -> list[Link]:
    fields: dict[str, dict[str, Any]] = {}
    for pointer, value in changes.items():
        _, _, identifier, name = split(pointer)
        fields.setdefault(identifier, {})[name] = value
    merged = {key: _with_fields(link, fields.get(key, {}), new_links.get(key, {})) for key, link in links.items()}
    merged |= {key: _with_fields({}, fields[key], new_links.get(key, {})) for key in fields if key not in links}
    order = list(links)
    generated = list(new_links)
    for place, key in enumerate(generated):
        if key in merged and key not in order:
            before = next((order.index(k) + 1 for k in reversed(generated[:place]) if k in order), None)
            after = next((order.index(k) for k in generated[place:] if k in order), len(order))
            order.insert(after if before is None else before, key)
    order += [key for key in merged if key not in order]
    return [merged[key] for key in order if merged[key]]


def _with_fields(link: Link, fields: Mapping[str, Any], generated: Link) -> dict[str, Any]:
    """A link with fields set, or taken out; those that come stand as they are generated."""
    after = {**link, **{name: fields[name] for name in generated if name in fields}, **fields}
    return {name: value for name, value in after.items() if value is not ABSENT}
