"""What every command takes, and how results and errors reach the person or script that asked."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from rhoai_catalog import report
from rhoai_catalog.config import DEFAULT_PATH
from rhoai_catalog.errors import GeneratorError

FOUND, WITHHELD = 3, 4
F = TypeVar("F", bound=Callable[..., Any])


class Group(click.Group):
    """Turns what a user can mend into `error:` and `hint:`; a bug keeps its traceback."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except GeneratorError as error:
            tell_error(error.message, error.hint)
            context.exit(error.exit_code)
        except BrokenPipeError:
            context.exit(0)


def tell(text: str, *, newline: bool = True) -> None:
    """Write a result to stdout."""
    try:
        click.echo(text, nl=newline)
    except BrokenPipeError:
        raise
    except OSError as error:
        _forget_output()
        hint = "look at the disk or the file that stdout is redirected to"
        raise GeneratorError(f"the result could not be written: {error.strerror}", hint) from error


def _forget_output() -> None:
    """What stdout still holds would fail once more when Python ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def tell_error(message: str, hint: str) -> None:
    for line in message.split("\n"):
        click.echo(f"error: {report.terminal(line)}", err=True)
    tell_hint(hint)


def tell_hint(hint: str) -> None:
    if hint:
        click.echo(f"hint: {report.terminal(hint)}", err=True)


def common(command: F) -> F:
    """The options that every command takes."""
    for option in (
        click.option("--verbose", is_flag=True, help="Tell every request and every value."),
        click.option("--quiet", is_flag=True, help="Tell only errors."),
        click.option(
            "--snapshot",
            "snapshots",
            multiple=True,
            type=click.Path(path_type=Path),
            help="Use what `observe` wrote instead of reading sources; repeatable.",
        ),
        click.option("--config", "path", type=click.Path(path_type=Path), default=DEFAULT_PATH, show_default=True),
    ):
        command = option(command)
    return command


def allowing(command: F) -> F:
    return click.option(
        "--allow-removal",
        "allowed",
        multiple=True,
        metavar="SOURCE/KIND=N",
        callback=_allowed,
        help="Let so many of a source and kind go although that is over the limits; repeatable.",
    )(command)


def _allowed(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> Mapping[str, int]:
    allowed = {}
    for value in values:
        group, _, number = value.rpartition("=")
        if group.count("/") != 2 or not number.isdigit():
            raise click.BadParameter(f"{value!r} is not like kserve/east/InferenceService=3")
        allowed[group] = int(number)
    return allowed


def teller(quiet: bool) -> Callable[[str], None]:
    return (lambda line: None) if quiet else (lambda line: click.echo(report.terminal(line), err=True))


def progress(quiet: bool, verbose: bool) -> report.Progress | None:
    """One moving line at a terminal, a line a source elsewhere, every request with --verbose."""

    def write(text: str) -> None:
        click.echo(text, err=True, nl=False)

    return None if quiet else report.Progress(write, moving=sys.stderr.isatty(), verbose=verbose)
