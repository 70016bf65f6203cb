"""The files of a catalog at a commit, as text; and the tree that other texts give."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from rhoai_catalog.base import FOLDER
from rhoai_catalog.catalog import NAMES, SUFFIXES, Files, unreadable
from rhoai_catalog.errors import CatalogError
from rhoai_catalog.problem import Problem
from rhoai_catalog.propose.git.command import Git
from rhoai_catalog.propose.git.history import TreeDifference, differences
from rhoai_catalog.propose.git.objects import read_blobs, write_blobs
from rhoai_catalog.propose.git.trees import FILE, LINK, TreeEntry, edited
from rhoai_catalog.text.visible import visible

COMMAND_LINE: Final = 200  # more paths than that are chosen from the whole listing
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_POINTER: Final = b"version https://git-lfs.github.com/spec/"


class NotText(NamedTuple):
    """Why a blob is not read as text, and in which line that shows."""

    reason: str
    line: int = 1


Contents = dict[str, str | NotText]  # of blobs, by id


def read_files(
    git: Git, catalog: PurePosixPath, commit: str, paths: Collection[str] | None = None, known: Contents | None = None
) -> Files:
    """The files that a catalog may be made of, at a commit, by path below it. A missing folder is an empty catalog.

    `paths`: these alone, those that are there. What is `known` of blobs is not read again; what is read is added to it.
    """
    listed = _listed(git, catalog, commit, paths)
    contents: Contents = {} if known is None else known
    unread = {entry.id for entry in listed.values() if entry.is_file} - contents.keys()
    contents.update((id, _text(blob)) for id, blob in read_blobs(git, unread, [commit]).items())
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for path, entry in sorted(listed.items()):
        if reason := unreadable(path, is_link=entry.mode == LINK):
            problems.append(Problem(path=visible(path), message=reason, rule="unreadable"))
        elif isinstance(content := contents[entry.id], str):
            texts[path] = content
        else:
            problems.append(Problem(path=path, line=content.line, message=content.reason, rule="unreadable"))
    return Files(texts=texts, unreadable=tuple(problems))


def _text(blob: bytes) -> str | NotText:
    if blob.startswith(_POINTER):
        return NotText("is a pointer of Git LFS; take the catalog's folder out of LFS")
    try:
        return blob.decode("utf-8")
    except UnicodeDecodeError as error:
        return NotText("is not UTF-8 text", blob.count(b"\n", 0, error.start) + 1)


def _listed(git: Git, catalog: PurePosixPath, commit: str, paths: Collection[str] | None) -> dict[str, TreeEntry]:
    """Files and links below the catalog, by path below it."""
    below = [str(catalog)] if catalog.parts else []
    if paths is not None and len(paths) <= COMMAND_LINE:
        below = [str(catalog / path) for path in paths]
        if not below:
            return {}
    output = git.run("ls-tree", "-r", "-z", "--full-tree", "--end-of-options", commit, *below)
    root = f"{catalog}/" if catalog.parts else ""
    listed = {}
    for row in output.split("\0")[:-1]:
        description, _, name = row.partition("\t")
        mode, kind, id = description.split(" ")
        path = name.removeprefix(root)
        if kind == "blob" and name.startswith(root) and _is_read(path) and (paths is None or path in paths):
            listed[path] = TreeEntry(mode, id)
    return listed


def _is_read(path: str) -> bool:
    """Whether a catalog may be made of such a file."""
    return path.endswith(SUFFIXES) or path.rpartition("/")[2] in NAMES


def foreign(git: Git, catalog: PurePosixPath, old: str, new: str) -> tuple[str, ...]:
    """Every path of the repository that differs between two commits or trees, and of which no run reads or writes what
    differs: outside the catalog, files that it is not made of, links and submodules, and whether a file can be run.
    """
    paths = differences(git, old, new).items()
    return tuple(path for path, pair in paths if not _is_own(PurePosixPath(path), catalog, pair))


def _is_own(path: PurePosixPath, catalog: PurePosixPath, pair: TreeDifference) -> bool:
    is_base = path.is_relative_to(catalog / FOLDER)
    is_text = path.suffix == ".jsonl" if is_base else path.is_relative_to(catalog) and _is_read(str(path))
    old, new = pair
    modes = (FILE, old.mode if old is not None else FILE)
    return is_text and (old is None or old.is_file) and (new is None or new.mode in modes)


def write_tree(git: Git, catalog: PurePosixPath, start: str | None, files: Mapping[str, str | None]) -> str:
    """The id of the tree of `start` with texts below the catalog set, and removed where they are None.

    Nothing else changes. Raises CatalogError for a path that leads elsewhere, and for a text that UTF-8 has not.
    """
    for path in files:
        _require_below(catalog, path)
    texts = {path: _bytes(path, text) for path, text in files.items() if text is not None}
    blobs = dict(zip(texts, write_blobs(git, list(texts.values())), strict=True))
    entries = {str(catalog / path): TreeEntry("", blobs[path]) if path in blobs else None for path in files}
    return edited(git, start, entries)


def _require_below(catalog: PurePosixPath, path: str) -> None:
    parts = PurePosixPath(path).parts
    is_plain = not path.startswith("/") and PurePosixPath(path).as_posix() == path and not _CONTROL.search(path)
    if not parts or not is_plain or any(part.rstrip(". ").lower() in ("", ".git", "git~1") for part in parts):
        raise CatalogError(f"{path!r} is not a path below {catalog}/")


def _bytes(path: str, text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise CatalogError(f"{path} is to hold what UTF-8 has not: {error.object[error.start]!r}") from error
