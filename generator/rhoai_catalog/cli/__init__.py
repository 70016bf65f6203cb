"""Options in, exit code out; no logic. Results go to stdout, everything else to stderr. A file for a command or two."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Final

import click

from rhoai_catalog.cli.shell.commands import Commands, Summary
from rhoai_catalog.cli.shell.output import tell

COMMANDS: Final[Mapping[str, Summary]] = {
    "demo": Summary("demo", "The embedded estate through the whole line, into a local Git remote."),
    "init": Summary("init", "Write what a catalog's repository begins with, and say what is left."),
    "doctor": Summary("doctor", "Check configuration, reachability, TLS, rights and versions; say what to do."),
    "observe": Summary("observe", "Only read: write what the sources hold into a snapshot."),
    "plan": Summary("plan", "Show what would change, and why; write nothing."),
    "generate": Summary("plan", "Write catalog/ in the working tree; no Git."),
    "propose": Summary("propose", "The whole line: one branch, one pull request, up to date."),
    "explain": Summary("explain", "Tell of an entity where each value comes from: source, rule, or person and commit."),
    "overrides": Summary("overrides", "Tell every hand edit, without any source; give one back, or pin it."),
    "adopt": Summary("adopt", "Tell which entities show what was observed already; with --write take them over."),
    "validate": Summary("validate", "Backstage's verdict on files, folders, patterns, or - for stdin."),
    "help": Summary("help", "Print a page of the handbook; without a topic, the list of them."),
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
