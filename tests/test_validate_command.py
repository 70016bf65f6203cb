"""`validate` as people and pipelines use it: patterns, stdin, rules, profiles, owners, a baseline, a terminal."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from outside import Answer, Loopback, Request
from rhoai_catalog import documents, report
from rhoai_catalog.cli import main
from rhoai_catalog.problem import Problem

ROOT = Path(__file__).parent.parent
GOOD = (
    "apiVersion: backstage.io/v1alpha1\nkind: Resource\nmetadata: {name: good}\nspec: {type: ai-model, owner: risk}\n"
)
BAD = GOOD.replace("good", "a b")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(**texts: str) -> None:
    for name, text in texts.items():
        Path(f"{name}.yaml").write_text(text, "utf-8")


def validate(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, ["validate", *arguments], input=stdin)


def rules(result: Result) -> list[str]:
    return [problem["rule"] for problem in json.loads(result.stdout)["problems"]]


def test_a_pattern_means_what_it_matches() -> None:
    write(a=GOOD, b=BAD)
    Path("deep/er").mkdir(parents=True)
    Path("deep/er/c.yaml").write_text(BAD.replace("a b", "c d"))
    assert "3 files with entities: 2 errors" in validate("**/*.yaml").stderr
    assert validate("a*.yaml").exit_code == 0
    nothing = validate("z*.yaml")
    assert (nothing.exit_code, nothing.stderr.splitlines()[0]) == (2, "error: nothing matches z*.yaml")
    bomb = validate("{a,b}" * 20 + ".yaml")
    assert (bomb.exit_code, "is not followed: its braces give more than 256 choices" in bomb.stderr) == (2, True)


def test_a_dash_is_stdin() -> None:
    assert validate("-", stdin=GOOD).exit_code == 0
    result = validate("-", stdin=f"{GOOD}---\n{BAD}")
    assert result.exit_code == 3
    assert result.stdout.startswith("<stdin>:8:12: /metadata/name: ")


def test_rules_are_as_loud_as_wanted() -> None:
    write(a=BAD)
    note = validate("a.yaml", "--rule", "format=note")
    assert (note.exit_code, "(note)" in note.stdout, "1 note" in note.stderr) == (0, True, True)
    assert validate("a.yaml", "--rule", "format=off").stdout == ""
    assert validate("a.yaml", "--rule", "format=warning").exit_code == 3
    for wrong, told in (("formats=off", "there is no rule 'formats'"), ("format=loud", "error|warning|note|off")):
        refused = validate("a.yaml", "--rule", wrong)
        assert (refused.exit_code, told in refused.stderr) == (2, True)


@pytest.mark.parametrize("style", ["sarif", "junit", "github", "json"])
def test_a_note_fails_in_no_format(style: str) -> None:
    write(a=BAD)
    result = validate("a.yaml", "--rule", "format=note", "--format", style)
    assert result.exit_code == 0
    assert "failure " not in result.stdout and "::error" not in result.stdout and '"error"' not in _results(result)


def _results(result: Result) -> str:
    return result.stdout.split('"results"')[-1]


def test_profiles_ask_for_more() -> None:
    write(a=GOOD)
    assert validate("a.yaml").exit_code == 0
    assert set(rules(validate("a.yaml", "--profile", "ai-model", "--format", "json"))) == {"profile"}
    assert rules(validate("a.yaml", "--profile", "model-server", "--format", "json")) == []


def test_an_owner_that_nobody_knows(folder: Path) -> None:
    write(a=GOOD.replace("good", "a").replace("owner: risk", "owner: payments"), b=GOOD)
    write(org=GOOD.replace("Resource", "Group").replace("good", "Risk").replace("owner: risk", "children: []"))
    Path("list.txt").write_text("# teams\ngroup:default/risk\nuser:ana\n")
    for known in ("org.yaml", "list.txt", "group:risk"):
        result = validate("a.yaml", "b.yaml", "--owners", known, "--format", "json")
        assert (result.exit_code, rules(result)) == (3, ["owner"])
    both = validate("a.yaml", "b.yaml", "--owners", "list.txt", "--owners", "group:default/payments")
    assert both.exit_code == 0
    for wrong, told in (("a.yaml", "a.yaml names no group and no user"), ("gone.yaml", "cannot be read")):
        refused = validate("b.yaml", "--owners", wrong)
        assert refused.exit_code in (1, 2) and told in refused.stderr


def backstage(request: Request) -> Answer:
    """Two groups on two pages, and one user."""
    if request.headers.get("authorization") != "Bearer of-the-hub":
        return Answer({"error": {"name": "AuthenticationError"}}, 401)
    names = {"kind=group": "risk", "kind=user": "ana"}
    if request.query.get("cursor") == "second":
        return _page("payments", "Group", None)
    kind = request.query["filter"]
    return _page(names[kind], kind.removeprefix("kind=").title(), "second" if kind == "kind=group" else None)


def _page(name: str, kind: str, cursor: str | None) -> Answer:
    page = {"nextCursor": cursor} if cursor else {}
    return Answer({"items": [{"kind": kind, "metadata": {"name": name}}], "totalItems": 2, "pageInfo": page})


def test_owners_of_a_backstage(monkeypatch: pytest.MonkeyPatch) -> None:
    write(a=GOOD, b=GOOD.replace("risk", "user:ana"), c=GOOD.replace("risk", "payments"), d=GOOD.replace("risk", "x"))
    with Loopback(backstage) as hub:
        refused = validate("a.yaml", "--online", "--owners", hub.url)
        assert (refused.exit_code, "401, the token is not accepted" in refused.stderr) == (1, True)
        assert "BACKSTAGE_TOKEN" in refused.stderr
        monkeypatch.setenv("BACKSTAGE_TOKEN", "of-the-hub")
        result = validate("?.yaml", "--online", "--owners", hub.url)
    assert [line.split(":")[0] for line in result.stdout.splitlines() if "nobody knows" in line] == ["d.yaml"]
    assert "of-the-hub" not in result.output


def test_no_network_without_being_asked() -> None:
    """A branch's generator.yaml would send a token of the environment wherever it likes."""
    write(a=GOOD)
    with Loopback(backstage) as hub:
        refused = validate("a.yaml", "--owners", hub.url)
        assert (refused.exit_code, "say --online, too" in refused.stderr) == (2, True)
        Path("catalog").mkdir()
        Path("catalog/generator.yaml").write_text(
            f"clusters: [{{name: east}}]\nowners: {{known: ['{hub.url}'], tokenEnv: GITHUB_TOKEN}}\n"
        )
        for arguments in ((), ("a.yaml", "--config", "catalog/generator.yaml")):
            result = validate(*arguments)
            assert "was not asked: --online does" in result.stderr and "GITHUB_TOKEN" not in result.output
        assert hub.requests == []


