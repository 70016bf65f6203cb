"""What a reviewer is led to: one row a server, links, a drawing, the same change once, and what a first one says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import media
import pytest
import yaml
from hypothesis import given
from line import AT_ONCE, BRANCH, PART, Line, line_in, model, server, version
from rhoai_catalog import limits, report
from rhoai_catalog.backstage import AUTH_POINTER
from rhoai_catalog.cli.shell.job import run_address
from rhoai_catalog.config import Addresses, Repository, file_address
from rhoai_catalog.identity import Identity
from rhoai_catalog.outcome import Outcome
from rhoai_catalog.plan import EXTERNAL_URL, INTERNAL_URL, Change, Flag, HandEdit, Operation, Plan, Upkeep, ValueChange
from rhoai_catalog.report.acts import CARRIED
from rhoai_catalog.report.plan.alike import alike
from rhoai_catalog.report.plan.things import things
from rhoai_catalog.text.markdown import markdown_code, markdown_wrapping, mermaid_label
from rhoai_catalog.text.visible import visible
from test_report_escape import ANY, HOSTILE

ADD, CHANGE, REMOVE = Operation.CREATE, Operation.UPDATE, Operation.REMOVE
FILE = "servers/east/pay/entities.yaml"
WEB = "https://git.example.net/org/catalog"
AT = Addresses(repository=Repository(url=WEB), hub="https://hub.example.net")


def entity(operation: Operation, kind: str, name: str, **rest: Any) -> Change:
    given = {"file": FILE, "identity": Identity(f"kserve/east/pay/InferenceService/{name}"), "title": name, **rest}
    return Change(operation=operation, what=f"{kind.lower()}:default/{name}", kind=kind, **given)


def pair(operation: Operation, name: str, **rest: Any) -> tuple[Change, Change]:
    """A server and its API."""
    lead = entity(operation, "Component", name, **rest)
    return lead, entity(operation, "API", name, part_of=lead.what, **rest)


@pytest.fixture
def forge() -> str:
    return "github"


@pytest.fixture
def line(forge: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    with line_in(tmp_path, forge, monkeypatch, removal=AT_ONCE) as line:
        yield line


# -- one server is one thing -------------------------------------------------------------------------------------------


def test_twelve_servers_are_twelve_everywhere() -> None:
    plan = Plan(changes=tuple(change for n in range(12) for change in pair(ADD, f"s{n:02}", owner="group:default/a")))
    assert report.verdict(plan).startswith("12 added · 0 changed")
    assert report.pull_request_title(plan) == "Update the AI catalog: 12 servers added"
    assert report.outputs(Outcome(action="created", branch="b", plan=plan))["added"] == "12"
    assert len(re.findall(r"^\+ ", report.commit_message(plan), re.MULTILINE)) == 12
    assert len(re.findall(r"^  \+ ", report.plan_text(plan, colour=False, verbose=False), re.MULTILINE)) == 12
    for markdown in (report.pull_request_body(plan), report.job_summary(plan)):
        assert markdown.count("| added |") == 12 == markdown.count("with its API")


@pytest.mark.parametrize("operation", Operation)
def test_what_needs_attention_in_both_is_one_thing_there(operation: Operation) -> None:
    flag = Flag.REMOVED if operation is REMOVE else Flag.AUTHENTICATION_OFF
    value = ValueChange(pointer=AUTH_POINTER, old="auth-required", new="auth-not-required", flag=flag)
    plan = Plan(changes=pair(operation, "a", flags=(flag,), values=() if operation is REMOVE else (value,)))
    assert "1 needs attention" in report.verdict(plan)
    body = report.pull_request_body(plan)
    attention = body.partition("### Changes")[0]
    assert attention.count("component:default/a") == 1 and "api:default/a" not in attention
    assert operation is REMOVE or attention.count("<code>auth-not-required</code>") == 1


def test_a_change_of_an_api_alone_is_one_of_its_server() -> None:
    value = ValueChange(pointer="/spec/definition", old="a", new="b")
    plan = Plan(changes=(entity(CHANGE, "API", "a", part_of="component:default/a", values=(value,)),))
    assert report.pull_request_title(plan).endswith(": 1 server changed")
    for told in (report.plan_text(plan, colour=False, verbose=False), report.commit_message(plan)):
        assert re.search(r"~ component:default/a.*its API is changed", told)


def test_an_api_that_comes_or_goes_while_its_server_stays_is_told_so() -> None:
    lead, api = entity(CHANGE, "Component", "a"), entity(ADD, "API", "b", part_of="component:default/a")
    [thing] = things((lead, api))
    assert (thing.lead, thing.along) == (lead, "its API api:default/b is added")
    [alone] = things((replace(api, operation=REMOVE, flags=(Flag.REMOVED,)),))
    assert (alone.lead.operation, alone.flags) == (CHANGE, (Flag.REMOVED,))


def test_one_value_in_both_is_told_once_and_whose_others_are() -> None:
    owner = ValueChange(pointer="/spec/owner", old="a", new="b")
    own = [ValueChange(pointer="/metadata/description", old="x", new=new) for new in "yz"]
    lead, api = pair(CHANGE, "a")
    plan = Plan(changes=(replace(lead, values=(owner, own[0])), replace(api, values=(owner, own[1]))))
    values = report.pull_request_body(plan).partition("### Values")[2]
    assert values.count("<code>owner</code>") == 1 and "<code>owner</code><br>also of its API" in values
    assert values.count("<code>description</code>") == 2 and "<code>description</code><br>of its API" in values
    text = report.plan_text(plan, colour=False, verbose=False)
    assert "description: x -> y" in text and "description of its API: x -> z" in text


def test_things_of_others_are_not_joined() -> None:
    """An API that a person made, and an MCP server's, stand for themselves."""
    changes = (entity(ADD, "API", "a"), entity(ADD, "Component", "a"), entity(ADD, "Resource", "a"))
    assert len(things(changes)) == 3


