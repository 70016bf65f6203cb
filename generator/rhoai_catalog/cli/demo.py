"""`demo`: the whole line, without a cluster."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from rhoai_catalog.cli.shell.commands import Command
from rhoai_catalog.cli.shell.output import tell
from rhoai_catalog.release import DISTRIBUTION
from rhoai_catalog.text.terminal import terminal_lines


@click.command(cls=Command)
@click.option(
    "--keep", type=click.Path(path_type=Path, file_okay=False), help="Where to build it; default: a new folder."
)
def demo(keep: Path | None) -> None:
    """Take a small built-in estate all the way into a local Git remote: observe, edit by hand, observe again.

    Neither a cluster nor a forge is needed. It ends with where to look.
    """
    from rhoai_catalog.demo.run import run_demo

    run_demo(keep, lambda text: tell(terminal_lines(text)), _program())


def _program() -> str:
    """What the person who called this program can call it by again: its path, unless its name is enough."""
    called = sys.argv[0]
    return called if Path(called).name == DISTRIBUTION and not shutil.which(DISTRIBUTION) else DISTRIBUTION
