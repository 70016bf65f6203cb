"""`plan` and `generate`: what would change, and the change itself."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import click

from rhoai_catalog import report
from rhoai_catalog.cli.observe import observation_of
from rhoai_catalog.cli.shell.options import Common, allowing, cached, common
from rhoai_catalog.cli.shell.output import FOUND, WITHHELD, has_colour, tell, tell_incomplete
from rhoai_catalog.config import read_config
from rhoai_catalog.plan import Plan


def tell_plan(plan: Plan, *, verbose: bool) -> None:
    tell(report.plan_text(plan, colour=has_colour(), verbose=verbose))


@click.command()
@common
@allowing
@cached
@click.option("--json", "as_json", is_flag=True, help="The plan for machines.")
@click.option("--exit-code", is_flag=True, help="Exit with 3 where there are changes.")
def plan(asked: Common, allowed: Mapping[str, int], as_json: bool, exit_code: bool, no_cache: bool) -> None:
    """Show what would change, and why; write nothing."""
    from rhoai_catalog import pipeline
    from rhoai_catalog.cache import Cache

    config = read_config(asked.path, asked.trusted)
    observation, cache = observation_of(config, asked), Cache.of(config, unless=no_cache)
    plan = pipeline.plan(config, observation, allowed, cache=cache)
    cache.save()
    tell_incomplete(plan.scopes)
    if as_json:
        tell(report.plan_json(plan))
    else:
        tell_plan(plan, verbose=asked.verbose)
    if plan.withheld:
        sys.exit(WITHHELD)
    sys.exit(FOUND if exit_code and plan else 0)


@click.command()
@common
@allowing
@cached
def generate(asked: Common, allowed: Mapping[str, int], no_cache: bool) -> None:
    """Write catalog/ in the working tree; no Git."""
    from rhoai_catalog import pipeline
    from rhoai_catalog.cache import Cache

    config = read_config(asked.path, asked.trusted)
    observation, cache = observation_of(config, asked), Cache.of(config, unless=no_cache)
    plan = pipeline.plan(config, observation, allowed, cache=cache)
    pipeline.generate(config, plan)
    cache.save()
    tell_incomplete(plan.scopes)
    if not asked.quiet:
        tell_plan(plan, verbose=asked.verbose)
    sys.exit(WITHHELD if plan.withheld else 0)
