"""The demo, as a user sees it: the whole line over real HTTP into a real Git remote, and the tree it leaves behind."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import media
import pytest
from click.testing import CliRunner
from rhoai_catalog.cli import main
from rhoai_catalog.demo.run import run_demo
from rhoai_catalog.release import PROJECT

CATALOG = Path(__file__).parent.parent / "catalog"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    told: list[str] = []
    folder = tmp_path_factory.mktemp("demo")
    run_demo(folder, told.append)
    return folder, told


def tree(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in files}


def test_the_catalog_of_this_repository_is_what_the_demo_makes(demo: tuple[Path, list[str]]) -> None:
    """To renew it: rhoai-catalog demo --keep X, then copy X/catalog-repository/catalog over catalog/."""
    assert tree(CATALOG) == tree(demo[0] / "catalog-repository" / "catalog")


def test_an_editor_finds_the_schema_of_its_configuration() -> None:
    """It lies in any folder: no path leads from there to the schemas of the project."""
    first = (CATALOG / "generator.yaml").read_text("utf-8").partition("\n")[0]
    address = f"{PROJECT}/raw/main/"
    assert first == f"# yaml-language-server: $schema={address}schemas/generator.schema.json"
    assert (CATALOG.parent / first.removeprefix(f"# yaml-language-server: $schema={address}")).is_file()


def test_it_says_where_to_look_and_that_is_there(demo: tuple[Path, list[str]]) -> None:
    folder, told = demo
    places = [line.split("  ")[-1].strip() for line in told[-1].splitlines() if str(folder) in line]
    assert all(Path(place).exists() for place in places if not place.startswith(("git ", "rhoai-catalog ")))
    log = subprocess.run(
        ["git", "-C", folder / "catalog-repository", "log", "--format=%an", "main..rhoai-catalog/update"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert log.stdout.splitlines() == ["rhoai-catalog"]


def test_the_next_step_that_it_names_works(demo: tuple[Path, list[str]]) -> None:
    program, *arguments = shlex.split(demo[1][-1].splitlines()[-1])
    assert program == "rhoai-catalog"
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    assert "owner: group:default/orders  (generated: group:default/contact-centre)" in done.stdout
    assert done.stdout.splitlines()[-1] == "0 added · 0 changed · 0 removed · 0 need attention · sources 4/4 complete"


@pytest.mark.few(1)
@pytest.mark.parametrize(
    ("path", "called"), [(["bin"], "venv/bin/rhoai-catalog"), (["venv/bin", "bin"], "rhoai-catalog")]
)
def test_the_next_step_works_for_whoever_has_the_program_in_no_path(
    path: list[str], called: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As README's first block has it: installed beside, and called by its path."""
    program = tmp_path / "venv" / "bin" / "rhoai-catalog"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!{sys.executable}\nfrom rhoai_catalog.cli import main\nmain()\n")
    program.chmod(0o755)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").symlink_to(str(shutil.which("git")))
    monkeypatch.setenv("PYTHONPATH", str(CATALOG.parent / "generator"))
    monkeypatch.setenv("PATH", os.pathsep.join(str(tmp_path / each) for each in path))
    command = ["venv/bin/rhoai-catalog", "demo", "--keep", "kept"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].split()[0] == called


def test_its_page_draws_what_is_around_the_server_that_lost_its_protection(demo: tuple[Path, list[str]]) -> None:
    page = media.document((demo[0] / "pull-request.html").read_text("utf-8"))
    [drawing] = [element for element in media.elements(page) if element.get("id") == "graph"]
    boxes = ["".join(media.texts(box)) for box in media.elements(drawing) if "box" in (box.get("class") or "")]
    for name in (
        "resource:default/shared.fraud-detector.2.1.0",
        "component:default/east.payments.fraud-detector; authentication turned off",
        "api:default/east.payments.fraud-detector; authentication turned off",
        "component:default/east.support.trial; removed",
    ):
        assert len([box for box in boxes if box.startswith(name)]) == 1, name


def test_what_people_wrote_is_in_the_second_proposal(demo: tuple[Path, list[str]]) -> None:
    files = tree(demo[0] / "catalog-repository" / "catalog")
    assert "owner: group:default/orders  # since the reorganisation" in files["servers/east/support/entities.yaml"]
    assert "Ask Alice first" in files["models/shared/fraud-detector/2.1.0/docs/support.md"]


def test_nothing_of_a_secret_and_no_hostile_text_gets_through(demo: tuple[Path, list[str]]) -> None:
    folder, _ = demo
    everything = "".join(tree(folder / "catalog-repository" / "catalog").values())
    body = (folder / "pull-request.md").read_text("utf-8")
    for secret in ("verysecret", "AKIAEXAMPLE", "X-Amz-Signature"):
        assert secret not in everything and secret not in body
    pages = "".join(
        text for name, text in tree(folder / "catalog-repository" / "catalog").items() if name.endswith(".md")
    )
    for harm in ("<script", "--8<--", "[click](javascript", "<img src=x"):
        assert harm not in pages and harm not in body


def test_the_archived_version_that_is_served_stays_and_the_other_is_left_out(demo: tuple[Path, list[str]]) -> None:
    files = tree(demo[0] / "catalog-repository" / "catalog")
    assert "archived" in files["models/shared/churn-forecast/entities.yaml"]
    assert "2.0.0" not in files["models/shared/fraud-detector/entities.yaml"]
    assert "rhoai-catalog/state: stopped" in files["servers/east/payments/entities.yaml"]
