"""The handbook is so: commands run, configurations are valid, links lead somewhere, a site can be made of it.

README and handbook are held together: what one says of commands and configuration, the other may say, too.
"""

from __future__ import annotations

import ast
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from clones import clone, cluster, kubeconfig, tree
from forges import TOKEN, forge_world, git
from outside import Loopback, estate
from rhoai_catalog import documents, handbook
from rhoai_catalog.cli import main
from rhoai_catalog.config import parse_config

ROOT = Path(__file__).parent.parent
CODE = ROOT / "generator" / "rhoai_catalog"
TOPICS = [*handbook.topics()]
PAGES = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in sorted(handbook.FOLDER.glob("*.md"))}
READ = {"README.md": (ROOT / "README.md").read_text("utf-8"), **PAGES}
LINKED = [*READ, *(path.relative_to(ROOT).as_posix() for path in sorted((ROOT / ".github").glob("*.md")))]
PART = "catalog/servers/east/support/entities.yaml"
COMPONENT = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: orders}
spec: {type: service, lifecycle: production, owner: orders}
"""

FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
OTHERS = {"pip", "python3", "oc", "export", "eval", "curl", ".venv/bin/pip"}  # programs that are not this one
ELSEWHERE = {  # what takes a Hub is parsed here, and run against a loopback one by the test that is named
    "rhoai-catalog doctor --hub": "test_hub",
    "rhoai-catalog validate . --online --owners https://hub.example.net": "test_validate_command",
}
METAVARS = {"SOURCE/KIND=N": "kserve/east/InferenceService=1", "REF": "api:default/a", "PATH": ".", "TOPIC": "removal"}
OF_OTHERS = {  # what a forge says, and pip
    "GitHub Actions is not permitted to create or approve pull requests",
    "externally-managed-environment",
}


def blocks(language: str) -> Iterator[tuple[str, str]]:
    """The fenced blocks of a language, each with its page."""
    for name, text in READ.items():
        for indent, spoken, block in FENCE.findall(text):
            if spoken == language:
                yield name, re.sub(rf"^{indent}", "", block, flags=re.MULTILINE)


SHELL = [pytest.param(block, id=f"{name.rpartition('/')[2]}-{n}") for n, (name, block) in enumerate(blocks("sh"))]


def said(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), prog_name="rhoai-catalog")


# -- help ------------------------------------------------------------------------------------------------------------


def test_every_page_is_a_topic_and_every_topic_a_page() -> None:
    assert sorted(TOPICS) == sorted(Path(name).stem for name in PAGES if not name.endswith("README.md"))
    listed = said("help").output
    assert "\n  " not in (handbook.FOLDER / "README.md").read_text("utf-8"), "a row is one line"
    assert [topic for topic in TOPICS if not re.search(rf"^{topic} +\w", listed, re.MULTILINE)] == []


@pytest.mark.parametrize("topic", TOPICS)
def test_help_prints_a_page_whose_links_a_reader_at_a_terminal_can_follow(topic: str) -> None:
    done = said("help", topic)
    assert done.exit_code == 0
    assert done.output.startswith("# ")
    assert "](" not in re.sub(r"\]\(https?:|\]\(/", "", done.output), "but for those of an entity that is shown"
    assert set(re.findall(r"rhoai-catalog help ([a-z-]+)\)", done.output)) <= set(TOPICS)


def test_a_file_of_the_project_is_named_where_this_release_of_it_can_be_read() -> None:
    assert re.search(r"blob/[^/ ]+/generator/rhoai_catalog/roles\)", said("help", "by-hand").output)
    assert re.search(r"blob/[^/ ]+/schemas/generator\.schema\.json\)", said("help", "configuration").output)
    assert "/.github/SECURITY.md#in-your-repository)" in said("help", "forges").output
    assert "](/catalog/default/api/" in said("help", "entities").output, "a link within the Hub, in a sample"


def test_help_of_a_command_is_its_own() -> None:
    assert set(TOPICS) & set(main.list_commands(click.Context(main))) == set()
    assert said("help", "propose").output == said("propose", "--help").output


def commands(group: click.Group, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command there is, with its words."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)


@pytest.mark.parametrize(("path", "command"), [pytest.param(*one, id=" ".join(one[0])) for one in commands(main)])
def test_a_help_says_what_each_option_is_for_and_cuts_nothing(path: tuple[str, ...], command: click.Command) -> None:
    options = [option for option in command.params if isinstance(option, click.Option) and not option.hidden]
    assert [option.name for option in options if not option.help] == []
    printed = said(*path, "--help").output
    assert "..." not in printed.partition("\n")[2] and max(map(len, printed.splitlines())) <= 80


def test_the_topics_fit_a_terminal_of_80_columns() -> None:
    assert [line for line in said("help").output.splitlines() if len(line) > 80] == []


def test_a_topic_that_is_not_there_is_a_mistake_with_what_was_meant() -> None:
    done = said("help", "removals")
    assert done.exit_code == 2
    assert "did you mean removal?" in done.output
    assert "lists the topics" in said("help", "xyzzy").output


def test_the_hints_of_errors_name_pages_that_are_there() -> None:
    code = "".join(
        path.read_text("utf-8") for path in CODE.rglob("*.py") if path.parent.name not in ("handbook", "cli")
    )
    named = set(re.findall(r"rhoai-catalog help ([a-z][a-z-]*)", code))
    assert len(named) >= 4
    assert named <= set(TOPICS)


# -- links and the site ----------------------------------------------------------------------------------------------


def anchors(text: str) -> set[str]:
    """What the headings of a page can be linked by, as the forges make it of them."""
    heads = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("name", LINKED)
def test_every_relative_link_and_anchor_leads_somewhere(name: str) -> None:
    page = ROOT / name
    prose = FENCE.sub("", page.read_text("utf-8"))  # a sample's links are links within the Hub
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", prose):
        file = page.parent / target if target else page
        assert file.exists(), target
        assert not anchor or anchor in anchors(file.read_text("utf-8")), f"{target}#{anchor}"


def test_a_site_is_made_of_it(tmp_path: Path) -> None:
    """Strictly: a link that leads nowhere, or a page that no list has, fails it."""
    command = (sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path))
    file = ROOT / ".github" / "handbook" / "mkdocs.yml"
    done = subprocess.run([*command, "--config-file", str(file)], capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    nav = documents.parse(file.read_text("utf-8"))["nav"]
    assert nav == ["README.md", *(f"{topic}.md" for topic in TOPICS)]
    made = {path.parent.name for path in tmp_path.glob("*/index.html")}
    assert set(TOPICS) <= made
    assert not [*tmp_path.rglob("*.py")]
    page = (tmp_path / "by-hand" / "index.html").read_text("utf-8")
    assert '/blob/main/generator/rhoai_catalog/roles"' in page
    assert "fonts.googleapis" not in page


def test_a_newcomer_sees_picture_and_commands_first() -> None:
    lines = READ["README.md"].splitlines()
    assert len(lines) <= 200
    first = "\n".join(lines[:45])
    assert "catalog/ in your Git repository" in first
    assert ".venv/bin/rhoai-catalog demo" in first
    assert READ["README.md"].index("rhoai-catalog init") < READ["README.md"].index("by-hand.md")


# -- configuration ---------------------------------------------------------------------------------------------------


def test_every_configuration_shown_is_valid() -> None:
    keys = set(json.loads((ROOT / "schemas/generator.schema.json").read_text("utf-8"))["properties"])
    shown = 0
    for name, block in blocks("yaml"):
        read: Any = documents.parse(block)
        if isinstance(read, Mapping) and set(read) <= keys:
            source = "" if "clusters" in read else "clusters: [{name: lab, kubeconfig: lab}]\n"
            parse_config(source + block, ROOT / "catalog/generator.yaml")
            shown += 1
            continue
        assert name.endswith(("hub.md", "profiles.md", "entities.md", "by-hand.md")), (
            block
        )  # of the Hub, or of Kubernetes
    assert shown > 10


def paths(definition: Mapping[str, Any], definitions: Mapping[str, Any], before: str = "") -> Iterator[str]:
    """Every key below a definition of the schema, as people write it."""
    if "$ref" in definition:
        definition = definitions[definition["$ref"].rpartition("/")[2]]
    for key, inner in definition.get("properties", {}).items():
        yield f"{before}{key}"
        yield from paths(inner, definitions, f"{before}{key}.")


def test_every_key_has_its_row() -> None:
    schema = json.loads((ROOT / "schemas/generator.schema.json").read_text("utf-8"))
    page = PAGES["generator/rhoai_catalog/handbook/configuration.md"]
    rows = "\n".join(re.findall(r"^\| (`[^|]+`) \|", page, re.MULTILINE))
    definitions = schema["definitions"]
    sources = {
        path for kind in ("cluster", "modelRegistry", "modelCatalog") for path in paths(definitions[kind], definitions)
    }
    named = {path.partition(".")[0] for path in sources}
    listed = {
        path for path in paths(schema, definitions) if "." in path or path in ("profiles", "systems", "staleAfter")
    }
    assert {path for path in named | listed - {"models.versions.latest"} if f"`{path}`" not in rows} == set()


# -- errors ----------------------------------------------------------------------------------------------------------


def test_every_error_of_the_troubleshooting_is_one_that_is_told() -> None:
    texts = [
        node.value
        for path in CODE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    texts += [path.read_text("utf-8") for path in (ROOT / ".github/actions").rglob("*.yml")]
    page = PAGES["generator/rhoai_catalog/handbook/troubleshooting.md"]
    errors = re.findall(r"\*\*`([^`]+)`\*\*", page)
    assert len(errors) > 20
    pieces = [piece.strip() for error in errors if error not in OF_OTHERS for piece in error.split("…")]
    assert [piece for piece in pieces if not any(piece in text for text in texts)] == []


# -- commands --------------------------------------------------------------------------------------------------------


def parse(words: list[str]) -> None:
    """Let click read a command, as it would before it runs."""
    name, *rest = (METAVARS.get(word, word) for word in words)
    command: click.Command | None = main.get_command(click.Context(main), name)
    while isinstance(command, click.Group) and rest and rest[0] in command.commands:
        command, rest = command.commands[rest[0]], rest[1:]
    assert command is not None, name
    if not words[1:]:
        return  # its name alone: prose does not say what it takes
    command.make_context(name, [*rest], parent=click.Context(main))


def spoken() -> Iterator[str]:
    """The commands that prose names, without what it leaves open."""
    for text in READ.values():
        for code in re.findall(r"`(rhoai-catalog [a-z][^`]*)`", FENCE.sub("", text)):
            yield re.sub(r"[\[\]…]", "", code)


@pytest.mark.parametrize("command", sorted({*spoken(), *ELSEWHERE}))
def test_every_command_that_is_spoken_of_can_be_typed(command: str) -> None:
    """These are parsed, not run: most stand in a block, too, which is."""
    parse(shlex.split(command)[1:])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A repository as a reader has it some days after `init`, on loopback: cluster, forge, catalog, hand edits."""
    folder = tmp_path_factory.mktemp("reader")
    cards = cluster(estate().clusters["east"])
    with forge_world(folder, "github") as world, Loopback(cards) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("RHOAI_CATALOG_CACHE", str(folder / "cache"))
        patch.setenv("TMPDIR", str(folder))
        kubeconfig(folder / "kubeconfig", server.url)
        repository = clone(folder, f"{world.forge.url}/{world.forge.web}.git")
        patch.chdir(repository)
        run("rhoai-catalog init --yes --forge github --cluster east", folder)
        git(repository, "remote", "set-url", "origin", str(world.remote))  # where the forge of the tests takes pushes
        git(repository, "pull", "--quiet", "origin", "main")
        shutil.copytree(repository / "catalog", repository / "platform" / "catalog")
        (repository / "services" / "orders").mkdir(parents=True)
        (repository / "services" / "orders" / "catalog-info.yaml").write_text(COMPONENT, "utf-8")
        save(repository, "Configure the catalog")
        run("rhoai-catalog propose", folder)
        git(repository, "pull", "--quiet", "origin", "rhoai-catalog/update")
        entities = repository / PART
        text = entities.read_text("utf-8")
        edited = text.replace("owner: group:default/ai-platform", "owner: group:default/orders")
        assert edited != text
        entities.write_text(edited, "utf-8")
        save(repository, "Name the owner")
        yield repository