def test_a_baseline_lets_only_new_problems_fail() -> None:
    write(a=BAD)
    assert validate("a.yaml", "--write-baseline", "known.json").exit_code == 3
    known = validate("a.yaml", "--baseline", "known.json")
    assert (known.exit_code, known.stdout) == (0, "")
    assert known.stderr == "1 file with entities: nothing new (1 known problem)\n"
    write(a=f"# the line moves\n{BAD}---\n{BAD}")
    again = validate("a.yaml", "--baseline", "known.json")
    assert (again.exit_code, again.stdout.count("\n")) == (3, 2)  # twice what was known once, and a duplicate
    for text in ("", "[]", '{"version": 2, "problems": []}', '{"version": 1, "problems": [7]}'):
        Path("known.json").write_text(text)
        refused = validate("a.yaml", "--baseline", "known.json")
        assert (refused.exit_code, refused.stderr.splitlines()[0]) == (
            2,
            "error: known.json is no baseline of problems",
        )
    assert "write it first" in validate("a.yaml", "--baseline", "gone.json").stderr


def test_the_configuration_speaks_for_the_catalog() -> None:
    Path("catalog").mkdir()
    Path("catalog/a.yaml").write_text(BAD.replace("owner: risk", "owner: nobody"))
    configuration = """\
clusters: [{name: east, server: "https://api.example.net"}]
owners: {known: [org.yaml]}
validation: {rules: {owner: note, format: warning}, profiles: [ai-model], baseline: known.json}
"""
    Path("catalog/generator.yaml").write_text(configuration)
    Path("catalog/org.yaml").write_text(
        "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: risk}\nspec: {type: team, children: []}\n"
    )
    Path("catalog/known.json").write_text('{"version": 1, "problems": []}')
    levels = {p["rule"]: p["level"] for p in json.loads(validate("--format", "json").stdout)["problems"]}
    assert levels == {"owner": "note", "format": "warning", "profile": "warning"}
    assert rules(validate("catalog", "--format", "json")) == ["format"]
    named = validate("catalog", "--config", "catalog/generator.yaml", "--format", "json")
    assert set(rules(named)) == set(levels)
    Path("catalog/generator.yaml").write_text(configuration.replace("owner: note", "owners: note"))
    assert "'owners' is not one of" in validate().stderr


