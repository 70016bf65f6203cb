"""The handbook: short pages that a forge renders, that a site is made of, and that `rhoai-catalog help` prints.

A page is a topic and is named so; README.md lists them, each with a line.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from rhoai_catalog.alike import did_you_mean
from rhoai_catalog.errors import ConfigError
from rhoai_catalog.release import PROJECT, running

FOLDER: Final = Path(__file__).parent
IN_PROJECT: Final = "generator/rhoai_catalog/handbook"
_ROW: Final = re.compile(r"^- \[[^\]]+\]\(([\w-]+)\.md\): (.+)$", re.MULTILINE)
_LINK: Final = re.compile(r"\[([^\]]+)\]\((?!https?:|/)([^)#]*)(#[\w-]+)?\)")


def topics() -> Mapping[str, str]:
    """Every topic, in the order of reading, with what its page tells."""
    return dict(_ROW.findall((FOLDER / "README.md").read_text("utf-8")))


def page(topic: str) -> str:
    """The page of a topic, its links as a reader at a terminal follows them. Raises ConfigError for no topic."""
    known = topics()
    if topic not in known:
        hint = did_you_mean(topic, known) or "`rhoai-catalog help` lists the topics"
        raise ConfigError(f"the handbook has no page {topic!r}", hint)
    return _LINK.sub(_followed, (FOLDER / f"{topic}.md").read_text("utf-8"))


def _followed(link: re.Match[str]) -> str:
    """Another page by its command, a file of the project where this release of it can be read."""
    text, target, anchor = link.groups("")
    if not target:
        return text
    if "/" not in target:
        return f"{text} (rhoai-catalog help {target.removesuffix('.md')})"
    file = posixpath.normpath(posixpath.join(IN_PROJECT, target))
    return f"{text} ({PROJECT}/blob/{running().ref}/{file}{anchor})"
