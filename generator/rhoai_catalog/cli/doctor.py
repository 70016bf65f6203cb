"""`doctor`: is there all that a run will need, what does the Hub really show, and what is to be done."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import tee

import click

from rhoai_catalog import report
from rhoai_catalog.check import Check
from rhoai_catalog.cli.shell.commands import Command
from rhoai_catalog.cli.shell.options import Common, common
from rhoai_catalog.cli.shell.output import FOUND, has_colour, progress_lines, tell, tell_report
from rhoai_catalog.config import Config, read_config
from rhoai_catalog.http.traffic import Listener

CONFIGURED = "configured"  # what --hub means without an address


@click.command(cls=Command)
@common
@click.option(
    "--roles", is_flag=True, help="Print the ClusterRole that reading needs, for `oc apply -f -`; check nothing."
)
@click.option(
    "--hub",
    is_flag=False,
    flag_value=CONFIGURED,
    metavar="[URL]",
    help="Look what a Hub really shows of the base branch, instead of the sources; by default that of `hub:`.",
)
@click.option("--json", "as_json", is_flag=True, help="All checks as JSON.")
def doctor(asked: Common, roles: bool, hub: str | None, as_json: bool) -> None:
    """Check sources, owners, Git and the forge, whatever a run will need; say what to do. Nothing is written.

    With --snapshot no source is asked: what it holds of each is told instead.
    """
    from rhoai_catalog.roles import role_texts

    if asked.snapshots and (roles or hub is not None):
        option = "--roles" if roles else "--hub"
        raise click.UsageError(f"{option} has nothing to do with a snapshot; leave --snapshot out")
    if roles:
        tell(role_texts(), newline=False)
        return
    progress = progress_lines(asked.quiet, asked.verbose)
    config = read_config(asked.path, asked.trusted)
    ending, checks = tee(progress.through(_checks(config, asked, hub, progress)))
    if as_json:
        tell(report.checks_json([*ending]), newline=False)
    else:
        for line in report.check_lines(ending, colour=has_colour(), quiet=asked.quiet):
            tell_report(line)
    sys.exit(0 if all(check.well for check in checks) else FOUND)


def _checks(config: Config, asked: Common, hub: str | None, progress: Listener) -> Iterator[Check]:
    from rhoai_catalog.hub import check_hub
    from rhoai_catalog.readiness import check_run

    if hub is None:
        return check_run(config, asked.snapshots, progress)
    url = None if hub == CONFIGURED else hub
    if url is None and config.hub is None:
        raise click.UsageError("generator.yaml has no `hub:`; name its address: --hub https://hub.example.net")
    return check_hub(config, url)
