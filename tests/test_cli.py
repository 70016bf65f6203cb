"""The commands as people and scripts use them: what stands on stdout and stderr, exit codes, and nothing lost."""

from __future__ import annotations

import contextlib
import functools
import io
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from faults import HTML, QUICK, between
from forges import TOKEN, forge_world, git
from outside import Answer, Estate, Loopback, Request, catalog_api, cluster_api, estate, later, registry_api
from outside.recordings import Recording, recorded
from rhoai_catalog import documents, observe
from rhoai_catalog.cli import main
from rhoai_catalog.cli.shell.output import has_colour
from rhoai_catalog.observe import read_estate

PART = "servers/east/support/entities.yaml"
SERVERS = "/apis/serving.kserve.io/v1beta1/inferenceservices"
VERSIONS = "/api/model_registry/v1alpha3/model_versions"


@dataclass
class Served:
    """The demo's estate behind real HTTP; `faults` are answers put in the way, by server and path; `recorded`
    are servers that answer as real ones did.
    """

    estate: Estate
    addresses: dict[str, str]
    faults: dict[str, tuple[str, Answer]]
    recorded: dict[str, Callable[[Request], Answer]] = field(default_factory=dict)

    def answer(self, name: str, request: Request) -> Answer:
        if name in self.recorded:
            return self.recorded[name](request)
        if name == "shared":
            respond = registry_api(**self.estate.registry)
        elif name == "cards":
            respond = catalog_api(**self.estate.catalog)
        else:
            respond = cluster_api(self.estate.clusters[name])
        if name in self.faults:
            respond = between(respond, *self.faults[name])
        return respond(request)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setattr(observe, "read_estate", functools.partial(read_estate, policy=QUICK))
    served = Served(estate(), {}, {})
    with contextlib.ExitStack() as stack:
        for name in ("east", "west", "shared", "cards"):
            loopback = Loopback(lambda request, name=name: served.answer(name, request))  # type: ignore[misc]
            served.addresses[name] = stack.enter_context(loopback).url
        yield served


