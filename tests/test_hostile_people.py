"""Whoever may push to the catalog's repository, or speaks for a forge or a source, cannot make a report act either."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import media
import pytest
from click.testing import CliRunner, Result
from forges import denied, git, quick
from line import BRANCH, Line, line_in, model, server, version
from outside import Answer, Loopback, hostile
from rhoai_catalog import documents, report
from rhoai_catalog.backstage import web_url
from rhoai_catalog.cli import main
from rhoai_catalog.cli.shell.output import tell_error, tell_hint
from rhoai_catalog.errors import GeneratorError
from rhoai_catalog.outcome import Outcome
from rhoai_catalog.plan import Plan
from rhoai_catalog.propose.proposal import BEGIN
from rhoai_catalog.snapshot import to_json
from rhoai_catalog.text.terminal import terminal
from rhoai_catalog.text.visible import SEAM, visible
from test_describe import EAST, SHARED, link, snapshot

TEXTS = list(hostile.STRINGS.values())
STORABLE = [text.encode("utf-8", "replace").decode().replace("\0", "") for text in TEXTS]  # in a file, in a commit
NAMES = list(
    dict.fromkeys(  # of files, of people
        text
        for text in STORABLE
        if not re.search(r"[/\n]", text) and 0 < len(text.encode()) < 200 and text.strip(" .\t")
    )
)
LOUD = [text for text in STORABLE if media.acts_on_terminal(text.replace("\n", " ")) or media.commands(text)]
WRITTEN = list(dict.fromkeys([*LOUD, *STORABLE[::3]]))
PEOPLE = [
    hostile.STRINGS[tries].replace("\n", " ")
    for tries in (
        "workflow command of the older kind",
        "workflow command",
        "trailer alone",
        "mentions",
        "script element",
        "escape sequences",
        "link of a terminal",
        "bidirectional override",
    )
]
SERVER, RESOURCE = "component:default/east.pay.chat", "resource:default/shared.granite.v1"
PART, PAGE = "servers/east/pay/entities.yaml", "models/shared/granite/v1/docs/index.md"


def run(*arguments: str, code: int = 0, **environment: str) -> Result:
    result = CliRunner().invoke(main, [*arguments], env=environment)
    assert result.exit_code == code, result.output
    for output in (result.stdout, result.stderr):
        assert media.acts_on_terminal(output.removesuffix("\n")) == []
    return result


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalog into which people of any name wrote texts: as values, as sections, as files."""
    folder = tmp_path_factory.mktemp("people")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("HOME", str(folder))
        keys = {
            "clusters": [{"name": "east", "server": "https://east.example.net"}],
            "modelRegistries": [{"name": "shared", "url": "https://r.example.net", "registry": "public"}],
        }
        Path("catalog").mkdir()
        Path("catalog/generator.yaml").write_text(documents.dump(keys, start=False), "utf-8")
        rows = (server(registry=link()), model(), version())
        Path("s.json").write_text(to_json(snapshot(*rows, sources=(EAST, SHARED))), "utf-8")
        new = server("new", external_url="https://new.example.net")
        Path("new.json").write_text(to_json(snapshot(*rows, new, sources=(EAST, SHARED))), "utf-8")
        run("generate", "--snapshot", "s.json", "--quiet")
        git(folder, "init", "--quiet", "--initial-branch", "main")
        _commit("The first", "rhoai-catalog")
        for name in NAMES:
            _write(name)
        for number, text in enumerate(WRITTEN):
            _edit(number, text)
            if number < len(PEOPLE):
                _commit(PEOPLE[number], PEOPLE[number])
    return folder


def _write(name: str) -> None:
    """A file of a person's, of that name, with an entity that may stand for the server `new`."""
    Path(f"catalog/{name}.yaml").write_text(documents.dump(entity(name)), "utf-8")


def entity(name: str) -> dict[str, Any]:
    annotations = {"rhdh.modelcatalog.io/external-route-url": "https://new.example.net"}
    metadata = {"name": name, "title": name, "annotations": annotations, "links": [{"url": name, "title": name}]}
    spec = {"type": name, "owner": name, "lifecycle": name, "providesApis": [name]}
    return {"apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": metadata, "spec": spec, name: name}


def _edit(number: int, text: str) -> None:
    """A value of the server, a section of a page, and lines of the base."""
    part, page = Path("catalog", PART), Path("catalog", PAGE)
    [*rows] = documents.load(part.read_text("utf-8"))
    for row in rows:
        if row["kind"] == "Component" and row["metadata"]["name"] == "east.pay.chat":
            row["metadata"]["title"] = text
            row["metadata"]["annotations"][f"note/n{number}"] = text
            if number % 3 == 1:
                row["metadata"].setdefault("links", []).append({"url": f"https://e.example/{number}", "title": text})
                row["spec"]["dependsOn"] = [*row["spec"].get("dependsOn", ()), text]
    part.write_text("".join(map(documents.dump, rows)), "utf-8")
    if number % 3:
        return
    page.write_text(f"{page.read_text('utf-8')}\n## {number} {' '.join(text.split())}\n\n{text}\n", "utf-8")


