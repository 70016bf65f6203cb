"""Documents, each with what is wrong with it by itself: on all cores where there is much to read."""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from rhoai_catalog import documents, limits
from rhoai_catalog.errors import DocumentError
from rhoai_catalog.problem import Problem
from rhoai_catalog.text.visible import visible
from rhoai_catalog.validate.document.entity import check_entity
from rhoai_catalog.validate.document.words import Finding, described
from rhoai_catalog.validate.tree.documents import Document
from rhoai_catalog.validate.tree.known_documents import KnownDocuments, related_part

MANY_CHARACTERS: Final = 4_000_000  # below, a process takes longer to start than it saves
PORTION: Final = 500_000  # characters that a process takes at a time


@dataclass(frozen=True, slots=True, eq=False)
class DocumentText:
    """One document of a file, to be read; `checked` by itself, too."""

    file: str
    text: str
    digest: str
    line_offset: int
    checked: bool


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """What was read of a piece, None where it is empty, with its findings; or why it could not be read."""

    data: Any = None
    findings: Sequence[Finding] = ()
    problem: Problem | None = None


def read_files(
    files: Mapping[str, str], only: Collection[str] | None, profiles: Collection[str], known: KnownDocuments
) -> tuple[dict[Document, list[Finding]], list[Problem]]:
    """The documents of the files, in their order, with findings of those in `only` (None: all); and what could not be
    read. Of what is known from before the related data is enough: where it is to be checked, if nothing was found then.
    """
    pieces = [piece for file, text in files.items() for piece in _pieces(file, text, only is None or file in only)]
    unknown = [piece for piece in pieces if not known.has(piece.file, piece.digest, sound=piece.checked)]
    read = dict(zip(unknown, _read_all(unknown, profiles), strict=True))
    findings: dict[Document, list[Finding]] = {}
    unreadable: list[Problem] = []
    for piece in pieces:
        found = read.get(piece) or ReadDocument(data=known.of(piece.file, piece.digest))
        if found.problem is not None:
            unreadable.append(found.problem)
        elif found.data is not None:
            document = Document(file=piece.file, text=piece.text, line_offset=piece.line_offset, data=found.data)
            findings[document] = [*found.findings]
            if piece in read:
                known.learn(
                    piece.file, piece.digest, related_part(found.data), sound=piece.checked and not found.findings
                )
    return findings, unreadable


def _pieces(file: str, text: str, checked: bool) -> Iterator[DocumentText]:
    line_offset = 0
    for piece, digest in documents.split_with_digests(text):
        yield DocumentText(file, piece, digest, line_offset, checked)
        line_offset += piece.count("\n")


def _read_all(pieces: Sequence[DocumentText], profiles: Collection[str]) -> Iterator[ReadDocument]:
    read = partial(_read, profiles=profiles)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if cores == 1 or sum(len(piece.text) for piece in pieces) < MANY_CHARACTERS:
        yield from read(pieces)
        return
    spawn = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(cores, mp_context=spawn) as pool:
        for portion in pool.map(read, _portions(pieces)):
            yield from portion


def _portions(pieces: Iterable[DocumentText]) -> Iterator[list[DocumentText]]:
    portion: list[DocumentText] = []
    size = 0
    for piece in pieces:
        portion.append(piece)
        size += len(piece.text)
        if size >= PORTION:
            yield portion
            portion, size = [], 0
    yield portion


def _read(pieces: Iterable[DocumentText], profiles: Collection[str]) -> list[ReadDocument]:
    return [_read_one(piece, profiles) for piece in pieces]


def _read_one(piece: DocumentText, profiles: Collection[str]) -> ReadDocument:
    try:
        data, surprising = documents.examine(piece.text, line_offset=piece.line_offset)
    except DocumentError as error:
        cause = visible(error.message)[: limits.PARSER_CAUSE]
        message = f"is not YAML as Backstage reads it, so nothing of this file is: {cause}"
        return ReadDocument(
            problem=Problem(path=piece.file, line=error.line, column=error.column, message=message, rule="yaml")
        )
    if data is None or not piece.checked:
        return ReadDocument(data=data)
    return ReadDocument(data=data, findings=tuple(_alone(data, piece.text, profiles, surprising)))


def _alone(data: Any, text: str, profiles: Collection[str], surprising: bool) -> Iterator[Finding]:
    if isinstance(data, Mapping) and data.keys() & {"apiVersion", "kind", "metadata"}:
        findings = check_entity(data, profiles)
        yield from findings
        judged = {finding.pointer for finding in findings}
        traps = documents.traps(text) if surprising else ()
        yield from (Finding(pointer=p, rule="yaml-trap", message=m) for p, m in traps if p not in judged)
        return
    what = "a mapping without apiVersion, kind and metadata" if isinstance(data, Mapping) else described(data)
    message = f"is no Backstage entity but {what}, and Backstage would refuse the whole file; move it elsewhere"
    yield Finding(pointer="", rule="not-entity", message=message)
