"""`propose`: the whole line."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rhoai_catalog import report
from rhoai_catalog.cli.observe import observation_of
from rhoai_catalog.cli.plan import paging, tell_idle, tell_plan, write_page
from rhoai_catalog.cli.shell.commands import Command
from rhoai_catalog.cli.shell.job import add_summary, run_address, set_outputs
from rhoai_catalog.cli.shell.options import Common, allowing, cached, common
from rhoai_catalog.cli.shell.output import (
    FAILED,
    WITHHELD,
    progress_lines,
    tell,
    tell_error,
    tell_hint,
    tell_incomplete,
)
from rhoai_catalog.config import Addresses, read_config
from rhoai_catalog.errors import GeneratorError, SourceError
from rhoai_catalog.outcome import Outcome

if TYPE_CHECKING:
    from rhoai_catalog.observation import Observation


@click.command(cls=Command)
@common
@allowing
@cached
@paging
@click.option("--no-pr", is_flag=True, help="Push the branch, for any Git remote; open no pull request.")
@click.option(
    "--offer-again",
    multiple=True,
    metavar="REF",
    help="Propose what was declined of an entity (kind:namespace/name) or page (its path) again; repeatable.",
)
@click.option("--json", "as_json", is_flag=True, help="What was done, and the plan, for machines.")
def propose(
    asked: Common,
    allowed: Mapping[str, int],
    page: Path | None,
    no_pr: bool,
    offer_again: tuple[str, ...],
    as_json: bool,
    no_cache: bool,
) -> None:
    """Read the sources, push what changed to one branch, and keep its one pull request up to date."""
    from rhoai_catalog import pipeline
    from rhoai_catalog.cache import Cache
    from rhoai_catalog.propose import ProposeOptions

    config = read_config(asked.path, asked.trusted)
    config.proposing_to(open_pull_request=not no_pr)  # what is missing is told before anything is read
    observation = observation_of(config, asked)
    _require_a_source(observation)
    request = ProposeOptions(
        now=datetime.now(UTC), open_pull_request=not no_pr, offer_again=offer_again, run=run_address()
    )
    cache = Cache.of(config, unless=no_cache)
    progress = progress_lines(asked.quiet, asked.verbose)
    try:
        with progress.waiting(report.comparing(observation.snapshot)):
            outcome = pipeline.propose_changes(config, observation, allowed, request, progress.say, cache)
    except GeneratorError as error:
        add_summary(report.failure_summary(error.message, error.hint))
        raise
    cache.save()
    _tell(outcome, observation, asked, Addresses.of(config, outcome.folder), as_json=as_json)
    if not asked.quiet:
        tell_idle(allowed, outcome.plan)
    write_page(outcome.plan, page)
    if outcome.stale:
        sources = report.named(outcome.stale, "source")
        tell_error(f"{sources} could not be listed completely for longer than staleAfter")
        tell_hint("mend the source, or take it out of generator.yaml; what it showed is kept until then")
        sys.exit(FAILED)
    sys.exit(WITHHELD if outcome.plan.withheld else 0)


def _require_a_source(observation: Observation) -> None:
    """A run that could read nothing has nothing to say, and must not look like one that found nothing new."""
    scopes = observation.snapshot.scopes
    if scopes and not any(scope.complete for scope in scopes):
        tell_incomplete(scopes)
        add_summary(report.failure_summary("no source could be read, so nothing is proposed", ""))
        raise SourceError("no source could be read, so nothing is proposed", "mend one of the sources above")


def _tell(outcome: Outcome, observation: Observation, asked: Common, at: Addresses, *, as_json: bool) -> None:
    plan = outcome.plan
    tell_incomplete(plan.scopes, quiet=asked.quiet)
    add_summary(report.outcome_summary(outcome, observation.traffic, at))
    set_outputs(report.outputs(outcome))
    if as_json:
        tell(report.outcome_json(outcome))
        return
    if not asked.quiet:
        tell_plan(plan, verbose=asked.verbose)
    tell(report.outcome_text(outcome))
