"""Title, commit, labels, values, terminal and JSON."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rhoai_catalog import report
from rhoai_catalog.backstage import AUTH_POINTER
from rhoai_catalog.explanation import Explained, Explanation
from rhoai_catalog.identity import Identity
from rhoai_catalog.plan import Change, Flag, HandEdit, Held, Operation, Plan, ValueChange
from rhoai_catalog.report import (
    commit_message,
    explanation_json,
    explanation_text,
    labels,
    plan_json,
    plan_text,
    pull_request_title,
    traffic_text,
    verdict,
)
from rhoai_catalog.report.health import Listing, listings
from rhoai_catalog.report.style import Style, styled
from rhoai_catalog.report.values import cut, difference, field_name, place, section_name
from rhoai_catalog.snapshot import Scope
from test_report_escape import ANY, HOSTILE
from test_report_sample import HOSTILE as TITLE
from test_report_sample import PLAN, TRAFFIC


def _change(operation: Operation, kind: str, what: str = "a", **rest: Any) -> Change:
    return Change(operation=operation, what=what, kind=kind, file="f", identity=Identity("kserve/east/a/b/c"), **rest)


ADD, CHANGE, REMOVE = Operation.CREATE, Operation.UPDATE, Operation.REMOVE

# -- title, commit, labels ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ([(ADD, "Resource")] * 3 + [(CHANGE, "Component")] * 2, "3 models added, 2 servers changed"),
        ([(ADD, "Resource"), (ADD, "API"), (ADD, "")], "1 model added"),
        ([(CHANGE, "API")] * 2 + [(CHANGE, "")], "2 APIs and 1 page changed"),
        ([(REMOVE, "Location"), (REMOVE, "Group")], "2 entities removed"),
    ],
)
def test_the_title_says_what_matters(changes: list[tuple[Operation, str]], title: str) -> None:
    plan = Plan(changes=tuple(_change(operation, kind) for operation, kind in changes))
    assert pull_request_title(plan) == f"Update the AI catalog: {title}"


def test_a_title_without_changes_and_one_with_very_many() -> None:
    assert pull_request_title(Plan(files={".base/index.jsonl": ""})) == "Update the AI catalog"
    many = [_change(operation, kind) for operation in Operation for kind in ("Resource", "Component")] * 12_000
    title = pull_request_title(Plan(changes=tuple(many)))
    assert len(title) <= 100 and "24,000 removed" in title


def test_the_verdict_counts_things_and_not_flags() -> None:
    counts = "2 added · 2 changed · 2 removed · 2 pages · 1 moved · index changed"
    assert verdict(PLAN) == f"{counts} · 9 need attention · sources 2/3 complete"
    flags = (Flag.OWNER, Flag.LICENCE)
    assert "1 needs attention" in verdict(Plan(changes=(_change(CHANGE, "Resource", flags=flags),)))


@given(st.lists(ANY, max_size=60))
def test_a_commit_message_is_a_subject_a_verdict_and_marked_lines(names: list[str]) -> None:
    plan = Plan(changes=tuple(_change(ADD, "Resource", what=name) for name in names))
    subject, second, *lines = [line for line in commit_message(plan).split("\n") if line]
    assert subject == pull_request_title(plan) and second == verdict(plan)
    assert len(lines) == min(len(names), 41)
    assert all(len(line) <= 100 and re.match(r"\+ |… and ", line) for line in lines)


def test_labels_follow_the_plan() -> None:
    assert labels(Plan()) == ()
    assert labels(PLAN) == ("catalog:deletions", "catalog:security", "catalog:conflict", "catalog:blocked")
    assert labels(Plan(changes=(_change(CHANGE, "Component", flags=(Flag.EXPOSED,)),))) == ("catalog:security",)
    assert labels(Plan(hand_edits=(HandEdit(what="a", file="f", pointer="/x", flags=(Flag.URL_EDITED,)),))) == (
        "catalog:security",
    )
    assert labels(Plan(held=(Held(what="a", reason="b"),))) == ("catalog:blocked",)


# -- values ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pointer", "long", "short"),
    [
        ("/metadata/annotations/rhoai-catalog~1state", "annotations › rhoai-catalog/state", "state"),
        ("/metadata/links/https:~1~1a.example/title", "links › https://a.example › title", "links"),
        ("/spec/owner", "owner", "owner"),
        ("/kind", "kind", "kind"),
        ("", "all of it", "all of it"),
    ],
)
def test_places_have_the_names_that_people_use(pointer: str, long: str, short: str) -> None:
    assert (place(pointer), field_name(pointer)) == (long, short)


def test_sections_have_the_name_of_their_heading() -> None:
    assert section_name("/Granite 3.1/Licence") == "Licence"
    assert section_name("") == "the beginning"


def test_a_member_of_a_set_is_the_value() -> None:
    added = difference("/spec/dependsOn/resource:default~1a", None, True, 50)
    assert (added.place, added.old, added.new) == ("dependsOn", None, "resource:default/a")
    both = difference(AUTH_POINTER, "auth-required", "auth-not-required", 50)
    assert (both.place, both.old, both.new) == ("tags", "auth-required", "auth-not-required")


@pytest.mark.parametrize(
    ("old", "new", "summary"),
    [
        ("x\n" * 12, "x\n" * 14, "changed (12 -> 14 lines)"),
        (None, "x\n" * 14, "added (14 lines)"),
        ("x\n" * 12, None, "removed (12 lines)"),
        ("x" * 700, "y", "changed (700 -> 1 characters)"),
    ],
)
def test_long_texts_are_told_and_not_shown(old: str | None, new: str | None, summary: str) -> None:
    assert difference("/spec/definition", old, new, 120).summary == summary


def test_what_looks_equal_but_is_not_is_told_apart() -> None:
    sides = difference("/x", "true", True, 50)
    assert (sides.old, sides.new) == ('"true"', "true")
    assert difference("/x", "", ["a"], 50).old == '""'


@given(st.text("ab", min_size=40, max_size=200), st.text("ab", min_size=1, max_size=200), st.integers(20, 120))
def test_a_cut_still_shows_the_difference(common: str, end: str, width: int) -> None:
    sides = difference("/x", common + "1" + end, common + "2" + end, width)
    assert sides.old != sides.new
    assert sides.old is not None and len(sides.old) <= width


def test_cut() -> None:
    assert cut("abc", 3) == "abc"
    assert cut("abcd", 3) == "ab…"


# -- sources -----------------------------------------------------------------------------------------------------


def test_complete_scopes_come_together_and_incomplete_ones_alone() -> None:
    scopes = [
        Scope(source="kserve/b", kind="K", namespace=namespace, complete=namespace != "y", listed=2, reason="no")
        for namespace in "zyx"
    ]
    assert listings(scopes) == (
        Listing(source="kserve/b", kind="K in y", complete=False, listed=2, reason="no"),
        Listing(source="kserve/b", kind="K", complete=True, listed=4),
    )


def _unset(sources: int, variable: str = "TOKEN") -> tuple[Scope, ...]:
    return tuple(
        Scope(
            source=f"kserve/c{number:02}",
            kind=kind,
            complete=False,
            reason=f"cluster c{number:02}: the environment variable {variable} is not set",
            hint=f"export {variable}=... before",
        )
        for number in range(sources)
        for kind in ("InferenceService", "LLMInferenceService")
    )


NAMED = "30 sources (kserve/c00, kserve/c01, kserve/c02 and 27 more)"
KINDS = "InferenceService, LLMInferenceService"


def test_what_many_sources_lack_is_told_once() -> None:
    plan = Plan(scopes=(*_unset(30), Scope(source="kserve/west", kind="InferenceService", complete=True, listed=4)))
    text = plan_text(plan, colour=False, verbose=False)
    assert f"  ! {NAMED} {KINDS}: not listed completely\n" in text
    assert text.count("TOKEN is not set") == text.count("export TOKEN=... before") == 1
    verbose = plan_text(plan, colour=False, verbose=True)
    assert verbose.count(": not listed completely") == 60 and verbose.count("TOKEN is not set") == 1
    body = report.pull_request_body(plan)
    assert body.count("TOKEN is not set") == 1 and body.count("| **no** |") == 60, "each is in the table"
    assert re.search(r"^- 30 sources \(<code>kserve/c00</code>, .* and 27 more\) InferenceService, LLM.*: ", body, re.M)
    page = report.plan_page(plan)
    assert page.count("TOKEN is not set") == 1 and all(f"kserve/c{number:02}<" in page for number in range(30))
    [failure] = report.failures(plan.scopes)
    assert failure.messages == (f"{NAMED}: the environment variable TOKEN is not set",)
    assert [one["complete"] for one in json.loads(plan_json(plan))["scopes"]].count(False) == 60


@pytest.mark.parametrize(("sources", "told"), [(1, "c00"), (3, "c00, kserve/c01, kserve/c02"), (4, "c02 and 1 more)")])
def test_of_many_sources_the_first_ones_are_named_and_none_is_lost(sources: int, told: str) -> None:
    [failure] = report.failures(_unset(sources))
    assert failure.messages[0].partition(": ")[0].endswith(told)


def test_each_reason_has_its_own_sources() -> None:
    plan = Plan(scopes=(*_unset(2), *_unset(5, "OTHER")[4:]))
    text = plan_text(plan, colour=False, verbose=False)
    assert f"  ! kserve/c00, kserve/c01 {KINDS}: not listed completely\n      the environment variable TOKEN" in text
    named = "kserve/c02, kserve/c03, kserve/c04"
    assert f"  ! {named} {KINDS}: not listed completely\n      the environment variable OTHER" in text
    assert [failure.hint for failure in report.failures(plan.scopes)] == [
        "export TOKEN=... before",
        "export OTHER=... before",
    ]


def test_the_traffic_of_a_source_is_a_line() -> None:
    assert traffic_text(TRAFFIC[1]) == "model-registry/team-a: 31 requests, 22 pages, 4 retries, 61.0 s"


# -- terminal ----------------------------------------------------------------------------------------------------


def test_the_last_line_is_the_total() -> None:
    assert plan_text(PLAN, colour=False, verbose=False).splitlines()[-1] == verdict(PLAN)
    assert plan_text(Plan(), colour=False, verbose=False) == verdict(Plan())


def test_colour_changes_nothing_else() -> None:
    coloured = plan_text(PLAN, colour=True, verbose=True)
    assert "\x1b[32m  + component:default/east.payments.fraud-v3  Fraud detection  with its API\x1b[0m" in coloured
    assert re.sub(r"\x1b\[\d*m", "", coloured) == plan_text(PLAN, colour=False, verbose=True)


def test_verbose_shows_every_value() -> None:
    assert "… and 2 more values" in plan_text(PLAN, colour=False, verbose=False)
    verbose = plan_text(PLAN, colour=False, verbose=True)
    assert "more value" not in verbose
    assert "tags: auth-required -> auth-not-required" in verbose
    assert "kserve/east InferenceService: 41 listed" in verbose


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_in_its_line(text: str) -> None:
    def plan(text: str) -> Plan:
        value = ValueChange(pointer=f"/metadata/{text}", old=text, new=f"{text}!")
        changes = tuple(_change(operation, "API", what=text, title=text, values=(value,)) for operation in Operation)
        return replace(PLAN, changes=changes, held=(Held(what=text, reason=text, release=text),))

    made, calm = (plan_text(plan(given), colour=False, verbose=False) for given in (text, "calm"))
    assert all(line.isprintable() for line in made.split("\n"))
    assert len(made.split("\n")) == len(calm.split("\n"))


@pytest.mark.parametrize("style", Style)
def test_a_style_is_around_text_that_is_safe(style: Style) -> None:
    text = styled("a\x1b[31mb", style, colour=True)
    assert re.sub(r"^\x1b\[\d+m|\x1b\[0m$", "", text) == styled("a\x1b[31mb", style, colour=False) == r"a\u001B[31mb"
    assert text.startswith("\x1b[") is (style is not Style.PLAIN)


# -- JSON --------------------------------------------------------------------------------------------------------


def test_json_has_the_whole_plan_and_no_file_text() -> None:
    text = plan_json(PLAN)
    data = json.loads(text)
    assert text.isascii() and "kind: Component" not in text
    assert data["digest"] == PLAN.digest and data["withheld"] is True
    assert data["counts"] == {
        "entities": {"create": 3, "update": 3, "remove": 2},
        "pages": {"create": 1, "update": 1, "remove": 0},
        "things": {"create": 2, "update": 2, "remove": 2},
    }
    assert data["files"] == {
        "servers/east/payments/entities.yaml": "written",
        "servers/east/sandbox/entities.yaml": "removed",
    }
    assert [change["title"] for change in data["changes"]].count(TITLE) == 1
    assert data["changes"][0]["flags"] == ["removed"]
    assert data["held"][0]["release"] == "--allow-removal model-registry/team-a/ModelVersion=12"


def test_json_takes_any_value_that_a_person_may_have_written() -> None:
    value = ValueChange(pointer="/x", old=math.inf, new={"a": [math.nan, None, True]})
    data = json.loads(plan_json(Plan(changes=(_change(CHANGE, "API", values=(value,)),))))
    assert data["changes"][0]["values"] == [
        {"pointer": "/x", "old": "inf", "new": {"a": ["nan", None, True]}, "by_hand": False, "flag": None}
    ]


def test_an_explanation_leads_no_terminal_astray_and_takes_any_value() -> None:
    value = Explained(pointer="/spec/x", value=math.inf, origin="\x9b2J\u202e##[add-mask]a")
    explanation = Explanation(ref="component:default/a", identity=None, file="a.yaml", values=(value,))
    text = explanation_json(explanation)
    assert text.isascii() and "##[" not in text
    data = json.loads(text)
    assert (data["version"], data["source"], data["file"]) == (1, "", "a.yaml")
    assert (data["values"][0]["value"], data["values"][0]["origin"]) == ("inf", value.origin)
    lines = explanation_text(explanation, colour=False).split("\n")
    assert lines[1] == "written by hand; no source shows it" and all(line.isprintable() for line in lines)


def test_a_source_in_trouble_of_its_own_is_a_note_in_every_report() -> None:
    trouble = Scope(source="model-catalog/c", kind="CatalogModel", namespace="a", complete=False, reason="no x.yaml")
    own = replace(trouble, withholds=False)
    for scope, told, kept in ((own, report.troubles, report.failures), (trouble, report.failures, report.troubles)):
        plan = Plan(scopes=(scope,))
        place = "" if scope.withholds else " in a"  # the letter is in the words of the catalog
        assert [failure.messages for failure in told([scope])] == [(f"model-catalog/c{place}: no x.yaml",)]
        assert kept([scope]) == ()
        assert plan.withheld is scope.withholds
        body = report.pull_request_body(plan)
        assert "no x.yaml" in body and "no x.yaml" in report.plan_text(plan, colour=False, verbose=False)
        assert ("in trouble of its own" in body) is not scope.withholds
