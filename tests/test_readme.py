"""What people read is so: the README shows what the demo makes, and what it and its neighbours name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from rhoai_catalog import documents
from rhoai_catalog.cli import main
from rhoai_catalog.demo.run import run_demo

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def between(name: str) -> str:
    found = re.search(rf"<!-- {name}: begin -->\n(.*)<!-- {name}: end -->", README, re.DOTALL)
    assert found
    return found[1]


def entity() -> str:
    pieces = documents.split((ROOT / "catalog/servers/east/support/entities.yaml").read_text("utf-8"))
    piece = next(p for p in pieces if "kind: Component" in p and "name: east.support.granite-chat\n" in p)
    return f"```yaml\n{piece.removeprefix('---' + chr(10))}```\n"


def pull_request(folder: Path) -> str:
    run_demo(folder, lambda line: None)
    body = (folder / "pull-request.md").read_text("utf-8").split("### Values")[0]
    return "".join(f"> {line}".rstrip() + "\n" for line in body.strip().splitlines())


def test_the_entity_is_one_of_the_catalog() -> None:
    assert between("entity") == entity()


def test_the_pull_request_is_that_of_the_demo(tmp_path: Path) -> None:
    assert between("pull-request") == pull_request(tmp_path)


def test_every_command_and_option_is_named_and_has_help() -> None:
    for name, command in main.commands.items():
        assert f"`rhoai-catalog {name}" in README
        assert command.help
        assert CliRunner().invoke(main, [name, "--help"]).exit_code == 0


def test_a_shell_can_complete_as_it_says() -> None:
    for shell in re.findall(r"_RHOAI_CATALOG_COMPLETE=(\w+_source) rhoai-catalog", README):
        done = CliRunner().invoke(main, prog_name="rhoai-catalog", env={"_RHOAI_CATALOG_COMPLETE": shell})
        assert done.exit_code == 0 and "_RHOAI_CATALOG_COMPLETE=" in done.output
    asked = {"_RHOAI_CATALOG_COMPLETE": "bash_complete", "COMP_WORDS": "rhoai-catalog plan --ht", "COMP_CWORD": "2"}
    assert "plain,--html" in CliRunner().invoke(main, prog_name="rhoai-catalog", env=asked).output


def test_the_role_shown_is_the_one_to_apply() -> None:
    shown = re.search(r"   ```yaml\n(   apiVersion: rbac.*?)   ```", README, re.DOTALL)
    assert shown
    text = "".join(line[3:] for line in shown[1].splitlines(keepends=True))
    assert (ROOT / "generator/rhoai_catalog/roles/cluster-role.yaml").read_text("utf-8").endswith(text)


def test_the_configuration_shown_is_valid() -> None:
    from rhoai_catalog.config import parse_config

    shown = re.search(r"   ```yaml\n(   clusters:.*?)   ```", README, re.DOTALL)
    assert shown
    text = "".join(line[3:] for line in shown[1].splitlines(keepends=True))
    assert parse_config(text, ROOT / "catalog/generator.yaml").clusters[0].discover


@pytest.mark.parametrize(
    "name", ["README.md", ".github/CONTRIBUTING.md", ".github/SECURITY.md", ".github/CHANGELOG.md"]
)
def test_every_link_into_the_project_leads_somewhere(name: str) -> None:
    page = ROOT / name
    prose = re.sub(r"^( *)```.*?^\1```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    targets = re.findall(r"\]\(([^):#]+)\)", prose)  # a sample's links are links within the Hub
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_place_that_the_guide_for_contributors_names_is_there() -> None:
    text = (ROOT / ".github/CONTRIBUTING.md").read_text("utf-8")
    named = set(re.findall(r"(?<!\*)`((?:[\w.-]+/)+(?:[\w.-]+)?|\w+\.py)`", text))  # in italics is what would be new
    assert len(named) > 40
    roots = (ROOT, ROOT / "generator/rhoai_catalog")
    assert {place for place in named if not any((root / place).exists() for root in roots)} == set()


def test_every_folder_of_the_code_is_on_the_map() -> None:
    text = (ROOT / ".github/CONTRIBUTING.md").read_text("utf-8")
    parts = [path for path in (ROOT / "generator/rhoai_catalog").iterdir() if not path.name.startswith("__")]
    assert [p.name for p in parts if f"`{p.name}{'/' if p.is_dir() else ''}`" not in text] == []


if __name__ == "__main__":  # writes the README anew
    import tempfile

    for name, text in (("entity", entity()), ("pull-request", pull_request(Path(tempfile.mkdtemp())))):
        README = re.sub(
            rf"(<!-- {name}: begin -->\n).*(<!-- {name}: end -->)",
            lambda m, t=text: m[1] + t + m[2],
            README,
            flags=re.DOTALL,
        )
    (ROOT / "README.md").write_text(README, "utf-8")
