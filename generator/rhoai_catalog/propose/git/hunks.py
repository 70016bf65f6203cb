"""One text that two sides changed: what does not conflict is kept of both, of a conflict one side stands."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from rhoai_catalog.propose.git.command import Git

Side = Literal["base", "branch"]
Lines = list[bytes]
_RUN: Final = re.compile(rb"^[<|=>]+", re.MULTILINE)
_LINE: Final = re.compile(rb"[^\n]*\n|[^\n]+")
_SHORTEST: Final = 32
_NOT_TEXT: Final = 128  # below it, Git counts conflicts


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """A text as it was, and as each side has it."""

    base: bytes
    old: bytes
    branch: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class LostText:
    """A text that gave way to the other side's, which begins in `line` of the merged text, counted from 1."""

    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunk:
    """Lines that both sides changed, each in its own way."""

    base: Lines
    old: Lines
    branch: Lines


def merged_text(git: Git, versions: Versions, kept: Side) -> tuple[bytes, tuple[LostText, ...]] | None:
    """The merged text, and what was lost of the side that does not stand; None where they are no texts."""
    parts = _parts(git, versions)
    if parts is None:
        return None
    lines: Lines = []
    lost: list[LostText] = []
    for part in parts:
        if not isinstance(part, Hunk):
            lines += part
            continue
        for stands, yields in _settled(part, kept):
            if yields is not None:
                lost.append(LostText(text=b"".join(yields).decode("utf-8", "replace"), line=len(lines) + 1))
            lines += stands
    return _ended(b"".join(lines), parts, versions), tuple(lost)


def united_text(git: Git, versions: Versions) -> bytes | None:
    """The merged text with the lines of both sides where they conflict, each line once; None: they are no texts."""
    parts = _parts(git, versions)
    if parts is None:
        return None
    lines = [line for part in parts for line in ([*part.base, *part.branch] if isinstance(part, Hunk) else part)]
    return b"".join(dict.fromkeys(lines))


def _settled(hunk: Hunk, kept: Side) -> Iterator[tuple[Lines, Lines | None]]:
    """Lines that stand and, where they conflict, those that yield."""
    for row in _rows(hunk) if _is_line_by_line(hunk) else _trimmed(hunk):
        if row.base == row.branch:
            yield row.base, None
        elif row.base == row.old:
            yield row.branch, None
        elif row.branch == row.old:
            yield row.base, None
        elif kept == "branch":
            yield row.branch, row.base
        else:
            yield row.base, row.branch


def _is_line_by_line(hunk: Hunk) -> bool:
    """Whether both sides only changed lines where they stand: Git calls changes to neighbours a conflict, too."""
    return len(hunk.base) == len(hunk.old) == len(hunk.branch) and not any(
        new != old and new in hunk.old
        for side in (hunk.base, hunk.branch)
        for new, old in zip(side, hunk.old, strict=True)
    )


def _rows(hunk: Hunk) -> Iterator[Hunk]:
    """The hunk line by line."""
    for base, old, branch in zip(hunk.base, hunk.old, hunk.branch, strict=True):
        yield Hunk(base=[base], old=[old], branch=[branch])


def _trimmed(hunk: Hunk) -> Iterator[Hunk]:
    """The hunk without the lines that both sides have alike at its beginning and its end; these come apart."""
    base, branch = hunk.base, hunk.branch
    shorter = min(len(base), len(branch))
    head = next((n for n in range(shorter) if base[n] != branch[n]), shorter)
    tail = next((n for n in range(shorter - head) if base[-1 - n] != branch[-1 - n]), shorter - head)
    yield Hunk(base=base[:head], old=[], branch=branch[:head])
    yield Hunk(base=base[head : len(base) - tail], old=hunk.old, branch=branch[head : len(branch) - tail])
    yield Hunk(base=base[len(base) - tail :], old=[], branch=branch[len(branch) - tail :])


def _ended(text: bytes, parts: list[Lines | Hunk], versions: Versions) -> bytes:
    """The text with or without a last newline as the sides have it: before a marker, Git adds one."""
    if not parts or not isinstance(parts[-1], Hunk):
        return text
    texts = (versions.base, versions.old, versions.branch)
    base, old, branch = (not text or text.endswith(b"\n") for text in texts)
    return text if (base if base != old else branch) else text.removesuffix(b"\n")


def _parts(git: Git, versions: Versions) -> list[Lines | Hunk] | None:
    texts = (versions.base, versions.old, versions.branch)
    size = max([_SHORTEST, *(len(run) + 1 for text in texts for run in _RUN.findall(text))])
    with tempfile.TemporaryDirectory(prefix="rhoai-catalog-") as folder:
        files = [Path(folder, name) for name in ("base", "old", "branch")]
        for file, text in zip(files, texts, strict=True):
            file.write_bytes(text)
        options = ("--stdout", "--quiet", "--diff3", f"--marker-size={size}")
        ended = git.ended("merge-file", *options, *map(str, files))
    return list(_read_parts(ended.output, size)) if 0 <= ended.code < _NOT_TEXT else None


def _read_parts(output: bytes, size: int) -> Iterator[Lines | Hunk]:
    """What `git merge-file --diff3` writes; no line of the texts begins with as many marks."""
    sides: list[Lines] = [[]]
    for line in _LINE.findall(output):
        mark = line[:1] if line[:size] in {char * size for char in (b"<", b"|", b"=", b">")} else b""
        if not mark:
            sides[-1].append(line)
        elif mark == b"<":
            yield sides[0]
            sides = [[]]
        elif mark == b">":
            yield Hunk(base=sides[0], old=sides[1], branch=sides[2])
            sides = [[]]
        else:
            sides.append([])
    if sides[0]:
        yield sides[0]