@pytest.fixture
def catalog(served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty catalog, configured for the estate, in the current folder."""
    folder = tmp_path / "work" / "catalog"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder.parent)
    configure(folder, served)
    return folder


def configure(folder: Path, served: Served, **more: Any) -> None:
    data = {
        "clusters": [{"name": name, "server": served.addresses[name]} for name in ("east", "west")],
        "modelRegistries": [{"name": "shared", "url": served.addresses["shared"]}],
        "modelCatalogs": [{"name": "cards", "url": served.addresses["cards"]}],
        **more,
    }
    (folder / "generator.yaml").write_text(documents.dump(data, start=False), "utf-8")


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == code, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def committed(root: Path, origin: Path) -> None:
    """The catalog is in a checkout of the origin, and on its base branch."""
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "remote", "add", "origin", str(origin))
    git(root, "pull", "--quiet", "origin", "main")
    git(root, "add", "catalog")
    git(root, "commit", "--quiet", "--message", "Configure")
    git(root, "push", "--quiet", "origin", "main")


def refused(*arguments: str, code: int = 1) -> tuple[str, str]:
    """The error and the hint of a run that could not go on."""
    result = run(*arguments, code=code)
    assert result.stdout == ""
    error, hint = result.stderr.strip().rsplit("\n", 1) if "\n" in result.stderr.strip() else (result.stderr, "")
    assert error.startswith("error: ") and hint.startswith("hint: ")
    return error, hint


def tree(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): p.read_text("utf-8") for p in folder.rglob("*") if p.is_file()}


# -- the commands ------------------------------------------------------------------------------------------------


def test_plan_shows_and_writes_nothing(catalog: Path) -> None:
    before = tree(catalog)
    result = run("plan")
    assert "+ component:default/east.support.granite-chat  Granite for the contact centre" in result.stdout
    assert result.stdout.splitlines()[-1].startswith("13 added · 0 changed · 0 removed")
    assert tree(catalog) == before
    run("plan", "--exit-code", code=3)


def test_plan_writes_a_page_beside_what_it_says(catalog: Path) -> None:
    said = run("plan").stdout
    assert run("plan", "--html", "plan.html").stdout == said
    page = Path("plan.html").read_text("utf-8")
    assert "component:default/east.support.granite-chat" in page and page.startswith("<!doctype html>")
    json.loads(run("plan", "--html", "again.html", "--json").stdout)
    assert Path("again.html").read_text("utf-8") == page
    error, hint = refused("plan", "--quiet", "--html", "nowhere/plan.html")
    assert "nowhere/plan.html cannot be written" in error and "another file" in hint


def test_generate_writes_what_plan_has_shown_and_then_there_is_nothing_to_do(catalog: Path) -> None:
    planned = json.loads(run("plan", "--json").stdout)
    run("generate", "--quiet")
    assert {change["file"] for change in planned["changes"]} <= tree(catalog).keys()
    assert run("validate").stdout == ""
    before = tree(catalog)
    result = run("plan", "--exit-code")
    assert json.loads(run("plan", "--json").stdout)["changes"] == []
    assert "0 added · 0 changed · 0 removed" in result.stdout
    run("generate")
    assert tree(catalog) == before


def test_quiet_says_nothing_and_a_result_is_alone_on_stdout(catalog: Path) -> None:
    result = run("generate", "--quiet")
    assert (result.stdout, result.stderr) == ("", "")
    json.loads(run("plan", "--json").stdout)


def test_doctor_tells_every_request_where_that_is_asked_for(catalog: Path) -> None:
    told = run("doctor", "--verbose", code=3)
    assert re.search(r"^kserve/east: GET /version: 404, ", told.stderr, re.MULTILINE)
    assert "model-registry/shared: GET " in told.stderr and "GET " not in told.stdout


QUIET = (
    ("observe", "-o", "x.json"),
    ("plan",),
    ("plan", "--html", "x.html"),
    ("generate",),
    ("explain", "component:default/east.support.granite-chat"),
    ("overrides",),
    ("adopt",),
    ("validate",),
    ("doctor",),
)


@pytest.mark.few(2)
@pytest.mark.parametrize("command", QUIET, ids=" ".join)
def test_quiet_leaves_the_result_and_nothing_beside_it(catalog: Path, command: tuple[str, ...]) -> None:
    run("generate", "--quiet")
    code = 3 if command == ("doctor",) else 0  # the demo's clusters do not tell their version
    told, quiet = run(*command, code=code), run(*command, "--quiet", code=code)
    assert quiet.stderr == ""
    if command[0] not in ("doctor", "generate"):  # a check that is well, and what was written, are no result
        assert quiet.stdout == told.stdout


@pytest.mark.few(4)
@pytest.mark.parametrize(
    ("command", "meant"),
    [
        (("explain", "component:default/east.support.granit-chat"), "component:default/east.support.granite-chat"),
        (("explain", "granite-chta"), "component:default/east.support.granite-chat"),
        (("overrides", "drop", "component:default/east.support.granit-chat"), "east.support.granite-chat"),
        (("overrides", "keep", "component:default/east.suport.granite-chat"), "east.support.granite-chat"),
        (("observe", "-o", "x.json", "--source", "eats"), "east"),
        (("validate", "--rule", "danglin=off"), "dangling"),
        (("plan", "--snapsot", "x.json"), "--snapshot"),
        (("pln",), "plan"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_slip_is_answered_with_what_was_meant(catalog: Path, command: tuple[str, ...], meant: str) -> None:
    run("generate", "--quiet")
    told = run(*command, code=2).stderr
    assert re.search(rf"(?i)did you mean[^\n]*{re.escape(meant)}", told)


def test_a_snapshot_stands_in_for_the_sources(catalog: Path, served: Served) -> None:
    run("observe", "-o", "all.json")
    run("observe", "-o", "east.json", "--source", "east")
    run("observe", "-o", "rest.json", "--source", "west", "--source", "shared", "--source", "cards")
    whole = run("plan", "--json").stdout
    served.addresses.clear()
    served.faults = dict.fromkeys(("east", "west", "shared", "cards"), (".*", Answer("", 500)))
    assert run("plan", "--json", "--snapshot", "all.json").stdout == whole
    assert run("plan", "--json", "--snapshot", "east.json", "--snapshot", "rest.json").stdout == whole
    partly = run("plan", "--snapshot", "east.json", code=4)
    assert (
        "error: kserve/west, model-catalog/cards, model-registry/shared: it is in none of the given snapshots"
        in partly.stderr
    )


def test_two_runs_observe_the_same_bytes(catalog: Path) -> None:
    for name in ("one.json", "two.json"):
        run("observe", "-o", name)
    assert Path("one.json").read_bytes() == Path("two.json").read_bytes()


def test_propose_pushes_to_any_remote_and_opens_the_pull_request(
    catalog: Path, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = catalog.parent
    monkeypatch.setenv("FORGE_TOKEN", TOKEN)
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    with forge_world(tmp_path, "github") as world:
        configure(catalog, served, repository={"url": f"{world.forge.url}/org/catalog", "tokenEnv": "FORGE_TOKEN"})
        committed(root, world.remote)
        created = run("propose", "--html", str(tmp_path / "plan.html"))
        assert created.stdout.splitlines()[-1].startswith("created: #1 https://git.example.net/")
        assert "component:default/east.support.granite-chat" in (tmp_path / "plan.html").read_text("utf-8")
        [pull] = world.forge.pulls
        assert "### Changes" in pull.body
        assert pull.body.count("rhoai-catalog:begin") == 1
        assert "13 added" in summary.read_text("utf-8")
        written = [call for call in world.forge.calls if call.method != "GET"]
        assert run("propose", "--quiet").stdout.startswith("unchanged: #1")
        assert [call for call in world.forge.calls if call.method != "GET"] == written
        served.estate = later(estate())
        run("propose", "--quiet")
        assert git(world.remote, "rev-list", "--count", "main..rhoai-catalog/update") == "1"
        (catalog / "note.md").write_text("draft")
        error, hint = refused("propose", "--quiet")
        assert error.endswith("catalog/ has uncommitted changes: catalog/note.md") and "commit or stash" in hint
        for name in "abcd":
            (catalog / f"{name}.md").write_text("draft")
        named = "catalog/a.md, catalog/b.md, catalog/c.md and 2 more"
        assert refused("propose", "--quiet")[0].endswith(f"catalog/ has uncommitted changes: {named}")


@pytest.mark.few(1)
@pytest.mark.parametrize("is_first", [True, False], ids=["of the first run", "of a later one"])
def test_with_no_complete_source_nothing_is_proposed(
    catalog: Path, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_first: bool
) -> None:
    """Not even the files that every catalog has: a run that knows nothing pushes nothing and asks the forge nothing."""
    monkeypatch.setenv("FORGE_TOKEN", TOKEN)
    with forge_world(tmp_path, "github") as world:
        configure(catalog, served, repository={"url": f"{world.forge.url}/org/catalog", "tokenEnv": "FORGE_TOKEN"})
        committed(catalog.parent, world.remote)
        if not is_first:
            assert run("propose", "--quiet").stdout.startswith("created: #1")
        refs, asked = git(world.remote, "for-each-ref"), [*world.forge.calls]
        served.faults = dict.fromkeys(("east", "west", "shared", "cards"), (".*", Answer("", 503)))
        for more in ((), ("--no-pr",), ("--json",)):
            error, hint = refused("propose", "--quiet", *more)
            assert error.splitlines()[-1] == "error: no source could be read, so nothing is proposed"
            assert "kserve/east" in error and "mend one of the sources" in hint
        assert (git(world.remote, "for-each-ref"), world.forge.calls) == (refs, asked)
        del served.faults["cards"]
        assert run("propose", "--quiet", code=4).stdout, "one that is complete has something to say"


def test_sources_that_are_down_for_too_long_are_told_in_one_error(
    catalog: Path, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORGE_TOKEN", TOKEN)
    with forge_world(tmp_path, "github") as world:
        url = f"{world.forge.url}/org/catalog"
        configure(catalog, served, repository={"url": url, "tokenEnv": "FORGE_TOKEN"}, staleAfter="0h")
        committed(catalog.parent, world.remote)
        served.faults = dict.fromkeys(("east", "west", "shared"), (".*", Answer("", 503)))
        told = run("propose", "--quiet", code=1).stderr.splitlines()
        assert told[-2:] == [
            "error: kserve/east, kserve/west, model-registry/shared could not be listed completely for longer than"
            " staleAfter",
            "hint: mend the source, or take it out of generator.yaml; what it showed is kept until then",
        ]
        assert "staleAfter" not in "".join(told[:-2])


def test_every_removal_that_is_held_says_what_releases_it(catalog: Path, served: Served) -> None:
    run("generate", "--quiet")
    kept = [item for item in served.estate.clusters["west"] if item["kind"] != "InferenceService"]
    served.estate = Estate(
        clusters={**served.estate.clusters, "west": kept},
        registry=served.estate.registry,
        catalog=served.estate.catalog,
    )
    before = tree(catalog)
    result = run("generate", code=4)
    assert "kserve/west lists nothing any more" in result.stdout
    assert tree(catalog) == before
    release = next(word for word in result.stdout.split("--allow-removal ")[1].split())
    run("generate", "--allow-removal", release)
    assert "servers/west/web/entities.yaml" not in tree(catalog)


# -- sources that fail -------------------------------------------------------------------------------------------


@pytest.mark.few(2)
@pytest.mark.parametrize(
    ("name", "path", "answer", "told"),
    [
        ("east", ".*", Answer("", 401), "401, the token is not accepted"),
        ("east", SERVERS, Answer("", 403), "403, the token may not read this"),
        ("east", SERVERS, HTML, "HTML came where JSON was expected"),
        ("east", "/apis/serving.kserve.io/.*", Answer("", 404), "has no kind InferenceService any more"),
        ("shared", ".*", Answer("", 401), "401, the token is not accepted"),
        ("shared", f"{VERSIONS}/.*", Answer("", 500), "it answered 500"),
        ("shared", VERSIONS, HTML, "HTML came where JSON was expected"),
        ("shared", ".*", Answer({"items": [], "nextPageToken": ""}), "lists nothing any more"),
        ("cards", ".*", Answer("", 503), "503, it is starting, overloaded or down"),
        ("cards", ".*/models", Answer("", 500), "it answered 500"),
        ("east", SERVERS, Answer({"metadata": {}, "items": []}), "kserve/east lists no InferenceService any more"),
    ],
)
def test_a_source_that_fails_is_told_and_takes_nothing_away(
    catalog: Path, served: Served, name: str, path: str, answer: Answer, told: str
) -> None:
    run("generate", "--quiet")
    before = tree(catalog)
    served.faults[name] = (path, answer)
    result = run("generate", code=4)
    assert told in result.output
    assert tree(catalog) == before
    assert " removed" not in result.stdout or "0 removed" in result.stdout


@pytest.mark.few(1)
@pytest.mark.parametrize("path", [".*", ".*/sources", ".*/models"])
def test_a_catalog_that_lists_nothing_takes_no_card_away(catalog: Path, served: Served, path: str) -> None:
    run("generate", "--quiet")
    before = tree(catalog)
    served.faults["cards"] = (path, Answer({"items": [], "nextPageToken": ""}))
    result = run("generate", code=4)
    assert "model-catalog/cards lists nothing any more" in result.output
    assert tree(catalog) == before


def test_what_a_person_deleted_stays_deleted_also_after_an_outage(catalog: Path, served: Served) -> None:
    run("generate", "--quiet")
    part = catalog / "models/shared/churn-forecast/entities.yaml"
    line = "    rhdh.modelcatalog.io/model-name: churn-forecast\n"
    part.write_text(part.read_text("utf-8").replace(line, ""), "utf-8")
    run("generate", "--quiet")
    before = tree(catalog)
    served.faults["east"] = (".*/servingruntimes", Answer("", 503))
    run("generate", "--quiet", code=4)
    assert tree(catalog) == before  # nor does the base forget who edited what
    served.faults.clear()
    for row in served.estate.registry["model_versions"]:
        row["description"] = "New words."
    run("generate", "--quiet")
    after = part.read_text("utf-8")
    assert "New words." in after and line not in after


def test_a_source_that_is_not_there(catalog: Path, served: Served) -> None:
    run("generate", "--quiet")
    before = tree(catalog)
    with Loopback(lambda request: Answer()) as gone:
        pass
    served.addresses |= dict.fromkeys(served.addresses, gone.url)
    configure(catalog, served)
    after = tree(catalog)
    result = run("generate", code=4)
    assert tree(catalog) == after == {**before, "generator.yaml": after["generator.yaml"]}
    assert result.stderr.count("error: ") >= 4 and "hint: check " in result.stderr
    run("observe", "-o", "empty.json", code=4)


def test_one_source_that_fails_stops_no_other(catalog: Path, served: Served) -> None:
    served.faults["east"] = (".*", Answer("", 500))
    result = run("generate", code=4)
    assert "component:default/west.web.granite-chat" in result.stdout
    assert "east." not in result.stdout.replace("kserve/east", "")


@pytest.mark.few(3)
@recorded
@pytest.mark.few(1)
@pytest.mark.parametrize(
    ("registry", "cards"),
    [
        ("registry-db-lost", "catalog"),
        ("registry-db-refused", "catalog"),
        ("registry-starting", "catalog"),
        ("registry-empty", "catalog"),
        ("registry", "catalog-db-lost"),
        ("registry", "catalog-starting"),
        ("registry", "catalog-faulty"),
        ("registry-db-lost", "catalog-db-lost"),
    ],
)
def test_no_recorded_outage_takes_anything_away(
    catalog: Path, served: Served, recording: Recording, registry: str, cards: str
) -> None:
    served.recorded = replayed(recording, "registry", "catalog")
    run("generate", "--quiet")
    before = tree(catalog)
    assert len([name for name in before if name.endswith("index.md")]) == 51
    served.recorded = replayed(recording, registry, cards)
    run("generate", "--quiet", code=4)
    assert tree(catalog) == before


def replayed(recording: Recording, registry: str, cards: str) -> dict[str, Callable[[Request], Answer]]:
    unknown = Answer("never recorded", 500)
    return {"shared": recording.replay(registry, unknown), "cards": recording.replay(cards, unknown)}


# -- what people got wrong ---------------------------------------------------------------------------------------


def test_a_part_that_a_person_broke_is_frozen_and_the_rest_ships(catalog: Path, served: Served) -> None:
    run("generate", "--quiet")
    part = catalog / PART
    part.write_text(part.read_text("utf-8").replace("metadata:", "metadata: [", 1), "utf-8")
    broken = part.read_text("utf-8")
    served.estate = later(estate())
    result = run("generate", code=4)
    assert part.read_text("utf-8") == broken
    assert "shared.fraud-detector.2.2.0" in result.stdout
    assert f"{PART}:" in result.stdout and "is not YAML as Backstage reads it" in result.stdout


@pytest.mark.few(2)
@pytest.mark.parametrize(
    "command", [("plan",), ("generate",), ("propose", "--no-pr"), ("plan", "--snapshot", "x.json")]
)
def test_a_catalog_is_no_whole_repository(catalog: Path, served: Served, command: tuple[str, ...]) -> None:
    top = catalog.parent
    git(top, "init", "--quiet")
    configure(top, served)
    before = tree(top)
    error, hint = refused(*command, "--config", "generator.yaml")
    assert "lies at the top of the repository" in error and "catalog/generator.yaml" in hint
    assert tree(top) == before
    run("generate", "--quiet")  # in a folder of its own
    (top / ".git").rename(top.parent / ".git")
    run("generate", "--quiet", "--config", "generator.yaml")  # a folder of a monorepo, whatever it is called
    run("validate", "--config", "catalog/generator.yaml", "catalog")


def test_there_is_no_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    error, hint = refused("plan", code=2)
    assert error == "error: there is no configuration catalog/generator.yaml" and "--config" in hint
    error, hint = refused("validate", code=2)
    assert error == "error: there is no configuration catalog/generator.yaml" and "rhoai-catalog validate ." in hint
    (tmp_path / "catalog-info.yaml").write_text("kind: Nothing\n", "utf-8")
    run("validate", ".", code=3)


def test_several_mistakes_are_a_line_each(catalog: Path) -> None:
    (catalog / "generator.yaml").write_text("clusters:\n  - {name: East, server: x}\n")
    result = run("plan", code=2)
    assert [line.split(": ")[0] for line in result.stderr.splitlines()] == ["error", "error", "hint"]
    assert "\\n" not in result.stderr


@pytest.mark.parametrize(("text", "told"), [("", "names no source"), ("{}", "names no source"), ("- a", "no mapping")])
def test_a_configuration_that_is_none(catalog: Path, text: str, told: str) -> None:
    (catalog / "generator.yaml").write_text(text)
    assert told in refused("plan", code=2)[0]


@pytest.mark.few(2)
@pytest.mark.parametrize("command", ["plan", "generate", "explain", "observe"])
def test_sources_of_which_none_is_left_take_nothing_away(catalog: Path, command: str) -> None:
    run("generate", "--quiet")
    before = tree(catalog)
    (catalog / "generator.yaml").write_text("clusters:\nmodelRegistries: []\nowners: {default: group:default/ai}\n")
    more = {"explain": ["x"], "observe": ["-o", "s.json"]}.get(command, [])
    assert "catalog/generator.yaml names no source" in refused(command, *more, code=2)[0]
    assert {**before, "generator.yaml": ""} == {**tree(catalog), "generator.yaml": ""}
    run("validate", "catalog")


def test_a_line_of_the_base_that_is_lost_is_told_as_long_as_the_base_branch_has_it(catalog: Path) -> None:
    run("generate", "--quiet")
    assert "is not as it was generated" not in run("plan").output
    base = catalog / ".base/servers/east/payments.jsonl"
    base.write_text("bad: [\n" + base.read_text("utf-8").partition("\n")[2])
    told = run("plan").stdout
    assert "catalog/.base/servers/east/payments.jsonl:1" in told and "take it back from Git" in told
    run("generate", "--quiet")
    assert "is not as it was generated" not in run("plan").output, "it was taken for what it is now"


@pytest.mark.parametrize("token", ["sha256~hidden\npart-two", "h\u00e9hidden"])
def test_a_token_that_no_header_can_hold_is_never_shown(
    catalog: Path, served: Served, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("EAST_TOKEN", token)
    sources = [{"name": "east", "server": served.addresses["east"], "tokenEnv": "EAST_TOKEN"}]
    configure(catalog, served, clusters=sources)
    result = run("plan", code=4)
    assert "the token in EAST_TOKEN holds a character that no token has" in result.stderr
    assert "hidden" not in result.output


def test_an_outage_makes_nothing_an_orphan(catalog: Path, served: Served) -> None:
    run("generate", "--quiet")
    part = catalog / PART
    part.write_text(part.read_text("utf-8").replace("lifecycle: production", "lifecycle: ours", 1), "utf-8")
    served.faults["east"] = (".*", Answer("", 500))
    assert "orphan" not in run("plan", code=4).stdout


@pytest.mark.few(2)
@pytest.mark.parametrize(
    ("group", "told"),
    [
        ("kserve/eats/InferenceService", "; did you mean kserve/east/InferenceService"),
        ("kserve/east/InferenceServices", "; did you mean kserve/east/InferenceService"),
        ("model-catalog/w/z", ""),
    ],
)
def test_leave_to_remove_what_is_not_read_is_noted_and_fails_no_job(
    catalog: Path, served: Served, group: str, told: str
) -> None:
    run("observe", "-o", "s.json", "--quiet")
    stderr = run("plan", "--snapshot", "s.json", "--allow-removal", f"{group}=2").stderr
    assert f"note: --allow-removal {group}=2 has no effect: nothing such is read{told}" in stderr
    assert run("plan", "--snapshot", "s.json", "--quiet", "--allow-removal", f"{group}=2").stderr == ""
    known = ("--allow-removal", "kserve/east/InferenceService=2")  # nothing of it goes: a job may say so for good
    assert "no effect" not in run("plan", "--snapshot", "s.json", *known).stderr


def test_what_no_source_is_like_and_a_file_that_is_not_there_are_wrong_usage(catalog: Path) -> None:
    assert "did you mean kserve?" in run("plan", "--allow-removal", "kserv/east/InferenceService=2", code=2).stderr
    assert "nosuch" in run("plan", "--trust-file", "nosuch", code=2).stderr


def test_the_demo_is_refused_a_folder_that_is_in_use(catalog: Path) -> None:
    assert "is not empty" in refused("demo", "--keep", str(catalog))[0]


def test_a_mistake_in_the_configuration(catalog: Path) -> None:
    (catalog / "generator.yaml").write_text("clusters:\n  - {name: east, servr: https://x.example}\n")
    error, _ = refused("plan", code=2)
    assert "catalog/generator.yaml:2:18: /clusters/0/servr: unknown key 'servr'; did you mean server? valid" in error


@pytest.mark.parametrize(
    ("text", "told"), [("{", "is not JSON"), ("[]", "is no snapshot of version"), ('{"version": 1, "x": 1}', "sound")]
)
def test_a_snapshot_that_is_none(catalog: Path, text: str, told: str) -> None:
    Path("odd.json").write_text(text)
    error, hint = refused("plan", "--snapshot", "odd.json")
    assert told in error and "observe" in hint


def test_files_that_are_not_there(catalog: Path) -> None:
    assert "nowhere.json cannot be read" in refused("plan", "--snapshot", "nowhere.json")[0]
    assert "there is no nowhere" in refused("validate", "nowhere", code=2)[0]
    assert "cannot be written" in refused("observe", "--quiet", "-o", "no/such/folder/x.json")[0]


WRITTEN = {"observe": "snapshot", "plan": "page", "propose": "page", "validate": "baseline"}
NO_FILES = {
    "nowhere/x": "No such file or directory",
    "afile/x": "Not a directory",
    f"{'x' * 300}/x": "File name too long",
    "x" * 300: "File name too long",
}


@pytest.mark.parametrize("file", NO_FILES)
def test_a_file_that_cannot_be_written_is_refused_before_anything_is_read(
    catalog: Path, served: Served, file: str
) -> None:
    Path("afile").write_text("")
    served.faults = dict.fromkeys(served.addresses, (".*", Answer("", 500)))
    for command in (
        ("observe", "-o"),
        ("plan", "--html"),
        ("propose", "--no-pr", "--html"),
        ("validate", "--write-baseline"),
    ):
        assert refused(*command, file) == (
            f"error: the {WRITTEN[command[0]]} {file} cannot be written: {NO_FILES[file]}",
            "hint: name another file",
        )
        assert "'-' is no file" in run(*command, "-", code=2).stderr
    assert not Path("-").exists()


@pytest.mark.parametrize("folder", ["/proc/x", "afile/x", "x" * 300])
def test_a_demo_that_has_no_place_says_so(tmp_path: Path, folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("afile").write_text("")
    error, hint = refused("demo", "--keep", folder)
    assert error.startswith("error: the folder ") and " cannot be made: " in error
    assert hint == "hint: name a new folder with --keep"


def test_a_demo_that_git_cannot_begin_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "broken"))
    (tmp_path / "broken").write_text("[core", "utf-8")
    error, _ = refused("demo", "--keep", str(tmp_path / "kept"))
    assert error.startswith("error: git init in ") and "broken" in error


def test_wrong_usage(catalog: Path) -> None:
    assert "generator.yaml has no source 'nord'" in refused("observe", "-o", "x.json", "--source", "nord", code=2)[0]
    assert "generator.yaml names no repository" in refused("propose", "--quiet", code=2)[0]
    for odd in ("all", "kserve/east/InferenceService=²"):
        assert "kserve/east/InferenceService=3" in run("plan", "--allow-removal", odd, code=2).stderr
    assert "leave --snapshot out" in run("observe", "-o", "x.json", "--snapshot", "y.json", code=2).stderr


def test_a_proposal_that_cannot_be_made_reads_nothing(catalog: Path, served: Served) -> None:
    assert "names no repository" in refused("propose", code=2)[0]
    configure(catalog, served, repository={"url": "https://git.example.net/org/catalog", "tokenEnv": "NO_SUCH_TOKEN"})
    assert "NO_SUCH_TOKEN is not set" in refused("propose", code=2)[0]


def test_validate_finds_and_counts(catalog: Path) -> None:
    run("generate", "--quiet")
    part = catalog / PART
    before, kind, api = part.read_text("utf-8").partition("kind: API\n")
    text = before + kind + api.replace("name: east.support.granite-chat", "name: a b", 1)
    part.write_text(text, "utf-8")
    result = run("validate", code=3)
    assert f"{PART}:{len(text.partition('name: a b')[0].splitlines())}:3" in result.stdout
    assert json.loads(run("validate", "--format", "json", code=3).stdout)
    assert result.stderr.startswith("9 files with entities: ")
    assert "dependsOn" not in result.stdout and "providesApis refers to" in result.stdout
    assert any(line.endswith("(warning)") for line in result.stdout.splitlines())


def test_a_plan_tells_owners_that_nobody_knows(catalog: Path, served: Served) -> None:
    configure(catalog, served, owners={"known": ["user:default/alice", "org.txt"]})
    (catalog / "org.txt").write_text("- group:default/payments-ml\n- user:default/ana\n", "utf-8")
    told = [line for line in run("plan").stdout.splitlines() if "which nobody knows" in line]
    assert told and all("group:default/ai-platform" in line for line in told)
    run("observe", "-o", "snapshot.json", "--quiet")
    assert told == [line for line in run("plan", "--snapshot", "snapshot.json").stdout.splitlines() if "nobody" in line]


def test_what_a_baseline_knows_is_no_news_in_a_plan(catalog: Path, served: Served) -> None:
    run("generate", "--quiet")
    part = catalog / PART
    part.write_text(part.read_text("utf-8").replace("title: Granite for the contact centre", "title: ''", 1), "utf-8")
    run("validate", "--write-baseline", "catalog/known.json", code=3)
    served.estate = later(estate())
    assert "must not be empty" in run("plan").stdout
    configure(catalog, served, validation={"baseline": "known.json"})
    assert run("validate").exit_code == 0
    assert "must not be empty" not in run("plan").stdout


def test_owners_are_not_checked_while_the_backstage_that_knows_them_is_down(catalog: Path, served: Served) -> None:
    run("generate", "--quiet")
    configure(catalog, served, owners={"known": [served.addresses["cards"]]})
    result = run("plan")
    assert "which nobody knows" not in result.stdout
    assert "owners.known: no owner was checked: backstage " in result.stdout
    assert run("validate", "--online", code=1).stderr.startswith("error: backstage ")
    assert "--online does" in run("validate").stderr, "it takes no network of itself"


def test_validate_says_what_it_looked_at(catalog: Path) -> None:
    run("generate", "--quiet")
    assert run("validate").stderr == "9 files with entities: all valid\n"
    assert run("validate", "--quiet").stderr == ""
    Path("empty").mkdir()
    assert run("validate", "empty").stderr == "no file with Backstage entities was found\n"
    assert "looks at files only" in run("validate", "--snapshot", "x", code=2).stderr
    (catalog / "generator.yaml").write_text("cluster: []")
    assert "unknown key 'cluster'" in refused("validate", code=2)[0]


def test_help_is_there_for_everybody() -> None:
    assert "Exit codes: 0 done" in run("--help").stdout
    assert run("--version").stdout.startswith("rhoai-catalog, version ")


# -- terminals and logs ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "terminal", "wanted"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"TERM": "dumb"}, True, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"CLICOLOR_FORCE": "1"}, False, True),
        ({"FORCE_COLOR": "0"}, False, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
    ],
)
def test_who_gets_colour(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], terminal: bool, wanted: bool
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: terminal, raising=False)
    monkeypatch.setattr(sys, "stdout", stream)
    assert has_colour() is wanted


def test_colour_reaches_a_log_that_asks_for_it(catalog: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = run("plan").stdout
    assert "\x1b" not in plain
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = run("plan").stdout
    assert "\x1b[32m  + component:" in coloured and click.unstyle(coloured) == plain
    json.loads(run("plan", "--json").stdout)


@pytest.mark.parametrize("style", ["text", "github", "json", "sarif", "junit"])
def test_a_file_name_tells_a_workflow_nothing(catalog: Path, style: str) -> None:
    entity = "apiVersion: backstage.io/v1alpha1\nkind: Resource\nmetadata: {name: a b}\nspec: {type: a, owner: b}\n"
    Path("::stop-commands::x.yaml").write_text(entity, "utf-8")
    result = run("validate", "::stop-commands::x.yaml", "--format", style, code=3)
    commands = [line for line in result.output.splitlines() if line.lstrip().startswith("::")]
    assert all(line.startswith("::error file=%3A%3Astop-commands%3A%3Ax.yaml,") for line in commands)
    assert len(commands) == (style == "github")


def test_wrong_usage_is_told_as_text(catalog: Path) -> None:
    result = run("explain", "--##[add-mask]\x1b[31m", code=2)
    assert "no such option" in result.stderr and "##[" not in result.stderr and "\x1b" not in result.stderr


@pytest.mark.parametrize(
    ("command", "error", "asked"),
    [
        ("plan --bogus", "no such option --bogus", "plan"),
        ("plan --snapsot x", "no such option --snapsot; did you mean --snapshot?", "plan"),
        ("--bogus", "no such option --bogus", ""),
        ("overrides drop --al", "no such option --al; did you mean --all?", "overrides drop"),
        ("prpose", "no such command 'prpose'; did you mean propose?", ""),
        ("xyzzy", "no such command 'xyzzy'", ""),
        ("explain", "missing argument 'REF'", "explain"),
        ("plan --config", "option '--config' requires an argument", "plan"),
        ("observe", "missing option '-o' / '--output'", "observe"),
        (
            "observe -o x.json --snapshot y.json",
            "observe reads the sources themselves; leave --snapshot out",
            "observe",
        ),
        ("overrides drop", "name what to drop (REF), or say --all or --now-equal", "overrides drop"),
    ],
)
def test_wrong_usage_is_an_error_with_a_hint(catalog: Path, command: str, error: str, asked: str) -> None:
    hint = " ".join(("rhoai-catalog", *asked.split(), "--help"))
    result = CliRunner().invoke(main, command.split(), prog_name="rhoai-catalog")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines() == [f"error: {error}", f"hint: {hint}"]


def test_the_program_alone_tells_its_help() -> None:
    assert CliRunner().invoke(main, []).output == run("--help").output
