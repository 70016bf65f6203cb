"""What one run generates: entities, pages, and what it had to leave out; and what the tree has given them before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from rhoai_catalog.backstage import EntityRef, ref_of
from rhoai_catalog.identity import Identity, Key, SourceKey
from rhoai_catalog.kinds import needed
from rhoai_catalog.snapshot import Scope, Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A generated entity document. It lives in `file`, below catalog/.

    `unknown` are JSON pointers below which this run could not know everything: what is absent there is not gone.
    `origins` says for a JSON pointer where its value comes from. `refused` are values that people asked for and that
    no entity can have: where each stands, and what is wrong with it. `summary` is what of the description is our own.
    """

    identity: Identity
    file: PurePosixPath
    document: Mapping[str, Any]
    unknown: frozenset[str] = frozenset()
    origins: Mapping[str, str] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    summary: str = ""

    @property
    def kind(self) -> str:
        return str(self.document["kind"])

    @property
    def key(self) -> Key:
        return Key(self.identity, self.kind)

    @property
    def ref(self) -> EntityRef:
        ref = ref_of(self.document)
        assert ref is not None
        return ref

    @property
    def is_whole(self) -> bool:
        """Whether it has all that it needs; else the tree has the rest, or nobody knows it."""
        return {*self.checkable()["spec"]} == {*self.document["spec"]}

    def checkable(self) -> Mapping[str, Any]:
        """The document with a stand-in for each required value that is unknown, and so comes from the tree."""
        spec, needs = dict(self.document["spec"]), needed(self.kind)
        for pointer in self.unknown:
            part, _, name = pointer.removeprefix("/").partition("/")
            if part == "spec" and name in needs:
                spec.setdefault(name, "unknown")
        return {**self.document, "spec": spec}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A generated file of a TechDocs site; `name` is its path in the site (`docs/index.md`, `mkdocs.yml`).

    Where it is new, it starts with the hand edits of the page of that name of `like`, if there is one;
    but for those below a heading of `apart`, which are about that one alone.
    """

    identity: Identity
    name: str
    file: PurePosixPath
    text: str | Unknown
    like: Identity | None = None
    apart: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        return Key(self.identity, self.name)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class LeftOut:
    """Something observed that could not be shown, or shown in full, and why."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remarks:
    """What is told of things beside what they are described as: what is left out of them, and the texts that name an
    owner but lead to none, each with what a report calls the thing.
    """

    left_out: frozenset[LeftOut] = frozenset()
    nobodies: frozenset[tuple[str, str]] = frozenset()

    def __or__(self, other: Remarks) -> Remarks:
        return Remarks(left_out=self.left_out | other.left_out, nobodies=self.nobodies | other.nobodies)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Things that are described from the same facts: a registered version and its servers, or one server.

    `inputs` is a digest of all that they are described from, empty where that is not known.
    """

    identity: Identity
    members: frozenset[Identity]
    inputs: str
    remarks: Remarks = Remarks()


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The name and the file that an entity has been given already; both stay for good."""

    ref: EntityRef
    file: PurePosixPath


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What describing has to respect of the tree.

    `sites` are the folders of TechDocs sites by identity; `taken` are all references; `parts` are the entity files,
    `files` all files, `foreign` the entity files that people made; `edited` are the identities that carry hand edits,
    `owners` the owners that people may have set in place of a generated one.
    """

    given: Mapping[Key, Given] = field(default_factory=dict)
    sites: Mapping[Identity, PurePosixPath] = field(default_factory=dict)
    taken: frozenset[EntityRef] = frozenset()
    parts: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    foreign: frozenset[str] = frozenset()
    edited: frozenset[Identity] = frozenset()
    owners: Mapping[Key, str] = field(default_factory=dict)

    def updated(self, later: Known) -> Known:
        """What either knows; of what both know, as the later one does: also that a person deleted it."""
        known = {given.ref for given in later.given.values()}
        return Known(
            given={**self.given, **later.given},
            sites={**self.sites, **later.sites},
            taken=(self.taken - known) | later.taken,
            parts=self.parts | later.parts,
            files=self.files | later.files,
            foreign=self.foreign | later.foreign,
            edited=later.edited,
            owners=later.owners,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """All that one snapshot comes to. `present` are identities that were seen, but are to be left as they are.

    `hidden` are identities that were seen, but are not to be shown, each with the key of generator.yaml that says so
    (empty: none does).
    `settled` are identities whose pages are all there: any other page of theirs is gone. `dropped` are identities and
    the kinds as which they are not shown any more, `gone` those as which they cannot be. `waiting` counts the things
    whose cards stay as they are, by the source that lists nothing any more. `doubts` are listings that are not complete
    for a trouble of their own, and that something which is described depends on. `groups` are those of the things that
    are described, but for what stands as it would be described: that is present.
    """

    entities: tuple[Entity, ...] = ()
    pages: tuple[Page, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    present: frozenset[Identity] = frozenset()
    hidden: Mapping[Identity, str] = field(default_factory=dict)
    settled: frozenset[Identity] = frozenset()
    dropped: frozenset[Key] = frozenset()
    gone: frozenset[Key] = frozenset()
    waiting: Mapping[SourceKey, int] = field(default_factory=dict)
    doubts: frozenset[Scope] = frozenset()
    groups: tuple[Group, ...] = field(default=(), compare=False)

    def files(self) -> Iterator[str]:
        """Where all of it lives; what was in the tree before may live elsewhere."""
        yield from (str(entity.file) for entity in self.entities)
        yield from (str(page.file) for page in self.pages)
