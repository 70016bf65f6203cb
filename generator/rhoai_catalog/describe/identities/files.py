"""Which file an entity lives in and where its site is: chosen once, when it is new."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final

from rhoai_catalog import limits
from rhoai_catalog.describe.identities.names import distinct, hashed
from rhoai_catalog.describe.identities.version import Version
from rhoai_catalog.entity import Given, Known
from rhoai_catalog.families import MODEL_REGISTRY
from rhoai_catalog.identity import Identity, Key, joined
from rhoai_catalog.kinds import KINDS, OF_SERVER, OF_VERSION, PART, Kind
from rhoai_catalog.snapshot import InferenceService

PAGES: Final = "docs"  # a folder in which nobody looks for entities
BESIDE: Final = (PAGES, *sorted({kind.file for kind in KINDS}))  # what else stands beside a site


def server_files(servers: Iterable[InferenceService], known: Known) -> dict[Identity, PurePosixPath]:
    """The part of each server, by identity: one a namespace."""
    servers = list(servers)
    folders = _folders({joined(s.cluster, s.namespace): (s.cluster, s.namespace) for s in servers})
    files = {}
    for server in servers:
        given = _given(server.identity, OF_SERVER, known)
        folder = folders[joined(server.cluster, server.namespace)]
        files[server.identity] = given.file if given else _part(PurePosixPath("servers", *folder), known)
    return files


def _part(folder: PurePosixPath, known: Known) -> PurePosixPath:
    """The part in a folder, or in one beside it where a person has made a file of that name."""
    part = folder / PART
    return folder.with_name(hashed(folder.name, str(folder))) / PART if str(part) in known.foreign else part


def server_sites(
    servers: Iterable[Identity], files: Mapping[Identity, PurePosixPath], known: Known
) -> dict[Identity, PurePosixPath]:
    """The folder of the site of each server (by identity): the one that it has, else one beside its part, called like
    it.
    """
    sites: dict[Identity, PurePosixPath] = {}
    fresh: dict[PurePosixPath, dict[Identity, list[str]]] = {}
    for key in servers:
        if key in known.sites:
            sites[key] = known.sites[key]
        else:
            fresh.setdefault(files[key].parent, {})[key] = [key.parts[-1]]
    return sites | _sites(fresh, known)


def _sites(
    fresh: Mapping[PurePosixPath, Mapping[Identity, Sequence[str]]], known: Known
) -> dict[Identity, PurePosixPath]:
    """A folder for each identity in its part, called like it, and unlike every site and file that is there."""
    taken: dict[str, list[str]] = {}
    if not fresh:
        return {}
    for path in (*map(str, known.sites.values()), *known.files):
        part, _, name = path.rpartition("/")
        taken.setdefault(part, []).append(name)
    return {
        key: part / name
        for part, wanted in fresh.items()
        for key, name in distinct(wanted, [*taken.get(str(part), ()), *BESIDE]).items()
    }


def _folders(names: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """A folder below a folder for each identity of two names; siblings never share one."""
    folders: dict[str, tuple[str, str]] = {}
    for first in {first for first, _ in names.values()}:
        inner = {key: [second] for key, (other, second) in names.items() if other == first}
        folders |= {key: (source_folder(first), name) for key, name in distinct(inner, [PAGES]).items()}
    return folders


def source_folder(name: str) -> str:
    """What the folder of a source is called."""
    return distinct({name: [name]}, [PAGES])[name]


class ModelFiles:
    """The part and the site of each version: a part is a registered model, a site a version.

    Beyond the budget of parts, new models share parts, by the first 2 hex digits of a hash of theirs.
    """

    def __init__(self, versions: Iterable[Version], known: Known) -> None:
        self.known = known
        self.versions = sorted(versions, key=lambda version: version.identity)
        self.parts: dict[str, PurePosixPath] = {}
        self.sites: dict[Identity, PurePosixPath] = {}
        self._choose_parts()
        self._choose_sites()

    def file(self, version: Version) -> PurePosixPath:
        given = next((g for k in OF_VERSION if (g := self.known.given.get(Key(version.identity, k.kind)))), None)
        return given.file if given else self.parts[_model(version)] / PART

    def site(self, version: Version) -> PurePosixPath:
        return self.sites[version.identity]

    def _choose_parts(self) -> None:
        """Siblings of a given version join its part; other models get folders of their own, up to the budget."""
        parts = set(self.known.parts)
        for version in self.versions:
            given = _given(version.identity, OF_VERSION, self.known)
            if given is not None:
                self.parts.setdefault(_model(version), given.file.parent)
        if all(_model(version) in self.parts for version in self.versions):
            return
        for thing, given in sorted(self.known.given.items()):  # also where all versions were replaced at once
            identity = Identity(thing.identity)
            if identity.source.family == MODEL_REGISTRY and _given(identity, OF_VERSION, self.known):
                self.parts.setdefault(joined(identity.source.name, identity.parts[0]), given.file.parent)
        used = {str(PurePosixPath(file).parent) for file in parts}
        names = {_model(v): (v.version.registry, v.model.name) for v in self.versions if _model(v) not in self.parts}
        for registry in sorted({registry for registry, _ in names.values()}):
            wanted = {key: [name] for key, (other, name) in names.items() if other == registry}
            above = PurePosixPath("models", source_folder(registry))
            taken = [folder.removeprefix(f"{above}/") for folder in used if folder.startswith(f"{above}/")]
            for key, folder in distinct(wanted, [*taken, PAGES]).items():
                part = above / folder
                if len(parts) >= limits.INDEX_PARTS:
                    part = above / f"_{hashlib.sha256(key.encode()).hexdigest()[:2]}"
                self.parts[key] = part
                parts.add(f"{part}/{PART}")

    def _choose_sites(self) -> None:
        self.sites = {v.identity: self.known.sites[v.identity] for v in self.versions if v.identity in self.known.sites}
        fresh: dict[PurePosixPath, dict[Identity, list[str]]] = {}
        for version in self.versions:
            if version.identity not in self.sites:
                part = self.parts[_model(version)]
                shared = part.name.startswith("_")
                parts = [version.model.name, version.version.name] if shared else [version.version.name]
                fresh.setdefault(part, {})[version.identity] = parts
        self.sites |= _sites(fresh, self.known)


def entity_file(kind: Kind, given: Given | None, part: PurePosixPath) -> PurePosixPath:
    """Where an entity lives: where it is already, else in its part; of a kind with a file of its own, beside that."""
    if given is not None:
        return given.file
    return part if kind.file == PART else part.with_name(kind.file)


def _given(identity: Identity, kinds: Iterable[Kind], known: Known) -> Given | None:
    """What the first kind of an identity that stands in a part has been given; nothing stands beside what people moved
    into files of their own.
    """
    keys = (Key(identity, kind.kind) for kind in kinds if kind.file == PART)
    given = (known.given[key] for key in keys if key in known.given)
    return next((one for one in given if str(one.file) not in known.foreign and one.file.name == PART), None)


def relative(path: PurePosixPath, folder: PurePosixPath) -> str:
    """A path as it is named from a folder of the same tree, with `.` or `..` at its front."""
    shared = 0
    for a, b in zip(path.parts, folder.parts, strict=False):
        if a != b:
            break
        shared += 1
    ups = [".."] * (len(folder.parts) - shared)
    return "/".join([*(ups or ["."]), *path.parts[shared:]])


def _model(version: Version) -> str:
    return joined(version.version.registry, version.model.name)
