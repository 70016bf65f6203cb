"""Parts of the catalog that are unchanged: all in them is as it was generated, and would be described the same again.

A part is a folder that the base has a file for: an entity file, sites, and nothing else, or it does not count. The
texts of an unchanged part are not parsed, so a run costs what changed; a `Part` is what the rest has to know of it.
"""

from __future__ import annotations

import functools
import hashlib
import posixpath
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final, NamedTuple, Self

from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.base import FOLDER, Line
from rhoai_catalog.entity import Given, Known
from rhoai_catalog.identity import Identity, Key, SourceKey
from rhoai_catalog.kinds import COMPONENT, KINDS, LOCATION

END: Final = ".jsonl"
BESIDE: Final = {kind.file.removesuffix(".yaml") for kind in KINDS if kind.file not in (COMPONENT.file, LOCATION.file)}
PartFiles = Sequence[tuple[str, str]]  # names, sorted, and texts


class PartDocument(NamedTuple):
    """A document of a part; `doc` is its digest."""

    identity: str
    kind: str
    ref: str
    file: str
    doc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A digest of all files of a part; its documents, and the folder of each site by the thing that it is of."""

    digest: str
    shown: tuple[PartDocument, ...]
    sites: Mapping[str, str]

    @classmethod
    def of(cls, files: PartFiles, lines: Sequence[Line]) -> Self | None:
        """What to know of a part in which these lines are all that its base says, and nobody had a hand; None where
        more, or less, is in its folder than they tell of.
        """
        told = {*(file for file, _ in files if file.startswith(f"{FOLDER}/")), *(line.file for line in lines)}
        if told != {file for file, _ in files}:
            return None
        pages = (line for line in lines if line.page.startswith("docs/"))
        part = cls(
            digest=digest(files),
            shown=tuple(PartDocument(str(x.identity), x.kind, x.ref, x.file, x.doc) for x in lines if x.kind),
            sites={str(line.identity): line.file.removesuffix(line.page) for line in pages},
        )
        return part if {line.identity for line in lines} == {*part.things} else None

    @property
    def entity_files(self) -> frozenset[str]:
        return frozenset(shown.file for shown in self.shown)

    @property
    def things(self) -> Iterator[str]:
        """The identities of everything in it; some more than once."""
        yield from (shown.identity for shown in self.shown)
        yield from self.sites


@dataclass(frozen=True, kw_only=True)
class UnchangedParts:
    """The unchanged parts, and all their files, by their base files."""

    parts: Mapping[str, Part] = field(default_factory=dict)
    files: Mapping[str, PartFiles] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.parts)

    def without(self, parts: Collection[str]) -> UnchangedParts:
        """All but some parts, which have to be read."""
        if not parts:
            return self
        rest = {base: part for base, part in self.parts.items() if base not in parts}
        return UnchangedParts(parts=rest, files={base: self.files[base] for base in rest})

    @functools.cached_property
    def texts(self) -> Mapping[str, str]:
        """The texts of all their files."""
        return dict(file for files in self.files.values() for file in files)

    @functools.cached_property
    def things(self) -> Mapping[str, str]:
        """The base file of the part that each thing is in, by identity."""
        return {identity: base for base, part in self.parts.items() for identity in part.things}

    @functools.cached_property
    def refs(self) -> Mapping[EntityRef, str]:
        """The base file of the part that each document is in, by reference."""
        refs = ((_ref(shown.ref), base) for base, part in self.parts.items() for shown in part.shown)
        return {ref: base for ref, base in refs if ref is not None}

    @functools.cached_property
    def docs(self) -> Mapping[str, str]:
        """The base file of the part that each document is in, by digest."""
        return {shown.doc: base for base, part in self.parts.items() for shown in part.shown}

    @functools.cached_property
    def entity_files(self) -> frozenset[str]:
        return frozenset(file for part in self.parts.values() for file in part.entity_files)

    def holding(self, file: str) -> Iterator[str]:
        """The base files of those parts in whose folders a file is."""
        while file := file.rpartition("/")[0]:
            if (base := f"{FOLDER}/{file}{END}") in self.parts:
                yield base

    def known(self) -> Known:
        """What describing has to respect of them."""
        given = {
            Key(Identity(shown.identity), shown.kind): Given(ref=ref, file=path(shown.file))
            for shown in self._shown()
            if (ref := _ref(shown.ref)) is not None
        }
        return Known(
            given=given,
            sites={Identity(thing): path(site) for part in self.parts.values() for thing, site in part.sites.items()},
            taken=frozenset(self.refs),
            parts=self.entity_files,
            files=frozenset(self.texts),
        )

    def _shown(self) -> Iterator[PartDocument]:
        return (shown for part in self.parts.values() for shown in part.shown)

    def sources(self) -> frozenset[SourceKey]:
        return frozenset(Identity(thing).source for thing in self.things)

    def kinds(self) -> Counter[str]:
        """How many documents of each kind there are."""
        return Counter(shown.kind for shown in self._shown())

    def shown(self) -> Iterable[Identity]:
        """What is shown as a document, each once."""
        return dict.fromkeys(Identity(shown.identity) for shown in self._shown())


NOTHING_UNCHANGED: Final = UnchangedParts()


@functools.lru_cache(maxsize=1 << 16)
def _ref(text: str) -> EntityRef | None:
    return EntityRef.parse(text)


@functools.lru_cache(maxsize=1 << 16)
def path(file: str) -> PurePosixPath:
    return PurePosixPath(file)


def parts_of(texts: Mapping[str, str]) -> Mapping[str, PartFiles]:
    """The files of each part, by its base file: what is below its folder, but not in that of another further down."""
    bases = {file: file.removeprefix(f"{FOLDER}/") for file in texts if file.startswith(f"{FOLDER}/")}
    parts: dict[str, list[tuple[str, str]]] = {file: [] for file, name in bases.items() if not _is_beside(name)}
    homes: dict[str, str] = {}
    for file in sorted(texts):
        place = bases.get(file, file)  # the base of another file of a part is in it like that one
        base = file if file in parts else _home(place.rpartition("/")[0], parts, homes)
        if base:
            parts[base].append((file, texts[file]))
    return parts


def _is_beside(base: str) -> bool:
    """Whether it is the base of entities that stand in a file of their own beside the others of their things."""
    return posixpath.basename(base).removesuffix(END) in BESIDE


def _home(folder: str, parts: Collection[str], homes: dict[str, str]) -> str:
    """The base file of the part that a folder is in, empty if it is in none; `homes` are those that are known."""
    way = []
    while folder and folder not in homes and f"{FOLDER}/{folder}{END}" not in parts:
        way.append(folder)
        folder = folder.rpartition("/")[0]
    base = f"{FOLDER}/{folder}{END}"
    homes[folder] = homes.get(folder, base if base in parts else "")
    homes.update(dict.fromkeys(way, homes[folder]))
    return homes[folder]


def same_files(
    parts: Mapping[str, Part], files: Mapping[str, PartFiles], others: Sequence[Mapping[str, PartFiles]]
) -> Sequence[str]:
    """Those of the parts whose files are, in all of these trees, what they were."""
    there = [base for base in parts if base in files and all(other.get(base) == files[base] for other in others)]
    return [base for base in there if digest(files[base]) == parts[base].digest]


def digest(files: PartFiles) -> str:
    """SHA-256 over names and texts."""
    found = hashlib.sha256()
    for name, text in files:
        found.update(f"{len(name)} {len(text)} {name}{text}".encode("utf-8", "surrogatepass"))
    return found.hexdigest()
