"""The shipped workflows and actions as they are, and the shell of their steps.

`python tests/workflows.py release.yml build` prints what a job runs; `install` what an action runs; with a step's name
behind it, what that step runs. The check runs it so.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

PROJECT: Final = Path(__file__).parent.parent / ".github"
FOLDER: Final = PROJECT / "workflows"
WORKFLOWS: Final[dict[str, dict[str, Any]]] = {
    path.name: yaml.safe_load(path.read_text("utf-8")) for path in sorted(FOLDER.iterdir())
}
ACTIONS: Final[dict[str, dict[str, Any]]] = {
    path.parent.name: yaml.safe_load(path.read_text("utf-8")) for path in sorted(PROJECT.glob("actions/*/action.yml"))
}
OWN: Final = "$/.github/actions/"  # of the repository and commit that the workflow itself is of
BASH: Final = ("bash", "--noprofile", "--norc", "-eo", "pipefail")  # what `shell: bash` is


def steps_of(job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The steps of a job, those of its own actions behind each."""
    for step in job.get("steps", ()):
        yield step
        if str(step.get("uses", "")).startswith(OWN):
            yield from ACTIONS[step["uses"].removeprefix(OWN)]["runs"]["steps"]


def shell(place: str, *names: str) -> str:
    """What a job (`release.yml`, `build`) or an action (`install`) runs, or the step of a name behind it.

    Raises KeyError where there is none, or nothing to run.
    """
    if place in WORKFLOWS:
        job, *wanted = WORKFLOWS[place]["jobs"][names[0]], *names[1:]
    else:
        job, *wanted = ACTIONS[place]["runs"], *names
    run = [
        each["run"].strip() for each in steps_of(job) if "run" in each and (not wanted or each.get("name") in wanted)
    ]
    if not run:
        raise KeyError(place, *names)
    return "\n".join(run) + "\n"


if __name__ == "__main__":
    print(shell(*sys.argv[1:]), end="")
