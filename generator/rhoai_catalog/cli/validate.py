"""`validate`: Backstage's verdict on any tree."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import click

from rhoai_catalog import report
from rhoai_catalog.alike import did_you_mean
from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.cli.shell.commands import Command
from rhoai_catalog.cli.shell.job import add_summary
from rhoai_catalog.cli.shell.options import COMMANDLINE, Common, NewFile, without_snapshot
from rhoai_catalog.cli.shell.output import FOUND, has_colour, say, tell, tell_hint
from rhoai_catalog.config import Credentials, Owners, Validation, read_config
from rhoai_catalog.errors import ConfigError
from rhoai_catalog.problem import LEVELS, RULES
from rhoai_catalog.validate import PROFILES, STDIN, judge

# Which kinds another catalog's Backstage allows, it does not say.
ELSEWHERE: Final = Validation(rules={"rhdh-kind": "note"})


def _levels(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> Mapping[str, str]:
    levels = {}
    for value in values:
        rule, _, level = value.partition("=")
        if rule not in RULES:
            near = did_you_mean(rule, RULES) or f"the rules: {', '.join(RULES)}"
            raise click.BadParameter(f"there is no rule {rule!r}; {near}")
        if level not in LEVELS:
            raise click.BadParameter(f"{value!r} is not like {rule}={'|'.join(LEVELS)}")
        levels[rule] = level
    return levels


@click.command(cls=Command)
@without_snapshot("validate looks at files only")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "style",
    type=click.Choice(sorted(report.FORMATS)),
    default="text",
    show_default=True,
    help="How problems are told.",
)
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
    type=click.Choice(sorted(PROFILES)),
    help="Ask more of model servers or models than Backstage does; repeatable.",
)
@click.option(
    "--owners",
    "known",
    multiple=True,
    metavar="REF|FILE|URL",
    help="Who can own: a reference, a file of groups and users, or a Backstage (token: BACKSTAGE_TOKEN); repeatable.",
)
@click.option(
    "--online", is_flag=True, help="Ask the Backstage that owners are looked up in; nothing else takes the network."
)
@click.option("--baseline", type=click.Path(path_type=Path), help="Known problems: only others are told.")
@click.option("--write-baseline", "output", type=NewFile("the baseline"), help="Write what is wrong now, for later.")
def validate(
    asked: Common,
    paths: tuple[Path, ...],
    style: str,
    levels: Mapping[str, str],
    profiles: tuple[str, ...],
    known: tuple[str, ...],
    online: bool,
    baseline: Path | None,
    output: Path | None,
) -> None:
    """Backstage's verdict on files, folders, patterns, or - for stdin (default: the catalog), with lines.

    What generator.yaml says under `validation` and `owners.known` holds for the catalog, or where --config names it.
    """
    validation, owners = _configured(asked, catalog=not paths)
    validation = Validation(
        rules={**validation.rules, **levels},
        profiles=(*validation.profiles, *profiles),
        baseline=baseline or validation.baseline,
    )
    if known:
        owners = Owners(known=known, credentials=Credentials(env="BACKSTAGE_TOKEN", optional=True))
    if not online and owners.takes_network:
        if known:
            raise click.UsageError("a Backstage is asked over the network: say --online, too")
        if not asked.quiet:
            tell_hint("who can own is looked up in a Backstage, which was not asked: --online does")
        owners = Owners()
    stdin = sys.stdin.buffer.read().decode("utf-8", "replace") if STDIN in paths else None
    verdict = judge(paths or (asked.path.parent,), validation, _everybody(owners), stdin=stdin, output=output)
    if style == "text" and sys.stdout.isatty():
        tell(report.problems_text(verdict.problems, verdict.texts, colour=has_colour()), newline=False)
    elif text := report.FORMATS[style](verdict.problems):
        tell(text)
    if style == "github":
        add_summary(report.problems_summary(verdict.problems))
    if not asked.quiet:
        say(report.verdict_text(verdict.problems, verdict.files, verdict.known, verdict.templates))
    sys.exit(FOUND if verdict.failed else 0)


def _everybody(owners: Owners) -> frozenset[EntityRef] | None:
    """All groups and users that can own; None where nothing says who they are."""
    if not owners.known:
        return None
    from rhoai_catalog.observe import known_owners

    return known_owners(owners)


def _configured(asked: Common, *, catalog: bool) -> tuple[Validation, Owners]:
    """What generator.yaml says of the catalog, and of whatever else where a person names the file."""
    named = click.get_current_context().get_parameter_source("path") is COMMANDLINE
    if not catalog and not named:
        return ELSEWHERE, Owners()
    if not named and not asked.path.exists():
        hint = "any folder needs none: rhoai-catalog validate .; else run where catalog/ is, or say --config FILE"
        raise ConfigError(f"there is no configuration {asked.path}", hint)
    config = read_config(asked.path, asked.trusted)
    return config.validation, config.owners
