"""Values that a merge changed, written back into the data of a document."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rhoai_catalog.backstage import AUTH_POINTER, AUTH_TAGS, REFERENCES
from rhoai_catalog.merge.document.chain import Chain
from rhoai_catalog.merge.document.members import Members
from rhoai_catalog.merge.document.values import ABSENT, LINKS, TAGS, Link, item_pointer, namespace_of
from rhoai_catalog.pointer import join, split

Changes = Iterable[tuple[str, Any]]  # pointer, value


def with_values(
    document: Mapping[str, Any], changes: Mapping[str, Any], links: Mapping[str, Link], new_links: Mapping[str, Link]
) -> dict[str, Any]:
    """The document with values set, or taken out where the change is ABSENT. `links` are its links by id, `new_links`
    those that are generated: one that comes stands behind the one that it follows there.
    """
    result: dict[str, Any] = _copy(document)
    of_links = {pointer: value for pointer, value in changes.items() if pointer.startswith(f"{LINKS}/")}
    others = ((pointer, value) for pointer, value in changes.items() if pointer not in of_links)
    for names, group in itertools.groupby(others, lambda change: _set_of(change[0])):
        if names:
            _set_members(result, names, group, namespace_of(document))
        else:
            for pointer, value in group:
                _set(result, split(pointer), value)
    if of_links:
        _set(result, ["metadata", "links"], _with_links(of_links, links, new_links) or ABSENT)
    return result


def _copy(value: Any) -> Any:
    """A value of its own at each place: what an alias repeats is one object, which would change everywhere."""
    if isinstance(value, Mapping):
        return {key: _copy(inner) for key, inner in value.items()}
    return [_copy(inner) for inner in value] if isinstance(value, list) else value


def _set_of(pointer: str) -> list[str]:
    """The names of the set that a value is a member of; none if it is in no set."""
    names = split(pointer)
    in_set = len(names) == 3 and (pointer.startswith(f"{TAGS}/") or (names[0] == "spec" and names[1] in REFERENCES))
    return names[:2] if in_set else []


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


def _set_members(result: dict[str, Any], names: Sequence[str], changes: Changes, namespace: str) -> None:
    """Put members into the set of these names and take them out. A set that has none left goes, and comes back last."""
    names, where = [*names], join(*names)
    items = _list(result, names)
    if not isinstance(items, list):  # a person made a mapping of it
        for pointer, value in changes:
            _set(result, split(pointer), value)
        return
    members = Members(items, lambda item: item_pointer(where, item, namespace))
    for pointer, value in changes:
        items = _list(result, names)
        gone, come = _moves(pointer, value)
        for name in gone:
            members.discard(name)
        for text in come:
            members.add(text)
        if not members:
            items.clear()
            _set(result, names, ABSENT)
    if members:
        items[:] = members.texts()


def _moves(pointer: str, value: Any) -> tuple[Iterable[str], Iterable[str]]:
    """The pointers of the members that go for a change to one, and the texts that come."""
    if pointer == AUTH_POINTER:
        return [TAGS + join(tag) for tag in AUTH_TAGS], () if value is ABSENT else value.split()
    return [pointer], () if value is ABSENT else split(pointer)[-1:]


def _with_links(changes: Mapping[str, Any], links: Mapping[str, Link], new_links: Mapping[str, Link]) -> list[Link]:
    fields: dict[str, dict[str, Any]] = {}
    for pointer, value in changes.items():
        _, _, identifier, name = split(pointer)
        fields.setdefault(identifier, {})[name] = value
    merged = {key: _with_fields(link, fields.get(key, {}), new_links.get(key, {})) for key, link in links.items()}
    merged |= {key: _with_fields({}, fields[key], new_links.get(key, {})) for key in fields if key not in links}
    order, previous = Chain(links), None
    first = next((key for key in new_links if key in links), None)
    for key in new_links:
        if key in merged and key not in order:
            order.put(key, before=first if previous is None else order.after(previous))
        previous = key if key in order else previous
    for key in merged:
        if key not in order:
            order.put(key)
    return [merged[key] for key in order if merged[key]]


def _with_fields(link: Link, fields: Mapping[str, Any], generated: Link) -> dict[str, Any]:
    """A link with fields set, or taken out; those that come stand as they are generated."""
    after = {**link, **{name: fields[name] for name in generated if name in fields}, **fields}
    return {name: value for name, value in after.items() if value is not ABSENT}


def arranged(data: Any, like: Any) -> Any:
    """The data in the order in which a generated document has it: its keys, and its links by URL.

    A key that the generated document does not have stays behind the key that it stood behind.
    """
    if isinstance(data, Mapping) and isinstance(like, Mapping):
        order, before = Chain(key for key in like if key in data), None
        for key in data:
            if key not in like:
                order.put(key, before=order.after(before))
            before = key
        return {key: arranged(data[key], like.get(key)) for key in order}
    if isinstance(data, list) and isinstance(like, list) and all(isinstance(item, Mapping) for item in (*data, *like)):
        places = {item.get("url"): (place, item) for place, item in enumerate(like)}
        last: tuple[int, Any] = (len(like), {})
        ordered = sorted(data, key=lambda item: places.get(item.get("url"), last)[0])
        return [arranged(item, places.get(item.get("url"), last)[1]) for item in ordered]
    return data
