"""Whatever tenants, users of a registry and authors of cards write is shown in every medium, and does nothing."""

from __future__ import annotations

import ast
import contextlib
import itertools
import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import media
import pytest
import yaml
from forges import quick
from outside import Loopback, hostile
from rhoai_catalog import documents, pipeline, report
from rhoai_catalog.address import split_url
from rhoai_catalog.catalog import write_files
from rhoai_catalog.check import Check
from rhoai_catalog.cli.shell.job import set_outputs
from rhoai_catalog.config import Cluster, Config, Owners, Service
from rhoai_catalog.explanation import Explained, Explanation
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.identity import Identity
from rhoai_catalog.observation import Observation
from rhoai_catalog.plan import Plan
from rhoai_catalog.pointer import join
from rhoai_catalog.problem import Problem
from rhoai_catalog.propose.proposal import BEGIN
from rhoai_catalog.propose.publish import END, framed
from rhoai_catalog.report.style import CLEARED_LINE
from rhoai_catalog.text import gitlab, hub
from rhoai_catalog.text.prose import latin
from rhoai_catalog.text.terminal import terminal
from rhoai_catalog.text.visible import SEAM, visible
from rhoai_catalog.validate import check_entity
from test_page import acts_in_page
from thorough import tries

TEXTS = list(hostile.STRINGS.values())
SAID = TEXTS[:: tries(1, 8)]  # in the estate
STORABLE = [text.encode("utf-8", "replace").decode() for text in TEXTS]
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a run observed and planned; the tree is as it was before."""

    config: Config
    observation: Observation
    plan: Plan

    def files(self, pattern: str) -> dict[str, str]:
        return {name: text for name, text in self.plan.files.items() if text and PurePosixPath(name).match(pattern)}


def observed(root: Path, *, said: list[str]) -> tuple[Config, Observation]:
    """The estate of texts, over HTTP; `said` is what the registry's users say of the models that these name."""
    apis = hostile.answers(hostile.servers(SAID), hostile.registry(SAID, said=said), hostile.catalog(SAID))
    with contextlib.ExitStack() as stack:
        urls = {name: stack.enter_context(Loopback(api)).url for name, api in apis.items()}
        config = Config(
            root=root,
            clusters=(Cluster(name="east", server=urls["east"]),),
            services=(
                Service(family="model-registry", name="shared", url=urls["shared"]),
                Service(family="model-catalog", name="cards", url=urls["cards"]),
            ),
            owners=Owners(default="group:default/ai"),
            profiles=("seed", "ai-model-server", "mcp-server", "agent"),
        )
        return config, pipeline.read_sources(config)


def run(root: Path, *, said: list[str]) -> Run:
    config, observation = observed(root, said=said)
    assert all(scope.complete for scope in observation.snapshot.scopes)
    return Run(config=config, observation=observation, plan=pipeline.plan(config, observation, {}))


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Run]:
    """The first run, into an empty catalog; and one after that was merged, in which everything is called otherwise."""
    root = tmp_path_factory.mktemp("hostile") / "catalog"
    first = run(root, said=SAID)
    write_files(root, first.plan.files)
    return first, run(root, said=[*SAID[1:], SAID[0]])


def entities(run: Run) -> Iterator[dict[str, Any]]:
    for text in run.files("entities.yaml").values():
        yield from documents.load(text)
    for text in run.files("ai-model-servers.yaml").values():
        yield from documents.load(text)


def leaves(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Every value at any depth with its place; the names of mappings are values, too."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from ((f"{pointer}/{key}", key), *leaves(inner, f"{pointer}/{key}"))
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, f"{pointer}/-")
    else:
        yield pointer, value


def test_the_judges_see_what_would_act() -> None:
    assert len(TEXTS) > 120 and len(hostile.CARDS) > 70
    seen = [bool(media.acts_on_forge(text)) + bool(media.acts_in_hub(text)) for text in TEXTS]
    assert seen.count(2) > 40
    assert sum(bool(media.acts_on_terminal(text)) for text in TEXTS) > 15
    assert sum(bool(media.acts_in_commit(f"Subject\n\n{text.replace(chr(0), '')}\n")) for text in STORABLE) > 30
    assert sum(bool(quick.run(text)[1] or quick.references(text)) for text in STORABLE) > 10


