"""Any tree on disk -> its problems: other organisations' catalogs as well as ours."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.catalog import SUFFIXES
from rhoai_catalog.config import Validation
from rhoai_catalog.errors import CatalogError, ConfigError
from rhoai_catalog.globs import PatternError, choices, is_pattern, matching
from rhoai_catalog.problem import Problem
from rhoai_catalog.validate.tree.entity_files import ENTITY_NAMES, holds_entities
from rhoai_catalog.validate.tree.places import with_indexed
from rhoai_catalog.validate.tree.problems import problems
from rhoai_catalog.validate.tree.skeletons import skeletons

STDIN: Final = Path("-")
STDIN_NAME: Final = "<stdin>"
FOREIGN: Final = (".git", "node_modules")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is wrong, in how many entity files that was looked for, and the text of every file.

    `known` counts the problems that a baseline left out, `templates` the files of a scaffolder that are none yet.
    """

    problems: tuple[Problem, ...]
    files: int
    texts: Mapping[str, str]
    templates: int
    known: int = 0

    @property
    def failed(self) -> bool:
        """Whether there is more than notes."""
        return any(problem.level != "note" for problem in self.problems)


def check_paths(
    paths: Sequence[Path],
    *,
    stdin: str | None = None,
    asked: Validation | None = None,
    owners: Collection[EntityRef] | None = None,
) -> Verdict:
    """What is wrong in files and folders, and in the text of the path `-`; a pattern with `*` means what it matches.

    In a folder, or by a pattern, YAML that holds no Backstage entity is passed over unless a Location names it, and so
    is, anywhere but on stdin, what a scaffolder has yet to fill in. What is missing is told of whole folders only.
    """
    asked_for, paths = paths, [meant for path in paths for meant in _matching(path)]
    named = {path.as_posix() for path in asked_for if path.is_file()} | ({STDIN_NAME} if stdin is not None else set())
    by_target = {file.resolve(): file for path in reversed(paths) if path != STDIN for file in _files(path)}
    files = sorted(by_target.values())  # each once, however often it is named
    texts = {file.as_posix(): _text(file) for file in files if _is_read(file) or file in paths}
    texts |= {} if stdin is None else {STDIN_NAME: stdin}
    holding = [file for file, text in texts.items() if file in named or holds_entities(file, text)]
    unfilled = skeletons(texts, [file for file in holding if file != STDIN_NAME])
    entity_files = with_indexed(texts, [file for file in holding if file not in unfilled])
    return Verdict(
        problems=problems(
            texts,
            root="",
            entity_files=entity_files,
            complete=stdin is None and not any(map(Path.is_file, paths)),
            disk=_Disk(files[0].parent if files else Path()),
            asked=asked,
            owners=owners,
        ),
        files=len(entity_files),
        texts=texts,
        templates=len(unfilled - {*entity_files}),
    )


def _is_read(file: Path) -> bool:
    return file.name.endswith(SUFFIXES) or file.name in ENTITY_NAMES


class _Disk:
    """What lies around a tree. A repository is where Git keeps its folder; without one, nothing leads out."""

    def __init__(self, folder: Path) -> None:
        above = [folder.resolve(), *folder.resolve().parents]
        self._repository = next((path for path in above if (path / ".git").exists()), None)

    def has(self, path: str) -> bool:
        try:
            return Path(path).is_file()
        except (OSError, ValueError):  # a name that no file has
            return False

    def rooted(self, path: str) -> str:
        return path if self._repository is None else f"{self._repository.as_posix()}{path}"

    def leaves(self, path: str) -> bool:
        return self._repository is not None and not Path(os.path.abspath(path)).is_relative_to(self._repository)  # noqa: PTH100, links stay


def _matching(path: Path) -> Sequence[Path]:
    """The files and folders that a pattern means: read as that of a Location, but what is hidden is meant, too."""
    try:
        if path.exists() or not is_pattern(str(path)):
            return [path]
        meant = [match for choice in choices(path.as_posix()) for match in _below(Path(choice))]
    except PatternError as error:
        raise ConfigError(f"{str(path)[:100]} is not followed: {error}") from error
    except (OSError, ValueError) as error:
        raise ConfigError(f"{str(path)[:100]} is no path of a file", "name a file, a folder or a pattern") from error
    if not meant:
        raise ConfigError(f"nothing matches {path}", "name a file or a folder with Backstage entities")
    return meant


def _below(choice: Path) -> Iterator[Path]:
    """What a pattern without braces means among what lies below the folder that it begins with."""
    fixed = next((above for above in choice.parents if not is_pattern(str(above))), Path())
    if not is_pattern(str(choice)) or not fixed.is_dir():
        yield from [choice] if choice.exists() else []
        return
    walked = [(Path(folder), (*folders, *names)) for folder, folders, names in _walk(fixed)]
    paths = sorted((folder / name).as_posix() for folder, names in walked for name in names)
    yield from (path for path in map(Path, matching(choice.as_posix(), paths, hidden=True)) if path.exists())


def _walk(path: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    """The folders below a path, no link followed, without those that hold what others wrote."""
    for folder, folders, names in os.walk(path, onerror=_refused, followlinks=False):
        folders[:] = sorted(name for name in folders if name not in FOREIGN and not Path(folder, name).is_symlink())
        yield folder, folders, names


def _files(path: Path) -> Iterator[Path]:
    if not path.exists():
        raise ConfigError(f"there is no {path}", "name a file or a folder with Backstage entities")
    if path.is_file():
        yield path
        return
    for folder, _, names in _walk(path):
        listed = (Path(folder, name) for name in sorted(names))
        yield from (file for file in listed if file.is_file() and not file.is_symlink())


def _refused(error: OSError) -> None:
    raise CatalogError(f"{error.filename} cannot be read: {error.strerror}", "check its permissions") from error


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise CatalogError(f"{file} cannot be read: {error.strerror}", "check its permissions") from error
