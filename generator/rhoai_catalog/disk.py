"""Single files that a person names: read and written whole, with one line about what went wrong."""

from __future__ import annotations

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
        raise GeneratorError(f"{what} {file} cannot be written: {error.strerror}", "name another file") from error