# -- where things are --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("forge", "address"),
    [
        ("github", f"{WEB}/blob/rhoai-catalog/update/catalog/a.yaml#L7"),
        ("gitlab", f"{WEB}/-/blob/rhoai-catalog/update/catalog/a.yaml#L7"),
        ("gitea", f"{WEB}/src/branch/rhoai-catalog/update/catalog/a.yaml#L7"),
    ],
)
def test_a_file_has_the_address_that_its_forge_gives_it(forge: str, address: str) -> None:
    at = Addresses(repository=Repository(url=f"{WEB}.git", forge=forge))
    assert at.file("a.yaml", 7) == address
    assert at.file("a.yaml", proposed=False) == address.replace("rhoai-catalog/update", "main").removesuffix("#L7")


@given(ANY)
def test_an_address_is_one_word_whatever_a_file_is_called(name: str) -> None:
    name = name.encode("utf-8", "replace").decode()
    for address in (AT.file(name), AT.page(f"api:default/{name}")):
        assert re.fullmatch(r"[\w.:/%#-]*", address, re.ASCII)
    assert unquote(AT.file(name)) == f"{WEB}/blob/rhoai-catalog/update/catalog/{name}"


@pytest.mark.parametrize("url", ["", "/srv/git/catalog", "git@git.example.net:org/catalog.git", "https://a b/c"])
def test_what_has_no_web_address_is_not_linked(url: str) -> None:
    assert file_address(Repository(url=url), "a.yaml", "main") == ""
    body = report.pull_request_body(Plan(changes=pair(ADD, "a")), at=Addresses(repository=Repository(url=url)))
    assert "](<" not in body and media.acts_on_forge(body) == []


