"""The shipped workflows as they are, and the shell of their steps.

`python tests/workflows.py catalog.yml build` prints what a job runs; with a step's name, what that step runs. The check
runs it so.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

import yaml

FOLDER: Final = Path(__file__).parent.parent / ".github" / "workflows"
WORKFLOWS: Final[dict[str, dict[str, Any]]] = {
    path.name: yaml.safe_load(path.read_text("utf-8")) for path in sorted(FOLDER.iterdir())
}
BASH: Final = ("bash", "--noprofile", "--norc", "-eo", "pipefail")  # what `shell: bash` is


def shell(workflow: str, job: str, step: str | None = None) -> str:
    """What a job's steps run, or the one of a name. Raises KeyError where there is no such job, or nothing to run."""
    steps = WORKFLOWS[workflow]["jobs"][job]["steps"]
    run = [each["run"].strip() for each in steps if "run" in each and step in (None, each.get("name"))]
    if not run:
        raise KeyError(step)
    return "\n".join(run) + "\n"


if __name__ == "__main__":
    print(shell(*sys.argv[1:]), end="")
