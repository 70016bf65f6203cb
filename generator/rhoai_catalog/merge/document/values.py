"""A document as single values by JSON pointer, so that two versions of it can be merged value by value.

Lists have Backstage's meaning: tags and references are sets (`/metadata/tags/llm`), the two authentication tags are one
value, links are found again by URL, else by title, and merge field by field (`/metadata/links/<id>/title`). Any other
list is one value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from rhoai_catalog.alike import ByValue
from rhoai_catalog.backstage import AUTH_POINTER, AUTH_TAGS, DEFAULT_NAMESPACE, REFERENCES, EntityRef
from rhoai_catalog.base import is_pinned, stand_in
from rhoai_catalog.pointer import join, split

TAGS: Final = "/metadata/tags"
LINKS: Final = "/metadata/links"
NAMING: Final = ("/metadata/annotations/backstage.io~1techdocs-entity", "/spec/apiEntityRef")  # one entity each
NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})

Values = dict[str, Any]
Link = Mapping[str, Any]


class NoValue:
    """No value at a pointer."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = NoValue()


def present(value: Any) -> Any:
    """The value, or None where there is none."""
    return None if value is ABSENT else value


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


def base_values(document: Mapping[str, Any]) -> Values:
    """Every value of a generated document, as its base keeps them."""
    return {pointer: stand_in(value) for pointer, value in tree_values(document).items()}


class Places:
    """The JSON pointers of the values of `tree_values`: sets and links are lists in the document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._numbers: dict[str, dict[str, int]] = {}  # of the items of a list, by their names; by its pointer

    def of(self, pointer: str) -> str:
        """The list itself where a value of it is not there."""
        names = split(pointer)
        part = self._document.get(names[0]) if len(names) > 2 else None
        items = part.get(names[1]) if isinstance(part, Mapping) else None
        if not isinstance(items, list):
            return pointer
        where = join(*names[:2])
        if where not in self._numbers:
            named = [(name, number) for number, item in enumerate(items) for name in self._names(where, item)]
            self._numbers[where] = dict(reversed(named))  # of equal names the first counts
        is_link = where == LINKS
        number = self._numbers[where].get(names[2] if is_link else pointer)
        return where if number is None else where + join(number, *(names[3:] if is_link else ()))

    def _names(self, where: str, item: Any) -> list[str]:
        if where == LINKS and isinstance(item, Mapping):
            return [name for name in (item.get("url"), item.get("title")) if isinstance(name, str)]
        if not _has_members(where) or not isinstance(item, str):
            return []
        is_auth = where == TAGS and item in AUTH_TAGS
        return [item_pointer(where, item, namespace_of(self._document)), *([AUTH_POINTER] if is_auth else [])]


def is_set(pointer: str, value: Any) -> bool:
    return _has_members(pointer) and isinstance(value, list) and all(isinstance(item, str) for item in value)


def _has_members(pointer: str) -> bool:
    names = split(pointer)
    return pointer == TAGS or (len(names) == 2 and names[0] == "spec" and names[1] in REFERENCES)


def with_renamed_references(
    values: Mapping[str, Any], renamed: Mapping[str, str], *, but_for: Mapping[str, Any]
) -> dict[str, Any]:
    """Values by pointer in which whatever names an old reference names the new one, but for those that another document
    has as they are.
    """
    result: dict[str, Any] = {}
    for pointer, value in values.items():
        if pointer in but_for and is_same(but_for[pointer], value):
            result[pointer] = value
            continue
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


class Bases:
    """Each pointer with the values that the base lines of one thing have there; ABSENT where one of them has none.

    `adopted` are the values of lines that say nothing else.
    """

    def __init__(self, lines: Sequence[Mapping[str, Any]], adopted: Mapping[str, Any] = NOTHING) -> None:
        self._values: dict[str, list[Any]] = {pointer: [] for pointer in adopted}
        for line in lines:
            for pointer, value in line.items():
                self._values.setdefault(pointer, []).append(value)
        for pointer, values in self._values.items():
            if len(values) < len(lines):
                values.append(adopted.get(pointer, ABSENT))
        self._elsewhere = [ABSENT] if lines else []

    def say(self, pointer: str, value: Any) -> bool:
        """Whether a line has this value; ABSENT: has none."""
        return any(is_same(known, value) for known in self._values.get(pointer, self._elsewhere))

    def known(self, pointer: str) -> list[Any]:
        """The values that lines have."""
        return [value for value in self._values.get(pointer, ()) if value is not ABSENT]

    def is_pinned(self, pointer: str) -> bool:
        return any(map(is_pinned, self.known(pointer)))

    def __contains__(self, pointer: str) -> bool:
        return pointer in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)


def is_same(a: Any, b: Any) -> bool:
    """Whether two values are equal, and of one type."""
    return type(a) is type(b) and bool(a == b)
