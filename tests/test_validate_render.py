"""Problems told to people and machines, whatever their texts try."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from outside.mutations import mutant, read_rows
from rhoai_catalog.problem import RULES, Problem
from rhoai_catalog.report import FORMATS, problems_summary, problems_text
from rhoai_catalog.validate import check_entity
from thorough import tries

HOSTILE = Problem(
    path="a,b:%\n::error::x.yaml",
    line=3,
    column=7,
    pointer="/metadata/tags/0",
    message="50%\r\n::warning::\x1b[31m\ud800",
    rule="format",
)
TEXTS = st.text() | st.just("::error::\r\n%0A]]>&<\x00")
PROBLEMS = st.lists(
    st.builds(Problem, path=TEXTS, pointer=TEXTS, message=TEXTS, rule=st.sampled_from(sorted(RULES))), max_size=15
)


def test_text_is_a_line_for_each_problem() -> None:
    assert FORMATS["text"]([]) == ""
    plain = Problem(path="a.yaml", line=3, column=7, pointer="/kind", message="is wrong", rule="value")
    assert FORMATS["text"]([plain, plain]) == "a.yaml:3:7: /kind: is wrong\na.yaml:3:7: /kind: is wrong"


def test_annotations_are_escaped() -> None:
    (line,) = FORMATS["github"]([HOSTILE]).split("\n")
    assert line == (
        "::error file=a%2Cb%3A%25\\n%3A%3Aerror%3A%3Ax.yaml,line=3,col=7,title=format"
        "::/metadata/tags/0: 50%25%0A\\u003A:warning::\\u001B[31m\\uD800"
    )


ACTING = Problem(
    path="::stop-commands::x.yaml",
    pointer="##[add-mask]a",
    message="::set-env name=PATH::x\r\n::error::100%0A\u2028::debug::y\r##vso[task.complete]z",
    rule="value",
)


@pytest.mark.parametrize("style", sorted(FORMATS))
@pytest.mark.parametrize("level", ["error", "warning", "note"])
def test_no_format_tells_a_log_what_to_do(style: str, level: str) -> None:
    text = FORMATS[style]([replace(ACTING, level=level)])
    lines = [line.strip() for line in text.splitlines()]
    commands = [line for line in lines if line.startswith("::")]
    assert len(commands) == (style == "github") and not re.search(r"##\w*\[", text)
    assert "stop-commands" in text and "add-mask" in text and "task.complete" in text


def test_an_annotation_is_of_the_file_that_it_names() -> None:
    (line,) = FORMATS["github"]([ACTING]).splitlines()
    assert line == (
        "::error file=%3A%3Astop-commands%3A%3Ax.yaml,line=1,col=1,title=value::#\\u0023[add-mask]a: "
        "::set-env name=PATH::x%0A\\u003A:error::100%250A\\u2028::debug::y%0A#\\u0023vso[task.complete]z"
    )


def test_a_terminal_and_a_summary_are_told_no_command_either() -> None:
    line = "##[add-mask]b ::debug::c"
    for column in range(1, len(line)):
        problem = replace(ACTING, column=column)
        for text in (problems_text([problem], {ACTING.path: line}, colour=True), problems_summary([problem])):
            assert not re.search(r"##\w*\[|^\W*::", re.sub(r"\x1b\[\d+m", "", text), re.MULTILINE)


@given(PROBLEMS)
def test_annotations_are_at_most_ten_and_the_rest_is_counted(problems: list[Problem]) -> None:
    lines = [line for line in FORMATS["github"](problems).splitlines() if line]
    assert len(lines) == min(len(problems), 11)
    assert all(line.startswith(("::error file=", "::warning file=", "::notice::")) for line in lines)
    assert len(problems) <= 10 or lines[-1].startswith(f"::notice::{len(problems) - 10} more")


@given(PROBLEMS)
def test_every_format_can_be_read_back(problems: list[Problem]) -> None:
    assert len(FORMATS["text"](problems).splitlines()) == len(problems)
    assert [row["message"] for row in json.loads(FORMATS["json"](problems))["problems"]] == [
        p.message for p in problems
    ]
    (run,) = json.loads(FORMATS["sarif"](problems))["runs"]
    assert [result["ruleId"] for result in run["results"]] == [problem.rule for problem in problems]
    suites = ElementTree.fromstring(FORMATS["junit"](problems).encode())
    assert len(suites.findall(".//failure")) == len(problems)
    assert len(suites.findall(".//testcase")) == max(len(problems), 1)


def test_a_problem_keeps_its_fingerprint_where_its_line_moves() -> None:
    def fingerprint(line: int) -> object:
        problem = Problem(path="a.yaml", line=line, pointer="/kind", message="is wrong", rule="value")
        return json.loads(FORMATS["sarif"]([problem]))["runs"][0]["results"][0]["partialFingerprints"]

    assert fingerprint(3) == fingerprint(30)


def test_every_rule_is_listed() -> None:
    rows = read_rows()[:: tries(10, 40)]
    assert {finding.rule for row, _ in rows for finding in check_entity(mutant(*row))} <= set(RULES)
