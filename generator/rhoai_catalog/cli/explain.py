"""`explain`: where each value of an entity comes from."""

from __future__ import annotations

import sys

import click

from rhoai_catalog import report
from rhoai_catalog.cli.observe import observation_of
from rhoai_catalog.cli.shell.commands import Command
from rhoai_catalog.cli.shell.options import Common, common
from rhoai_catalog.cli.shell.output import WITHHELD, columns, has_colour, tell, tell_incomplete, tell_report
from rhoai_catalog.config import read_config


@click.command(cls=Command)
@common
@click.argument("ref")
@click.option("--json", "as_json", is_flag=True, help="The explanation for machines.")
def explain(asked: Common, ref: str, as_json: bool) -> None:
    """Tell of an entity (kind:namespace/name) where each value comes from: source, rule, or person and commit."""
    from rhoai_catalog import pipeline
    from rhoai_catalog.describe import is_withheld

    config = read_config(asked.path, asked.trusted)
    observation = observation_of(config, asked)
    explanation = pipeline.explain(config, observation, ref)
    tell_incomplete(observation.snapshot.scopes, quiet=asked.quiet)
    if as_json:
        tell(report.explanation_json(explanation))
    else:
        tell_report(report.explanation_text(explanation, colour=has_colour(), columns=columns()))
    sys.exit(WITHHELD if is_withheld(observation.snapshot, config) else 0)
