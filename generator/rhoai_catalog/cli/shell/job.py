"""What a job of GitHub Actions is told: its summary, and outputs for the steps after it; nothing anywhere else."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from rhoai_catalog.cli.shell.output import tell_error, tell_hint

SUMMARY: Final = "GITHUB_STEP_SUMMARY"
OUTPUT: Final = "GITHUB_OUTPUT"


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
