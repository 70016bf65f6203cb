"""Options in, exit code out; no logic. Results go to stdout, everything else to stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from generator import pipeline, report, snapshot, validate
from generator.config import DEFAULT_PATH, Config, read_config
from generator.errors import GeneratorError
from generator.observe import Observation
from generator.plan import Plan
from generator.propose import Outcome

FOUND, WITHHELD = 3, 4
F = TypeVar("F", bound=Callable[..., Any])


class Group(click.Group):
    """Turns what a user can mend into `error:` and `hint:`; a bug keeps its traceback."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except GeneratorError as error:
            _tell_error(error.message, error.hint)
            context.exit(error.exit_code)
        except BrokenPipeError:
            context.exit(0)


def _tell_error(message: str, hint: str) -> None:
    for line in message.split("\n"):
        click.echo(f"error: {report.terminal(line)}", err=True)
    _tell_hint(hint)


def _tell_hint(hint: str) -> None:
    if hint:
        click.echo(f"hint: {report.terminal(hint)}", err=True)


def common(command: F) -> F:
    """The options that every command takes."""
    for option in (
        click.option("--verbose", is_flag=True, help="Tell every request and every value."),
        click.option("--quiet", is_flag=True, help="Tell only errors."),
        click.option(
            "--snapshot",
            "snapshots",
            multiple=True,
            type=click.Path(path_type=Path),
            help="Use what `observe` wrote instead of reading sources; repeatable.",
        ),
        click.option("--config", "path", type=click.Path(path_type=Path), default=DEFAULT_PATH, show_default=True),
    ):
        command = option(command)
    return command


def allowing(command: F) -> F:
    return click.option(
        "--allow-removal",
        "allowed",
        multiple=True,
        metavar="SOURCE/KIND=N",
        callback=_allowed,
        help="Let so many of a source and kind go although that is over the limits; repeatable.",
    )(command)


def _allowed(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> Mapping[str, int]:
    allowed = {}
    for value in values:
        group, _, number = value.rpartition("=")
        if group.count("/") != 2 or not number.isdigit():
            raise click.BadParameter(f"{value!r} is not like kserve/east/InferenceService=3")
        allowed[group] = int(number)
    return allowed


def _teller(quiet: bool) -> Callable[[str], None]:
    return (lambda line: None) if quiet else (lambda line: click.echo(report.terminal(line), err=True))


def _progress(quiet: bool, verbose: bool) -> report.Progress | None:
    """One moving line at a terminal, a line a source elsewhere, every request with --verbose."""

    def write(text: str) -> None:
        click.echo(text, err=True, nl=False)

    return None if quiet else report.Progress(write, moving=sys.stderr.isatty(), verbose=verbose)


def _observation(config: Config, snapshots: tuple[Path, ...], quiet: bool, verbose: bool) -> Observation:
    if snapshots:
        return Observation(snapshot=pipeline.read_snapshots(snapshots), traffic=())
    return pipeline.observe(config, (), _progress(quiet, verbose))


def _tell_incomplete(observed: snapshot.Snapshot) -> None:
    for failure in report.failures(observed.scopes):
        for message in failure.messages:
            _tell_error(message, "")
        _tell_hint(failure.hint)


def _finish(plan: Plan, *, found: bool = False) -> None:
    sys.exit(WITHHELD if plan.withheld else FOUND if found else 0)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="rhoai-catalog", prog_name="rhoai-catalog")
def main() -> None:
    """Keep a Backstage catalog of OpenShift AI models and model servers, in Git, one pull request at a time.

    Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 found something, 4 done but something was withheld.
    """


@main.command()
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
    observation = pipeline.observe(read_config(path), sources, _progress(quiet, verbose), before)
    pipeline.write_snapshot(output, observation.snapshot)
    _tell_incomplete(observation.snapshot)
    sys.exit(WITHHELD if observation.snapshot.incomplete() else 0)


@main.command()
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
    click.echo(report.plan_json(made) if as_json else report.plan_text(made, colour=colour, verbose=verbose))
    _finish(made, found=exit_code and bool(made))


@main.command()
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
        click.echo(report.plan_text(made, colour=sys.stdout.isatty(), verbose=verbose))
    _finish(made)


@main.command()
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
    made, outcome = pipeline.propose_plan(
        config, observation, allowed, open_pull_request=not no_pr, tell=_teller(quiet)
    )
    _tell_incomplete(made_scopes(made))
    pipeline.write_job_summary(made, observation.traffic)
    if not quiet:
        click.echo(report.plan_text(made, colour=sys.stdout.isatty(), verbose=verbose))
    click.echo(_outcome_text(outcome))
    _finish(made)


def _outcome_text(outcome: Outcome) -> str:
    """One line for people and scripts: what was done, and where."""
    where = report.terminal(outcome.url or outcome.branch)
    return f"{outcome.action}: {f'#{outcome.number} ' if outcome.number else ''}{where}"


def made_scopes(made: Plan) -> snapshot.Snapshot:
    """The completeness that a plan was made with."""
    return snapshot.Snapshot(scopes=made.scopes)


@main.command()
@common
@click.option("--roles", is_flag=True, help="Print the roles that reading needs, for `oc apply -f -`; check nothing.")
def doctor(path: Path, snapshots: tuple[Path, ...], quiet: bool, verbose: bool, roles: bool) -> None:
    """Check configuration, reachability, TLS, rights and versions; say what to do."""
    if roles:
        click.echo(pipeline.role_texts(), nl=False)
        return
    failed = 0
    for check in pipeline.check_sources(read_config(path)):
        failed += not check.well
        if not (quiet and check.well):
            click.echo(report.check_text(check, colour=sys.stdout.isatty()))
    sys.exit(FOUND if failed else 0)


@main.command("validate")
@common
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "style", type=click.Choice(sorted(validate.FORMATS)), default="text", show_default=True)
def check(
    path: Path, snapshots: tuple[Path, ...], quiet: bool, verbose: bool, paths: tuple[Path, ...], style: str
) -> None:
    """Backstage's verdict on files or folders (default: the catalog), with lines."""
    if snapshots:
        raise click.UsageError("validate looks at files only; leave --snapshot out")
    if not paths:
        read_config(path)
    verdict = validate.check_paths(paths or (path.parent,))
    text = validate.FORMATS[style](verdict.problems)
    if text:
        click.echo(text)
    if not quiet:
        click.echo(report.verdict_text(len(verdict.problems), verdict.files), err=True)
    sys.exit(FOUND if verdict.problems else 0)


@main.command()
@click.option(
    "--keep", type=click.Path(path_type=Path, file_okay=False), help="Where to build it; default: a new folder."
)
def demo(keep: Path | None) -> None:
    """The embedded estate through the whole line, into a local Git remote."""
    from generator.demo.run import run_demo

    run_demo(keep, lambda line: click.echo(line))
