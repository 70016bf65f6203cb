"""Any tree on disk -> its problems: other organisations' catalogs as well as ours."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from generator.errors import CatalogError, ConfigError, Problem
from generator.validate.tree import is_entity_file, problems

SUFFIXES: Final = (".yaml", ".yml", ".md", ".jsonl")
FOREIGN: Final = (".git", "node_modules")
ENTITY_NAMES: Final = ("catalog-info.yaml", "catalog-info.yml", "entities.yaml")
API_VERSION: Final = re.compile(r"""^[\s{,-]*["']?apiVersion["']?\s*:\s*["']?[\w.-]*backstage""", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong, and in how many entity files that was looked for."""

    problems: tuple[Problem, ...]
    files: int


def check_paths(paths: Sequence[Path]) -> Verdict:
    """What is wrong in files and folders. In a folder, YAML that holds no Backstage entity is passed over."""
    files = read_tree(paths)
    named = {path.as_posix() for path in paths if path.is_file()}
    entity_files = [file for file, text in files.items() if file in named or _holds_entities(file, text)]
    return Verdict(problems(files, root="", entity_files=entity_files, complete=not named), len(entity_files))


def read_tree(paths: Sequence[Path]) -> Mapping[str, str]:
    """The texts of the files named, and of the YAML, Markdown and base files below the folders named, by path.

    Bytes that are not UTF-8 are replaced, as Backstage does. Links inside folders are not followed.
    """
    return {file.as_posix(): _text(file) for path in paths for file in _files(path)}


def _files(path: Path) -> Iterator[Path]:
    if not path.exists():
        raise ConfigError(f"there is no {path}", "name a file or a folder with Backstage entities")
    if path.is_file():
        yield path
        return
    for folder, folders, names in os.walk(path, followlinks=False):
        folders[:] = sorted(name for name in folders if name not in FOREIGN)
        found = (Path(folder, name) for name in sorted(names) if name.endswith(SUFFIXES))
        yield from (file for file in found if file.is_file() and not file.is_symlink())


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise CatalogError(f"{file} cannot be read: {error.strerror}", "check its permissions") from error


def _holds_entities(file: str, text: str) -> bool:
    return is_entity_file(file) and (file.rpartition("/")[2] in ENTITY_NAMES or API_VERSION.search(text) is not None)
