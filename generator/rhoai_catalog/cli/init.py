"""`demo` and `init`: what one begins with, without a cluster and with one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from rhoai_catalog import report
from rhoai_catalog.cli.output import has_colour, tell
from rhoai_catalog.survey import Choices
from rhoai_catalog.text.terminal import terminal, terminal_lines

FORGES = ("github", "gitlab", "gitea")
Ask = Callable[[str, str], str]  # a question, and what is taken where nobody can be asked


@click.command()
@click.option(
    "--keep", type=click.Path(path_type=Path, file_okay=False), help="Where to build it; default: a new folder."
)
def demo(keep: Path | None) -> None:
    """The embedded estate through the whole line, into a local Git remote."""
    from rhoai_catalog.demo.run import run_demo

    run_demo(keep, lambda text: tell(terminal_lines(text)))


@click.command()
@click.option("--kubeconfig", type=click.Path(path_type=Path, dir_okay=False), help="Default: yours.")
@click.option("--context", help="A context of the kubeconfig; default: its current one.")
@click.option("--cluster", help="What the cluster is called in names and paths; default: after its address.")
@click.option("--owner", help="Who owns what names no owner; default: group:default/ai-platform.")
@click.option("--profile", "profiles", multiple=True, help="What is shown; default: what RHDH 2.1 shows. Repeatable.")
@click.option("--hub", help="The address of Red Hat Developer Hub; default: none.")
@click.option("--forge", type=click.Choice(FORGES), help="What the repository lies on; default: what its host says.")
@click.option("--in-cluster", "inside", is_flag=True, help="Run in the cluster itself (CronJob), not on the forge.")
@click.option("--yes", is_flag=True, help="Ask nothing; take the defaults.")
@click.option(
    "--trust-file",
    "trusted",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Use a kubeconfig of the repository that runs a program; repeatable.",
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

    ask = _asker(not yes and sys.stdin.isatty())
    place = first_run.place_of(
        Path.cwd(), kubeconfig=kubeconfig, context=context, asked=cluster, forge=forge, trusted=trusted
    )
    before = place.choices_before()
    name = place.name if before or cluster else ask("What is this cluster called? It never changes", place.name)
    survey = first_run.survey(place, name)
    tell(report.survey_text(survey))
    choices = before or Choices(
        cluster=name,
        owner=owner or ask("Who owns what names no owner?", first_run.OWNER),
        profiles=profiles or _profiles(ask),
        hub=hub if hub is not None else ask("The address of Red Hat Developer Hub, if you have one", ""),
        forge=place.origin.forge or (place.origin.url and _forge(ask)),
        inside=inside,
    )
    written = first_run.write(place, survey, replace(choices, hub=choices.hub.rstrip("/")))
    for file in written:
        word = "wrote" if file.now else "kept, as it was written" if file.same else "kept, as you have it"
        tell(f"{word}: {terminal(file.path)}")
    tell("\nWhat is left:")
    tell(report.steps_text(first_run.remaining(place, survey, choices, written), colour=has_colour()))


def _asker(interactive: bool) -> Ask:
    def ask(question: str, default: str) -> str:
        if not interactive:
            return default
        answer: str = click.prompt(question, default=default, show_default=bool(default), err=True)
        return answer.strip()

    return ask


def _profiles(ask: Ask) -> tuple[str, ...]:
    from rhoai_catalog.first_run import BEFORE, RHDH_2_1

    answer = ask("Is Red Hat Developer Hub 2.1 or later, with the page AI Catalog? (yes, no)", "yes")
    return BEFORE if answer.lower().startswith("n") else RHDH_2_1


def _forge(ask: Ask) -> str:
    return ask(f"What does the repository lie on? ({', '.join(FORGES)})", "")
