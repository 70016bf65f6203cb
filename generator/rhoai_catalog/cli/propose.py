"""`propose`: the whole line."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from rhoai_catalog.cli.observe import observation_of
from rhoai_catalog.cli.options import Common, allowing, common
from rhoai_catalog.cli.output import WITHHELD, tell, tell_incomplete, tell_progress
from rhoai_catalog.cli.plan import tell_plan
from rhoai_catalog.config import read_config
from rhoai_catalog.text.terminal import terminal

if TYPE_CHECKING:
    from rhoai_catalog.propose import Outcome


@click.command()
@common
@allowing
@click.option("--no-pr", is_flag=True, help="Push the branch, for any Git remote; open no pull request.")
def propose(asked: Common, allowed: Mapping[str, int], no_pr: bool) -> None:
    """The whole line: one branch, one pull request, up to date."""
    from rhoai_catalog import pipeline

    config = read_config(asked.path)
    pipeline.repository_of(config, open_pull_request=not no_pr)
    observation = observation_of(config, asked)
    plan, outcome = pipeline.propose_plan(
        config, observation, allowed, open_pull_request=not no_pr, tell=tell_progress(asked.quiet)
    )
    tell_incomplete(plan.scopes)
    pipeline.write_job_summary(plan, observation.traffic)
    if not asked.quiet:
        tell_plan(plan, verbose=asked.verbose)
    tell(_outcome_text(outcome))
    sys.exit(WITHHELD if plan.withheld else 0)


def _outcome_text(outcome: Outcome) -> str:
    """One line for people and scripts: what was done, and where."""
    number = f"#{outcome.number} " if outcome.number else ""
    return f"{outcome.action}: {number}{terminal(outcome.url or outcome.branch)}"
