"""catalog/ on disk: read whole, written all together or not at all. Links are never followed."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from rhoai_catalog.errors import CatalogError
from rhoai_catalog.problem import Problem
from rhoai_catalog.text.visible import visible

SUFFIXES: Final = (".yaml", ".yml", ".md", ".jsonl")
NAMES: Final = (".gitattributes",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The texts of catalog/ by path below it, and the files that could not be read as text."""

    texts: Mapping[str, str]
    unreadable: tuple[Problem, ...] = ()

    def without(self, files: Collection[str]) -> Files:
        """All but these files."""
        texts = {file: text for file, text in self.texts.items() if file not in files}
        return Files(texts=texts, unreadable=self.unreadable)


def require_own_folder(root: Path) -> None:
    """Raise CatalogError where the folder of the configuration, which is the catalog, is a whole repository.

    The folder is the fence around what a run writes and proposes: without one, whatever else lies in the repository
    would be the catalog's, too.
    """
    if (root / ".git").exists():
        message = (
            f"the configuration lies at the top of the repository {root.resolve()}, so all of it would be the catalog"
        )
        raise CatalogError(message, "put it into a folder of its own, at any depth: catalog/generator.yaml")


def read_files(root: Path) -> Files:
    """Every file that a catalog may be made of: YAML, Markdown and the base. A missing folder is an empty catalog."""
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for name, path in sorted(_files(str(root))):
        if reason := unreadable(name, is_link=path.is_symlink()):
            problems.append(Problem(path=visible(name), message=reason, rule="unreadable"))
            continue
        try:
            with open(path, "rb") as file:  # noqa: PTH123, as cheap as it can be: there are tens of thousands
                texts[name] = file.read().decode("utf-8")
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            problems.append(Problem(path=name, line=line, message="is not UTF-8 text", rule="unreadable"))
        except OSError as error:
            raise CatalogError(f"{path.path} cannot be read: {error.strerror}", "check its permissions") from error
    return Files(texts=texts, unreadable=tuple(problems))


def unreadable(name: str, *, is_link: bool) -> str:
    """Why a file of the catalog is not read, whatever it holds; empty: nothing speaks against it."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return "its name is not UTF-8 text"
    return "is a symbolic link; write the file itself" if is_link else ""


def _files(root: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """The files that a catalog may be made of, each with its path below the root; a missing folder has none."""
    folders = [""]  # one after the other: each level of a recursion would pass on each file
    while folders:
        below = folders.pop()
        for entry in _entries(root, below):
            if entry.is_dir(follow_symlinks=False):
                folders += [] if entry.name == ".git" else [f"{below}{entry.name}/"]
            elif entry.name.endswith(SUFFIXES) or entry.name in NAMES:
                yield f"{below}{entry.name}", entry


def _entries(root: str, below: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(f"{root}/{below}") as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        folder = Path(root, below)
        raise CatalogError(f"{folder} cannot be read: {error.strerror}", "check its permissions") from error


def write_files(root: Path, files: Mapping[str, str | None]) -> None:
    """Write each text, remove each None and the folders that this leaves empty; nothing where one of them cannot be.

    A tree of which only a part is new would look as if people had edited the rest. Raises CatalogError.
    """
    changes: list[tuple[Path, str | None]] = []
    beside: dict[Path, Path] = {}  # the new texts, each in the folder of the file whose place it takes
    try:
        for name, text in sorted(files.items()):
            with _told(root / name):
                path = _inside(root, name)
                changes.append((path, text))
                _require_changeable(path)
                if text is not None:
                    beside[path] = _written_beside(path, text)
        for path, text in changes:
            with _told(path):
                if text is None:
                    _remove(root, path)
                else:
                    beside[path].replace(path)
                    del beside[path]
    finally:
        for temporary in beside.values():
            _remove(root, temporary)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CatalogError(f"{path} cannot be written: {error.strerror}", "check permissions and space") from error


def _inside(root: Path, name: str) -> Path:
    parts = PurePosixPath(name).parts
    if not parts or PurePosixPath(name).is_absolute() or ".." in parts:
        raise CatalogError(f"{name!r} is not a path below {root}")
    path = root.joinpath(*parts)
    for parent in [path, *path.parents][: len(parts) + 1]:  # the catalog's own folder, too
        if parent.is_symlink():
            raise CatalogError(f"{parent} is a symbolic link", "replace it by the file or folder itself")
    return path


def _require_changeable(path: Path) -> None:
    """Raise the OSError that replacing or removing a file would."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if path.exists() and not os.access(path.parent, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def _written_beside(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
        temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _remove(root: Path, path: Path) -> None:
    path.unlink(missing_ok=True)
    for folder in path.parents:
        if folder == root or not folder.is_dir() or any(folder.iterdir()):
            return
        folder.rmdir()
