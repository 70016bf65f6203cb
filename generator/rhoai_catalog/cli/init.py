"""`init`: what a catalog's repository begins with."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rhoai_catalog import report
from rhoai_catalog.cli.shell.commands import Command
from rhoai_catalog.cli.shell.output import has_colour, progress_lines, tell
from rhoai_catalog.survey import Choices
from rhoai_catalog.text.terminal import terminal

if TYPE_CHECKING:
    from rhoai_catalog.first_run import Prompt

FORGES = ("github", "gitlab", "gitea")


@click.command(cls=Command)
@click.option(
    "--kubeconfig",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The kubeconfig of the cluster; default: that of KUBECONFIG, or ~/.kube/config.",
)
@click.option("--context", help="A context of the kubeconfig; default: its current one.")
@click.option("--cluster", help="What the cluster is called in names and paths; default: after its address.")
@click.option("--owner", help="Who owns what names no owner; default: group:default/ai-platform.")
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    help="What is shown (rhoai-catalog help profiles); default: as RHDH 2.1 has it. Repeatable.",
)
@click.option("--hub", help="The address of Red Hat Developer Hub; default: none.")
@click.option("--forge", type=click.Choice(FORGES), help="What the repository lies on; default: what its host says.")
@click.option(
    "--in-cluster",
    "inside",
    is_flag=True,
    help="Have the cluster itself run it (CronJob, Tekton task), instead of the forge.",
)
@click.option("--yes", is_flag=True, help="Ask nothing; take the defaults.")
@click.option(
    "--trust-file",
    "trusted",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="Use a kubeconfig of the repository that does more than log in; repeatable.",
)
def init(
    kubeconfig: Path | None,
    context: str | None,
    cluster: str | None,
    owner: str | None,
    profiles: tuple[str, ...],
    hub: str | None,
    forge: str | None,
    inside: bool,
    yes: bool,
    trusted: tuple[Path, ...],
) -> None:
    """Write what a catalog's repository begins with, and say what is left; in a clone of it, with a kubeconfig.

    It only reads the cluster, and changes no file that is there.
    """
    from rhoai_catalog import first_run

    asks = not yes and sys.stdin.isatty()
    first_run.require_sound(cluster=cluster, owner=owner, profiles=profiles, hub=hub)
    place = first_run.place_of(
        Path.cwd(), kubeconfig=kubeconfig, context=context, asked=cluster, forge=forge, trusted=trusted
    )
    before = place.choices_before()
    name = place.name
    if asks and not (before or cluster):
        name = _ask("What is this cluster called? It never changes", name, first_run.CLUSTER)
    progress_lines(False, False).say(f"looking at {place.server}")
    survey = first_run.survey(place, name)
    tell(report.survey_text(survey))
    choices = before or Choices(
        cluster=name,
        owner=owner or first_run.OWNER,
        profiles=profiles or first_run.RHDH_2_1,
        hub=hub or "",
        forge=place.origin.forge,
        inside=inside,
    )
    if asks and not before:
        choices = _asked(
            choices, owner=owner is None, profiles=not profiles, hub=hub is None, forge=bool(place.origin.url)
        )
    written = first_run.write(place, survey, replace(choices, hub=choices.hub.rstrip("/")))
    for file in written:
        word = "wrote" if file.now else "kept, as it was written" if file.same else "kept, as you have it"
        tell(f"{word}: {terminal(file.path)}")
    tell("\nWhat is left:")
    tell(report.steps_text(first_run.remaining(place, survey, choices, written), colour=has_colour()))
    tell("\nEach of these at length: rhoai-catalog help first-run")


def _asked(choices: Choices, *, owner: bool, profiles: bool, hub: bool, forge: bool) -> Choices:
    """The choices as a person at the terminal makes them, as far as no option did."""
    from rhoai_catalog import first_run

    if owner:
        choices = replace(choices, owner=_ask("Who owns what names no owner?", choices.owner, first_run.OWNER_REF))
    if profiles:
        new = click.confirm("Is your Red Hat Developer Hub 2.1 or later (it has a page AI Catalog)?", True, err=True)
        choices = replace(choices, profiles=first_run.RHDH_2_1 if new else first_run.BEFORE)
    if hub:
        choices = replace(choices, hub=_ask("The Hub's address (empty: none yet)", "", first_run.HUB))
    if forge and not choices.forge:
        answer = click.prompt("What does the repository lie on?", type=click.Choice(FORGES), err=True)
        choices = replace(choices, forge=answer)
    return choices


def _ask(question: str, default: str, kind: Prompt) -> str:
    """Ask until an answer fits."""

    def checked(answer: str) -> str:
        if answer and not kind.takes(answer):
            raise click.BadParameter(f"expected is {kind.form}")
        return answer

    shown = bool(default)
    text: str = click.prompt(question, default=default, show_default=shown, value_proc=checked, err=True)
    return text
