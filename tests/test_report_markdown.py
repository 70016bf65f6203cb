"""Bodies and summaries of any size: within their budget, whole entries only, what matters first."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rhoai_catalog.entity import LeftOut
from rhoai_catalog.identity import Identity
from rhoai_catalog.plan import Change, Flag, HandEdit, Held, Operation, Plan, ValueChange
from rhoai_catalog.problem import Problem
from rhoai_catalog.report import job_summary, plan_json, plan_text, pull_request_body
from rhoai_catalog.report.plan.markdown.budget import ReportSection, RowGroup, fit
from rhoai_catalog.snapshot import Scope
from test_report_escape import HOSTILE
from test_report_sample import PLAN, TRAFFIC

MORE = re.compile(r"^… and ([\d,]+) more$", re.MULTILINE)

NOWHERE = Identity("")


def _assert_sound(markdown: str) -> None:
    """Every row has as many cells as its table, and what is opened is closed."""
    for table in re.split(r"\n(?!\|)", markdown):
        rows = [line for line in table.split("\n") if line.startswith("|")]
        assert len({row.count("|") for row in rows}) <= 1, rows
        assert len(rows) != 1
    for name in ("details", "summary", "code", "b"):
        assert len(re.findall(f"<{name}[ >]", markdown)) == markdown.count(f"</{name}>")


def _estate(size: int, text: str = "name") -> Plan:
    """A plan that changes `size` entities of 300 owners and adds a page for each of them."""
    changes = [
        Change(
            operation=list(Operation)[number % 3],
            what=f"component:default/east.{number}.{text}",
            kind="Component",
            file="servers/east/a/entities.yaml",
            identity=Identity("kserve/east/a/InferenceService/x"),
            title=text,
            owner=f"group:default/team-{number % 300}",
            values=(ValueChange(pointer="/metadata/description", old=text, new=f"{text} {number}"),),
        )
        for number in range(size)
    ]
    pages = [
        Change(
            operation=Operation.CREATE,
            what=f"models/{number}/docs/index.md",
            kind="",
            file="",
            identity=Identity(""),
        )
        for number in range(size)
    ]
    return replace(PLAN, changes=(*changes, *pages))


@pytest.mark.few(1)
@pytest.mark.parametrize("limit", [6_000, 20_000, 58_000])
def test_a_large_body_fits_and_says_how_much_is_not_in_it(limit: int) -> None:
    plan = _estate(6_000)
    body = pull_request_body(plan, limit=limit)
    assert limit * 0.7 < len(body) <= limit
    _assert_sound(body)
    shown = len(re.findall(r"^\| (?:added|changed|removed) \| <code>component", body, re.MULTILINE))
    assert MORE.search(body) and f"{6_000 - shown:,}" in MORE.findall(body)
    assert body.endswith("plan --verbose`.\n")


def test_a_summary_is_measured_in_bytes() -> None:
    plan = _estate(9_000, text="模型" * 30)
    summary = job_summary(plan)
    assert 700_000 < len(summary.encode()) <= 900_000
    _assert_sound(summary)


@settings(deadline=None)
@given(st.integers(2_500, 30_000), st.integers(0, 60), st.sampled_from(HOSTILE))
def test_any_budget_gives_sound_markdown(limit: int, size: int, text: str) -> None:
    body = pull_request_body(_estate(size, text), limit=limit)
    assert len(body) <= limit
    _assert_sound(body)


def test_attention_is_not_cut_for_anything_else() -> None:
    held = tuple(
        Held(what=f"thing {number}", reason="too many", release="--allow-removal a=200") for number in range(200)
    )
    body = pull_request_body(replace(_estate(6_000), held=held))
    assert all(f"<code>thing {number}</code>" in body for number in range(200))
    assert body.count("--allow-removal a=200") == 1


def test_even_too_much_attention_fits_and_is_counted() -> None:
    broken = tuple(Problem(path=f"catalog/{number}.yaml", message="x" * 100) for number in range(2_000))
    held = tuple(
        Held(what=f"thing {number}", reason=f"{number}.yaml cannot be read", release="mend it") for number in range(500)
    )
    body = pull_request_body(replace(PLAN, unreadable=broken, held=held))
    assert len(body) <= 58_000
    assert MORE.search(body)
    _assert_sound(body)


def test_every_release_text_is_there_while_things_are_left_out() -> None:
    held = tuple(
        Held(what=f"{group}/{n}", reason=f"{group} fails", release=f"--allow {group}")
        for group in "abc"
        for n in range(2_000)
    )
    body = pull_request_body(Plan(held=held))
    assert len(body) <= 58_000
    assert all(f"<code>--allow {group}</code>" in body for group in "abc")


def test_the_same_remark_about_many_things_is_one_line_with_a_count() -> None:
    left_out = [LeftOut(what=f"granite v{number:03}", reason="not covered") for number in range(120)]
    plan = Plan(left_out=(*left_out, LeftOut(what="llama v1", reason="it has no name")))
    [line] = [line for line in plan_text(plan, colour=False, verbose=False).splitlines() if "not covered" in line]
    assert line == "  granite v000 and 119 more: not covered"
    body = pull_request_body(plan)
    assert "| <code>granite v000</code> and 119 more | not covered |\n" in body and body.count("not covered") == 1
    assert "<b>Left out</b> (121)" in body and "| <code>llama v1</code> | it has no name |\n" in body
    for whole in (plan_text(plan, colour=False, verbose=True), job_summary(plan), plan_json(plan)):
        assert all(one.what in whole for one in plan.left_out)


def test_the_body_knows_no_time() -> None:
    assert "61.0" in job_summary(PLAN, traffic=TRAFFIC)
    slower = [replace(cost, seconds=999.0, retries=9, requests=99) for cost in TRAFFIC]
    assert pull_request_body(PLAN, traffic=TRAFFIC) == pull_request_body(PLAN, traffic=slower)


def test_an_empty_plan_is_told_in_one_line() -> None:
    assert job_summary(Plan()) == "**0 added · 0 changed · 0 removed · 0 need attention**\n\n"


def test_incomplete_sources_are_open_to_the_eye_and_complete_ones_are_not() -> None:
    scope = Scope(source="kserve/east", kind="InferenceService", complete=True, listed=3)
    assert "<details>\n<summary><b>Sources</b>" in job_summary(Plan(scopes=(scope,)))
    broken = replace(scope, namespace="payments", complete=False, reason="403", hint="grant `list`")
    summary = job_summary(Plan(scopes=(scope, broken)))
    assert "<details open>\n<summary><b>Sources</b>" in summary
    assert "InferenceService in payments: 403<br>grant &#96;list&#96;" in summary


def test_a_removal_names_the_key_that_dropped_it() -> None:
    body = pull_request_body(PLAN)
    assert "generator.yaml no longer covers it (clusters east namespaces)" in body


@pytest.mark.parametrize("operation", [Operation.CREATE, Operation.REMOVE])
def test_the_name_of_a_source_is_text(operation: Operation) -> None:
    identity = Identity("kserve/@org|x/a/InferenceService/b")
    change = Change(operation=operation, what="component:default/b", kind="Component", file="b.yaml", identity=identity)
    body = pull_request_body(Plan(changes=(change,)))
    assert "&#124;x" in body and "@org" not in body and "org|x" not in body


SECTIONS = st.lists(
    st.builds(
        ReportSection,
        head=st.text("h", max_size=5),
        groups=st.lists(
            st.builds(RowGroup, head=st.text("g", max_size=5), entries=st.lists(st.text("e", max_size=80)).map(tuple))
        ).map(tuple),
        tail=st.text("t", max_size=5),
        first=st.booleans(),
    )
)


@settings(deadline=None)
@given(SECTIONS, st.integers(60, 2_000))
def test_fitting_never_exceeds_and_never_cuts_what_fits(sections: list[ReportSection], limit: int) -> None:
    whole = "".join(section.text for section in sections)
    made = fit(sections, limit)
    assert len(made) <= limit
    assert (made == whole) is (len(whole) <= limit)


def test_short_sections_come_in_full_and_long_ones_share() -> None:
    long_ = RowGroup(entries=("x" * 10,) * 1_000)
    short = RowGroup(entries=("y" * 10,) * 10)
    made = fit(
        [
            ReportSection(head="", groups=(long_,)),
            ReportSection(head="", groups=(short,)),
            ReportSection(head="", groups=(long_,)),
        ],
        2_000,
    )
    assert made.count("y") == 100
    first, second = (part.count("x") for part in made.split("y" * 100))
    assert abs(first - second) <= 10


def test_flags_are_read_in_the_order_of_their_weight() -> None:
    body = pull_request_body(PLAN)
    places = [
        body.index(f"**{flag.value.capitalize()}") for flag in (Flag.AUTHENTICATION_OFF, Flag.REMOVED, Flag.OWNER)
    ]
    assert places == sorted(places)


def test_no_flag_starves_the_rest() -> None:
    """3,000 changes, half of them with one flag: every concern, every owner and every table has its share."""
    changes = tuple(
        Change(
            operation=Operation.UPDATE,
            what=f"component:default/east.ns{number % 60}.server-{number}",
            kind="Component",
            file=f"servers/east/ns{number % 60}/entities.yaml",
            identity=Identity(f"kserve/east/ns/InferenceService/{number}"),
            title=f"Server {number}",
            owner=f"group:default/team-{number % 40}",
            values=(ValueChange(pointer="/spec/owner", old="a", new="b"),),
            flags=(Flag.AUTHENTICATION_OFF if number < 1_500 else [*Flag][number % len(Flag)],),
        )
        for number in range(3_000)
    )
    edits = tuple(HandEdit(what=f"component:default/e{n}", file="a.yaml", pointer="/spec/owner") for n in range(300))
    held = tuple(Held(what=f"thing {number}", reason="too many") for number in range(500))
    body = pull_request_body(Plan(changes=changes, hand_edits=edits, held=held))
    assert len(body) <= 60_000
    _assert_sound(body)
    for flag in Flag:
        assert re.search(rf"{re.escape(flag.value)}\*\*[^\n]*\n\| <code>component", body, re.IGNORECASE), flag
    for team in range(40):
        assert f"|  | **group:&#8203;default/team-{team}** |  |  |\n| changed |" in body, team
    assert "thing 0<" in body and "component:default/e0<" in body and "<code>owner</code>" in body
