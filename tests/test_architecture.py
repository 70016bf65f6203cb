"""The shape of the code: data flows one way, each third-party package has one door, everything travels in the wheel."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STAGES = ("observe", "describe", "merge", "validate", "report", "propose")
NOUNS = tuple("snapshot config backstage base credentials documents errors schema plan catalog own roles".split())
PIPELINE = ("compare", "explain", "removal", "pipeline", "cli", "demo", "__main__")  # these know several stages
DOORS = {
    "click": {"cli/__init__", "cli/options", "cli/line", "cli/checks"},
    "kubernetes": {"observe/connection"},
    "requests": {"observe/http", "propose/forge"},
    "urllib3": {"observe/http", "observe/kubernetes"},
    "ruamel": {"documents/edit"},
    "yaml": {f"documents/{name}" for name in ("build", "edit", "lenient", "read", "strict", "traps", "write")},
    "jsonschema": {"schema"},
    "fastjsonschema": {"schema"},
    "git": {"propose/git"},
    "markdown_it": {"describe/card", "describe/writer"},
}
CODE = ROOT / "generator"
MODULES = {path.relative_to(CODE).with_suffix("").as_posix(): path for path in CODE.rglob("*.py")}


def imported(path: Path) -> Iterator[str]:
    """The full names of the modules that a module imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "generator":
            yield from (f"generator.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def rooms(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imported(path) if name.startswith("generator.")}


def test_every_module_has_its_place() -> None:
    tops = {name.split("/")[0] for name in MODULES} - {"__init__"}
    assert tops == {*STAGES, *NOUNS, *PIPELINE}


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_imports_nouns_and_no_other_stage(stage: str) -> None:
    for name, path in MODULES.items():
        if name.split("/")[0] == stage:
            assert rooms(path) <= {stage, *NOUNS}, name


def test_nouns_import_nouns() -> None:
    for name, path in MODULES.items():
        if name.split("/")[0] in NOUNS:
            assert rooms(path) <= set(NOUNS), name


@pytest.mark.parametrize("package", DOORS)
def test_a_third_party_package_has_one_door(package: str) -> None:
    users = {name for name, path in MODULES.items() if any(i.split(".")[0] == package for i in imported(path))}
    assert users <= DOORS[package]


def test_everything_travels_in_the_wheel() -> None:
    built = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    there = {"generator" + "".join(f".{p}" for p in name.split("/")[:-1]) for name in MODULES}
    assert set(built["packages"]) == there | {"generator.schemas"}
    data = {p for p in CODE.rglob("*") if p.is_file() and p.suffix != ".py" and "__pycache__" not in p.parts}
    taken = {name: globs for name, globs in built["package-data"].items() if name != "generator.schemas"}
    folders = {name: CODE.joinpath(*name.split(".")[1:]) for name in taken}
    assert data == {path for name, globs in taken.items() for glob in globs for path in folders[name].glob(glob)}


def test_no_file_grows_past_what_one_reads() -> None:
    assert {name: lines for name, path in MODULES.items() if (lines := path.read_text("utf-8").count("\n")) > 300} == {}


def test_the_readme_shows_the_tree() -> None:
    shown = set(re.findall(r"^  ((?:[a-z_]+[./]+(?:py)? *)+)", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE))
    named = {word.removesuffix(".py").strip("/") for row in shown for word in row.split()}
    assert {*STAGES, *NOUNS, *PIPELINE} - {"__main__", "schema", "own"} <= named
