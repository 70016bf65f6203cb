"""What every command takes, and what several do."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, Final

import click

from rhoai_catalog.alike import did_you_mean
from rhoai_catalog.config import DEFAULT_PATH
from rhoai_catalog.disk import require_writable
from rhoai_catalog.families import FAMILIES
from rhoai_catalog.number import is_number

COMMANDLINE: Final = click.core.ParameterSource.COMMANDLINE
SNAPSHOT: Final = click.option(
    "--snapshot",
    "snapshots",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Use what `observe` wrote instead of reading sources; repeatable.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """The options that every command takes; `path` is that of generator.yaml, `trusted` are files that it may lead to
    although they lie elsewhere.
    """

    path: Path
    snapshots: tuple[Path, ...]
    quiet: bool
    verbose: bool
    trusted: tuple[Path, ...]


def common(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that every command takes, as its first argument."""
    return _with_common(command, SNAPSHOT)


def without_snapshot(why: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The same of a command that has no use for a snapshot: its help offers none. Who gives one is told `why` that is a
    mistake; without a reason it is none.
    """

    def refused(context: click.Context, parameter: click.Parameter, values: tuple[Path, ...]) -> tuple[Path, ...]:
        if values and why:
            raise click.UsageError(f"{why}; leave --snapshot out")
        return values

    hidden = click.option(
        "--snapshot", "snapshots", multiple=True, type=click.Path(path_type=Path), hidden=True, callback=refused
    )
    return lambda command: _with_common(command, hidden)


def _with_common(command: Callable[..., Any], snapshot: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(command)
    def with_common(
        *arguments: Any,
        path: Path,
        snapshots: tuple[Path, ...],
        trusted: tuple[Path, ...],
        quiet: bool,
        verbose: bool,
        **others: Any,
    ) -> Any:
        context = click.get_current_context()
        asked = Common(path=path, snapshots=snapshots, quiet=quiet, verbose=verbose, trusted=trusted)
        if isinstance(context.obj, Common):  # they may stand before the name of a command of a command, too
            asked = _joined(context.obj, asked, named=context.get_parameter_source("path") is COMMANDLINE)
        return command(asked, *arguments, **others)

    for option in (
        click.option("--verbose", is_flag=True, help="Tell every request and every value."),
        click.option("--quiet", is_flag=True, help="Tell the result and errors, and nothing beside them."),
        snapshot,
        click.option(
            "--trust-file",
            "trusted",
            multiple=True,
            type=click.Path(path_type=Path, exists=True),
            help="Use a token file that lies elsewhere, or a kubeconfig that does more than log in; repeatable.",
        ),
        click.option(
            "--config",
            "path",
            type=click.Path(path_type=Path),
            default=DEFAULT_PATH,
            show_default=True,
            help="The configuration.",
        ),
    ):
        with_common = option(with_common)
    return with_common


def _joined(before: Common, behind: Common, *, named: bool) -> Common:
    """What was said before and behind a name; `named`: behind it, which file is the configuration."""
    return Common(
        path=behind.path if named else before.path,
        snapshots=(*before.snapshots, *behind.snapshots),
        quiet=before.quiet or behind.quiet,
        verbose=before.verbose or behind.verbose,
        trusted=(*before.trusted, *behind.trusted),
    )


def allowing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command take removals that a person allows: `allowed` maps source/kind to how many."""
    return click.option(
        "--allow-removal",
        "allowed",
        multiple=True,
        metavar="SOURCE/KIND=N",
        callback=_allowed,
        help="Let so many things of a source and kind go, although that is more than the limits; repeatable.",
    )(command)


def cached(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command do without what earlier runs came to."""
    text = "Do everything anew, without what earlier runs have left in the cache."
    return click.option("--no-cache", is_flag=True, help=text)(command)


class NewFile(click.Path):
    """A file that a command writes in the end, refused before it does anything else where that could not be."""

    def __init__(self, what: str) -> None:
        super().__init__(path_type=Path, dir_okay=False)
        self.what = what

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> Any:
        if value == "-":
            self.fail("'-' is no file; one that is called so is ./-", parameter, context)
        file = Path(os.fsdecode(super().convert(value, parameter, context)))
        require_writable(file, self.what)
        return file


def _allowed(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> Mapping[str, int]:
    allowed = {}
    for value in values:
        group, _, number = value.rpartition("=")
        if group.count("/") != 2 or not is_number(number):
            raise click.BadParameter(f"{value!r} is not like kserve/east/InferenceService=3")
        family = group.partition("/")[0]
        if family not in FAMILIES:
            near = did_you_mean(family, FAMILIES) or f"there are {', '.join(FAMILIES)}"
            raise click.BadParameter(f"{value!r}: no source is a {family!r}; {near}")
        allowed[group] = int(number)
    return allowed
