"""`plan` and `generate`: what would change, and the change itself."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rhoai_catalog import report
from rhoai_catalog.alike import did_you_mean
from rhoai_catalog.cli.observe import observation_of
from rhoai_catalog.cli.shell.commands import Command
from rhoai_catalog.cli.shell.options import Common, NewFile, allowing, cached, common
from rhoai_catalog.cli.shell.output import (
    FOUND,
    WITHHELD,
    columns,
    has_colour,
    progress_lines,
    tell,
    tell_incomplete,
    tell_note,
    tell_report,
)
from rhoai_catalog.config import Config, read_config
from rhoai_catalog.disk import write_text
from rhoai_catalog.plan import Plan

if TYPE_CHECKING:
    from rhoai_catalog.cache import Cache


def tell_plan(plan: Plan, *, verbose: bool) -> None:
    tell_report(report.plan_text(plan, colour=has_colour(), verbose=verbose, columns=columns()))


def tell_idle(allowed: Mapping[str, int], plan: Plan) -> None:
    """Say which permission to remove something is for nothing that is read: it may have been long ago, or meant so."""
    groups = {f"{scope.source}/{scope.kind}" for scope in plan.scopes}
    for group in sorted(allowed.keys() - groups):
        near = did_you_mean(group, groups)
        tell_note(f"--allow-removal {group}={allowed[group]} has no effect: nothing such is read{near and f'; {near}'}")


def paging(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command write the plan as a page, too: `page` is the file, or None."""
    return click.option(
        "--html",
        "page",
        type=NewFile("the page"),
        help="Write the plan into this file as well, as a page for a browser: to search, filter and compare.",
    )(command)


def write_page(plan: Plan, page: Path | None) -> None:
    if page is not None:
        write_text(page, report.plan_page(plan), "the page")


def _planned(config: Config, asked: Common, allowed: Mapping[str, int], cache: Cache) -> Plan:
    from rhoai_catalog import pipeline

    observation = observation_of(config, asked)
    with progress_lines(asked.quiet, asked.verbose).waiting(report.comparing(observation.snapshot)):
        return pipeline.plan(config, observation, allowed, cache=cache)


@click.command(cls=Command)
@common
@allowing
@cached
@paging
@click.option("--json", "as_json", is_flag=True, help="The plan for machines.")
@click.option("--exit-code", is_flag=True, help="Exit with 3 where there are changes.")
def plan(
    asked: Common, allowed: Mapping[str, int], page: Path | None, as_json: bool, exit_code: bool, no_cache: bool
) -> None:
    """Show what would change, and why; write nothing."""
    from rhoai_catalog.cache import Cache

    config = read_config(asked.path, asked.trusted)
    cache = Cache.of(config, unless=no_cache)
    plan = _planned(config, asked, allowed, cache)
    cache.save()
    tell_incomplete(plan.scopes, quiet=asked.quiet)
    if not asked.quiet:
        tell_idle(allowed, plan)
    write_page(plan, page)
    if as_json:
        tell(report.plan_json(plan))
    else:
        tell_plan(plan, verbose=asked.verbose)
    if plan.withheld:
        sys.exit(WITHHELD)
    sys.exit(FOUND if exit_code and plan else 0)


@click.command(cls=Command)
@common
@allowing
@cached
def generate(asked: Common, allowed: Mapping[str, int], no_cache: bool) -> None:
    """Write what would change into the folder catalog/, without Git."""
    from rhoai_catalog import pipeline
    from rhoai_catalog.cache import Cache

    config = read_config(asked.path, asked.trusted)
    cache = Cache.of(config, unless=no_cache)
    plan = _planned(config, asked, allowed, cache)
    pipeline.generate(config, plan)
    cache.save()
    tell_incomplete(plan.scopes, quiet=asked.quiet)
    if not asked.quiet:
        tell_idle(allowed, plan)
        tell_plan(plan, verbose=asked.verbose)
    sys.exit(WITHHELD if plan.withheld else 0)
