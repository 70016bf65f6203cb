"""Files -> their documents, each with what is wrong with it by itself: on all cores where there is much of it."""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from rhoai_catalog import documents, limits
from rhoai_catalog.errors import DocumentError
from rhoai_catalog.problem import Problem
from rhoai_catalog.text.visible import visible
from rhoai_catalog.validate.document.entity import check_entity
from rhoai_catalog.validate.document.words import Finding, described
from rhoai_catalog.validate.tree.documents import Document
from rhoai_catalog.validate.tree.related import Related, related_part

MANY_CHARACTERS: Final = 4_000_000  # below, a process takes longer to start than it saves
PORTION: Final = 500_000  # characters that a process takes at a time


@dataclass(frozen=True, slots=True)
class Read:
    """The documents of some files, in order, with their findings, and what could not be read."""

    findings: dict[Document, list[Finding]] = field(default_factory=dict)
    unreadable: list[Problem] = field(default_factory=list)


def read_files(
    files: Mapping[str, str], only: Collection[str] | None, profiles: Collection[str], related: Related
) -> Iterator[Read]:
    """Read each file; check the documents of those in `only` (None: all). Of others, the related data that is known of
    all their documents is enough.
    """
    others = {} if only is None else {file: text for file, text in files.items() if file not in only}
    known = {file: cut for file, text in others.items() if (cut := _cut(text, related))}
    yield Read(findings={document: [] for file, cut in known.items() for document in _known(file, cut, related)})
    for read in _read_whole({file: text for file, text in files.items() if file not in known}, only, profiles):
        for document in read.findings:
            related.learn(documents.digest(document.text), related_part(document.data))
        yield read


def _cut(text: str, related: Related) -> Sequence[tuple[str, str]]:
    """The documents of a file with their digests; none where one of them is not known."""
    cut = documents.split_with_digests(text)
    return cut if all(digest in related for _, digest in cut) else ()


def _known(file: str, cut: Iterable[tuple[str, str]], related: Related) -> Iterator[Document]:
    line_offset = 0
    for piece, digest in cut:
        yield Document(file=file, text=piece, line_offset=line_offset, data=related.of(digest))
        line_offset += piece.count("\n")


def _read_whole(files: Mapping[str, str], only: Collection[str] | None, profiles: Collection[str]) -> Iterator[Read]:
    read = partial(_read, only=only, profiles=profiles)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if cores == 1 or sum(map(len, files.values())) < MANY_CHARACTERS:
        yield read(list(files.items()))
        return
    spawn = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(cores, mp_context=spawn) as pool:
        yield from pool.map(read, _portions(files.items()))


def _portions(files: Iterable[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    portion: list[tuple[str, str]] = []
    size = 0
    for file, text in files:
        portion.append((file, text))
        size += len(text)
        if size >= PORTION:
            yield portion
            portion, size = [], 0
    yield portion


def _read(files: Sequence[tuple[str, str]], only: Collection[str] | None, profiles: Collection[str]) -> Read:
    read = Read()
    for file, text in files:
        line_offset = 0
        for piece in documents.split(text):
            try:
                data, surprising = documents.examine(piece, line_offset=line_offset)
            except DocumentError as error:
                cause = visible(error.message)[: limits.PARSER_CAUSE]
                message = f"is not YAML as Backstage reads it, so nothing of this file is: {cause}"
                problem = Problem(path=file, line=error.line, column=error.column, message=message, rule="yaml")
                read.unreadable.append(problem)
            else:
                if data is not None:
                    document = Document(file=file, text=piece, line_offset=line_offset, data=data)
                    checked = only is None or file in only
                    read.findings[document] = list(_alone(document, profiles, surprising)) if checked else []
            line_offset += piece.count("\n")
    return read


def _alone(document: Document, profiles: Collection[str], surprising: bool) -> Iterator[Finding]:
    data = document.data
    if isinstance(data, Mapping) and data.keys() & {"apiVersion", "kind", "metadata"}:
        findings = check_entity(data, profiles)
        yield from findings
        judged = {finding.pointer for finding in findings}
        traps = documents.traps(document.text) if surprising else ()
        yield from (Finding(pointer=p, rule="yaml-trap", message=m) for p, m in traps if p not in judged)
        return
    what = "a mapping without apiVersion, kind and metadata" if isinstance(data, Mapping) else described(data)
    message = f"is no Backstage entity but {what}, and Backstage would refuse the whole file; move it elsewhere"
    yield Finding(pointer="", rule="not-entity", message=message)
