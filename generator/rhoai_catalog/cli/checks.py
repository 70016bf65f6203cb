"""The commands that look and say what is wrong: doctor, validate."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import click

from rhoai_catalog import pipeline, report, validate
from rhoai_catalog.cli.options import FOUND, common, tell
from rhoai_catalog.config import Credentials, Owners, Validation, read_config

ELSEWHERE = Validation(rules={"rhdh-kind": "note"})  # which kinds another catalog's Backstage allows, it does not say


@click.command()
@common
@click.option("--roles", is_flag=True, help="Print the roles that reading needs, for `oc apply -f -`; check nothing.")
def doctor(path: Path, snapshots: tuple[Path, ...], quiet: bool, verbose: bool, roles: bool) -> None:
    """Check configuration, reachability, TLS, rights and versions; say what to do."""
    if roles:
        tell(pipeline.role_texts(), newline=False)
        return
    failed = 0
    for check in pipeline.check_sources(read_config(path)):
        failed += not check.well
        if not (quiet and check.well):
            tell(report.check_text(check, colour=sys.stdout.isatty()))
    sys.exit(FOUND if failed else 0)


def _levels(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> Mapping[str, str]:
    levels = {}
    for value in values:
        rule, _, level = value.partition("=")
        if rule not in validate.RULES:
            raise click.BadParameter(f"there is no rule {rule!r}; the rules: {', '.join(validate.RULES)}")
        if level not in validate.LEVELS:
            raise click.BadParameter(f"{value!r} is not like {rule}={'|'.join(validate.LEVELS)}")
        levels[rule] = level
    return levels


@click.command("validate")
@common
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "style", type=click.Choice(sorted(report.FORMATS)), default="text", show_default=True)
@click.option(
    "--rule",
    "levels",
    multiple=True,
    metavar="RULE=LEVEL",
    callback=_levels,
    help="How loud a rule is: error, warning, note (makes nothing fail) or off; repeatable.",
)
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    type=click.Choice(sorted(validate.PROFILES)),
    help="Ask more of model servers or models than Backstage does; repeatable.",
)
@click.option(
    "--owners",
    "known",
    multiple=True,
    metavar="REF|FILE|URL",
    help="Who can own: a reference, a file of groups and users, or a Backstage (token: BACKSTAGE_TOKEN); repeatable.",
)
@click.option("--baseline", type=click.Path(path_type=Path), help="Known problems: only others are told.")
@click.option("--write-baseline", "output", type=click.Path(path_type=Path), help="Write what is wrong now, for later.")
@click.pass_context
def validate_command(
    context: click.Context,
    path: Path,
    snapshots: tuple[Path, ...],
    quiet: bool,
    verbose: bool,
    paths: tuple[Path, ...],
    style: str,
    levels: Mapping[str, str],
    profiles: tuple[str, ...],
    known: tuple[str, ...],
    baseline: Path | None,
    output: Path | None,
) -> None:
    """Backstage's verdict on files, folders, patterns, or - for stdin (default: the catalog), with lines.

    What generator.yaml says under `validation` and `owners.known` holds for the catalog, or where --config names it.
    """
    if snapshots:
        raise click.UsageError("validate looks at files only; leave --snapshot out")
    asked, owners = ELSEWHERE, Owners()
    if not paths or context.get_parameter_source("path") is click.core.ParameterSource.COMMANDLINE:
        config = read_config(path)
        asked, owners = config.validation, config.owners
    if known:
        owners = Owners(known=known, credentials=Credentials(env="BACKSTAGE_TOKEN", optional=True))
    asked = Validation(
        rules={**asked.rules, **levels}, profiles=(*asked.profiles, *profiles), baseline=baseline or asked.baseline
    )
    stdin = sys.stdin.buffer.read().decode("utf-8", "replace") if validate.STDIN in paths else None
    verdict = pipeline.validate_paths(paths or (path.parent,), asked, owners, stdin=stdin, output=output)
    colour = sys.stdout.isatty()
    if style == "text" and colour:
        tell(report.problems_text(verdict.problems, verdict.texts, colour=colour), newline=False)
    elif told := report.FORMATS[style](verdict.problems):
        tell(told)
    if style == "github":
        pipeline.write_problem_summary(verdict.problems)
    if not quiet:
        told = report.verdict_text(verdict.problems, verdict.files, verdict.known, verdict.templates)
        click.echo(told, err=True)
    sys.exit(FOUND if verdict.failed else 0)
