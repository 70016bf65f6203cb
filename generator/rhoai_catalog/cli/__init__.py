"""Options in, exit code out; no logic. Results go to stdout, everything else to stderr. A file for a command or two."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Final

import click

from rhoai_catalog.cli.shell.commands import Commands, Summary
from rhoai_catalog.cli.shell.output import tell

COMMANDS: Final[Mapping[str, Summary]] = {
    "demo": Summary("demo", "Take a small built-in estate all the way into a local Git remote."),
    "init": Summary("init", "Write what a repository begins with, and say what is left to do."),
    "doctor": Summary("doctor", "Check whatever a run will need, and say what to do."),
    "observe": Summary("observe", "Only read: write what the sources hold into a snapshot."),
    "plan": Summary("plan", "Show what would change, and why; write nothing."),
    "generate": Summary("plan", "Write what would change into the folder catalog/, without Git."),
    "propose": Summary("propose", "Push what changed to one branch, and keep its pull request."),
    "explain": Summary("explain", "Tell of an entity where each value comes from."),
    "overrides": Summary("overrides", "Tell every hand edit; give one back, or pin a value."),
    "adopt": Summary("adopt", "Tell which hand-made entities can be taken over; --write does."),
    "validate": Summary("validate", "Tell Backstage's verdict on files, with line and column."),
    "help": Summary("help", "Print a page of the handbook, or the list of them."),
}


def _tell_version(context: click.Context, option: click.Parameter, is_asked: bool) -> None:
    if is_asked and not context.resilient_parsing:
        tell(f"rhoai-catalog, version {version('rhoai-catalog')}")
        context.exit()


@click.group(cls=Commands, table=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_tell_version,
    help="Show the version and exit.",
)
def main() -> None:
    """Keep a Backstage catalog of OpenShift AI models and model servers, in Git, one pull request at a time.

    Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 found something, 4 done but something was withheld.
    """
