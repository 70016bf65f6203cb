"""Objects of the repository by their ids: one command reads many, and one writes many."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rhoai_catalog.propose.git.command import Git
from rhoai_catalog.propose.git.remote import fetch_objects


def read_objects(git: Git, names: Sequence[str]) -> Iterator[bytes | None]:
    """The content of each object, in order, by its id or as `commit:path`; None where there is none."""
    output = git.read("cat-file", "--batch", stdin=_lines(names)) if names else b""
    place = 0
    while place < len(output):
        start = output.index(b"\n", place) + 1
        size = output[place : start - 1].rpartition(b" ")[2]
        if size.isdigit():
            place = start + int(size) + 1
            yield output[start : place - 1]
        else:  # NAME missing
            place = start
            yield None


def read_blobs(git: Git, ids: Iterable[str], commits: Sequence[str]) -> dict[str, bytes]:
    """Blobs of commits by id. Those that a partial clone has left out are fetched first, all at once."""
    wanted = sorted(set(ids))
    if missing := _left_out(git, commits).intersection(wanted):
        fetch_objects(git, sorted(missing))
    contents = zip(wanted, read_objects(git, wanted), strict=True)
    return {name: content for name, content in contents if content is not None}


def _left_out(git: Git, commits: Sequence[str]) -> set[str]:
    """The objects of commits that a partial clone has not got."""
    if not git.is_partial:
        return set()
    listed = git.run("rev-list", "--objects", "--no-object-names", "--missing=print", "--no-walk", *commits, "--")
    return {line[1:] for line in listed.splitlines() if line.startswith("?")}


def write_blobs(git: Git, contents: Sequence[bytes]) -> list[str]:
    """Write blobs, byte for byte: no attribute and no filter takes part. Returns their ids, in order."""
    if not contents:
        return []
    with tempfile.TemporaryDirectory(prefix="rhoai-catalog-") as folder:
        files = [Path(folder, str(number)) for number in range(len(contents))]
        for file, content in zip(files, contents, strict=True):
            file.write_bytes(content)
        return git.run("hash-object", "-w", "--no-filters", "--stdin-paths", stdin=_lines(map(str, files))).split()


def _lines(names: Iterable[str]) -> bytes:
    return "".join(f"{name}\n" for name in names).encode("utf-8", "surrogateescape")
