"""`doctor`: can the sources be read, what does the Hub really show, and what is to be done."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from rhoai_catalog import report
from rhoai_catalog.check import Check
from rhoai_catalog.cli.shell.options import Common, common
from rhoai_catalog.cli.shell.output import FOUND, has_colour, progress_lines, tell, tell_report
from rhoai_catalog.config import Config, read_config
from rhoai_catalog.http.traffic import Listener

CONFIGURED = "configured"  # what --hub means without an address


@click.command()
@common
@click.option("--roles", is_flag=True, help="Print the roles that reading needs, for `oc apply -f -`; check nothing.")
@click.option(
    "--hub",
    is_flag=False,
    flag_value=CONFIGURED,
    metavar="[URL]",
    help="Look what a Hub really shows of the base branch, instead of the sources; by default that of `hub:`.",
)
@click.option("--json", "as_json", is_flag=True, help="All checks as JSON.")
def doctor(asked: Common, roles: bool, hub: str | None, as_json: bool) -> None:
    """Check configuration, reachability, TLS, rights and versions; say what to do."""
    from rhoai_catalog.roles import role_texts

    if roles:
        tell(role_texts(), newline=False)
        return
    checks: list[Check] = []
    progress = progress_lines(asked.quiet, asked.verbose)
    for check in progress.through(_checks(read_config(asked.path, asked.trusted), hub, progress)):
        checks.append(check)
        if not as_json and not (asked.quiet and check.well):
            tell_report(report.check_text(check, colour=has_colour()))
    if as_json:
        tell(report.checks_json(checks), newline=False)
    sys.exit(0 if all(check.well for check in checks) else FOUND)


def _checks(config: Config, hub: str | None, progress: Listener) -> Iterator[Check]:
    from rhoai_catalog.hub import check_hub
    from rhoai_catalog.observe import check_sources

    if hub is None:
        return check_sources(config, progress=progress)
    url = None if hub == CONFIGURED else hub
    if url is None and config.hub is None:
        raise click.UsageError("generator.yaml has no `hub:`; name its address: --hub https://hub.example.net")
    return check_hub(config, url)
