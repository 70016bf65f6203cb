"""What `doctor` found, for a person at a terminal."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

from rhoai_catalog.check import Check
from rhoai_catalog.report.health import without_source
from rhoai_catalog.report.style import Style, styled
from rhoai_catalog.text.json import json_text
from rhoai_catalog.text.terminal import terminal


def check_lines(checks: Iterable[Check], *, colour: bool, quiet: bool = False) -> Iterator[str]:
    """A line as soon as each check ends, and what to do once, below the last one that asks for it.

    `quiet`: of what is not well only.
    """
    hint = ""
    for check in checks:
        if check.well and quiet:
            continue
        if hint and check.hint != hint:
            yield _hint(hint)
        hint = check.hint if check.warning or not check.well else ""
        yield f"{_mark(check, colour=colour)} {terminal(check.source)}: {_message(check)}"
    if hint:
        yield _hint(hint)


def _mark(check: Check, *, colour: bool) -> str:
    if not check.well:
        return styled("FAIL", Style.RED, colour=colour)
    if check.warning:
        return styled("warn", Style.YELLOW, colour=colour)
    return styled("ok  ", Style.GREEN, colour=colour) if check.known else styled("?   ", Style.YELLOW, colour=colour)


def _message(check: Check) -> str:
    return terminal(without_source(check.message, check.source))


def _hint(hint: str) -> str:
    return f"       {terminal(hint)}"


def checks_json(checks: Sequence[Check]) -> str:
    """All checks, each with source, message, whether it is known and well, and what to do."""
    return json_text({"checks": [dataclasses.asdict(check) for check in checks]})
