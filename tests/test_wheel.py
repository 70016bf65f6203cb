"""The wheel: what is in it, and that it works where there is no checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import Distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
INFO = f"rhoai_catalog-{PROJECT['version']}.dist-info"
PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
OFFLINE = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}

pytestmark = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="only Git knows which files are the project's")


def run(*command: str | Path, folder: Path, **environment: str) -> str:
    """What a command says; it runs in a folder, and knows no other place to import from."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=folder, env=inherited | environment, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean copy of the tracked files."""
    folder = tmp_path_factory.mktemp("source")
    for name in run("git", "ls-files", "-z", "--cached", folder=ROOT).split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(*PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, source, folder=folder, **OFFLINE)
    [file] = folder.iterdir()
    return file


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the wheel's files; what it depends on comes from the environment."""
    folder = tmp_path_factory.mktemp("installed")
    run(*PIP, "install", "--no-deps", "--no-compile", "--target", folder, wheel, folder=folder, **OFFLINE)
    return folder


def names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_it_takes_no_other_name_than_its_own(wheel: Path) -> None:
    assert {name.split("/")[0] for name in names(wheel)} == {"rhoai_catalog", INFO}


def test_what_is_no_code_travels_along(wheel: Path) -> None:
    inside = set(names(wheel))
    for folder, place in (
        ("schemas", "rhoai_catalog/schemas"),
        ("generator/rhoai_catalog/demo/estate", "rhoai_catalog/demo/estate"),
        ("generator/rhoai_catalog/roles", "rhoai_catalog/roles"),
        ("generator/rhoai_catalog/scaffold", "rhoai_catalog/scaffold"),
        ("generator/rhoai_catalog/handbook", "rhoai_catalog/handbook"),
    ):
        files = {f"{place}/{path.name}" for path in (ROOT / folder).iterdir() if path.is_file()}
        assert files and files <= inside
    assert f"{INFO}/licenses/LICENSE" in inside


def test_the_licence_is_the_whole_one_and_the_metadata_names_it(installed: Path) -> None:
    metadata = Distribution.at(installed / INFO).metadata
    assert metadata["License-Expression"] == "Apache-2.0"
    text = (installed / INFO / "licenses" / "LICENSE").read_text("utf-8")
    assert "END OF TERMS AND CONDITIONS" in text and text == (ROOT / "LICENSE").read_text("utf-8")
    urls = dict(line.split(", ", 1) for line in metadata.get_all("Project-URL") or ())
    assert urls == PROJECT["urls"]


def test_it_runs_as_a_module_and_as_a_command(installed: Path, tmp_path: Path) -> None:
    there = {"PYTHONPATH": str(installed)}
    expected = f"rhoai-catalog, version {PROJECT['version']}\n"
    assert run(sys.executable, "-m", "rhoai_catalog", "--version", folder=tmp_path, **there) == expected
    [command] = Distribution.at(installed / INFO).entry_points
    assert (command.group, command.name) == ("console_scripts", "rhoai-catalog")
    call = f"import sys; sys.argv[1:] = ['--version']; from {command.module} import {command.attr}; {command.attr}()"
    assert PROJECT["version"] in run(sys.executable, "-c", call, folder=tmp_path, **there)


def test_its_handbook_is_read_where_there_is_no_checkout(installed: Path, tmp_path: Path) -> None:
    told = run(sys.executable, "-m", "rhoai_catalog", "help", "removal", folder=tmp_path, PYTHONPATH=str(installed))
    assert told.startswith("# Removal\n")


def test_it_validates_the_catalog_with_its_own_schemas(installed: Path, tmp_path: Path) -> None:
    catalog = shutil.copytree(ROOT / "catalog", tmp_path / "catalog")
    there = {"PYTHONPATH": str(installed)}
    assert run(sys.executable, "-m", "rhoai_catalog", "validate", catalog, folder=tmp_path, **there) == ""
    assert schemas(installed, tmp_path) == installed / "rhoai_catalog" / "schemas"


def test_a_checkout_finds_its_schemas_without_being_installed(source: Path, tmp_path: Path) -> None:
    assert schemas(source / "generator", tmp_path) == source / "schemas"


def test_an_editable_install_finds_the_schemas_of_the_checkout(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "editable"
    command = (*PIP, "install", "--no-deps", "--no-build-isolation", "--target", folder, "--editable", source)
    run(*command, folder=tmp_path, **OFFLINE)
    site = f"import site, sys; known = sys.path[:]; site.addsitedir({str(folder)!r})"  # reads the .pth file there
    first = "sys.path.sort(key=known.__contains__)"  # before what the environment of the tests has
    assert schemas(folder, tmp_path, f"{site}; {first}; ") == source / "schemas"


def schemas(importable: Path, folder: Path, before: str = "") -> Path:
    """Where the package takes its schemas from, when it is imported from there."""
    code = f"{before}from rhoai_catalog.schema import contents, schema_folder; contents('entity.schema.json'); "
    code += "print(schema_folder())"
    return Path(run(sys.executable, "-P", "-c", code, folder=folder, PYTHONPATH=str(importable)).strip()).resolve()
