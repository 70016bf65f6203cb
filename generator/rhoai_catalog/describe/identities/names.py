"""Names: proposed from what people named a thing, given once, kept for good."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeVar

from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.entity import Known
from rhoai_catalog.identity import Identity, Key
from rhoai_catalog.text.prose import latin

T = TypeVar("T", bound=str)
LONGEST_NAME: Final = 63
RESERVED: Final = frozenset(  # names that Windows keeps for devices, whatever follows the first dot
    ["con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))]
)


def clean(text: str) -> str:
    """A text in lower case with only `a-z0-9.-`, alphanumeric at both ends; may be empty, too long or reserved."""
    joined = re.sub(r"\.{2,}", ".", re.sub(r"[^a-z0-9.-]+", "-", latin(text).lower()))
    return re.sub(r"^[^a-z0-9]+|[^a-z0-9]+$", "", joined)


def hashed(name: str, identity: str) -> str:
    """The name with 8 hex digits of the identity's SHA-256 behind it, cut so that both fit."""
    if name.split(".")[0] in RESERVED:
        name = name.replace(".", "-", 1)
    suffix = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{clean(name[: LONGEST_NAME - 9])}-{suffix}".lstrip("-")


def proposed(parts: Sequence[str], identity: str) -> str:
    """The name that some texts would like to have: each cleaned, joined by dots, and hashed where one came out empty,
    or the whole had to be cut or is reserved.
    """
    cleaned = [clean(part) for part in parts]
    name = ".".join(part for part in cleaned if part)
    if not all(cleaned) or len(name) > LONGEST_NAME or name.split(".")[0] in RESERVED:
        return hashed(name, identity)
    return name


def distinct(proposals: Mapping[T, Sequence[str]], taken: Iterable[str]) -> dict[T, str]:
    """A name for each identity: the proposal; of two equal ones the later, as identities sort, gets a hash."""
    used = set(taken)
    names: dict[T, str] = {}
    for identity, parts in sorted(proposals.items()):
        name = proposed(parts, identity)
        names[identity] = name if name not in used else hashed(name, identity)
        used.add(names[identity])
    return names


class Names:
    """Gives each identity its reference; nothing that is described in one run shares one."""

    def __init__(self, known: Known, namespace: str) -> None:
        self.known, self.namespace = known, namespace
        self._given: set[EntityRef] = set()

    def give(
        self, proposals: Mapping[Identity, Sequence[str]], kinds: Mapping[Identity, tuple[str, ...]]
    ) -> dict[Identity, EntityRef]:
        """The reference of each identity, for the first of its kinds; what has been given one keeps it.

        All kinds of one identity share the name, so it must be free in each of them.
        """
        refs: dict[Identity, EntityRef] = {}
        fresh: dict[Identity, Sequence[str]] = {}
        for identity, parts in proposals.items():
            given = (self.known.given.get(Key(identity, kind)) for kind in kinds[identity])
            if (first := next(filter(None, given), None)) is not None:
                refs[identity] = first.ref
            else:
                fresh[identity] = parts
        for identity, name in distinct(fresh, self._taken(kinds, refs)).items():
            refs[identity] = EntityRef.of(kinds[identity][0], name, self.namespace)
        self._given |= {EntityRef.of(kind, ref.name, ref.namespace) for key, ref in refs.items() for kind in kinds[key]}
        return refs

    def _taken(self, kinds: Mapping[Identity, tuple[str, ...]], refs: Mapping[Identity, EntityRef]) -> Iterator[str]:
        """The names that are not free in one of the kinds."""
        asked = {kind.lower() for those in kinds.values() for kind in those}
        for ref in (*self.known.taken, *self._given, *refs.values()):
            if ref.namespace == self.namespace and ref.kind in asked:
                yield ref.name