def test_an_entity_leads_to_its_line_and_to_the_hub_once_it_is_there(line: Line) -> None:
    line.run(server("a"), server("b"))
    at = Addresses(repository=Repository(url=WEB), hub="https://hub.example.net")
    text = line.text()

    def links(body: str) -> list[str]:
        return [e.get("href") or "" for e in media.elements(media.rendered(body)) if e.tag == "a"]

    plan = line.run(server("a"), server("b")).plan
    lines = [link for link in links(report.pull_request_body(plan, at=at)) if f"catalog/{PART}#L" in link]
    assert len(lines) == 4, "two servers, each with its API"
    for link in lines:
        document = "\n".join(text.split("\n")[int(link.rpartition("#L")[2]) - 1 :])
        assert document.startswith("apiVersion:"), link
    assert not any(link.startswith(at.hub) for link in links(report.pull_request_body(plan, at=at)))
    line.merge()
    gone = line.run(server("a", description="Another")).plan
    told = links(report.pull_request_body(gone, at=at))
    assert f"{at.hub}/catalog/default/component/east.pay.a" in told
    assert any(f"/blob/main/catalog/{PART}#L" in link for link in told), "what goes, where it is"


def test_a_hand_edit_leads_to_its_entity(line: Line) -> None:
    line.run(server("a"))
    line.merge()
    line.edit("main", "title: a", "title: Ours")
    plan = line.run(server("a", description="Another")).plan
    assert [(edit.pointer, edit.line) for edit in plan.hand_edits] == [("/metadata/title", 2)]


# -- the run -----------------------------------------------------------------------------------------------------------

