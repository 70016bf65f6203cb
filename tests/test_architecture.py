"""The shape of the code: data flows one way, each third-party package has one door, a kind and a family one row."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from rhoai_catalog import families
from rhoai_catalog.families import FAMILIES, Family
from rhoai_catalog.kinds import KINDS, Kind

ROOT = Path(__file__).parent.parent
CODE = ROOT / "generator" / "rhoai_catalog"
MODULES = {path.relative_to(CODE).with_suffix("").as_posix(): path for path in CODE.rglob("*.py")}
STAGES = ("observe", "describe", "merge", "validate", "changes", "report", "propose", "scaffold")
NOUNS = tuple(
    """identity pointer address alike families kinds backstage entity plan explanation problem check errors base
    catalog schema roles snapshot config documents text http globs disk decline review observation outcome
    limits adoption published survey release handbook number tables""".split()
)
LINE = (
    "cache",
    "first_run",
    "hand_edits",
    "hub",
    "readiness",
    "pipeline",
    "cli",
    "demo",
    "__main__",
)  # these know several stages
ALSO = {"changes": {"merge"}}  # what people own is told from what the merge did
DOORS = {
    "click": {
        "report/style",
        *(
            f"cli/{name}"
            for name in (
                *(
                    "__init__",
                    "adopt",
                    "demo",
                    "doctor",
                    "explain",
                    "help",
                    "init",
                    "observe",
                    "overrides",
                    "plan",
                    "propose",
                ),
                *("shell/commands", "shell/options", "shell/output", "validate"),
            )
        ),
    },
    "kubernetes": {"observe/kserve/connection"},
    "certifi": {"http/client"},
    "requests": set(),
    "urllib3": {"http/client", "http/deadline", "http/errors", "http/reach"},
    "ruamel": {"documents/edit"},
    "yaml": {
        f"documents/{name}"
        for name in ("build", "comments", "edit", "lenient", "read", "refusal", "strict", "traps", "write")
    }
    | {"observe/kserve/connection"},  # the errors of the client, which reads kubeconfigs itself
    "jsonschema": {"schema"},
    "fastjsonschema": {"schema"},
    "git": {"propose/git/command"},
    "msgspec": {
        "base",
        "cache/answers",
        "cache/groups",
        "cache/store",
        "config/convert",
        "describe/inputs",
        "http/json",
        "snapshot/wire",
        "validate/tree/known_documents",
    },
    "wcmatch": {"globs"},
    "bracex": {"globs"},
    "markdown_it": {
        "describe/pages/anchors",
        "describe/pages/card",
        "describe/pages/writer",
        "merge/pages/headings",
        "report/handbook/text",
    },
}
BACKSTAGE_KINDS = {"API", "Component", "Location", "Resource"}
ENTITY_MODULES = {f"describe/entities/{row.module}" for row in KINDS}  # kinds speak of each other


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(path.read_text("utf-8"))))


@cache
def imported(path: Path) -> frozenset[str]:
    return frozenset(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    """The full names of the modules that a module imports."""
    for node in nodes(path):
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


def test_what_a_stranger_can_cost_is_bounded_in_one_file() -> None:
    """Elsewhere stand the widths of reports, and what Backstage and the forges prescribe."""
    elsewhere = ("report/", "propose/forges/", "limits")
    bound = re.compile(r"^_?(?:MOST|LONGEST|LARGEST|DEEPEST|MAX)\w*: Final = (?!63\b|255\b)", re.MULTILINE)
    assert [
        name for name, path in MODULES.items() if not name.startswith(elsewhere) and bound.search(path.read_text())
    ] == []
    source = MODULES["limits"].read_text()
    used = " ".join(path.read_text("utf-8") for path in MODULES.values())
    assert [name for name in re.findall(r"^(\w+): Final", source, re.MULTILINE) if f"limits.{name}" not in used] == []


def test_no_folder_grows_past_what_one_takes_in() -> None:
    folders = [CODE, *(path for path in CODE.rglob("*") if path.is_dir())]
    counts = {path.relative_to(CODE).as_posix(): len([*path.glob("*.py")]) - 1 for path in folders if path != CODE}
    assert {name: count for name, count in counts.items() if count > 12} == {}


@cache
def literals(path: Path) -> set[str]:
    """The texts in a module's code; its docstrings are prose."""
    prose = {id(node.value) for node in nodes(path) if isinstance(node, ast.Expr)}
    texts = (node for node in nodes(path) if isinstance(node, ast.Constant) and id(node) not in prose)
    return {node.value for node in texts if isinstance(node.value, str)}


@cache
def names(path: Path) -> set[str]:
    return {node.id for node in nodes(path) if isinstance(node, ast.Name)}


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_a_family_is_a_row_and_a_folder(family: Family) -> None:
    """Its name is spelled in its row; it is spoken of in its folder, and where things of several are joined."""
    assert {name for name, path in MODULES.items() if family.name in literals(path)} == {"families"}
    constant = next(name for name, value in vars(families).items() if value == family.name)
    rooms_of_it = ("families", f"observe/{family.folder}/", "config/", "snapshot/", "describe/")
    assert [n for n, path in MODULES.items() if constant in names(path) and not n.startswith(rooms_of_it)] == []
    assert {f"observe/{family.folder}/{module}" for module in ("__init__", "reader", "checks")} <= set(MODULES)


@pytest.mark.parametrize("row", KINDS, ids=lambda row: f"{row.kind} {row.type}")
def test_a_kind_is_a_row_and_a_module(row: Kind) -> None:
    """What it is called, and where it stands, is spelled in its row; Backstage's own rules of it are not ours."""
    spelled = {row.type, row.profile, row.listed, row.table, row.file} | ({row.kind} - BACKSTAGE_KINDS) - {""}
    rooms_of_it = ("kinds", "backstage", "validate/", "problem", f"describe/entities/{row.module}")
    listing = ("observe/model_catalog/", "snapshot/") if row.listed else ()
    elsewhere = {name for name in MODULES if not name.startswith((*rooms_of_it, *listing))} - ENTITY_MODULES
    assert {name: found for name in elsewhere if (found := literals(MODULES[name]) & spelled - {""})} == {}
    assert not row.module or f"describe/entities/{row.module}" in MODULES


def test_the_order_of_the_stages_is_read_in_one_sitting() -> None:
    assert MODULES["pipeline"].read_text("utf-8").count("\n") < 150


def test_rows_of_a_snapshot_belong_to_one_family() -> None:
    """A row names its source in the column of its family: with two families of one column it would be anybody's."""
    columns = [family.column for family in FAMILIES.values()]
    assert len(columns) == len(set(columns))


def test_no_two_classes_share_a_name() -> None:
    """Nobody has to ask which one is meant; a private one is of its file alone."""
    classes = [
        (node.name, name)
        for name, path in MODULES.items()
        for node in nodes(path)
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]
    count = Counter(name for name, _ in classes)
    assert [pair for pair in sorted(classes) if count[pair[0]] > 1] == []
