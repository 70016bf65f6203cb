"""The commands of the line: observe, plan, generate, propose, and the demo of all of it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import click

from rhoai_catalog import pipeline, report, snapshot
from rhoai_catalog.cli.options import FOUND, WITHHELD, allowing, common, progress, tell, tell_error, tell_hint, teller
from rhoai_catalog.config import Config, read_config
from rhoai_catalog.observe import Observation
from rhoai_catalog.plan import Plan
from rhoai_catalog.propose import Outcome


def _observation(config: Config, snapshots: tuple[Path, ...], quiet: bool, verbose: bool) -> Observation:
    if snapshots:
        return pipeline.observed_before(config, snapshots)
    return pipeline.observe(config, (), progress(quiet, verbose))


def _tell_incomplete(observed: snapshot.Snapshot) -> None:
    for failure in report.failures(observed.scopes):
        for message in failure.messages:
            tell_error(message, "")
        tell_hint(failure.hint)


def _finish(plan: Plan, *, found: bool = False) -> None:
    sys.exit(WITHHELD if plan.withheld else FOUND if found else 0)


@click.command()
@common
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The snapshot.")
@click.option("--source", "sources", multiple=True, help="Only this source of generator.yaml; repeatable.")
@click.option(
    "--since",
    type=click.Path(path_type=Path),
    help="A snapshot from before: of registries, only what may have changed is asked for. The result is the same.",
)
def observe(
    path: Path,
    snapshots: tuple[Path, ...],
    quiet: bool,
    verbose: bool,
    output: Path,
    sources: tuple[str, ...],
    since: Path | None,
) -> None:
    """Only read: write what the sources hold into a snapshot."""
    if snapshots:
        raise click.UsageError("observe reads the sources themselves; leave --snapshot out")
    before = pipeline.read_snapshots([since]) if since else None
    observation = pipeline.observe(read_config(path), sources, progress(quiet, verbose), before)
    pipeline.write_snapshot(output, observation.snapshot)
    _tell_incomplete(observation.snapshot)
    sys.exit(WITHHELD if observation.snapshot.incomplete() else 0)


@click.command()
@common
@allowing
@click.option("--json", "as_json", is_flag=True, help="The plan for machines.")
@click.option("--exit-code", is_flag=True, help="Exit with 3 where there are changes.")
def plan(
    path: Path,
    snapshots: tuple[Path, ...],
    quiet: bool,
    verbose: bool,
    allowed: Mapping[str, int],
    as_json: bool,
    exit_code: bool,
) -> None:
    """Show what would change, and why; write nothing."""
    config = read_config(path)
    observation = _observation(config, snapshots, quiet, verbose)
    made = pipeline.plan(config.root, config, observation, allowed)
    _tell_incomplete(made_scopes(made))
    colour = sys.stdout.isatty()
    tell(report.plan_json(made) if as_json else report.plan_text(made, colour=colour, verbose=verbose))
    _finish(made, found=exit_code and bool(made))


@click.command()
@common
@allowing
def generate(path: Path, snapshots: tuple[Path, ...], quiet: bool, verbose: bool, allowed: Mapping[str, int]) -> None:
    """Write catalog/ in the working tree; no Git."""
    config = read_config(path)
    observation = _observation(config, snapshots, quiet, verbose)
    made = pipeline.plan(config.root, config, observation, allowed)
    pipeline.generate(config.root, made)
    _tell_incomplete(made_scopes(made))
    if not quiet:
        tell(report.plan_text(made, colour=sys.stdout.isatty(), verbose=verbose))
    _finish(made)


@click.command()
@common
@allowing
@click.option("--no-pr", is_flag=True, help="Push the branch, for any Git remote; open no pull request.")
def propose(
    path: Path, snapshots: tuple[Path, ...], quiet: bool, verbose: bool, allowed: Mapping[str, int], no_pr: bool
) -> None:
    """The whole line: one branch, one pull request, up to date."""
    config = read_config(path)
    pipeline.repository_of(config, open_pull_request=not no_pr)
    observation = _observation(config, snapshots, quiet, verbose)
    made, outcome = pipeline.propose_plan(config, observation, allowed, open_pull_request=not no_pr, tell=teller(quiet))
    _tell_incomplete(made_scopes(made))
    pipeline.write_job_summary(made, observation.traffic)
    if not quiet:
        tell(report.plan_text(made, colour=sys.stdout.isatty(), verbose=verbose))
    tell(_outcome_text(outcome))
    _finish(made)


def _outcome_text(outcome: Outcome) -> str:
    """One line for people and scripts: what was done, and where."""
    where = report.terminal(outcome.url or outcome.branch)
    return f"{outcome.action}: {f'#{outcome.number} ' if outcome.number else ''}{where}"


@click.command()
@common
@click.argument("ref")
@click.option("--json", "as_json", is_flag=True, help="The explanation for machines.")
def explain(path: Path, snapshots: tuple[Path, ...], quiet: bool, verbose: bool, ref: str, as_json: bool) -> None:
    """Tell of an entity (kind:namespace/name) where each value comes from: source, rule, or person and commit."""
    config = read_config(path)
    observation = _observation(config, snapshots, quiet, verbose)
    told = pipeline.explain(config, observation, ref)
    _tell_incomplete(observation.snapshot)
    tell(report.explanation_json(told) if as_json else report.explanation_text(told, colour=sys.stdout.isatty()))
    sys.exit(WITHHELD if observation.snapshot.incomplete() else 0)


def made_scopes(made: Plan) -> snapshot.Snapshot:
    """The completeness that a plan was made with."""
    return snapshot.Snapshot(scopes=made.scopes)


@click.command()
@click.option(
    "--keep", type=click.Path(path_type=Path, file_okay=False), help="Where to build it; default: a new folder."
)
def demo(keep: Path | None) -> None:
    """The embedded estate through the whole line, into a local Git remote."""
    from rhoai_catalog.demo.run import run_demo

    run_demo(keep, tell)
