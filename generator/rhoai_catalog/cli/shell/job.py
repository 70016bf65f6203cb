"""What a job of GitHub Actions is told: its summary, and outputs for the steps after it; nothing anywhere else."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from rhoai_catalog.backstage import web_url
from rhoai_catalog.cli.shell.output import tell_error, tell_hint

SUMMARY: Final = "GITHUB_STEP_SUMMARY"
OUTPUT: Final = "GITHUB_OUTPUT"


def run_address() -> str:
    """Where people read the log of the job that this is; empty outside of one."""
    environment = os.environ.get
    if address := environment("CI_JOB_URL"):  # GitLab
        return web_url(address) or ""
    server, repository = environment("GITHUB_SERVER_URL"), environment("GITHUB_REPOSITORY")
    run = environment("GITHUB_RUN_ID")
    if environment("GITEA_ACTIONS"):  # takes the number of the repository's run; from 1.26 on only if it is told so
        run = f"{environment('GITHUB_RUN_NUMBER')}?by_index=1"
    return web_url(f"{server}/{repository}/actions/runs/{run}") or "" if server and repository and run else ""


def add_summary(text: str) -> None:
    """Show Markdown on the page of the job."""
    _append(SUMMARY, text)


def set_outputs(values: Mapping[str, str]) -> None:
    """Give values to later steps; no value ends its own, whatever is in it."""
    end = f"end-{secrets.token_hex(16)}"
    _append(OUTPUT, "".join(f"{name}<<{end}\n{value}\n{end}\n" for name, value in values.items()))


def _append(variable: str, text: str) -> None:
    name = os.environ.get(variable)
    if not name:
        return
    try:
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        tell_error(f"{variable}: {name} cannot be written: {error.strerror}")
        tell_hint("the file is made by the job; leave the variable unset elsewhere")
