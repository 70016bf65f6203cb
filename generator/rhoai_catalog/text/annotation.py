"""Workflow commands of GitHub, by which a run shows a message at a line of a file."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rhoai_catalog.text.terminal import terminal
from rhoai_catalog.text.visible import visible


def workflow_command(name: str, message: str, properties: Mapping[str, str] | None = None) -> str:
    """`::name key=value,…::message` on one line, which the runner takes for this one command, whatever its texts say.

    `name` and the keys are our own words.
    """
    pairs = ",".join(f"{key}={annotation_property(value)}" for key, value in (properties or {}).items())
    return f"::{name}{f' {pairs}' if pairs else ''}::{annotation(message)}"


def annotation(text: str) -> str:
    """The message of a workflow command; its lines stay lines, and none of them is a command of its own."""
    lines = (terminal(line).replace("%", "%25") for line in re.split(r"\r\n|\r|\n", text))
    return "%0A".join(lines)


def annotation_property(text: str) -> str:
    """The value of a property of a workflow command, such as its file or its title."""
    return visible(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
