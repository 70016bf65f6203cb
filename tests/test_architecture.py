"""The shape of the code: data flows one way, each third-party package has one door, a kind and a family one row."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CODE = ROOT / "generator" / "rhoai_catalog"
MODULES = {path.relative_to(CODE).with_suffix("").as_posix(): path for path in CODE.rglob("*.py")}
STAGES = ("observe", "describe", "merge", "validate", "changes", "report", "propose")
NOUNS = tuple(
    """identity pointer families kinds backstage entity plan problem check errors base catalog schema roles
    snapshot config documents text http globs""".split()
)
LINE = ("pipeline", "cli", "demo", "__main__")  # these know several stages
ALSO = {"changes": {"merge", "propose"}}  # what a person did is told from the merge, and from Git
DOORS = {
    "click": {
        "report/style",
        *(
            f"cli/{name}"
            for name in "__init__ demo doctor explain observe options output plan propose validate".split()
        ),
    },
    "kubernetes": {"observe/kserve/connection"},
    "certifi": {"http/client"},
    "requests": set(),
    "urllib3": {"http/client", "http/deadline", "http/errors"},
    "ruamel": {"documents/edit"},
    "yaml": {f"documents/{name}" for name in ("build", "edit", "lenient", "read", "strict", "traps", "write")},
    "jsonschema": {"schema"},
    "fastjsonschema": {"schema"},
    "git": {"propose/git"},
    "wcmatch": {"globs"},
    "bracex": {"globs"},
    "markdown_it": {"describe/pages/card", "describe/pages/writer", "merge/headings"},
}


def imported(path: Path) -> Iterator[str]:
    """The full names of the modules that a module imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "rhoai_catalog":
            yield from (f"rhoai_catalog.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def rooms(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imported(path) if name.startswith("rhoai_catalog.")}


def test_every_module_has_its_place() -> None:
    assert {name.split("/")[0] for name in MODULES} - {"__init__"} == {*STAGES, *NOUNS, *LINE}


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_imports_nouns_and_no_other_stage(stage: str) -> None:
    for name, path in MODULES.items():
        if name.split("/")[0] == stage:
            assert rooms(path) <= {stage, *NOUNS, *ALSO.get(stage, ())}, name


def test_nouns_import_nouns() -> None:
    for name, path in MODULES.items():
        if name.split("/")[0] in NOUNS:
            assert rooms(path) <= set(NOUNS), name


@pytest.mark.parametrize("package", DOORS)
def test_a_third_party_package_has_one_door(package: str) -> None:
    users = {name for name, path in MODULES.items() if any(i.split(".")[0] == package for i in imported(path))}
    assert users == DOORS[package]


def test_no_file_grows_past_what_one_reads() -> None:
    assert {name: lines for name, path in MODULES.items() if (lines := path.read_text("utf-8").count("\n")) > 300} == {}


def test_no_folder_grows_past_what_one_takes_in() -> None:
    folders = [CODE, *(path for path in CODE.rglob("*") if path.is_dir())]
    counts = {path.name: len([*path.glob("*.py")]) - 1 for path in folders if path != CODE}
    assert {name: count for name, count in counts.items() if count > 12} == {}
