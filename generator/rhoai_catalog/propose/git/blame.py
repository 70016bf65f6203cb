"""Who wrote lines of a file."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from rhoai_catalog.errors import ProposeError
from rhoai_catalog.propose.git.command import Git
from rhoai_catalog.propose.git.history import moment

_NOT_COMMITTED: Final = "not committed yet"
_LINE: Final = re.compile(r"^([0-9a-f]{40,64}) \d+ (\d+)[^\n]*\n((?:[^\t\n][^\n]*\n)*)\t", re.MULTILINE)
_FIELD: Final = re.compile(r"^(author|author-mail|author-time|summary) (.*)$", re.MULTILINE)


def authors(file: Path, lines: Collection[int]) -> dict[int, str]:
    """Who wrote lines of a file, and in which commit; nothing where the file is in no repository, or Git lacks."""
    if not lines:
        return {}
    ranges = [part for line in lines for part in ("-L", f"{line},{line}")]
    try:
        text = Git.around(file.parent).run("blame", "--line-porcelain", *ranges, "--", str(file.resolve()))
    except ProposeError as error:
        return dict.fromkeys(lines, _NOT_COMMITTED) if "no such path" in error.message else {}
    by_line = {int(line): _author(commit, dict(_FIELD.findall(fields))) for commit, line, fields in _LINE.findall(text)}
    return {line: by_line[line] for line in lines if line in by_line}


def _author(commit: str, fields: Mapping[str, str]) -> str:
    if not commit.strip("0"):
        return _NOT_COMMITTED
    day = moment(fields["author-time"]).date().isoformat()
    return f"{fields['author']} {fields['author-mail']} in {commit[:8]} of {day}: {fields.get('summary', '')}"
