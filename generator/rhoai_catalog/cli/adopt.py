"""`adopt`: taking over entities that were made by hand or by other tools."""

from __future__ import annotations

import sys

import click

from rhoai_catalog import report
from rhoai_catalog.cli.observe import observation_of
from rhoai_catalog.cli.shell.commands import Command
from rhoai_catalog.cli.shell.options import Common, common
from rhoai_catalog.cli.shell.output import WITHHELD, has_colour, tell, tell_incomplete, tell_report
from rhoai_catalog.config import read_config


@click.command(cls=Command)
@common
@click.argument("refs", metavar="[REF]...", nargs=-1)
@click.option("--write", is_flag=True, help="Take them over: only catalog/.base changes, no file of theirs.")
@click.option("--json", "as_json", is_flag=True, help="What can be adopted, for machines.")
def adopt(asked: Common, refs: tuple[str, ...], write: bool, as_json: bool) -> None:
    """Tell which entities of the catalog show what was observed already, and with --write take them over.

    They keep their names, files and text; what is as it would be generated follows its source from then on.
    """
    from rhoai_catalog import hand_edits
    from rhoai_catalog.describe import is_withheld

    config = read_config(asked.path, asked.trusted)
    observation = observation_of(config, asked)
    rows = hand_edits.adoptable(config, observation, refs)
    tell_incomplete(observation.snapshot.scopes, quiet=asked.quiet)
    if write:
        hand_edits.adopt(config, observation, rows)
    if as_json:
        tell(report.adoptions_json(rows))
    else:
        tell_report(report.adoptions_text(rows, written=write, colour=has_colour()))
    sys.exit(WITHHELD if is_withheld(observation.snapshot, config) else 0)
