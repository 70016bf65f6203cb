"""Single files: read and written whole, with one line about what went wrong."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from rhoai_catalog.errors import GeneratorError


def read_text(file: Path, what: str, hint: str = "name a file that is there") -> str:
    """The text of a file; `what` it holds goes into the error."""
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise GeneratorError(f"{what} {file} cannot be read: {reason}", hint) from error


def write_text(file: Path, text: str, what: str) -> None:
    """Write a file anew; `what` it holds goes into the error."""
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        raise _unwritable(what, file, error) from error


def require_writable(file: Path, what: str) -> None:
    """Raise before any work is done for a file that could not be written then: its folder is missing or closed."""
    try:
        (file.parent / "..").stat()  # which only a folder has
        if not os.access(file if file.exists() else file.parent, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise _unwritable(what, file, error) from error


def _unwritable(what: str, file: Path, error: OSError) -> GeneratorError:
    return GeneratorError(f"{what} {file} cannot be written: {error.strerror}", "name another file")


def require_empty(folder: Path, hint: str) -> None:
    """Make a folder, with those on its way, unless it is there and empty. Raises GeneratorError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        used = any(folder.iterdir())
    except OSError as error:
        raise GeneratorError(f"the folder {folder} cannot be made: {error.strerror}", hint) from error
    if used:
        raise GeneratorError(f"{folder} is not empty", hint)


def write_new(root: Path, name: str, text: str) -> str | None:
    """Write a file below a folder, with the folders on its way, unless it is there: then its text, and nothing is done.

    No link is followed. Raises GeneratorError.
    """
    file = root / name
    hint = "put a folder or a file there itself, or take it away"
    try:
        if any((root / part).is_symlink() for part in (Path(name), *Path(name).parents)):
            raise GeneratorError(f"{file} is a symbolic link, or lies behind one", hint)
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as new:
            new.write(text)
    except FileExistsError:
        return read_text(file, "the file", hint)
    except OSError as error:
        raise GeneratorError(f"{file} cannot be written: {error.strerror}", hint) from error
    return None
