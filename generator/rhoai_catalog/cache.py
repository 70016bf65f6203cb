"""What earlier runs came to, in a file of the user's cache folder: it saves time, and never changes a byte of a result.

A group of things is left as it stands if it would be described from the same inputs as when it was described last, and
the tree still holds, byte for byte, what that came to. What a document says about others is known by its digest. It
does not lie in the catalog: whoever may write there could then tell a run that a forged value is as observed.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from contextlib import suppress
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from msgspec import MsgspecError, Struct
from msgspec.json import Decoder, Encoder

from rhoai_catalog.config import Config
from rhoai_catalog.entity import Description, Group, LeftOut, Remarks
from rhoai_catalog.identity import Identity, Key
from rhoai_catalog.merge import Current, MergedTree
from rhoai_catalog.validate import Related

FOLDER: Final = "RHOAI_CATALOG_CACHE"  # the variable that names another folder
LIBRARIES: Final = ("markdown-it-py", "mdit-py-plugins", "pyyaml", "ruamel.yaml")  # that what is written depends on


class Entry(Struct):
    """What a group was described from, a digest of what the tree holds of it since, and what was told of it."""

    inputs: str
    tree: str
    left_out: list[tuple[str, str]]
    nobodies: list[tuple[str, str]]

    def remarks(self) -> Remarks:
        told = frozenset(LeftOut(what=what, reason=reason) for what, reason in self.left_out)
        return Remarks(left_out=told, nobodies=frozenset(self.nobodies))


class Contents(Struct):
    """A cache as it is written: entries by the identity of their group, what documents say of others by digest."""

    rules: str = ""
    groups: dict[str, Entry] = {}
    documents: dict[str, Any] = {}


class Cache:
    """What was known before this run; what this run used of it, or learnt, is what the next one finds."""

    def __init__(self, file: Path | None = None, rules: str = "") -> None:
        self._file, self._rules = file, rules
        self._before = _read(file, rules) if file is not None else Contents()
        self._groups: dict[str, Entry] = {}
        self.related = Related(self._before.documents)

    @classmethod
    def of(cls, config: Config, *, unless: bool = False) -> Cache:
        """The cache of a catalog on this machine; an empty one that is not kept, where it is not wanted."""
        return cls() if unless else cls(_file(config.root), _rules(config))

    def told(self, group: Group, current: Current) -> Remarks | None:
        """What was told of a group that stands as it would be described; None where that is not known."""
        entry = self._groups.get(group.identity) or self._before.groups.get(group.identity)
        if entry is None or entry.inputs != group.inputs or entry.tree != current.untouched(group.members):
            return None
        self._groups[group.identity] = entry
        return entry.remarks()

    def learn(self, description: Description, merged: MergedTree, after: Current) -> None:
        """Keep what was described, all of it known, and stands so in the tree that it was merged into."""
        if self._file is None:
            return
        as_described = {outcome.key for outcome in merged.outcomes if outcome.as_described}
        described: dict[Identity, set[Key]] = {}
        for key in (*(entity.key for entity in description.entities), *(page.key for page in description.pages)):
            described.setdefault(key.identity, set()).add(key)
        for group in description.groups:
            keys = {key for member in group.members for key in described.get(member, ())}
            keys |= {key for member in group.members for key in after.keys_of.get(member, ())}
            tree = after.untouched(group.members) if group.inputs and keys and keys <= as_described else None
            if tree is not None:
                self._groups[group.identity] = _entry(group, tree)

    def save(self) -> None:
        """Write what the next run may use; where that is not possible, it does without."""
        contents = Contents(rules=self._rules, groups=self._groups, documents=self.related.used)
        if self._file is not None and contents != self._before:
            with suppress(OSError):
                _write(self._file, Encoder().encode(contents))


def _entry(group: Group, tree: str) -> Entry:
    left_out = [(one.what, one.reason) for one in sorted(group.remarks.left_out)]
    return Entry(inputs=group.inputs, tree=tree, left_out=left_out, nobodies=sorted(group.remarks.nobodies))


def _file(root: Path) -> Path | None:
    """Where the cache of a catalog lies; nowhere, where a user has no folder for such things."""
    named = os.environ.get(FOLDER) or os.environ.get("XDG_CACHE_HOME")
    try:
        folder = Path(named) if named else Path.home() / ".cache"
        name = hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:16]
    except (OSError, RuntimeError):
        return None
    return (folder if os.environ.get(FOLDER) else folder / "rhoai-catalog") / f"{name}.json"


def _rules(config: Config) -> str:
    """A digest of all that describing and merging go by beside what is observed: configuration, program, libraries."""
    found = hashlib.sha256(repr(replace(config, root=Path())).encode("utf-8", "surrogatepass"))
    for file in sorted(Path(__file__).parent.rglob("*.py")):
        found.update(file.read_bytes())
    for library in LIBRARIES:
        found.update(metadata.version(library).encode())
    found.update(sys.version.encode())
    return found.hexdigest()


def _read(file: Path, rules: str) -> Contents:
    """What is in a file; nothing where it is damaged, or was made by other rules."""
    with suppress(OSError, MsgspecError, ValueError, RecursionError):
        digest, _, text = file.read_bytes().partition(b"\n")
        if digest == _digest(text):
            contents = Decoder(Contents).decode(text)
            return contents if contents.rules == rules else Contents(documents=contents.documents)
    return Contents()


def _write(file: Path, text: bytes) -> None:
    """Write a file anew, for this user alone, all of it or nothing."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as written:
            written.write(_digest(text) + b"\n" + text)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _digest(text: bytes) -> bytes:
    return hashlib.sha256(text).hexdigest().encode()