# -- the tree ----------------------------------------------------------------------------------------------------------


def test_paths_are_safe_on_every_file_system(runs: tuple[Run, Run]) -> None:
    for name in runs[0].plan.files:
        parts = PurePosixPath(name).parts
        assert not name.startswith(("/", "-")) and ".." not in parts
        for part in parts:
            assert re.fullmatch(r"[.A-Za-z0-9][A-Za-z0-9._-]*", part) and len(part) <= 80, name
            assert not RESERVED.match(part) and not part.endswith(".") and part.lower() != ".git", name
    assert len({name.lower() for name in runs[0].plan.files}) == len(runs[0].plan.files)
    folders = {str(folder) for name in runs[0].plan.files for folder in PurePosixPath(name).parents}
    assert folders & set(runs[0].plan.files) == set(), "no file is a folder of others"


def test_yaml_says_the_same_to_both_versions_and_hides_nothing(runs: tuple[Run, Run]) -> None:
    for name, text in runs[0].files("*.yaml").items():
        assert [*yaml.load_all(text, yaml.CSafeLoader)] == documents.load(text), name
    for name, text in runs[0].files("*.md").items():
        assert not media.HIDDEN.search(text.replace(SEAM, "")), name
    for entity in entities(runs[0]):
        assert {problem.rule for problem in check_entity(entity)} <= {"ai-kind"}
        hidden = {pointer: value for pointer, value in leaves(entity) if media.HIDDEN.search(str(value))}
        assert hidden == {}, entity["metadata"]["name"]


# -- the Hub -----------------------------------------------------------------------------------------------------------


OWN_LINK = re.compile(r" ?\[How to call it\]\(/catalog/[a-z0-9.-]+/api/[a-z0-9.-]+/definition\)$")


def test_a_description_in_the_hub_is_text(runs: tuple[Run, Run]) -> None:
    for entity in entities(runs[0]):
        description = OWN_LINK.sub("", entity["metadata"]["description"])
        assert media.acts_in_hub(description) == [], entity["metadata"]["name"]


def test_what_is_written_as_a_description_is_what_is_read() -> None:
    for text in TEXTS:
        assert hub.plain(hub.inert(text)) == text
        live = media.acts_in_hub(text)
        assert live or not {"h1", "a", "img", "script"} & {e.tag for e in media.elements(media.rendered(text))}


def definitions(run: Run) -> Iterator[tuple[str, dict[str, Any], tuple[str, ...]]]:
    """Of each API that was written for a protocol: its name, its spec, and the names that its server answers to."""
    servers = run.observation.snapshot.inference_services
    stated = {
        s.identity: tuple(v.strip() for k, v in s.annotations.items() if k.startswith("rhdh.io/")) for s in servers
    }
    names = {s.identity: (*s.served_model_names.value, *stated[s.identity]) for s in servers}
    for entity in entities(run):
        metadata = entity["metadata"]
        if entity["kind"] == "API" and metadata["name"].endswith((".written", ".llm")):
            yield metadata["name"], entity["spec"], names[metadata["annotations"]["rhoai-catalog/source"]]


def test_a_definition_is_what_it_says_and_its_examples_are_of_one_call(runs: tuple[Run, Run]) -> None:
    told = 0
    for name, spec, served in definitions(runs[0]):
        if spec["type"] == "grpc":
            above = spec["definition"].partition('syntax = "proto3";')[0]
            assert all(line.startswith("//") for line in above.splitlines()), name
            continue
        document = documents.parse(spec["definition"])
        assert document == yaml.load(spec["definition"], yaml.CSafeLoader)
        description = document["info"]["description"]
        assert media.acts_in_hub(description) == [], name
        blocks = [media.seen(e) for e in media.elements(media.rendered(description)) if e.tag == "pre"]
        shell, python = blocks
        command = shlex.split(shell.replace("\\\n", " "))
        assert command[0] == "curl" and command[1].startswith("http") and command.count("-d") == 1, name
        body = json.loads(command[command.index("-d") + 1])
        calls = [node for node in ast.walk(ast.parse(python)) if isinstance(node, ast.Call)]
        models = [k.value for call in calls for k in call.keywords if k.arg == "model"]
        for model in [
            *(ast.literal_eval(node) for node in models),
            *(body[k] for k in ("model", "model_id") if k in body),
        ]:
            assert model in (*served, "MODEL"), name
            told += model != "MODEL"
    assert told > tries(100, 15)


