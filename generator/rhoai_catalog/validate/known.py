"""The baseline on disk: which problems of a tree, or of named files, are known from before."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.config import Config, Validation
from rhoai_catalog.disk import read_text, write_text
from rhoai_catalog.problem import Problem
from rhoai_catalog.validate.baseline import new_problems, write_baseline
from rhoai_catalog.validate.files import STDIN_NAME, Verdict, check_paths
from rhoai_catalog.validate.tree.known_documents import KnownDocuments
from rhoai_catalog.validate.tree.problems import problems


def judge(
    paths: Sequence[Path],
    asked: Validation,
    owners: Collection[EntityRef] | None,
    *,
    stdin: str | None = None,
    output: Path | None = None,
) -> Verdict:
    """The verdict on files and folders, without what the baseline knows; what is wrong now goes into `output`."""
    verdict = check_paths(paths, stdin=stdin, asked=asked, owners=owners)
    if output is not None:
        write_text(output, write_baseline(verdict.problems, _place(output, Path)), "the baseline")
    new = without_known(verdict.problems, asked.baseline, Path)
    return replace(verdict, problems=new, known=len(verdict.problems) - len(new))


def problems_of_change(
    before: Mapping[str, str],
    after: Mapping[str, str],
    config: Config,
    owners: Collection[EntityRef] | None,
    known: KnownDocuments | None = None,
) -> tuple[Problem, ...]:
    """What is wrong in a catalog in which texts changed; documents by themselves are looked at where they did.

    `before` are the texts of the base branch; `known` are documents that were checked before.
    """
    changed = [file for file, text in after.items() if before.get(file) != text]
    all_problems = problems(after, only=changed, asked=config.validation, owners=owners, known=known, replaced=before)
    return without_known(all_problems, config.validation.baseline, lambda path: config.root / path.partition("/")[2])


def without_known(
    problems: tuple[Problem, ...], baseline: Path | None, file: Callable[[str], Path]
) -> tuple[Problem, ...]:
    """The problems that the baseline, if there is one, does not know; `file` is where the path of a problem leads."""
    if baseline is None:
        return problems
    hint = f"write it first: rhoai-catalog validate --write-baseline {baseline}"
    text = read_text(baseline, "the baseline", hint)
    return new_problems(problems, text, str(baseline), _place(baseline, file))


def _place(baseline: Path, file: Callable[[str], Path]) -> Callable[[str], str]:
    """What a baseline calls a path: relative to its own folder, wherever and however the path was asked for."""

    def place(path: str) -> str:
        return path if path == STDIN_NAME else Path(os.path.relpath(file(path), baseline.parent)).as_posix()

    return place
