"""Which models of a catalog can be asked for by their names: the API takes `_` and `%` in one for wildcards."""

from __future__ import annotations

import fnmatch
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rhoai_catalog import limits

AS_GLOB: Final = str.maketrans({"_": "?", "%": "*", "*": "[*]", "?": "[?]", "[": "[[]"})  # globs match in linear time


@dataclass(frozen=True, slots=True, kw_only=True)
class Wild:
    """What names are read as: characters of a length with any in some places, or a pattern with `%`."""

    length: int
    places: tuple[int, ...] = ()
    pattern: str = ""


def askable_names(names: Sequence[str]) -> Iterator[str]:
    """The names that lead to their own model; it takes `/artifacts` at the end of one for a path.

    What costs least to find out is found out first. Of what costs too much it is not known, so it is none.
    """
    alike: dict[Wild, list[tuple[str, str]]] = {}
    of_length: dict[int, list[str]] = {}
    for name, plain in ((name, name.lower()) for name in names):
        of_length.setdefault(len(plain), []).append(plain)
        alike.setdefault(_wild(plain), []).append((name, plain))
    total = sum(length * len(others) for length, others in of_length.items())

    def cost(wild: Wild) -> int:
        return len(wild.pattern) * total or len(wild.places[:1]) * wild.length * len(of_length[wild.length])

    room = limits.NAMES_COMPARED
    for wild in sorted(alike, key=cost):
        room -= cost(wild)
        if room < 0:
            return
        others = [plain for each in of_length.values() for plain in each] if wild.pattern else of_length[wild.length]
        found = _found(wild, others)
        for name, plain in alike[wild]:
            if found[_key(wild, plain)] == 1 and not name.endswith("/artifacts"):
                yield name


def _wild(name: str) -> Wild:
    if "%" in name:
        return Wild(length=len(name), pattern=name)
    return Wild(length=len(name), places=tuple(match.start() for match in re.finditer("_", name)))


def _found(wild: Wild, names: Sequence[str]) -> Counter[str]:
    """How often each name is there, but for what may be any."""
    if not wild.pattern:
        return Counter(_key(wild, name) for name in names)
    pattern = re.compile(fnmatch.translate(wild.pattern.translate(AS_GLOB)))
    return Counter({wild.pattern: sum(pattern.match(name) is not None for name in names)})


def _key(wild: Wild, name: str) -> str:
    if not wild.places:
        return name
    characters = list(name)
    for place in wild.places:
        characters[place] = "_"
    return "".join(characters)
