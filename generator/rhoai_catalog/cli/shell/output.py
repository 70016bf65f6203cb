"""How results, errors and progress reach the person or script that asked, and the exit codes that say what happened."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, TextIO

import click

from rhoai_catalog.cli.shell.streams import forget
from rhoai_catalog.errors import GeneratorError
from rhoai_catalog.text.terminal import terminal

if TYPE_CHECKING:
    from rhoai_catalog.report import ProgressLines
    from rhoai_catalog.snapshot import Scope

FAILED: Final = 1
WRONG: Final = 2
FOUND: Final = 3
WITHHELD: Final = 4


def columns() -> int:
    """How wide the terminal is that results go to."""
    from rhoai_catalog import report

    return shutil.get_terminal_size().columns if sys.stdout.isatty() else report.COLUMNS


def tell_report(text: str) -> None:
    """Write a result for people to stdout: at a terminal in lines that fit into it."""
    from rhoai_catalog import report

    tell(report.fitted(text, columns()) if sys.stdout.isatty() else text)


def tell(text: str, *, newline: bool = True) -> None:
    """Write a result to stdout, as long as somebody reads it."""
    try:
        click.echo(text, nl=newline, color=has_colour())
    except BrokenPipeError:
        forget(sys.stdout)
    except OSError as error:
        forget(sys.stdout)
        hint = "look at the disk or the file that stdout is redirected to"
        raise GeneratorError(f"the result could not be written: {error.strerror}", hint) from error


def say(text: str, *, newline: bool = True) -> None:
    """Write what stands beside a result to stderr; where that fails, nothing is left to say so with."""
    try:
        click.echo(text, err=True, nl=newline)
    except OSError:
        forget(sys.stderr)


def tell_error(message: str) -> None:
    for line in message.split("\n"):
        say(f"error: {terminal(line)}")


def tell_note(message: str) -> None:
    say(f"note: {terminal(message)}")


def tell_hint(hint: str) -> None:
    if hint:
        say(f"hint: {terminal(hint)}")


def tell_incomplete(scopes: Sequence[Scope], *, quiet: bool = False) -> None:
    """Say what could not be listed, and what to do about it; unless `quiet` also what keeps nothing back."""
    from rhoai_catalog import report

    for failure in () if quiet else report.troubles(scopes):
        for message in failure.messages:
            tell_note(message)
        tell_hint(failure.hint)
    for failure in report.failures(scopes):
        for message in failure.messages:
            tell_error(message)
        tell_hint(failure.hint)


def progress_lines(quiet: bool, verbose: bool) -> ProgressLines:
    """One moving line at a terminal, a line a source elsewhere, every request with --verbose, nothing with --quiet."""
    from rhoai_catalog.report import ProgressLines

    def write(text: str) -> None:
        if not quiet:
            say(text, newline=False)

    return ProgressLines(write, moving=_understands_sequences(sys.stderr), verbose=verbose)


def has_colour() -> bool:
    """Whether results are coloured: at a terminal that can, unless the environment says otherwise (no-color.org)."""
    if os.environ.get("NO_COLOR"):
        return False
    forced = (os.environ.get(name) for name in ("FORCE_COLOR", "CLICOLOR_FORCE"))
    return any(value not in (None, "", "0") for value in forced) or _understands_sequences(sys.stdout)


def _understands_sequences(stream: TextIO) -> bool:
    return stream.isatty() and os.environ.get("TERM") != "dumb"
