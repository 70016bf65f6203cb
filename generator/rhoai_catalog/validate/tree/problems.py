"""A whole tree of files -> every problem of it in one pass, with line and column."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rhoai_catalog import base
from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.config import Validation
from rhoai_catalog.documents import positions
from rhoai_catalog.problem import Problem, level
from rhoai_catalog.validate.document.words import Finding
from rhoai_catalog.validate.tree.across import Targets, across
from rhoai_catalog.validate.tree.alone import read_files
from rhoai_catalog.validate.tree.clean import CleanParts
from rhoai_catalog.validate.tree.documents import Disk, Document, DocumentTree
from rhoai_catalog.validate.tree.entity_files import holds_entities
from rhoai_catalog.validate.tree.known_documents import KnownDocuments
from rhoai_catalog.validate.tree.skeletons import filled_in, unfilled


def problems(
    files: Mapping[str, str],
    *,
    root: str = "catalog",
    only: Collection[str] | None = None,
    entity_files: Collection[str] | None = None,
    complete: bool = True,
    disk: Disk | None = None,
    asked: Validation | None = None,
    owners: Collection[EntityRef] | None = None,
    known: KnownDocuments | None = None,
    replaced: Mapping[str, str] | None = None,
) -> tuple[Problem, ...]:
    """What is wrong in a tree of files (path below `root` -> text), sorted.

    Documents are checked by themselves in the files of `only` (default: all), against each other always.
    `entity_files` are those to look at (default: YAML outside docs/ and .base/, but for skeletons and for entities that
    are somebody's value). Unless the files are the `complete` tree, nothing is said about what is missing. `disk` is
    where the files come from, and `owners` are all groups and users there are, where known; `known` are the documents
    that were checked before: its clean parts are not checked again, unless something beside them affects them. Of the
    texts that are `replaced` by these, what was damaged in their base is told once more: it cannot be seen any longer.
    """
    asked, known = asked or Validation(), known or KnownDocuments()
    owners = None if level("owner", asked.rules) == "off" else owners

    def look(clean: CleanParts) -> _Look:
        looked_at = {file: text for file, text in files.items() if file not in clean.all_files}
        read = _read(looked_at, entity_files, only, asked.profiles, known)
        tree = DocumentTree(
            files=files,
            looked_at=looked_at,
            documents=tuple(read.findings),
            disk=disk,
            complete=complete,
            readable=not read.troubles,
        )
        return _Look(read=read, tree=tree, targets=Targets.of(tree, clean, owners))

    clean = known.clean
    seen = look(clean)
    while clean.references and (affected := clean.affected_by(seen.targets.rest_of_tree(seen.read.folders))):
        clean = clean.without(affected)
        seen = look(clean)
    findings = seen.read.findings
    for document, finding in across(seen.tree, seen.targets, known):
        findings.setdefault(document, []).append(finding)
    located = [problem for document, listed in findings.items() for problem in _located(document, listed)]
    everything = (*seen.read.troubles, *seen.read.damage, *_mended(replaced or {}, files), *located)
    known.note({problem.path for problem in everything}, seen.targets.cross_references() if complete else {}, clean)
    return _levelled(root, asked, everything)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """Documents and what is wrong with each by itself; what keeps files from being read; damage of the base; and the
    folders that software templates fill in.
    """

    findings: dict[Document, list[Finding]]
    troubles: Sequence[Problem]
    damage: Sequence[Problem]
    folders: Collection[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """What was read of a tree, the tree, and what its references can lead to."""

    read: _Read
    tree: DocumentTree
    targets: Targets


def _read(
    files: Mapping[str, str],
    entity_files: Collection[str] | None,
    only: Collection[str] | None,
    profiles: Collection[str],
    known: KnownDocuments,
) -> _Read:
    conflicts = [problem for file, text in files.items() for problem in _conflicts(file, text)]
    torn = {problem.path for problem in conflicts}
    damage = [problem for file, text in files.items() if file not in torn for problem in _damage(file, text)]
    folders = filled_in(files)
    if entity_files is None:
        holding = [file for file, text in files.items() if holds_entities(file, text, otherwise=True)]
        entity_files = {*holding} - unfilled(files, holding, folders)
    sound = {file: files[file] for file in sorted(entity_files) if file not in torn}
    findings, unreadable = read_files(sound, only, profiles, known)
    return _Read(findings=findings, troubles=[*conflicts, *unreadable], damage=damage, folders=folders)


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


def _damage(file: str, text: str) -> Iterator[Problem]:
    if not file.endswith(".jsonl"):
        return
    _, folder, inside = f"/{file}".partition(f"/{base.FOLDER}/")
    if folder:
        for line in base.damaged(text, f"{base.FOLDER}/{inside}"):
            message = "this line is not as it was generated, so hand edits cannot be told apart; take it back from Git"
            yield Problem(path=file, line=line, message=message, rule="base")


def _mended(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Problem]:
    """The damage of base files that were written anew, without what could not be read."""
    for file, text in before.items():
        if after.get(file) != text and not any((*_conflicts(file, text), *_damage(file, after.get(file, "")))):
            yield from _damage(file, text)


def _located(document: Document, findings: list[Finding]) -> Iterator[Problem]:
    if not findings:
        return
    pointers = {finding.pointer for finding in findings}
    marks = positions(document.text, pointers, line_offset=document.line_offset)
    for finding in findings:
        yield Problem(
            path=document.file,
            line=marks[finding.pointer].line,
            column=marks[finding.pointer].column,
            pointer=finding.pointer,
            message=finding.message,
            rule=finding.rule,
        )


def _levelled(root: str, asked: Validation, everything: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems as loud as each is wanted, below `root`, sorted."""
    loud = ((problem, level(problem.rule, asked.rules)) for problem in everything)
    prefix = f"{root}/" if root else ""
    return tuple(sorted(replace(p, path=f"{prefix}{p.path}", level=how) for p, how in loud if how != "off"))
