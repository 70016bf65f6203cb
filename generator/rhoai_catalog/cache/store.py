"""Where caches lie, and by which rules they hold."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Final, TypeVar

from msgspec import MsgspecError
from msgspec.json import Decoder, Encoder

from rhoai_catalog.config import Config

FOLDER: Final = "RHOAI_CATALOG_CACHE"  # the variable that names another folder
LIBRARIES: Final = ("markdown-it-py", "mdit-py-plugins", "pyyaml", "ruamel.yaml")  # that what is written depends on
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """The files of one catalog's cache: a `stem` without its end, and a digest of all that they depend on beside what
    is observed and the tree: configuration, program, libraries.
    """

    stem: Path
    rules: str

    @classmethod
    def of(cls, config: Config) -> Store | None:
        """Where the cache of a catalog lies; nowhere, where a user has no folder for such things."""
        own, shared = os.environ.get(FOLDER), os.environ.get("XDG_CACHE_HOME")
        try:
            folder = Path(own) if own else (Path(shared) if shared else Path.home() / ".cache") / "rhoai-catalog"
            name = hashlib.sha256(os.fsencode(config.root.resolve())).hexdigest()[:16]
        except (OSError, RuntimeError):
            return None
        return cls(stem=folder / name, rules=_rules(config))

    def read(self, name: str, decoder: Decoder[T]) -> T | None:
        """What is in a file; nothing where it is damaged, or was made by other rules."""
        with suppress(OSError, MsgspecError, ValueError, RecursionError), self._file(name).open("rb") as file:
            digest, text = file.readline(), file.read()
            if digest == self._digest(text):
                return decoder.decode(text)
        return None

    def write(self, name: str, contents: object, encoder: Encoder) -> None:
        """Write a file anew, for this user alone, all of it or nothing; where that is not possible, nothing."""
        with suppress(OSError):
            text, file = encoder.encode(contents), self._file(name)
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".writing-")
            try:
                with os.fdopen(handle, "wb") as written:
                    written.writelines([self._digest(text), text])
                Path(temporary).replace(file)
            finally:
                Path(temporary).unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        return self.stem.with_name(f"{self.stem.name}.{name}.json")

    def _digest(self, text: bytes) -> bytes:
        """The first line of a file with this text."""
        found = hashlib.sha256(self.rules.encode())
        found.update(text)
        return f"{found.hexdigest()}\n".encode()


def _rules(config: Config) -> str:
    found = hashlib.sha256(repr(replace(config, root=Path())).encode("utf-8", "surrogatepass"))
    found.update(_program())
    if config.validation.baseline is not None:
        with suppress(OSError):
            found.update(config.validation.baseline.read_bytes())
    return found.hexdigest()


@cache
def _program() -> bytes:
    """A digest of what runs here, which stays the same while it runs."""
    found = hashlib.sha256()
    for file in sorted(Path(__file__).parents[1].rglob("*.py")):
        found.update(file.read_bytes())
    for library in LIBRARIES:
        with suppress(metadata.PackageNotFoundError):  # somebody packed them otherwise
            found.update(metadata.version(library).encode())
    found.update(sys.version.encode())
    return found.digest()
