"""What would change, what is held back and why: the one value that every report and every proposal is made from."""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from rhoai_catalog.backstage import AUTH_POINTER
from rhoai_catalog.entity import LeftOut
from rhoai_catalog.identity import Identity, Key
from rhoai_catalog.pointer import join
from rhoai_catalog.problem import Problem
from rhoai_catalog.snapshot import Scope

EXTERNAL_URL: Final = join("metadata", "annotations", "rhdh.modelcatalog.io/external-route-url")
INTERNAL_URL: Final = join("metadata", "annotations", "rhdh.modelcatalog.io/internal-service-url")
ALONE: Final = "its server was deleted by hand"  # why an API goes
URGENT: Final = (AUTH_POINTER, EXTERNAL_URL, INTERNAL_URL)


class Operation(enum.StrEnum):
    CREATE = "create"
    UPDATE = "update"
    REMOVE = "remove"


class Flag(enum.StrEnum):
    """Why a reviewer should look twice. The order is that of the report."""

    AUTHENTICATION_OFF = "authentication turned off"
    EXPOSED = "newly reachable from outside"
    AUTHENTICATION_EDITED = "authentication differs from what was observed"
    URL_EDITED = "a URL differs from what was observed"
    ADDRESS = "URL changed"
    REMOVED = "removed"
    OWNER = "owner changed"
    MODEL_NAME = "model name changed"
    LICENCE = "license changed"
    LIFECYCLE = "lifecycle changed"