# -- forges ------------------------------------------------------------------------------------------------------------


def test_nothing_acts_in_a_description_on_a_forge(runs: tuple[Run, Run]) -> None:
    first, second = runs
    for text in (report.pull_request_body(first.plan), report.job_summary(second.plan, limit=10**8)):
        assert media.acts_on_forge(text) == []
    for text in TEXTS:
        assert media.acts_on_forge(report.failure_summary(text, text)) == []
    assert media.acts_on_forge(report.problems_summary(PROBLEMS)) == []


def test_a_reviewer_reads_every_title(runs: tuple[Run, Run]) -> None:
    shown = media.seen(media.rendered(report.job_summary(runs[0].plan, limit=10**8))).replace(SEAM, "")
    for change in runs[0].plan.changes:
        assert visible(change.title[:100]) in shown


def test_nothing_acts_in_the_page_of_a_plan_and_every_title_can_be_read(runs: tuple[Run, Run]) -> None:
    for one in runs:
        page = media.document(report.plan_page(one.plan))
        assert list(acts_in_page(page)) == []
        shown = media.seen(page)
        assert all(visible(change.title[:100]) in shown for change in one.plan.changes)


def test_gitlab_runs_no_line_and_refers_to_nothing(runs: tuple[Run, Run]) -> None:
    for one in runs:
        body = gitlab.inert(framed(report.pull_request_body(one.plan)))
        assert quick.run(body)[1] == [] and quick.references(body) == []
        assert media.acts_on_forge(body.replace(BEGIN, "").replace(END, "")) == []


@pytest.mark.parametrize("outcome", [0, 1])
def test_a_commit_credits_nobody_and_skips_nothing(runs: tuple[Run, Run], outcome: int) -> None:
    message = report.commit_message(runs[outcome].plan)
    assert media.acts_in_commit(message) == []
    assert all(line.isprintable() for line in message.replace(SEAM, "").split("\n"))


# -- terminals and machines --------------------------------------------------------------------------------------------

PROBLEMS = tuple(
    Problem(path=text, line=1, column=2, pointer=join("metadata", text), message=text, rule="format", level=level)
    for text, level in zip(TEXTS, itertools.cycle(["error", "warning", "note"]), strict=False)
)


def test_nothing_acts_on_a_terminal(runs: tuple[Run, Run]) -> None:
    for one, colour, verbose in itertools.product(runs, (False, True), (False, True)):
        assert media.acts_on_terminal(report.plan_text(one.plan, colour=colour, verbose=verbose)) == []
    for text, colour in itertools.product(TEXTS, (False, True)):
        check = Check(source=text, message=text, well=False, hint=text)
        told = [*report.check_lines([check], colour=colour), report.traffic_text(Traffic(text))]
        assert media.acts_on_terminal("\n".join(told)) == []
    texts = {problem.path: f"a\n{problem.path}" for problem in PROBLEMS}
    for text in (report.FORMATS["text"](PROBLEMS), *(report.problems_text(PROBLEMS, texts, colour=c) for c in (0, 1))):
        assert media.acts_on_terminal(text) == []


def test_where_values_come_from_is_told_and_does_nothing() -> None:
    rows = tuple(
        Explained(
            pointer=join("metadata", text), value=text, origin=text, generated=text, becomes=text, line=1, file=file
        )
        for text, file in itertools.product(TEXTS, ("", "docs/index.md"))
    )
    people = tuple(replace(row, by_hand=True, person=row.origin) for row in rows)
    explanation = Explanation(ref=TEXTS[0], identity=Identity(TEXTS[1]), file=TEXTS[2], values=(*rows, *people))
    for colour in (False, True):
        assert media.acts_on_terminal(report.explanation_text(explanation, colour=colour)) == []
    told = report.explanation_json(explanation)
    assert told.isascii() and media.acts_on_terminal(told) == []


