"""What must be remembered between runs, outside the tree: one JSON file in a private ref of the remote.

Losing it only restarts a clock. So nothing here fails a run: what cannot be read or written is a note.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final, Self, TypeGuard, TypeVar

from rhoai_catalog import limits
from rhoai_catalog.errors import GeneratorError
from rhoai_catalog.identity import Identity
from rhoai_catalog.plan import Absence, Clash
from rhoai_catalog.propose.git import Checkout, LeaseLostError
from rhoai_catalog.propose.git.objects import read_objects, write_blobs
from rhoai_catalog.propose.git.trees import FILE, TreeEntry, edited

REF: Final = "refs/rhoai-catalog/state"
Thing = TypeVar("Thing")
Name = TypeVar("Name", bound=str)
_FILE: Final = "state.json"
_VERSION: Final = 1
_PULLS: Final = 50  # pull requests whose proposals are remembered, the newest
_THINGS: Final = 20_000  # of each other kind
_BRANCHES: Final = 5  # the last ones
_CLASHES: Final = 200
_BRANCH: Final = re.compile(r"[^\x00-\x20\x7f~^:?*\[\\]{1,255}")  # what Git and the forges take for a name
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_PATCH_ID: Final = re.compile("[0-9a-f]{32}")  # something else alone would make every commit a stranger's


@dataclass(frozen=True, slots=True, kw_only=True)
class PullMemory:
    """What stands in the open pull request by us: its title, our labels, the digest of what was last commented.

    `asked` are whom we asked to review it, as owners.forge names them; `armed` is the head that we let the forge merge.
    `clashes` were told in it.
    """

    pull: int = 0
    title: str = ""
    labels: tuple[str, ...] = ()
    comment: str = ""
    asked: tuple[str, ...] = ()
    armed: str = ""
    clashes: tuple[Clash, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """Changes that wait, since then, for an approved pull request."""

    pull: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """`absent` by identity, `proposed` digests by pull request, `closed` pull requests that we closed ourselves.

    `declined` are the digests of what people closed. `offered` again are digests, each with the number of the last
    pull request that declined it. `incomplete`: since when by source. `head`: the branch, where it holds
    nothing but ours; `patch`: what it changed when it last did; `email`: whom a forge that signs committed as.
    `made` are digests of what each of our commits on the branch changes; `branches` are those that runs pushed to, the
    present one last, without those of which nothing is left. Every time is in UTC.
    """

    absent: Mapping[Identity, Absence] = field(default_factory=dict)
    proposed: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    declined: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    closed: frozenset[int] = frozenset()
    desk: PullMemory = PullMemory()
    settling: Settling | None = None
    incomplete: Mapping[str, datetime] = field(default_factory=dict)
    head: str = ""
    patch: str = ""
    email: str = ""
    offered: Mapping[str, int] = field(default_factory=dict)
    made: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()

    def on(self, branch: str, gone: Container[str] = ()) -> Self:
        """The same, of a run that pushes to a branch; those that are gone are forgotten."""
        before = (one for one in self.branches if one != branch and one not in gone)
        return replace(self, branches=(*before, branch)[-_BRANCHES:])

    def incomplete_since(self, time: datetime) -> tuple[str, ...]:
        """The sources that have been incomplete from then on, or from before."""
        return tuple(sorted(source for source, since in self.incomplete.items() if since <= time))

    def to_json(self) -> str:
        """One text for one memory, within bounds."""
        newest = sorted(self.proposed, reverse=True)[:_PULLS]
        document = {
            "v": _VERSION,
            "absent": {key: {"runs": each.runs, "since": _text(each.since)} for key, each in _first(self.absent)},
            "proposed": {str(pull): sorted(self.proposed[pull]) for pull in newest},
            "declined": {str(pull): sorted(digests) for pull, digests in sorted(self.declined.items())},
            "desk": {
                "pull": self.desk.pull,
                "title": self.desk.title,
                "labels": sorted(self.desk.labels),
                "comment": self.desk.comment,
                "asked": sorted(self.desk.asked),
                "armed": self.desk.armed,
                "clashes": [[c.file, c.line, c.kept, c.lost] for c in self.desk.clashes[:_CLASHES]],
            },
            "closed": sorted(self.closed, reverse=True)[:_THINGS],
            "settling": self.settling and {"pull": self.settling.pull, "since": _text(self.settling.since)},
            "incomplete": {key: _text(since) for key, since in _first(self.incomplete)},
            "head": self.head,
            "patch": self.patch,
            "email": self.email,
            "offered": dict(_first(self.offered)),
            "made": sorted(self.made)[:_THINGS],
            "branches": self.branches,
        }
        return json.dumps(document, indent=1, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The memory of a text; an odd entry costs only itself. Raises ValueError where the whole is none of ours."""
        try:
            document = json.loads(text)
        except RecursionError as error:
            raise ValueError("it is nested too deeply") from error
        if not isinstance(document, dict) or document.get("v") != _VERSION:
            raise ValueError(f"it is no memory of version {_VERSION}")
        return cls(
            absent={Identity(key): each for key, value in _items(document, "absent") if (each := _absence(value))},
            proposed={int(key): _strings(value) for key, value in _items(document, "proposed") if _is_number(key)},
            declined={int(key): _strings(value) for key, value in _items(document, "declined") if _is_number(key)},
            desk=_desk(document.get("desk")),
            closed=frozenset(_numbers(document.get("closed"))),
            settling=_settling(document.get("settling")),
            incomplete={key: since for key, value in _items(document, "incomplete") if (since := _time(value))},
            head=head if _is_text(head := document.get("head")) else "",
            patch=patch if _is_text(patch := document.get("patch")) else "",
            email=email if _is_text(email := document.get("email")) else "",
            offered={key: value for key, value in _items(document, "offered") if type(value) is int},
            made=tuple(filter(_PATCH_ID.fullmatch, _strings(document.get("made")))),
            branches=tuple(filter(_BRANCH.fullmatch, _strings(document.get("branches"))))[-_BRANCHES:],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recollection:
    """What was read, and the commit that it was read from (empty: there is none). `note`: what went wrong."""

    memory: Memory = Memory()
    commit: str = ""
    note: str = ""


def read(checkout: Checkout, commit: str | None = None) -> Recollection:
    """What earlier runs left on the remote; what cannot be read is an empty memory and a note.

    `commit`: what the ref points to, where that is known already.
    """
    try:
        commit = checkout.refs(REF).get(REF, "") if commit is None else commit
        if not commit:
            return Recollection()
        checkout.fetch(REF)
    except GeneratorError as error:
        return Recollection(note=f"{REF}, what earlier runs remembered, could not be fetched: {error}")
    try:
        return Recollection(memory=Memory.from_json(_state(checkout, commit)), commit=commit)
    except (GeneratorError, ValueError) as error:
        return Recollection(commit=commit, note=f"{REF}, what earlier runs remembered, cannot be read: {error}")


def _state(checkout: Checkout, commit: str) -> str:
    name = f"{commit}:{_FILE}"
    size = checkout.git.ended("cat-file", "-s", name)
    if size.code:
        raise ValueError(f"it holds no {_FILE}")
    if int(size.output) > limits.STATE_BYTES:
        raise ValueError(f"it is larger than {limits.STATE_BYTES} bytes")
    [content] = read_objects(checkout.git, [name])
    return (content or b"").decode("utf-8")


def write(checkout: Checkout, memory: Memory, read: Recollection) -> str:
    """Leave a memory for the next run, if it is another than was read. Returns a note where that failed, else ""."""
    text = memory.to_json()
    if text == read.memory.to_json() and not read.note:
        return ""
    try:
        [blob] = write_blobs(checkout.git, [text.encode("utf-8")])
        tree = edited(checkout.git, None, {_FILE: TreeEntry(FILE, blob)})
        commit = checkout.commit(tree, (), "Remember what the next run must know", sign=False)
        checkout.push_ref(commit, REF, read.commit)
    except LeaseLostError:
        return f"{REF} was written by another run meanwhile: what this run is to remember is lost"
    except GeneratorError as error:
        return f"{REF} could not be written, so the next run knows nothing of this one: {error}"
    return ""


# -- JSON, read as far as it makes sense -------------------------------------------------------------------------


def _items(document: Mapping[str, Any], key: str) -> Iterator[tuple[str, Any]]:
    value = document.get(key)
    return ((name, each) for name, each in value.items() if _is_text(name)) if isinstance(value, dict) else iter(())


def _is_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and not _SURROGATE.search(value)


def _is_number(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) < 19


def _strings(value: object) -> tuple[str, ...]:
    return tuple(each for each in value if _is_text(each)) if isinstance(value, list) else ()


def _numbers(value: object) -> Iterator[int]:
    return (each for each in value if type(each) is int) if isinstance(value, list) else iter(())


def _absence(value: object) -> Absence | None:
    runs, since = (value.get("runs"), _time(value.get("since"))) if isinstance(value, dict) else (None, None)
    return Absence(runs=runs, since=since) if type(runs) is int and runs > 0 and since else None


def _settling(value: object) -> Settling | None:
    pull, since = (value.get("pull"), _time(value.get("since"))) if isinstance(value, dict) else (None, None)
    return Settling(pull=pull, since=since) if type(pull) is int and since else None


def _desk(value: object) -> PullMemory:
    if not isinstance(value, dict) or type(value.get("pull")) is not int:
        return PullMemory()
    texts = {name: text for name in ("title", "comment", "armed") if _is_text(text := value.get(name))}
    return PullMemory(
        pull=value["pull"],
        labels=_strings(value.get("labels")),
        asked=_strings(value.get("asked")),
        clashes=tuple(_clashes(value.get("clashes"))),
        **texts,
    )


def _clashes(value: object) -> Iterator[Clash]:
    for row in value if isinstance(value, list) else ():
        if isinstance(row, list) and len(row) == 4 and type(row[1]) is int and all(map(_is_text, (row[0], *row[2:]))):
            yield Clash(file=row[0], line=row[1], kept=row[2], lost=row[3])


def _time(value: object) -> datetime | None:
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else None
        return time.astimezone(UTC) if time and time.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _text(time: datetime) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _first(things: Mapping[Name, Thing]) -> list[tuple[Name, Thing]]:
    return [(key, things[key]) for key in sorted(things)[:_THINGS]]