def test_annotations_are_ten_and_the_summary_has_the_rest(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(**{f"n{number}": BAD for number in range(14)})
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "summary.md"))
    result = validate(".", "--format", "github", "--rule", "duplicate=off")
    assert result.stdout.count("::error ") == 10
    assert "::notice::4 more problems" in result.stdout
    assert (folder / "summary.md").read_text().count("| error | <code>n") == 14


def test_a_terminal_shows_the_line_and_marks_the_place() -> None:
    problem = Problem(path="a.yaml", line=2, column=3, pointer="/x", message="is wrong", rule="value")
    shown = report.problems_text([problem], {"a.yaml": "first\n  x: [1, 2]\n"}, colour=False)
    assert shown == "a.yaml\n  2:3  error    /x: is wrong  [value]\n       |   x: [1, 2]\n       |   ^^^^^\n"


def test_a_terminal_is_shown_nothing_that_acts() -> None:
    problem = Problem(path="a.yaml", line=1, column=200, pointer="/\x1b[2J", message="\x1b]0;x\x07", rule="value")
    line = "k: " + "y" * 300 + "\x1b[31m\u202e"
    shown = report.problems_text([problem, problem], {"a.yaml": line}, colour=True)
    plain = re.sub(r"\x1b\[(?:0|1|2|3[136])m", "", shown)
    assert plain.replace("\n", "").isprintable()
    assert max(map(len, plain.splitlines())) < 130