def test_later_steps_of_a_job_are_told_each_value_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "output"
    monkeypatch.setenv("GITHUB_OUTPUT", str(file))
    for text in STORABLE:
        file.write_text("", "utf-8")
        set_outputs({"url": text, "action": "updated"})
        lines = file.read_bytes().decode().split("\n")
        told: dict[str, str] = {}
        while lines and lines[0]:
            name, _, end = lines.pop(0).partition("<<")
            place = lines.index(end)
            told[name] = "\n".join(lines[:place])
            lines = lines[place + 1 :]
        assert told == {"url": text, "action": "updated"}


def test_progress_of_a_source_moves_nothing_but_its_own_line() -> None:
    for moving, verbose in itertools.product((False, True), repeat=2):
        written: list[str] = []
        lines = report.ProgressLines(written.append, moving=moving, verbose=verbose)
        for text in TEXTS:
            lines.answered(Traffic(text), text, 200, 0.1)
            lines.finished(Traffic(text))
        assert media.acts_on_terminal("".join(written).replace(CLEARED_LINE, "").removesuffix("\n")) == []


def test_machines_read_what_was_written_and_a_log_that_shows_it_obeys_nothing(runs: tuple[Run, Run]) -> None:
    for text in (report.plan_json(runs[1].plan), *(report.FORMATS[name](PROBLEMS) for name in ("json", "sarif"))):
        assert json.loads(text) and text.isascii() and media.acts_on_terminal(text) == []
    told = json.loads(report.FORMATS["json"](PROBLEMS))["problems"]
    assert [row["message"] for row in told] == TEXTS
    results = json.loads(report.FORMATS["sarif"](PROBLEMS))["runs"][0]["results"]
    for text, result in zip(TEXTS, results, strict=True):
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert unquote(uri, errors="surrogatepass") == text and re.fullmatch(r"[\w.~%/-]*", uri)
    titles = [change["title"] for change in json.loads(report.plan_json(runs[1].plan))["changes"]]
    assert titles == [change.title for change in runs[1].plan.changes]


def test_junit_is_a_case_for_each_problem_whatever_it_says() -> None:
    text = report.FORMATS["junit"](PROBLEMS)
    assert media.acts_on_terminal(text) == []
    cases = ElementTree.fromstring(text.encode()).findall("testsuite/testcase")
    assert [case.get("classname") for case in cases] == list(map(terminal, TEXTS))
    assert {len(case) for case in cases} == {1}


def test_an_annotation_is_one_command_and_says_what_it_says() -> None:
    for problem in PROBLEMS:
        [(name, place, message)] = media.annotations(report.FORMATS["github"]([problem]))
        assert name in ("error", "warning", "notice")
        assert place == {"file": visible(problem.path), "line": "1", "col": "2", "title": "format"}
        assert message.replace("\n", "").isprintable()


@pytest.mark.parametrize("url", ["https://a{}", "https://user@a{}/b", "https:/\t/a{}", "//a{}:80?b", "oci://a{}"])
def test_a_host_longer_than_any_is_no_host(url: str) -> None:
    """Python's own reader takes the square of the time for one of marks that are out of order."""
    with pytest.raises(ValueError, match="longer"):
        split_url(url.format("\u0301\u0316" * 100_000))
    assert split_url(url.format("\u0301\u0316")).netloc


@pytest.mark.parametrize("url", ["https://a/\u00fc//{}", "https://a?\u00fc=https://{}", "https://a#\u00fc//{}"])
def test_what_stands_behind_a_host_may_be_long(url: str) -> None:
    assert split_url(url.format("a" * 2_000)).hostname == "a"


def test_a_letter_under_any_number_of_marks_is_that_letter() -> None:
    assert latin("a" + "\u0301\u0316" * 100_000 + "\u00dcb\ufb01") == "aUbfi"