GITHUB = {"GITHUB_SERVER_URL": "https://git.example.net", "GITHUB_REPOSITORY": "org/catalog", "GITHUB_RUN_ID": "77"}


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        (GITHUB, "https://git.example.net/org/catalog/actions/runs/77"),
        (
            {**GITHUB, "GITEA_ACTIONS": "true", "GITHUB_RUN_NUMBER": "5"},
            "https://git.example.net/org/catalog/actions/runs/5?by_index=1",
        ),
        (
            {"CI_JOB_URL": "https://git.example.net/org/catalog/-/jobs/3"},
            "https://git.example.net/org/catalog/-/jobs/3",
        ),
        ({"CI_JOB_URL": "https://x>(y"}, ""),
        ({**GITHUB, "GITHUB_RUN_ID": ""}, ""),
        ({}, ""),
    ],
)
def test_where_the_run_is_read(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], address: str) -> None:
    for name in (*GITHUB, "GITEA_ACTIONS", "GITHUB_RUN_NUMBER", "CI_JOB_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert run_address() == address


@pytest.mark.few(1)
@pytest.mark.parametrize("forge", ["github", "gitea", "gitlab"])
def test_a_description_leads_to_the_run_that_wrote_it_and_is_not_written_for_another(line: Line) -> None:
    line.run(server("a"), run="https://ci.example.net/o/-/runs/1?by_index=1")
    assert "Written by [this run](<https://ci.example.net/o/-/runs/1?by_index=1>)." in line.pull.body
    writes = line.writes()
    assert (
        line.run(server("a"), run="https://ci.example.net/o/-/runs/2?by_index=1").action == "unchanged"
        and line.writes() == writes
    )
    assert line.run(server("a")).action == "unchanged", "nor for one that has no address"
    line.run(server("a"), server("b"), run="https://ci.example.net/o/-/runs/3?by_index=1")
    assert re.findall(r"/runs/\d", line.pull.body) == ["/runs/3"]


# -- the drawing -------------------------------------------------------------------------------------------------------


def drawing(plan: Plan) -> list[str]:
    return report.pull_request_body(plan).partition("```mermaid\n")[2].partition("```")[0].splitlines()


def test_the_drawing_leads_from_models_to_servers_to_apis() -> None:
    flagged = pair(CHANGE, "a", flags=(Flag.EXPOSED,))
    relations = {"component:default/a": ("resource:default/m", "api:default/a")}
    first, *lines = drawing(Plan(changes=flagged, relations=relations))
    assert first == "graph LR" and lines[:5] == [
        '  n0["a"]:::changed', '  n1["m"]', '  n2(["a"]):::changed', "  n1 --> n0", "  n0 --> n2",
    ]  # fmt: skip
    assert drawing(Plan(changes=flagged)) == []


def test_a_drawing_has_as_many_boxes_as_one_takes_in_what_is_gravest_first() -> None:
    names = [f"s{number:02}" for number in range(40)]
    changes = [entity(CHANGE, "Component", n, flags=(Flag.OWNER,)) for n in names[1:]]
    changes.append(entity(CHANGE, "Component", "zz", flags=(Flag.AUTHENTICATION_OFF,)))
    relations = {f"component:default/{n}": (f"resource:default/m{n}", f"api:default/{n}") for n in (*names, "zz")}
    lines = drawing(Plan(changes=tuple(changes), relations=relations))
    boxes = [line for line in lines if re.match(r"  n\d+[(\[]", line)]
    assert len(boxes) == limits.GRAPH_NODES and boxes[0] == '  n0["zz"]:::changed'
    assert '  more["and 31 more"]' in lines


@given(ANY)
def test_a_label_is_letters_and_numbers_whatever_it_says(text: str) -> None:
    made = mermaid_label(text)
    assert re.fullmatch(r'"(?:[^\W_]| |#\d+;)*"', made)
    assert re.sub(r"#(\d+);", lambda code: chr(int(code[1])), made[1:-1]) == visible(text)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_stays_in_its_box(text: str) -> None:
    lead, api = pair(CHANGE, "a", flags=(Flag.EXPOSED,), title=text)
    ref = f"resource:default/{text}"
    plan = Plan(changes=(lead, api), relations={lead.what: (ref, api.what)})
    assert len(drawing(plan)) == len(drawing(Plan(changes=pair(CHANGE, "a"), relations={lead.what: ("m", api.what)})))
    assert media.acts_on_forge(report.pull_request_body(plan)) == []


@given(ANY)
def test_a_value_that_may_be_broken_is_the_same_value(text: str) -> None:
    made = markdown_wrapping(text)
    assert made.replace("<wbr>", "") == markdown_code(text)
    shown = [re.sub(r"&#\d+;", "x", part) for part in re.split(r"<wbr>|\s", made[6:-7])]
    assert all(len(part.replace("\u200b", "")) <= 25 for part in shown)


# -- the same in many --------------------------------------------------------------------------------------------------


def upgraded(number: int, **rest: Any) -> tuple[Change, ...]:
    """Servers whose descriptions all gain the same line, below one of their own."""
    return tuple(
        entity(
            CHANGE,
            "Component",
            f"s{n}",
            values=(ValueChange(pointer="/metadata/description", old=f"s{n}\nA", new=f"s{n}\nA\nB"),),
            **rest,
        )
        for n in range(number)
    )


def test_the_same_change_in_many_is_told_once_and_others_stand_alone() -> None:
    other = entity(CHANGE, "Component", "z", values=(ValueChange(pointer="/metadata/description", old="z", new="y"),))
    plan = Plan(changes=(*upgraded(400), other))
    body = report.pull_request_body(plan)
    assert "401 changed" in report.verdict(plan)
    assert "| 400 Components | <code>description</code> |" in body and "component:default/s0<" in body
    changes = body.partition("### Changes")[2].partition("<details>\n<summary><b>The same")[0]
    assert "component:default/z" in changes and "component:default/s" not in changes


def test_few_and_what_is_flagged_or_a_persons_is_told_by_itself() -> None:
    assert alike(Plan(changes=upgraded(limits.ALIKE))).whole
    assert not alike(Plan(changes=upgraded(limits.ALIKE - 1))).whole
    assert not alike(Plan(changes=upgraded(50, flags=(Flag.OWNER,)))).whole
    by_hand = [replace(c, values=(replace(c.values[0], by_hand=True),)) for c in upgraded(50)]
    assert not alike(Plan(changes=tuple(by_hand))).whole
    assert not alike(Plan(changes=tuple(replace(c, moved_from="a.yaml") for c in upgraded(50)))).whole


def test_a_thing_that_changes_in_something_else_as_well_is_told_whole() -> None:
    more = ValueChange(pointer="/spec/system", old=None, new="system:default/a")
    changed = upgraded(50)
    odd = replace(changed[0], values=(*changed[0].values, more))
    told = alike(Plan(changes=(odd, *changed[1:])))
    assert odd.what not in told.whole and len(told.whole) == 49


def test_a_server_is_told_alone_where_its_api_changes_in_something_else() -> None:
    servers = upgraded(50)
    api = entity(CHANGE, "API", "s0", part_of=servers[0].what, values=(ValueChange(pointer="/spec/type", new="grpc"),))
    body = report.pull_request_body(Plan(changes=(*servers, api)))
    assert "component:default/s0<" in body.partition("### Changes")[2].partition("### Values")[0]


def test_sections_of_pages_are_the_same_by_their_own_heading() -> None:
    pages = [
        Change(
            operation=CHANGE,
            what=f"models/{n}/docs/index.md",
            kind="",
            file=f"models/{n}/docs/index.md",
            identity=Identity(""),
            values=(ValueChange(pointer=f"/Model {n}/Serving", old="a", new="a\nb"),),
        )
        for n in range(30)
    ]
    body = report.pull_request_body(Plan(changes=tuple(pages)))
    assert "| 30 pages | <code>Serving</code> |" in body and "<b>Pages</b>" not in body


# -- what it does, always ----------------------------------------------------------------------------------------------


def test_a_change_of_the_index_alone_is_told(line: Line) -> None:
    line.run(server("a"))
    line.merge()
    ours = "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata:\n  name: ours\nspec:\n  owner: group:default/a\n"
    line.person("main", lambda catalog: (catalog / "ours.yaml").write_text(ours, "utf-8") and None)
    plan = line.run(server("a")).plan
    assert plan.changes == () and plan.upkeep == (
        Upkeep(file="catalog-info.yaml", what="./ours.yaml is read from now on"),
    )
    assert report.verdict(plan).startswith("0 added · 0 changed · 0 removed · index changed")
    assert line.pull.title == "Update the AI catalog: the index" and "./ours.yaml is read from now on" in line.pull.body
    assert "./ours.yaml is read from now on" in report.plan_text(plan, colour=False, verbose=False)
    assert "catalog-info.yaml: ./ours.yaml" in report.commit_message(plan)


def test_a_move_on_the_branch_is_told(line: Line) -> None:
    line.run(server("a"))
    line.merge()
    line.run(server("a", description="Another"))

    def move(catalog: Path) -> None:
        (catalog / "servers/ours.yaml").write_text((catalog / PART).read_text("utf-8"), "utf-8")
        (catalog / PART).unlink()

    line.person(BRANCH, move)
    plan = line.run(server("a", description="Another")).plan
    assert "2 moved" in report.verdict(plan) and f"moved from {PART}" in line.pull.body
    assert f"moved from {PART}" in report.plan_text(plan, colour=False, verbose=False)


def test_another_url_is_shown_with_both_sides(line: Line) -> None:
    old, new = "https://a.apps.east.example.net/old", "https://a.apps.east.example.net/new"
    line.run(server("a", external_url=old))
    line.merge()
    plan = line.run(server("a", external_url=new)).plan
    [thing] = things(plan.changes)
    assert thing.flags == (Flag.ADDRESS,) and not plan.is_safe
    attention = line.pull.body.partition("### Changes")[0]
    seen = media.seen(media.rendered(attention)).replace("\u200b", "")
    assert "URL changed" in seen and seen.index(old) < seen.index(new)


def test_each_value_that_a_flag_is_about_is_shown_and_the_thing_counts_once() -> None:
    pointers = (EXTERNAL_URL, INTERNAL_URL)
    values = tuple(
        ValueChange(pointer=p, old=f"{n} old", new=f"{n} new", flag=Flag.ADDRESS) for n, p in enumerate(pointers)
    )
    plan = Plan(changes=pair(CHANGE, "a", values=values, flags=(Flag.ADDRESS,)))
    assert "1 needs attention" in report.verdict(plan)
    attention = report.pull_request_body(plan).partition("### Changes")[0]
    assert "**URL changed** |" in attention and all(f"<code>{n} old</code>" in attention for n in range(2))


def test_words_that_come_along_from_the_page_before_are_explained() -> None:
    file = "models/m/2.2.0/docs/support.md"
    section = ValueChange(pointer="/Support", new="Ask Alice.", by_hand=True)
    page = Change(operation=ADD, what=file, kind="", file=file, identity=Identity(""), values=(section,))
    edit = HandEdit(what=file, file=file, pointer="/Support", mine="Ask Alice.", carried=True)
    body = report.pull_request_body(Plan(changes=(page,), hand_edits=(edit,)))
    [row] = [row for row in body.splitlines() if row.startswith("| added |")]
    assert f"{CARRIED}: Support" in row
    told = report.plan_text(Plan(changes=(page,), hand_edits=(edit,)), colour=False, verbose=False)
    assert re.search(rf"\+ {file}  \({CARRIED}: Support\)", told)


# -- the first one -----------------------------------------------------------------------------------------------------


def test_the_first_pull_request_introduces_itself_and_only_that(line: Line) -> None:
    outcome = line.run(server("a"), model(), version())
    body = line.pull.body
    assert outcome.plan.is_first and "### What this is" in body
    assert "- Shown: 1 server, 1 model." in body and "Read in <code>kserve/east</code>" in body
    fence = body.partition("```yaml\n")[2].partition("```")[0]
    [place] = yaml.safe_load(fence)["catalog"]["locations"]
    assert place["target"] == f"{line.world.repository().url}/blob/main/catalog/catalog-info.yaml"
    assert place["rules"] == [{"allow": ["API", "Component", "Resource", "Location"]}]
    assert "catalog-info.yaml" in line.files(), "small as it is"
    assert line.run(server("a"), model(), version()).action == "unchanged"
    line.merge()
    second = line.run(server("b"), server("a"), model(), version())
    assert not second.plan.is_first and "### What this is" not in line.pull.body


def test_what_was_not_found_is_said_in_the_first_one(line: Line) -> None:
    line.run(server("a"), down=("model-registry/shared",))
    assert re.search(r"Read in <code>model-registry/shared</code>: .*\*\*not listed completely\*\*", line.pull.body)


def test_the_first_one_of_an_estate_that_has_nothing_yet_lets_the_hub_be_pointed_at_it(line: Line) -> None:
    line.run()
    body = line.pull.body
    assert "- Shown: nothing yet." in body
    [place] = yaml.safe_load(body.partition("```yaml\n")[2].partition("```")[0])["catalog"]["locations"]
    named = place["target"].partition("/main/catalog/")[2]
    assert named in line.files(), "what it names is there once it is merged"
    assert place["rules"] == [{"allow": ["API", "Component", "Resource", "Location"]}], "what may come is allowed, too"
    line.merge()
    assert line.run().action == "nothing"
    line.run(server("a"))
    line.merge()
    line.run(allowed={"kserve/east/InferenceService": 1})
    line.merge()
    assert named in line.files("main"), "nor does it go with the last server"
    assert line.run().action == "nothing"


def test_the_first_one_introduces_itself_however_much_is_in_it() -> None:
    changes = tuple(change for n in range(3_000) for change in pair(ADD, f"s{n}", owner=f"group:default/t{n % 50}"))
    body = report.pull_request_body(Plan(changes=changes, is_first=True), at=AT)
    assert len(body) <= 58_000 and "### Point the Hub at it" in body
    assert "- Shown: 3,000 servers." in body and body.count("| added |") > 50
