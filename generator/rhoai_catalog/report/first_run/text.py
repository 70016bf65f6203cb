"""What `init` saw and did, and what is left to do, for a person at a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Final

from rhoai_catalog.report.style import Style, styled
from rhoai_catalog.survey import Step, Survey
from rhoai_catalog.text.terminal import terminal

WIDTH: Final = 100  # of prose; a command is never broken


def survey_text(survey: Survey) -> str:
    """What the cluster has, a line each; then what could not be read."""
    return "\n".join(_lines(survey))


def _lines(survey: Survey) -> Iterator[str]:
    yield f"{terminal(survey.server)}: Kubernetes {terminal(survey.version)}"
    for kind, version in survey.kinds.items():
        yield f"  serves {terminal(kind)} ({terminal(version)})"
    if not survey.kinds:
        yield "  serves nothing that this program reads: is KServe installed?"
    for name, url in survey.services.items():
        yield f"  shows {terminal(name)} at {terminal(url)}"
    for reason in survey.unread:
        yield f"  not read: {terminal(reason)}"


def steps_text(steps: Iterable[Step], *, colour: bool) -> str:
    """What is left, numbered, with the commands to copy."""
    return "\n".join(line for number, step in enumerate(steps, 1) for line in _step(number, step, colour=colour))


def _step(number: int, step: Step, *, colour: bool) -> Iterator[str]:
    yield styled(f"{number}. {step.title}", Style.BOLD, colour=colour)
    if step.why:
        yield from textwrap.wrap(terminal(step.why), WIDTH, initial_indent="   ", subsequent_indent="   ")
    for command in step.commands:
        yield f"     {terminal(command)}"
