"""Who wrote lines of a file."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from rhoai_catalog.errors import ProposeError
from rhoai_catalog.propose.git.command import Git
from rhoai_catalog.propose.git.history import moment

_RANGES: Final = 1_000  # that are asked for one by one; more do not fit into a command
_NOT_COMMITTED: Final = "not committed yet"
_LINE: Final = re.compile(r"^([0-9a-f]{40,64}) \d+ (\d+)[^\n]*\n((?:[^\t\n][^\n]*\n)*)\t", re.MULTILINE)
_FIELD: Final = re.compile(r"^(author|author-mail|author-time|summary) (.*)$", re.MULTILINE)


def authors(file: Path, lines: Collection[int]) -> dict[int, str]:
    """Who wrote lines of a file, and in which commit; nothing where the file is in no repository, or Git lacks."""
    if not lines:
        return {}
    ranges = [part for line in lines for part in ("-L", f"{line},{line}")] if len(lines) <= _RANGES else []
    try:
        text = Git.around(file.parent).run("blame", "--line-porcelain", *ranges, "--", str(file.resolve()))
    except ProposeError as error:
        return dict.fromkeys(lines, _NOT_COMMITTED) if "no such path" in error.message else {}
    by_line = {int(line): _author(commit, dict(_FIELD.findall(fields))) for commit, line, fields in _LINE.findall(text)}
    return {line: by_line[line] for line in lines if line in by_line}


def remover(file: Path, text: str) -> str:
    """Who last changed how often a text stands in a file, or removed the file where the text is empty; nothing where
    nobody did, or Git does not know.
    """
    how = ["--diff-filter=D"] if not text else [f"-S{text}"]
    shape = "--format=%H%nauthor %an%nauthor-mail <%ae>%nauthor-time %at%nsummary %s"
    try:
        git = Git.around(file.parent if file.parent.is_dir() else _nearest(file))
        path = file.resolve().relative_to(git.root).as_posix()
        if _is_not_committed(git, path, file, text):
            return _NOT_COMMITTED
        entry = git.run("log", "-1", "--no-show-signature", shape, *how, "--", path)
    except (ProposeError, ValueError):
        return ""
    commit, _, fields = entry.partition("\n")
    return _author(commit, dict(_FIELD.findall(fields))) if commit else ""


def _is_not_committed(git: Git, path: str, file: Path, text: str) -> bool:
    """Whether the last commit has more of a text, or a file that is not there."""
    committed = git.ended("cat-file", "blob", f"HEAD:{path}")
    if committed.code or not text:
        return not committed.code and not file.exists()
    here = file.read_bytes() if file.exists() else b""
    return committed.output.count(text.encode()) > here.count(text.encode())


def _nearest(file: Path) -> Path:
    return next(folder for folder in file.parents if folder.is_dir())


def _author(commit: str, fields: Mapping[str, str]) -> str:
    if not commit.strip("0"):
        return _NOT_COMMITTED
    day = moment(fields["author-time"]).date().isoformat()
    return f"{fields['author']} {fields['author-mail']} in {commit[:8]} of {day}: {fields.get('summary', '')}"
