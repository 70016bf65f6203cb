"""What people read is so: they show what the demo makes; what they and their neighbours name is there."""

from __future__ import annotations

import re
from pathlib import Path

import click
from click.testing import CliRunner
from rhoai_catalog import documents, handbook
from rhoai_catalog.cli import main
from rhoai_catalog.demo.run import run_demo

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PAGE = re.compile(r"<!-- (?P<name>[\w-]+): begin -->\n(?P<text>.*?)<!-- (?P=name): end -->", re.DOTALL)


def shown(file: Path, name: str) -> str:
    """What stands between the marks of a name."""
    found = next((match for match in PAGE.finditer(file.read_text("utf-8")) if match["name"] == name), None)
    assert found
    return found["text"]


def entity() -> str:
    pieces = documents.split((ROOT / "catalog/servers/east/support/entities.yaml").read_text("utf-8"))
    piece = next(p for p in pieces if "kind: Component" in p and "name: east.support.granite-chat\n" in p)
    return f"```yaml\n{piece.removeprefix('---' + chr(10))}```\n"


def pull_request(folder: Path, end: str) -> str:
    """The body of the demo's pull request, up to one of its headings."""
    if not (folder / "pull-request.md").exists():
        run_demo(folder, lambda line: None)
    body = (folder / "pull-request.md").read_text("utf-8").split(end)[0]
    return "".join(f"> {line}".rstrip() + "\n" for line in body.strip().splitlines())


def samples(folder: Path) -> dict[tuple[Path, str], str]:
    """Everything that is shown as it was made, by file and name."""
    return {
        (handbook.FOLDER / "entities.md", "entity"): entity(),
        (handbook.FOLDER / "pull-request.md", "pull-request"): pull_request(folder, "### Values"),
        (README, "pull-request"): pull_request(folder, "```mermaid"),
    }


def test_what_is_shown_is_as_it_was_made(tmp_path: Path) -> None:
    for (file, name), text in samples(tmp_path).items():
        assert shown(file, name) == text, file


def test_every_command_and_option_is_named_and_has_help() -> None:
    context = click.Context(main)
    commands = (handbook.FOLDER / "commands.md").read_text("utf-8")
    for name in main.list_commands(context):
        assert f"`rhoai-catalog {name}`" in README.read_text("utf-8")
        assert f"`rhoai-catalog {name}" in commands
        command = main.get_command(context, name)
        assert command is not None and command.help
        assert CliRunner().invoke(main, [name, "--help"]).exit_code == 0


def test_a_shell_can_complete_as_it_says() -> None:
    told = re.findall(r"_RHOAI_CATALOG_COMPLETE=(\w+_source) rhoai-catalog", handbook.page("commands"))
    assert told == ["bash_source", "zsh_source", "fish_source"]
    for shell in told:
        done = CliRunner().invoke(main, prog_name="rhoai-catalog", env={"_RHOAI_CATALOG_COMPLETE": shell})
        assert done.exit_code == 0 and "_RHOAI_CATALOG_COMPLETE=" in done.output
    asked = {"_RHOAI_CATALOG_COMPLETE": "bash_complete", "COMP_WORDS": "rhoai-catalog plan --ht", "COMP_CWORD": "2"}
    assert "plain,--html" in CliRunner().invoke(main, prog_name="rhoai-catalog", env=asked).output


def test_the_role_shown_is_the_one_to_apply() -> None:
    found = re.search(r"   ```yaml\n(   apiVersion: rbac.*?)   ```", handbook.page("by-hand"), re.DOTALL)
    assert found
    text = "".join(line[3:] for line in found[1].splitlines(keepends=True))
    assert (ROOT / "generator/rhoai_catalog/roles/cluster-role.yaml").read_text("utf-8").endswith(text)


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


if __name__ == "__main__":  # writes what is shown anew
    import tempfile

    for (file, name), text in samples(Path(tempfile.mkdtemp())).items():
        whole = file.read_text("utf-8")
        old = next(match for match in PAGE.finditer(whole) if match["name"] == name)
        file.write_text(whole[: old.start("text")] + text + whole[old.end("text") :], "utf-8")