@pytest.mark.parametrize("choice", ["--forge=github", "--forge=gitlab", "--forge=gitea", "--in-cluster --forge=github"])
def test_the_first_run_names_every_file_that_init_writes(
    tmp_path: Path, choice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = clone(tmp_path, "https://git.example.net/org/catalog.git")
    monkeypatch.chdir(repository)
    with Loopback(cluster(estate().clusters["east"])) as server:
        kubeconfig(tmp_path / "kubeconfig", server.url)
        run(f"rhoai-catalog init --yes {choice}", tmp_path)
    page = handbook.page("first-run")
    written = tree(repository)
    assert len(written) >= 3
    assert [file for file in written if f"`{file}`" not in page] == []


def save(repository: Path, message: str) -> None:
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", message)
    git(repository, "push", "--quiet", "origin", "HEAD:main")


def run(command: str, folder: Path) -> None:
    """Run a command of ours here. A cluster to look at is the one on loopback: its kubeconfig lies in the folder."""
    words = shlex.split(command)[1:]
    more = ["--kubeconfig", str(folder / "kubeconfig")] if words[0] == "init" else []
    done = CliRunner().invoke(main, words + more, env={"EAST_TOKEN": "kubeconfig-token", "GITHUB_TOKEN": TOKEN})
    # 3: found something, 4: done but something was withheld
    assert done.exit_code in (0, 3, 4), f"{command}\n{done.output}\n{done.exception!r}"


@pytest.mark.few(6)
@pytest.mark.parametrize("block", SHELL)
def test_every_block_of_commands_runs(block: str, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Line by line, in a copy of the reader's repository. Commands of other programs are looked at: they are Bash."""
    assert subprocess.run(["bash", "-n"], input=block, encoding="utf-8").returncode == 0
    shutil.copytree(place, tmp_path / "copy")
    monkeypatch.chdir(tmp_path / "copy")
    for line in block.replace("\\\n", " ").splitlines():
        command = line.partition(" | ")[0].strip()
        if not command.startswith("rhoai-catalog"):
            assert command.split()[0] in OTHERS, command
        elif command not in ELSEWHERE and "--version" not in command:
            run(command, place.parent)


@pytest.mark.parametrize("test", sorted(set(ELSEWHERE.values())))
def test_what_takes_a_hub_is_run_by_a_test_of_its_own(test: str) -> None:
    text = (ROOT / "tests" / f"{test}.py").read_text("utf-8")
    assert "--hub" in text or "--online" in text
