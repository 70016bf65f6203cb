"""`doctor`: can the sources be read, and what is to be done."""

from __future__ import annotations

import sys

import click

from rhoai_catalog import report
from rhoai_catalog.cli.options import Common, common
from rhoai_catalog.cli.output import FOUND, has_colour, tell
from rhoai_catalog.config import read_config


@click.command()
@common
@click.option("--roles", is_flag=True, help="Print the roles that reading needs, for `oc apply -f -`; check nothing.")
def doctor(asked: Common, roles: bool) -> None:
    """Check configuration, reachability, TLS, rights and versions; say what to do."""
    from rhoai_catalog.observe import check_sources
    from rhoai_catalog.roles import role_texts

    if roles:
        tell(role_texts(), newline=False)
        return
    failed = 0
    for check in check_sources(read_config(asked.path, asked.trusted)):
        failed += not check.well
        if not (asked.quiet and check.well):
            tell(report.check_text(check, colour=has_colour()))
    sys.exit(FOUND if failed else 0)