def _commit(message: str, name: str) -> None:
    git(Path(), "add", "--all")
    identity = ("-c", f"user.name=x{name}", "-c", "user.email=someone@example.net")
    git(Path(), *identity, "commit", "--quiet", "--allow-empty-message", "--cleanup=verbatim", "--message", message)


@pytest.fixture
def tree(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(made)


@pytest.mark.usefixtures("tree")
def test_what_people_own_is_told_and_does_nothing() -> None:
    told = run("overrides", FORCE_COLOR="1").stdout
    first = [next((row for row in text.splitlines() if row.strip()), "") for text in WRITTEN]
    missing = [text for text in first if terminal(f": {text[:60]}") not in told]
    assert missing == []
    assert [who for who in PEOPLE if terminal(f": {who}".rstrip()) not in told] == []
    assert "note/n1:" in run("explain", SERVER, "--snapshot", "s.json", FORCE_COLOR="1").stdout
    for options in ((), ("--verbose",)):
        run("plan", "--snapshot", "s.json", *options, FORCE_COLOR="1")
    assert "not adopted" in run("adopt", "--snapshot", "new.json", FORCE_COLOR="1").stdout
    for text in LOUD:
        result = CliRunner().invoke(main, ["explain", "--snapshot", "s.json", "--", text])
        assert result.exit_code in (0, 2) and media.acts_on_terminal(result.output.removesuffix("\n")) == []


@pytest.mark.usefixtures("tree")
def test_machines_are_told_the_same() -> None:
    for command in (("overrides",), ("plan", "--snapshot", "s.json"), ("adopt", "--snapshot", "new.json")):
        text = run(*command, "--json").stdout
        assert text.isascii() and json.loads(text)["version"] == 1


@pytest.mark.usefixtures("tree")
def test_a_verdict_on_it_is_told_in_every_format(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    for style in ("text", "json", "github", "sarif", "junit"):
        result = CliRunner().invoke(main, ["validate", "--format", style], env={"GITHUB_STEP_SUMMARY": str(summary)})
        assert result.exit_code == 3, result.output
        output = result.stdout.removesuffix("\n")
        if style == "github":
            assert {name for name, _, _ in media.annotations(output)} <= {"error", "warning", "notice"}
        else:
            assert media.acts_on_terminal(output) == []
        assert media.acts_on_terminal(result.stderr.removesuffix("\n")) == []
    assert media.acts_on_forge(summary.read_text("utf-8")) == []
    assert media.acts_on_terminal(run("validate", code=3, FORCE_COLOR="1").stdout.removesuffix("\n")) == []


# -- sources that answer errors ----------------------------------------------------------------------------------------


def said(text: str, status: int = 403) -> Answer:
    """A refusal that says a text wherever a server can say something."""
    told = {"kind": text, "code": text, "message": text, "error": text, "reason": text, "detail": [text], text: text}
    headers = {"Content-Type": "application/json", "X-Reason": re.sub(r"[^ -~]", "?", text)[:200]}
    return Answer(json.dumps(told), status, headers)


def test_what_a_source_says_is_told_and_does_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    summary = Path("summary.md")
    Path("catalog").mkdir()
    for number, text in enumerate(LOUD):
        answer = said(text, (401, 403, 404, 200)[number % 4])
        with Loopback(lambda request, answer=answer: answer) as source:
            keys = {
                "clusters": [{"name": "east", "server": source.url}],
                "modelRegistries": [{"name": "team", "url": source.url}],
                "modelCatalogs": [{"name": "cards", "url": source.url}],
            }
            Path("catalog/generator.yaml").write_text(documents.dump(keys, start=False))
            for command in (("doctor",), ("plan", "--verbose"), ("propose", "--no-pr")):
                result = CliRunner().invoke(main, command, env={"GITHUB_STEP_SUMMARY": str(summary)})
                assert result.exit_code in (1, 2, 3, 4) and isinstance(result.exception, SystemExit), result.output
                assert media.acts_on_terminal(result.output.removesuffix("\n")) == []
    assert media.acts_on_forge(summary.read_text("utf-8")) == []


def test_what_is_wrong_with_files_and_arguments_is_told_and_does_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("catalog").mkdir()
    for text in TEXTS:
        if "\0" not in text:
            stored = text.encode("utf-8", "replace").decode()
            keys = {"clusters": [{"name": stored, "server": stored, stored: stored}], stored: stored}
            for written in (documents.dump(keys, start=False), stored, f"clusters: {stored}\n"):
                Path("catalog/generator.yaml").write_text(written, "utf-8")
                _fails(["plan"])
            for command in (["validate", "--", stored], ["explain", stored], ["plan", "--config", stored], [stored]):
                _fails(command)
        Path("s.json").write_text(json.dumps({"version": 1, "sources": [{"family": text, text: text}]}))
        _fails(["plan", "--snapshot", "s.json"])


def _fails(command: list[str]) -> None:
    result = CliRunner().invoke(main, command)
    assert isinstance(result.exception, SystemExit) or result.exception is None, (command, result.exception)
    assert media.acts_on_terminal(result.output.removesuffix("\n")) == []


# -- forges, and people on the branch ----------------------------------------------------------------------------------


@pytest.fixture(params=["github", "gitea", "gitlab"])
def line(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    with line_in(tmp_path, request.param, monkeypatch) as line:
        yield line


def test_what_people_do_on_the_branch_is_told_and_does_nothing(line: Line) -> None:
    line.run(server("chat", description="A"))
    for number, who in enumerate(PEOPLE):
        name = NAMES[number * 3]

        def change(catalog: Path, name: str = name, who: str = who) -> None:
            (catalog.parent / name).write_text(who, "utf-8")
            (catalog / f"{name}.yaml").write_text(f"a: [{who}", "utf-8")
            (catalog / f"p{len(who)}.yaml").write_text(documents.dump(entity(who)), "utf-8")

        line.person(BRANCH, change, "--author", f"x{re.sub('[<>]', '', who)} <someone@example.net>", "-m", who)
    line.edit(BRANCH, "title: chat", f"title: {json.dumps(STORABLE[0])}")
    outcome = line.run(server("chat", description="B"), server("more", display_name=PEOPLE[0]))
    assert len(outcome.plan.outside) == len(PEOPLE) and len(outcome.plan.contributors) > 3
    body = line.pull.body
    shown = media.seen(media.rendered(body)).replace(SEAM, "")
    assert all(visible(path) in shown for path in outcome.plan.outside)
    marks = r"<!-- rhoai-catalog:(?:begin|end) -->"
    own = [f"{line.world.repository().url}/"]
    assert media.acts_on_forge(re.sub(marks, "", body), own=own) == []
    assert quick.run(body)[1] == [] and (line.forge.forge != "gitlab" or quick.references(body) == [])
    assert media.acts_on_terminal("\n".join(line.told)) == []
    assert media.acts_on_terminal(report.outcome_text(outcome)) == []
    for commit in git(line.world.remote, "log", "--format=%H", "--author=rhoai-catalog", f"main..{BRANCH}").split():
        assert media.acts_in_commit(git(line.world.remote, "log", "-1", "--format=%B", commit)) == []
    for statuses in line.forge.statuses.values():
        assert all(visible(status.description) == status.description for status in statuses.values())


def test_what_a_forge_tells_of_its_pull_request_is_told_and_does_nothing(line: Line) -> None:
    line.run(server())
    for number, text in enumerate(STORABLE):
        pull = line.pull
        line.forge.edit(pull.number, title=text, body=f"{text}\n{pull.body}\n{text}")
        line.forge.set_labels(pull.number, text[:50])
        if number % 30 == 0:
            outcome = line.run(server(description=text))
            assert line.pull.title == text and (text in line.pull.body or BEGIN in text), "people's own words stay"
            assert media.acts_on_terminal("\n".join([*line.told, report.outcome_text(outcome)])) == []
        line.forge.edit(pull.number, body=pull.body.split(text)[0])


def test_the_way_to_a_pull_request_is_an_address_and_nothing_else() -> None:
    for text in TEXTS:
        outcome = Outcome(
            action="updated", branch=text, plan=Plan(), number=1, url=f"https://x.example/{text}", notes=(text,)
        )
        own = web_url(outcome.url)
        assert media.acts_on_forge(report.outcome_summary(outcome, ()), own=[own] if own else []) == []
        assert media.acts_on_terminal(report.outcome_text(outcome)) == []
        told = report.outcome_json(outcome)
        assert told.isascii() and media.acts_on_terminal(told) == []
    assert "](<https://x.example/1>)" in report.outcome_summary(replace(outcome, url="https://x.example/1"), ())


def test_what_a_forge_refuses_with_is_told_and_does_nothing(line: Line) -> None:
    for number, text in enumerate(LOUD):
        line.forge.refusals = dict.fromkeys(
            [f"{method} {path}" for method in ("GET", "POST") for path in ("/pulls", "/merge_requests")],
            denied((403, 422, 500)[number % 3], text if number % 2 else {"base": [text]}),
        )
        with pytest.raises(GeneratorError) as failed:
            line.run(server())
        runner = CliRunner()
        with runner.isolation() as (out, err, _):
            tell_error(failed.value.message)
            tell_hint(failed.value.hint)
        told = (err or out).getvalue().decode()
        assert media.acts_on_terminal(told.removesuffix("\n")) == []
        assert media.acts_on_forge(report.failure_summary(failed.value.message, failed.value.hint)) == []
