"""What `doctor` found, for a person at a terminal."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from rhoai_catalog.check import Check
from rhoai_catalog.report.health import without_source
from rhoai_catalog.report.style import Style, styled
from rhoai_catalog.text.json import json_text
from rhoai_catalog.text.terminal import terminal


def check_text(check: Check, *, colour: bool) -> str:
    """One line for each check, and what to do below it where something is not well."""
    mark = styled("ok  ", Style.GREEN, colour=colour) if check.well else styled("FAIL", Style.RED, colour=colour)
    line = f"{mark} {terminal(check.source)}: {terminal(without_source(check.message, check.source))}"
    return line if check.well or not check.hint else f"{line}\n       {terminal(check.hint)}"


def checks_json(checks: Sequence[Check]) -> str:
    """All checks, each with source, message, whether it is well, and what to do."""
    return json_text({"checks": [dataclasses.asdict(check) for check in checks]})
