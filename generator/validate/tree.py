"""A whole tree of files -> every problem of it in one pass, with line and column."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from generator import documents
from generator.errors import DocumentError, Problem
from generator.validate.across import Document, Tree, across
from generator.validate.entity import check_entity
from generator.validate.words import Finding, described, visible

NOT_ENTITIES: Final = ("generator.yaml", "mkdocs.yml", "mkdocs.yaml")


def problems(
    files: Mapping[str, str],
    *,
    root: str = "catalog",
    only: Collection[str] | None = None,
    entity_files: Collection[str] | None = None,
    complete: bool = True,
) -> tuple[Problem, ...]:
    """What is wrong in a tree of files (path below `root` -> text), sorted.

    Documents are checked by themselves in the files of `only` (default: all), against each other always.
    `entity_files` are those that hold entities (default: YAML outside docs/ and .base/). Unless the files are the
    `complete` tree, nothing is said about what is missing.
    """
    conflicts = [problem for file, text in files.items() for problem in _conflicts(file, text)]
    torn = {problem.path for problem in conflicts}
    wanted = filter(is_entity_file, files) if entity_files is None else entity_files
    read = [item for file in sorted(wanted) if file not in torn for item in _documents(file, files[file])]
    unreadable = [item for item in read if isinstance(item, Problem)]
    found = tuple(item for item in read if isinstance(item, Document))
    tree = Tree(files=files, documents=found, complete=complete, readable=not (conflicts or unreadable))
    findings: dict[Document, list[Finding]] = {document: [] for document in found}
    for document in found:
        if only is None or document.file in only:
            findings[document] += _alone(document)
    for document, finding in across(tree):
        findings[document].append(finding)
    located = [problem for document, listed in findings.items() for problem in _located(document, listed)]
    return tuple(sorted(_below(root, problem) for problem in (*conflicts, *unreadable, *located)))


def is_entity_file(file: str) -> bool:
    """Whether a path may hold entities: YAML outside docs/ and the base that is not known to be something else."""
    path = PurePosixPath(file)
    if path.suffix not in (".yaml", ".yml") or path.name in NOT_ENTITIES:
        return False
    return not {"docs", ".base"} & set(path.parts[:-1])


def _conflicts(file: str, text: str) -> Iterator[Problem]:
    if "<<<<<<< " not in text:
        return
    begun, parted = 0, False
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("<<<<<<< "):
            begun, parted = number, False
        elif begun and line.rstrip() == "=======":
            parted = True
        elif parted and line.startswith(">>>>>>> "):
            message = "a Git conflict begins here; keep one side and remove the lines of <<<<<<<, ======= and >>>>>>>"
            yield Problem(path=file, line=begun, message=message, rule="conflict")
            begun, parted = 0, False


def _documents(file: str, text: str) -> Iterator[Document | Problem]:
    line_offset = 0
    for piece in documents.split(text):
        try:
            data = documents.parse(piece, line_offset=line_offset)
            if data is not None:
                yield Document(file=file, text=piece, line_offset=line_offset, data=data)
        except DocumentError as error:
            message = f"is not YAML as Backstage reads it, so nothing of this file is: {visible(error.message)[:200]}"
            yield Problem(path=file, line=error.line, column=error.column, message=message, rule="yaml")
        line_offset += piece.count("\n")


def _alone(document: Document) -> tuple[Finding, ...]:
    data = document.data
    if isinstance(data, Mapping) and data.keys() & {"apiVersion", "kind", "metadata"}:
        return check_entity(data)
    what = "a mapping without apiVersion, kind and metadata" if isinstance(data, Mapping) else described(data)
    message = f"is no Backstage entity but {what}, and Backstage would refuse the whole file; move it elsewhere"
    return (Finding(pointer="", rule="not-entity", message=message),)


def _located(document: Document, findings: list[Finding]) -> Iterator[Problem]:
    if not findings:
        return
    pointers = {finding.pointer for finding in findings}
    marks = documents.positions(document.text, pointers, line_offset=document.line_offset)
    for finding in findings:
        yield Problem(
            path=document.file,
            line=marks[finding.pointer].line,
            column=marks[finding.pointer].column,
            pointer=finding.pointer,
            message=finding.message,
            rule=finding.rule,
        )


def _below(root: str, problem: Problem) -> Problem:
    return replace(problem, path=f"{root}/{problem.path}") if root else problem