def test_processes_find_what_one_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a process of its own: each new one imports the main module, which must not be that of the tests."""
    part = "---\n".join(
        documents.dump({**documents.parse(GOOD), "metadata": {"name": f"n{n}", "tags": ["A"] if n % 7 == 0 else []}})
        for n in range(60)
    )
    write(**{f"p{number}": part.replace("name: n", f"name: p{number}-") for number in range(6)}, torn="a: [")
    script = (
        "from pathlib import Path\n"
        "from rhoai_catalog.validate import check_paths\n"
        "from rhoai_catalog.validate.tree import alone\n"
        "if __name__ == '__main__':\n"
        "    alone.MANY_CHARACTERS = {much}; alone.PORTION = 1\n"
        "    print(*check_paths([Path()]).problems, sep='\\n')\n"
    )
    told = []
    for much in (0, 10**9):
        Path(f"run{much}.py").write_text(script.format(much=much))
        run = subprocess.run([sys.executable, f"run{much}.py"], capture_output=True, text=True, check=True)
        told.append(run.stdout)
    assert told[0] == told[1]
    assert told[0].count("is not a tag") == 6 * 9


def test_the_hooks_are_commands_that_exist() -> None:
    hooks = documents.parse((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert [hook["id"] for hook in hooks] == ["validate-catalog", "validate-entities"]
    assert {hook["entry"] for hook in hooks} == {"rhoai-catalog validate"}
    assert re.search(hooks[1]["files"], "services/a/catalog-info.yaml")


HEAD = "apiVersion: backstage.io/v1alpha1\nmetadata: {name: a}\n"
API = HEAD + "kind: API\nspec: {type: openapi, lifecycle: x, owner: risk, "


def test_a_placeholder_leads_to_a_file_that_is_there() -> None:
    Path("a").mkdir()
    Path("a/catalog-info.yaml").write_text(API + "definition: {$text: ../specs/api.json}}\n")
    assert rules(validate(".", "--format", "json")) == ["placeholder"]
    assert rules(validate("a/catalog-info.yaml", "--format", "json")) == [], "one file says nothing of others"
    Path("specs").mkdir()
    Path("specs/api.json").write_text("{}")
    assert rules(validate(".", "--format", "json")) == []


@pytest.mark.parametrize("ref", ["docs", ".", "https://github.com/org/repo", "file:docs", "dir:"])
def test_documentation_is_a_folder_or_an_address(ref: str) -> None:
    annotations = "{backstage.io/techdocs-ref: '" + ref + "'}"
    write(a=GOOD.replace("{name: good}", "{name: good, annotations: " + annotations + "}"))
    (problem,) = json.loads(validate("a.yaml", "--format", "json").stdout)["problems"]
    assert (problem["rule"], problem["level"]) == ("techdocs", "warning")
    assert "is not dir:FOLDER or url:ADDRESS" in problem["message"]


def test_a_location_of_type_file_is_told_of_one_file_too() -> None:
    write(a=f"{HEAD}kind: Location\nspec: {{type: file, target: ./b.yaml}}\n")
    assert rules(validate("a.yaml", "--format", "json")) == ["location"]


def test_json_is_read_where_it_is_called_as_backstage_looks_for_it() -> None:
    Path("catalog-info.json").write_text('{"apiVersion": "backstage.io/v1alpha1", "kind": "Resource"}')
    Path("package.json").write_text('{"apiVersion": "backstage.io/v1alpha1"}')
    result = validate(".", "--format", "json")
    assert {p["path"] for p in json.loads(result.stdout)["problems"]} == {"catalog-info.json"}


def test_what_a_scaffolder_has_yet_to_fill_in_is_passed_over_and_counted() -> None:
    Path("skeleton").mkdir()
    Path("skeleton/catalog-info.yaml").write_text(GOOD.replace("good", "${{ values.name }}"))
    template = "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: {name: t}\n"
    write(t=template + "spec: {type: x, steps: [{action: a, input: {n: '${{ parameters.n }}'}}]}\n")
    result = validate(".")
    assert (result.exit_code, result.stderr) == (0, "1 file with entities: all valid (1 template passed over)\n")
    write(meant=BAD.replace("{name: a b}", "{name: a b, description: 'say ${{ x }} and {% y %}'}"))
    assert "2 files with entities: 1 error (1 template" in validate(".").stderr
    indented = GOOD.replace(
        "{name: good}", "\n    {% if values.d %}\n    name: ${{ values.name | dump }}\n    {% endif %}"
    )
    Path("skeleton/catalog-info.yaml").write_text(indented)
    for way in (".", "skeleton/catalog-info.yaml", "**/catalog-info.yaml"):  # as a folder, from a hook, by a pattern
        result = validate(way)
        assert (result.exit_code, "(1 template passed over)" in result.stderr) == (3 if way == "." else 0, True)


def test_a_pattern_finds_what_a_folder_finds() -> None:
    for folder in ("a", ".hidden", "node_modules/z"):
        Path(folder).mkdir(parents=True)
        Path(folder, "catalog-info.yaml").write_text(GOOD.replace("good", Path(folder).name.strip(".")))
    Path("a/up").symlink_to("..")
    Path("dangling.yaml").symlink_to("nowhere")
    for way in (".", "**/catalog-info.yaml", "./**/*.yaml", "{a,.hidden}/catalog-info.yaml"):
        result = validate(way)
        assert (result.exit_code, result.stderr) == (0, "2 files with entities: all valid\n"), way
    for way in ("a*", "{a,nowhere}", "a/", "a/{catalog-info,x}.yaml"):  # folders, and choices that are not there
        assert (validate(way).exit_code, validate(way).stderr) == (0, "1 file with entities: all valid\n"), way
    Path("a/linked.yaml").symlink_to("catalog-info.yaml")
    assert validate("a/l*.yaml").stderr == "1 file with entities: all valid\n"


@pytest.mark.parametrize("metadata", ["metadata: # c", "metadata: &m", "metadata:\n", "metadata:\n# c", "metadata: "])
def test_a_skeleton_is_known_however_it_is_laid_out(metadata: str) -> None:
    text = GOOD.replace("metadata: {name: good}", metadata + "\n   title: a\n   name: ${{ values.name }}")
    Path("catalog-info.yaml").write_text(text)
    assert "(1 template passed over)" in validate("catalog-info.yaml").stderr


def test_a_file_that_is_named_twice_is_one_file() -> None:
    write(a=GOOD)
    assert validate("a.yaml", str(Path("a.yaml").absolute()), ".").stderr == "1 file with entities: all valid\n"


def test_which_kinds_another_catalog_allows_is_a_note() -> None:
    write(org="apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: ana}\nspec: {memberOf: []}\n")
    result = validate(".")
    assert (result.exit_code, "RHDH refuses" in result.stdout) == (0, True)
    assert validate(".", "--rule", "rhdh-kind=error").exit_code == 3


def test_services_that_depend_on_each_other_make_nothing_fail() -> None:
    service = GOOD.replace("Resource", "Component").replace("owner: risk", "owner: risk, lifecycle: x, ")
    for name, other in (("one", "two"), ("two", "one")):
        write(**{name: service.replace("good", name).replace(", }", f", dependsOn: [component:{other}]}}")})
    result = validate(".")
    assert (result.exit_code, result.stdout.count(" goes round: ")) == (0, 1)
    assert validate(".", "--rule", "dependency-cycle=warning").exit_code == 3


def test_a_baseline_knows_a_problem_wherever_it_is_asked_from(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("t").mkdir()
    text = GOOD.replace("{name: good}", "{name: good, tags: [Aa, Bb]}")
    Path("t/a.yaml").write_text(text)
    assert validate("t", "--write-baseline", "known.json").exit_code == 3
    Path("t/a.yaml").write_text(text.replace("Aa, ", ""))  # what is mended moves the rest of the list
    assert validate(str(Path("t").absolute()), "--baseline", "known.json").exit_code == 0
    Path("t/b.yaml").write_text(GOOD)
    Path("t/c.yaml").write_text(GOOD)
    assert validate("t", "--write-baseline", "known.json").exit_code == 3
    assert validate(str(Path("t").absolute()), "--baseline", "known.json").exit_code == 0
    monkeypatch.chdir("t")
    assert validate(".", "--baseline", "../known.json").exit_code == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: %b\n", "nothing begins with '%' here; put it in quotes"),
        (GOOD + "tags: [a]\n", "tags belongs below metadata"),
        (GOOD.replace("good", "x" * 64), "it has 64 characters"),
        (GOOD.replace("{name: good}", '{name: good, links: [{url: "https://a", icon: ""}]}'), "must not be empty"),
        (f"{GOOD}---\n{GOOD}", "is in this file already"),
    ],
)
def test_messages_say_what_to_do(text: str, told: str) -> None:
    write(a=text)
    assert told in validate("a.yaml").stdout


LOCATION = HEAD + "kind: Location\nspec: {targets: [./b.json, ./link.yaml, ../shared/c.yaml]}\n"


def test_what_lies_around_is_looked_up_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("repo/.git", "repo/a", "repo/shared", "repo/empty"):
        Path(folder).mkdir(parents=True)
    Path("repo/a/b.json").write_text("{}")
    Path("repo/a/real.yml").write_text("{}")
    Path("repo/a/link.yaml").symlink_to("real.yml")
    Path("repo/shared/c.yaml").write_text(GOOD.replace("good", "c"))
    api = API.replace("name: a", "name: b") + "definition: {$text: ../shared/c.yaml}}\n"
    Path("repo/a/catalog-info.yaml").write_text(f"{LOCATION}---\n{api}")
    assert validate("repo/a").stdout == ""
    monkeypatch.chdir("repo/empty")
    assert validate("../a").stdout == ""
    Path("../shared/c.yaml").unlink()
    assert rules(validate("../a", "--format", "json")) == ["location", "placeholder"]
    Path("../a/catalog-info.yaml").write_text(API + "definition: {$text: ../../outside.yaml}}\n")
    (problem,) = json.loads(validate("../a", "--format", "json").stdout)["problems"]
    assert "leaves the repository" in problem["message"]


def test_blank_lines_are_read_in_a_time_that_one_can_wait_for() -> None:
    write(a="\n" * 100_000, b=(" " * 100 + "\n") * 5_000)
    assert "no file with Backstage entities was found" in validate(".").stderr


@pytest.mark.parametrize("path", ["a" * 5000, "[" * 3000 + "*"])
def test_a_path_that_no_system_takes(path: str) -> None:
    refused = validate(path)
    assert (refused.exit_code, refused.stderr.startswith("error: ")) == (2, True)


def test_owners_in_a_list_with_comments() -> None:
    write(a=GOOD)
    Path("list.txt").write_text("group:default/ops  # on call\n# people\nuser:default/ana\n\ngroup:risk\n")
    assert validate("a.yaml", "--owners", "list.txt").exit_code == 0


@pytest.mark.parametrize("address", ["http://[::1", "HTTPS://user:hunter2@hub.invalid", "ftp://hub.invalid", "http://"])
def test_an_address_of_owners_that_is_none(address: str) -> None:
    write(a=GOOD)
    refused = validate("a.yaml", "--online", "--owners", address)
    assert (refused.exit_code, "hunter2" in refused.output) == (2, False)


def test_a_baseline_that_is_nested_too_deeply_and_a_duplicate_that_moves() -> None:
    Path("deep.json").write_text("[" * 200_000)
    write(a=f"{GOOD}---\n{GOOD}")
    assert "is no baseline" in validate("a.yaml", "--baseline", "deep.json").stderr
    validate("a.yaml", "--write-baseline", "known.json")
    write(a=f"# moved\n{GOOD}---\n{GOOD}")
    assert validate("a.yaml", "--baseline", "known.json").exit_code == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_result_that_cannot_be_written_is_an_error_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {name: a}\nspec: {}\n")
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "rhoai_catalog", "validate", str(tmp_path)]
        run = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
    assert run.returncode == 1
    assert run.stderr.splitlines() == [
        "error: the result could not be written: No space left on device",
        "hint: look at the disk or the file that stdout is redirected to",
    ]


@pytest.mark.parametrize(
    "text", ["metadata:\n" + "   \n" * 50_000, "metadata:\n  a: b\n" * 20_000, "kind:" + "\n" * 90_000]
)
def test_whether_a_file_is_a_skeleton_is_no_work(text: str) -> None:
    write(a=text + GOOD)
    assert "1 file with entities" in validate(".").stderr
