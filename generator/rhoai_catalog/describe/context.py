"""What an entity is made from: a context a group of kinds, the same for each kind of the group."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePosixPath
from typing import Generic, TypeVar

from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.config import Config
from rhoai_catalog.describe.definitions.definition import NOT_CHOSEN, Choice
from rhoai_catalog.describe.facts.evidence import Evidence
from rhoai_catalog.describe.identities.files import entity_file
from rhoai_catalog.describe.identities.version import Version
from rhoai_catalog.entity import Entity, Given, Known, LeftOut
from rhoai_catalog.identity import Identity, Key
from rhoai_catalog.kinds import Kind
from rhoai_catalog.snapshot import InferenceService, Namespace, Offer, Unknown

OfferT = TypeVar("OfferT", bound=Offer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What every kind is made from. `name` is the reference whose name and namespace all kinds of a thing share, `part`
    the entity file it belongs to, `site` the folder of its own TechDocs site, if it has one.
    """

    kind: Kind
    identity: Identity
    name: EntityRef
    part: PurePosixPath
    site: PurePosixPath | None
    known: Known
    config: Config

    def given(self, kind: Kind) -> Given | None:
        """The name and file that the thing has in the tree as some kind."""
        return self.known.given.get(Key(self.identity, kind.kind))

    @property
    def in_tree(self) -> bool:
        return self.given(self.kind) is not None

    @property
    def ref(self) -> EntityRef:
        given = self.given(self.kind)
        return given.ref if given is not None else EntityRef.of(self.kind.kind, self.name.name, self.name.namespace)

    @property
    def file(self) -> PurePosixPath:
        return entity_file(self.kind, self.given(self.kind), self.part)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerContext(Context):
    """A server with the names that people state, as it was `observed` without them, and what is known of its model.

    `registry` is our name of the registry that its labels name, `resource` the entity of the version in the tree.
    `site_unknown` says that a catalog cannot tell whether the server has a site of its own. `choice` is the definition
    of its API, once it is described. `component` is the entity of the first kind, whose values the others share; None
    before it is made.
    """

    server: InferenceService
    namespace: Namespace | Unknown | None
    registry: str | None
    version: Version | Unknown | None
    evidence: Evidence
    resource: EntityRef | None
    site_unknown: bool
    observed: InferenceService
    choice: Choice = NOT_CHOSEN
    component: Entity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionContext(Context):
    """A registered version and its servers, sorted; `all_servers_known` says that there are no others."""

    version: Version
    evidence: Evidence
    servers: tuple[InferenceService, ...]
    all_servers_known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferContext(Context, Generic[OfferT]):
    """Something that a model catalog offers beside models."""

    offer: OfferT


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What a thing is shown as, if it is; what had to be left out; and a text that names an owner but leads to none.

    `gone`: it cannot be shown as this any more.
    """

    entity: Entity | None = None
    left_out: tuple[LeftOut, ...] = ()
    nobody: str | None = None
    gone: bool = False


ContextT = TypeVar("ContextT", bound=Context)


def describe_as(context: ContextT) -> Described:
    """A thing as the kind of its context, which the module of that kind knows."""
    module = import_module(f"rhoai_catalog.describe.entities.{context.kind.module}")
    describe: Callable[[ContextT], Described] = module.describe
    return describe(context)