class Label(enum.StrEnum):
    """The labels of a pull request that are ours to set and to take back."""

    DELETIONS = "catalog:deletions"
    SECURITY = "catalog:security"
    CONFLICT = "catalog:conflict"
    BLOCKED = "catalog:blocked"
    SAFE = "catalog:safe"


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueChange:
    """One value of an entity (JSON pointer) or one section of a page (heading path); None: absent.

    `by_hand`: a person wrote, or removed, what stands there now. `digest` is that of a new section. `flag` is why a
    reviewer should look at it.
    """

    pointer: str
    old: Any = None
    new: Any = None
    by_hand: bool = False
    digest: str = ""
    flag: Flag | None = None

    @property
    def written(self) -> Any:
        """What the change would write, as the base knows it."""
        return self.digest or self.new


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of one entity (`what` is its reference) or page (`what` is its path below catalog/).

    `kind` is the entity's kind, empty of a page; `name` the path of a page in its site. `file` is below catalog/.
    `line` is where it begins there (of what goes: where it began); 0: the whole file. `owner` and `title` help a reader
    find it. `content` is the digest of what is created. `by_hand`: all of it is a person's. `reason` names the key of
    generator.yaml that no longer covers what is removed, or is ALONE. `moved_from` is the file that it stood in before.
    `part_of` is the entity of the same thing that leads it: of an API its server.
    """

    operation: Operation
    what: str
    kind: str
    file: str
    identity: Identity
    title: str = ""
    owner: str = ""
    values: tuple[ValueChange, ...] = ()
    flags: tuple[Flag, ...] = ()
    reason: str = ""
    name: str = ""
    content: str = ""
    by_hand: bool = False
    line: int = 0
    moved_from: str = ""
    part_of: str = ""

    @property
    def is_page(self) -> bool:
        return not self.kind

    @property
    def key(self) -> Key:
        return Key(self.identity, self.kind or self.name)

    @property
    def is_removal(self) -> bool:
        """Whether an entity goes."""
        return self.operation is Operation.REMOVE and not self.is_page

    @property
    def is_foreign(self) -> bool:
        """Whether a person wrote, or removed, a file that is no entity and no page: generator.yaml, settings of Git."""
        is_page = self.file.endswith((".md", ".yml") if self.name else ".md")
        return self.is_page and self.by_hand and not is_page

    @property
    def is_urgent(self) -> bool:
        """Whether it is dangerous to leave the catalog without it: authentication, an address, a removal."""
        return self.is_removal or any(value.pointer in URGENT for value in self.values)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Held:
    """A change that is not proposed, why, and the exact text or act that releases it."""

    what: str
    reason: str
    release: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Since when a thing has been proven gone, and in how many runs."""

    runs: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class DeclinedChange:
    """A change that is left out because people declined it before, and the pull request in which they did.

    `pointer` is empty where the whole entity or page would come or go.
    """

    what: str
    pointer: str
    pull: int
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Clash:
    """Lines that were changed both on the branch and on the base branch: the newer ones stand, `lost` do not (empty:
    they were removed), told without secrets. `line` is where those that stand begin in the merged file, from 1; a
    `file` outside the catalog begins with a slash, at the repository's top.
    """

    file: str
    line: int
    kept: str  # branch, or base
    lost: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Reverted:
    """A thing that is proposed although a person reverted it, in which commit, and the pull request that had proposed
    it; 0: that is not known.
    """

    what: str
    commit: str
    person: str
    pull: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Upkeep:
    """What happens to a file of the catalog that tells of no thing: the index, the configuration, the base."""

    file: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandEdit:
    """A value that a person owns. `generated` is what the generator would write; None: nothing.

    `state` is one of active, now equal, conflict (both changed), orphan (its source is gone), deleted. `carried`: it
    comes along from the page of the version before. `line` is where the entity begins; 0: the whole file.
    """

    what: str
    file: str
    pointer: str
    mine: Any = None
    generated: Any = None
    state: str = "active"
    flags: tuple[Flag, ...] = ()
    carried: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A hand edit as the tree and its base tell it: `what` is a reference, or the path of a page (`kind` is empty).

    `generated` is what was generated last, or seen in the source since; of a section its digest. `state` is one of
    active, now equal, conflict, orphan, deleted. The pointer is empty where it is all of the thing. `person` is who
    made it, as Git knows it.
    """

    what: str
    kind: str
    file: str
    identity: Identity
    pointer: str
    mine: Any = None
    generated: Any = None
    state: str = "active"
    owner: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Changes in the order of a reader, everything held, and the files that carry them out.

    `files` maps a path below catalog/ to its new text, or to None where it goes; it includes the base. `existing`
    counts the generated entities by kind that are in the tree when the plan is carried out. `declined` are changes left
    out since people declined them, `reverted` what is proposed although people reverted it; `clashes` what people wrote
    at one place in two branches; `outside` files of the repository that a branch changes although they are not the
    catalog's, and `foreign` those below catalog/ that it changes although they are no entities and no pages, and no run
    wrote them; `left_open` are open pull requests of ours by the branches that earlier runs pushed to; `absent` is what
    waits to go. `contributors` are the names of people who committed to the branch. `relations` are the references that
    the entities around what is flagged lead to, by the reference of each. `upkeep` is what happens to files of the
    catalog that tell of no thing. `is_first`: the base branch has nothing of ours yet. `doubted`: a listing is not
    believed, or not yet.
    """

    changes: tuple[Change, ...] = ()
    held: tuple[Held, ...] = ()
    hand_edits: tuple[HandEdit, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    scopes: tuple[Scope, ...] = ()
    problems: tuple[Problem, ...] = ()
    unreadable: tuple[Problem, ...] = ()
    files: Mapping[str, str | None] = field(default_factory=dict)
    existing: Mapping[str, int] = field(default_factory=dict)
    declined: tuple[DeclinedChange, ...] = ()
    reverted: tuple[Reverted, ...] = ()
    clashes: tuple[Clash, ...] = ()
    outside: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    left_open: Mapping[str, int] = field(default_factory=dict)
    absent: Mapping[Identity, Absence] = field(default_factory=dict)
    contributors: tuple[str, ...] = ()
    relations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    upkeep: tuple[Upkeep, ...] = ()
    is_first: bool = False
    doubted: bool = False

    def __bool__(self) -> bool:
        return bool(self.files)

    @property
    def withheld(self) -> bool:
        """Whether something that may be true is not in the plan: exit code 4."""
        return bool(self.held or self.unreadable or any(scope.is_withheld for scope in self.scopes))

    @property
    def is_safe(self) -> bool:
        """Whether nothing in it is for a person to decide: it may be merged without anybody having looked."""
        told = (self.reverted, self.clashes, self.outside, self.foreign, self.problems, self.contributors)
        edited = any(edit.flags or edit.state == "conflict" for edit in self.hand_edits)
        risky = any(c.flags or c.by_hand or c.operation is Operation.REMOVE for c in self.changes)
        return bool(self.changes) and not self.withheld and not any(told) and not edited and not risky

    @property
    def digest(self) -> str:
        """SHA-256 over what changes, without dates: equal digests mean the same proposal."""
        canonical = json.dumps(sorted(self.files.items()), ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def count(self, operation: Operation, *, pages: bool = False) -> int:
        return sum(c.operation is operation and c.is_page is pages for c in self.changes)
