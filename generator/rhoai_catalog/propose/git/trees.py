"""A tree with some paths set or removed, by the trees above these paths alone: the cost is that of the change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Final, NamedTuple

from rhoai_catalog.errors import CatalogError, ProposeError
from rhoai_catalog.propose.git.command import Git
from rhoai_catalog.propose.git.objects import read_objects

FILE: Final = "100644"
FOLDER: Final = "40000"
LINK: Final = "120000"
MODULE: Final = "160000"
_SHA1: Final = 40  # digits of an id
_TYPES: Final = {FOLDER: "tree", MODULE: "commit"}
_NOUNS: Final = {FOLDER: "a folder", MODULE: "a submodule", LINK: "a symbolic link"}


class TreeEntry(NamedTuple):
    """What a tree has under one name. An empty mode: that of the file whose place it takes."""

    mode: str
    id: str

    @property
    def is_file(self) -> bool:
        return self.mode.startswith("100")


Table = dict[str, TreeEntry]


def edited(git: Git, start: str | None, changes: Mapping[str, TreeEntry | None]) -> str:
    """The id of the tree of `start` with paths set or removed, and without the folders that this leaves empty.

    `start` is the id of a commit or a tree; None: an empty tree. Raises CatalogError where a path leads through
    something that is no folder, or where a text would take the place of something that is no file.
    """
    before = _folders(git, start, changes)
    folders = {path: dict(table) for path, table in before.items()}
    new: dict[str, Table] = {}
    for depth in range(max(map(_depth, folders)), -1, -1):
        for path, entry in changes.items():
            if _depth(path) == depth + 1:
                _change(folders[_parent(path)], path, entry)
        for path in [path for path in folders if path and _depth(path) == depth and folders[path] != before[path]]:
            if table := folders[path]:
                tree = _id(table)
                folders[_parent(path)][_name(path)] = TreeEntry(FOLDER, tree)
                new[tree] = table
            else:
                del folders[_parent(path)][_name(path)]
    *written, root = _write(git, [*new.values(), folders[""]])
    assert written == [*new]
    return root


def tree_of(git: Git, commit: str) -> str:
    """The id of the tree of a commit."""
    return git.run("rev-parse", "--verify", "--quiet", f"{commit}^{{tree}}")


def _folders(git: Git, start: str | None, changes: Mapping[str, TreeEntry | None]) -> dict[str, Table]:
    """What every folder above the paths holds, by its path; the root is the empty one."""
    paths = sorted({"", *(parent for path in changes for parent in _parents(path))}, key=_depth)
    if start is None:
        return {path: {} for path in paths}
    [root] = read_objects(git, [f"{start}^{{tree}}"])
    if root is None:
        raise ProposeError(f"{start} is not in {git.root}", "fetch it first")
    size = len(start) // 2
    folders = {"": _table(root, size)}
    for _, level in groupby(paths[1:], key=_depth):
        held = {path: folders[_parent(path)].get(_name(path)) for path in level}
        trees = {path: entry.id for path, entry in held.items() if entry and entry.mode == FOLDER}
        for path, entry in held.items():
            if entry and path not in trees and changes.get(path, entry) is not None:
                raise CatalogError(f"{path} is {_noun(entry)}", "replace it by the folder itself")
        folders |= {path: {} for path in held}
        for path, tree in zip(trees, read_objects(git, [*trees.values()]), strict=True):
            folders[path] = _table(tree or b"", size)
    return folders


def _change(folder: Table, path: str, entry: TreeEntry | None) -> None:
    old = folder.get(_name(path))
    if entry is None:
        if old and old.mode != FOLDER:
            del folder[_name(path)]
        return
    if old and not old.is_file and (old.mode == FOLDER or not entry.mode):
        raise CatalogError(f"{path} is {_noun(old)}", "replace it by the file itself")
    folder[_name(path)] = entry if entry.mode else TreeEntry(old.mode if old else FILE, entry.id)


def _id(table: Table) -> str:
    """The id of the tree that holds this, which Git need not be asked for; a folder sorts as if it ended in a slash."""
    rows = [(_bytes(name), entry) for name, entry in table.items()]
    rows.sort(key=lambda row: row[0] + (b"/" if row[1].mode == FOLDER else b""))
    content = b"".join(b"%b %b\0%b" % (entry.mode.encode(), name, bytes.fromhex(entry.id)) for name, entry in rows)
    new = hashlib.sha1 if len(rows[0][1].id) == _SHA1 else hashlib.sha256
    return new(b"tree %d\0%b" % (len(content), content), usedforsecurity=False).hexdigest()


def _write(git: Git, tables: Iterable[Table]) -> list[str]:
    """Write trees, all at once. Git sorts them; what they name is not looked for, as a partial clone may lack it."""
    records = (
        "".join(f"{mode} {_TYPES.get(mode, 'blob')} {id}\t{name}\0" for name, (mode, id) in table.items()) + "\0"
        for table in tables
    )
    return git.run("mktree", "-z", "--missing", "--batch", stdin=_bytes("".join(records))).split()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _table(tree: bytes, size: int) -> Table:
    """What a tree object holds, by name; an id is `size` bytes long."""
    return dict(_entries(tree, size))


def _entries(tree: bytes, size: int) -> Iterator[tuple[str, TreeEntry]]:
    place = 0
    while place < len(tree):
        end = tree.index(b"\0", place)
        mode, _, name = tree[place:end].partition(b" ")
        place = end + 1 + size
        yield name.decode("utf-8", "surrogateescape"), TreeEntry(mode.decode().lstrip("0"), tree[end + 1 : place].hex())


def _noun(entry: TreeEntry) -> str:
    return _NOUNS.get(entry.mode, "a file")


def _parents(path: str) -> Iterable[str]:
    parts = path.split("/")[:-1]
    return ("/".join(parts[: number + 1]) for number in range(len(parts)))


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _depth(path: str) -> int:
    return path.count("/") + 1 if path else 0
