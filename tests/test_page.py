"""The plan as a page for a browser: everything is told, nothing acts, nothing is fetched, and a reader can narrow it.

What a browser makes of the page is looked at in its document; where a browser is found, in that browser, too.
"""

from __future__ import annotations

import base64
import hashlib
import html
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

import media
import pytest
from hypothesis import given
from hypothesis import strategies as st
from outside import hostile
from rhoai_catalog import limits, report
from rhoai_catalog.backstage import AUTH_POINTER
from rhoai_catalog.entity import LeftOut
from rhoai_catalog.identity import Identity
from rhoai_catalog.plan import (
    Change,
    Clash,
    DeclinedChange,
    Flag,
    HandEdit,
    Held,
    Operation,
    Plan,
    Reverted,
    ValueChange,
)
from rhoai_catalog.problem import Problem
from rhoai_catalog.report.plan.page.sides import rows as sides_of
from rhoai_catalog.report.plan.things import by_owner, things
from rhoai_catalog.snapshot import Scope
from rhoai_catalog.text.visible import visible
from test_report_sample import PLAN, SERVER
from thorough import tries

TEXTS = list(dict.fromkeys(hostile.STRINGS.values()))
MANY = tries(3_000, 200)  # changes; of 300 lines each, they are too much for a page
ROOM = tries(limits.PAGE_DETAILS, limits.MiB)  # for their values, on a page
OF_THE_PAGE = frozenset(
    """html head meta title style body script a header h1 h2 h3 ul li div aside nav main section footer p label input
    select option output button details summary dl dt dd kbd small span b code del ins table thead tbody tr th td pre
    svg g path rect text title""".split()
)
ATTRIBUTES = frozenset(
    """lang charset http-equiv content name type id class href for value hidden role aria-label aria-live tabindex
    checked autocomplete spellcheck colspan scope viewBox width height x y rx d data-row data-group data-section
    data-done data-owner data-source data-kind data-flags""".split()
)
SHOWN_WIDTH = 100  # characters of a text that no report cuts


def tag(element: Element) -> str:
    """Its name; that of a part of a drawing stands behind a namespace."""
    return element.tag.rpartition("}")[2]


def elements(root: Element, name: str) -> list[Element]:
    return [element for element in media.elements(root) if tag(element) == name]


def inside(root: Element, name: str) -> Element:
    """The element with an id."""
    [element] = [element for element in media.elements(root) if element.get("id") == name]
    return element


def told(root: Element) -> str:
    return "".join(media.texts(root, without=("script", "style")))


def said_by(text: str) -> Plan:
    """A plan in which every text is one text."""
    values = (
        ValueChange(pointer=f"/metadata/annotations/{text}", old=text, new=f"{text}2", flag=Flag.LICENCE),
        ValueChange(
            pointer="/metadata/links/x", old={"url": text, "title": text}, new=[text, {text: text}], by_hand=True
        ),
    )
    changes = [
        Change(
            operation=operation,
            what=text if page else f"component:default/{text}",
            kind="" if page else text,
            file=f"{text}/entities.yaml",
            identity=Identity(f"{text}/{text}/x"),
            title=text,
            owner=text,
            values=values,
            flags=(Flag.LICENCE,),
            reason=text,
        )
        for operation in Operation
        for page in (False, True)
    ]
    edits = [
        HandEdit(what=text, file=f"{text}.{kind}", pointer=f"/{text}", mine=text, generated=f"{text}2", state=state)
        for kind in ("md", "yaml")
        for state in ("active", "conflict")
    ]
    return Plan(
        changes=tuple(changes),
        held=(Held(what=text, reason=text, release=text),),
        hand_edits=tuple(edits),
        left_out=(LeftOut(what=text, reason=text),),
        scopes=(Scope(source=text, kind=text, complete=False, reason=text, hint=text),),
        problems=(Problem(path=text, pointer=text, message=text),),
        unreadable=(Problem(path=text, message=text),),
        files={f"{text}/entities.yaml": f"kind: Component\nmetadata:\n  name: {text}\n  title: {text}\n"},
        declined=(DeclinedChange(what=text, pointer=f"/{text}", pull=1),),
        reverted=(Reverted(what=text, commit=text, person=text, pull=1),),
        clashes=(Clash(file=text, line=1, kept="branch", lost=text),),
        outside=(text,),
        contributors=(text,),
        relations={f"component:default/{text}": (f"resource:default/{text}", f"api:default/{text}")},
    )


@pytest.fixture(scope="module")
def sample() -> Element:
    return media.document(report.plan_page(PLAN))


# -- nothing acts ------------------------------------------------------------------------------------------------------


def acts_in_page(root: Element) -> Iterator[str]:
    """What a page of ours does not have: elements, attributes and addresses that somebody else put there."""
    for element in media.elements(root):
        if tag(element) not in OF_THE_PAGE:
            yield f"<{tag(element)}>"
        yield from (f"{element.tag} {name}" for name in element.attrib if name not in ATTRIBUTES)
        if not re.fullmatch(r"#[\w-]+", element.get("href", "#x")):
            yield element.get("href", "")
    yield from (str(comment.text) for comment in root.iter() if not isinstance(comment.tag, str))


@pytest.mark.few(10)
@pytest.mark.parametrize("number", range(len(TEXTS)))
def test_no_text_acts_and_every_text_can_be_read(number: int) -> None:
    text = TEXTS[number]
    usual, page = (media.document(report.plan_page(said_by(said))) for said in ("plain", text))
    assert list(acts_in_page(page)) == []
    tags = [Counter(element.tag for element in media.elements(root)) for root in (usual, page)]
    for name in ("script", "style", "meta", "title", "input", "button", "select", "main", "body", "link"):
        assert tags[0][name] == tags[1][name], name
    assert [script.text for script in elements(page, "script")] == [script.text for script in elements(usual, "script")]
    shown = told(page)
    assert not media.HIDDEN.search(shown.replace("\n", ""))
    assert shown.count(visible(text[:SHOWN_WIDTH])) >= 20


def test_the_judge_sees_what_acts() -> None:
    for text in ("<img src=x>", "<p onclick=x>", "<a href=//x>y</a>", "<p style=x>", "<p><!-- -->", "<iframe>"):
        assert list(acts_in_page(media.document(text))), text


@pytest.mark.parametrize("plan", [PLAN, Plan(), said_by(TEXTS[0])], ids=["sample", "empty", "hostile"])
def test_a_browser_may_run_its_script_and_nothing_else(plan: Plan) -> None:
    page = media.document(report.plan_page(plan))
    [policy] = [meta.get("content", "") for meta in elements(page, "meta") if meta.get("http-equiv")]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert set(rules) == {"default-src", "style-src", "script-src", "base-uri", "form-action"}
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    for name, rule in (("style", "style-src"), ("script", "script-src")):
        [element] = elements(page, name)
        assert element.attrib == {}
        digest = base64.b64encode(hashlib.sha256((element.text or "").encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{digest}'"
    head = [element.get("http-equiv") for element in media.elements(page) if element.tag in ("meta", "style", "title")]
    assert head[:2] == [None, "Content-Security-Policy"], "it stands before all that it is for"


def test_it_asks_for_nothing() -> None:
    page = report.plan_page(PLAN)
    [style] = elements(media.document(page), "style")
    [script] = elements(media.document(page), "script")
    assert not re.search(r"@import|url\(|//", style.text or "")
    assert not re.search(r"fetch|XMLHttpRequest|import\b|https?:|innerHTML|eval|document\.write", script.text or "")


# -- everything is told ------------------------------------------------------------------------------------------------


def test_every_change_is_told_with_both_sides(sample: Element) -> None:
    rows = {code.text: row for row in elements(inside(sample, "changes"), "details") for code in elements(row, "code")}
    assert set(rows) == {change.what for change in PLAN.changes}
    for change in PLAN.changes:
        row, shown = rows[change.what], told(rows[change.what])
        assert visible(change.title) in shown and change.file in shown
        assert all(flag.value in shown for flag in change.flags if flag is not Flag.REMOVED)
        for value in change.values:
            if isinstance(value.old, str) and "\n" not in value.old:
                cells = [[told(cell) for cell in elements(line, "td")] for line in elements(row, "tr")]
                assert [value.old, value.new or ""] in cells


def test_what_is_new_is_shown_as_it_will_stand() -> None:
    other, document = "kind: API\nmetadata:\n  name: a\nspec:\n  x: other\n", "kind: Component\nmetadata:\n  name: a\n"
    document += "  title: 'The <b>new</b> one'\nspec:\n  owner: group:default/x\n"
    change = Change(
        operation=Operation.CREATE,
        what="component:default/a",
        kind="Component",
        file="servers/x.yaml",
        identity=Identity(f"{SERVER}/a"),
    )
    plan = Plan(changes=(change,), files={"servers/x.yaml": f"{other}---\n{document}"})
    [text] = elements(media.document(report.plan_page(plan)), "pre")
    assert told(text) == document


@pytest.mark.parametrize(
    "words",
    [
        "Edited by hand: a URL differs from what was observed",
        "--allow-removal model-registry/team-a/ModelVersion=12",
        "model-registry/team-a/resnet/1",
        "https://risk.example.com",
        "https://risk-payments.apps.east.example.net",
        "Reads digits. Ask #vision before you change it.",
        "its registered model 77 is not there",
        "answered 502 on page 2",
        "if it lasts, look at the pods of the registry",
        "'Payments Team' is no entity reference",
        "mapping key 'spec' twice",
        "generator.yaml: clusters east namespaces",
    ],
)
def test_all_else_is_told(sample: Element, words: str) -> None:
    assert words in told(inside(sample, "main"))


def test_every_link_leads_to_one_place() -> None:
    for plan in (PLAN, said_by("plain"), Plan()):
        page = media.document(report.plan_page(plan))
        ids = Counter(element.get("id") for element in media.elements(page) if element.get("id"))
        assert set(ids.values()) == {1}
        links = [link.get("href", "") for link in elements(page, "a")]
        assert links and all(link.removeprefix("#") in ids for link in links)
        labels = [label.get("for") for label in elements(page, "label")]
        controls = [c.get("id") for name in ("input", "select") for c in elements(page, name)]
        assert sorted(map(str, labels)) == sorted(map(str, controls)), "every control has a name"


TEXT = st.lists(st.sampled_from(["a", "b", "a b", "", "x.y-1", "x.y-2", "<i>", "\u202e"]), max_size=40).map("\n".join)


@given(TEXT, TEXT)
def test_both_sides_of_a_value_can_be_read_whole(old: str, new: str) -> None:
    read: tuple[list[str], list[str]] = ([], [])
    table = media.document(f"<table><tbody>{sides_of(old, new)}</tbody></table>")
    expected = [side.removesuffix("\n").split("\n") for side in (old, new)]
    for line in elements(table, "tr"):
        cells = elements(line, "td")
        if line.get("class") == "note":
            count = int(told(line).split()[0])
            kept = [lines[len(side) : len(side) + count] for lines, side in zip(expected, read, strict=True)]
            assert kept[0] == kept[1], "what is folded is equal"
            for side, some in zip(read, kept, strict=True):
                side += some
            continue
        for side, cell in zip(read, cells, strict=True):
            side += [] if cell.get("class") == "none" else [told(cell)]
        marked = [told(mark) for name in ("del", "ins") for mark in elements(line, name)]
        if "none" not in [cell.get("class") for cell in cells]:
            assert (line.get("class") == "same") == (told(cells[0]) == told(cells[1]) and not marked)
    assert [[visible(line) for line in side] for side in read] == [[visible(x) for x in side] for side in expected]


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("https://a.example/v1", "https://b.example/v1", ["a", "b"]),
        ("vllm 0.9.1", "vllm 0.10.1", ["9", "10"]),
        ("group:default/ml", "group:default/mlops", ["ml", "mlops"]),
        ("no", "yes", ["no", "yes"]),
    ],
)
def test_what_differs_in_a_line_is_marked_in_whole_words(old: str, new: str, marked: list[str]) -> None:
    table = media.document(f"<table>{sides_of(old, new)}</table>")
    assert [told(mark) for name in ("del", "ins") for mark in elements(table, name)] == marked


# -- one server is one row ---------------------------------------------------------------------------------------------


def serving(operation: Operation, kind: str, name: str, **rest: Any) -> Change:
    given = {"file": "servers/x.yaml", "identity": Identity(f"{SERVER}/a"), "owner": "group:default/a", **rest}
    return Change(operation=operation, what=f"{kind.lower()}:default/{name}", kind=kind, **given)


def rows_of(plan: Plan) -> list[Element]:
    return elements(inside(media.document(report.plan_page(plan)), "changes"), "details")


def test_the_page_counts_as_every_report_does(sample: Element) -> None:
    rows = elements(inside(sample, "changes"), "details")
    pages = [change.what for change in PLAN.changes if change.is_page]
    leads = [thing.lead.what for _, some in by_owner(PLAN) for thing in some]
    assert [told(elements(row, "code")[0]) for row in rows] == [*leads, *sorted(pages)]
    [small] = elements(elements(inside(sample, "changes"), "h2")[0], "small")
    assert told(small) == str(len(rows)) == str(len(things(PLAN.changes)) + len(pages))


def test_both_documents_of_a_new_server_are_shown() -> None:
    texts = [f"kind: {kind}\nmetadata:\n  name: a\n" for kind in ("API", "Component")]
    changes = (
        serving(Operation.CREATE, "API", "a", part_of="component:default/a"),
        serving(Operation.CREATE, "Component", "a"),
    )
    [row] = rows_of(Plan(changes=changes, files={"servers/x.yaml": "---\n".join(texts)}))
    assert "with its API" in told(elements(row, "summary")[0])
    assert "api:default/a, as it will stand in catalog/servers/x.yaml" in told(row)
    assert [told(text) for text in elements(row, "pre")] == [texts[1], texts[0]]


def test_one_value_in_both_is_told_once_and_whose_others_are_is_told() -> None:
    owner = ValueChange(pointer="/spec/owner", old="group:default/a", new="group:default/b", flag=Flag.OWNER)
    kind = ValueChange(pointer="/spec/type", old="openapi", new="grpc", by_hand=True)
    changes = (
        serving(Operation.UPDATE, "Component", "a", values=(owner,), flags=(Flag.OWNER,)),
        serving(Operation.UPDATE, "API", "a", values=(owner, kind), part_of="component:default/a"),
    )
    [row] = rows_of(Plan(changes=changes))
    assert [told(head) for head in elements(row, "th")[2:]] == [
        "ownerowner changedalso of its API",
        "typeby handof its API",
    ]
    assert "owner, type (by hand)" in told(elements(row, "summary")[0])


@pytest.mark.parametrize(("operation", "done"), [(Operation.REMOVE, "removed"), (Operation.UPDATE, "changed")])
def test_an_api_that_changes_alone_is_told_as_its_server(operation: Operation, done: str) -> None:
    flags = (Flag.REMOVED,) if operation is Operation.REMOVE else (Flag.AUTHENTICATION_OFF,)
    api = serving(operation, "API", "a", part_of="component:default/a", flags=flags)
    plan = Plan(changes=(api,), relations={"component:default/a": ("api:default/a",)})
    page = media.document(report.plan_page(plan))
    [row] = elements(inside(page, "changes"), "details")
    assert told(elements(row, "code")[0]) == "component:default/a"
    assert f"its API is {done}" in told(elements(row, "summary")[0])
    assert row in chosen(page, "done", done) and row in chosen(page, "kind", "API")
    assert row in chosen(page, "flags", flags[0].value)
    links = [link.get("href") for name in ("attention", "graph") for link in elements(inside(page, name), "a")]
    assert links == ["#c1"] * 3, "what is flagged, and both boxes, lead to the one row"


def test_a_moved_server_says_from_where(sample: Element) -> None:
    assert "moved from models/team-a/_3f/entities.yaml" in told(inside(sample, "changes"))


def test_the_api_of_a_server_is_named_where_there_is_no_room_for_its_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PAGE_DETAILS", limits.MiB)
    apis = [
        Change(**_fields(change) | {"kind": "API", "what": f"api:{change.what}", "part_of": change.what})
        for change in large(100, 300).changes
    ]
    page = report.plan_page(Plan(changes=tuple(apis)))
    assert page.count("<details id=") == 100 and "the page is too long to show more of them" in page
    assert {api.what for api in apis} <= set(re.findall("<code>(.*?)</code>", page))


# -- a reader narrows it -----------------------------------------------------------------------------------------------


def choices(page: Element) -> Mapping[str, Mapping[str, str]]:
    """The choices that a reader has: name -> value -> what it says."""
    found = {}
    for select in elements(page, "select"):
        found[select.get("name", "")] = {option.get("value", ""): told(option) for option in elements(select, "option")}
    return found


def chosen(page: Element, name: str, value: str) -> list[Element]:
    """The rows of changes that a choice leaves, by the attribute that the script goes by."""
    rows = elements(inside(page, "changes"), "details")
    return [row for row in rows if value in str(row.get(f"data-{name}")).split("\n")]


def named(rows: Iterable[Element]) -> set[str]:
    """All that rows of changes tell of."""
    return {told(code) for row in rows for code in elements(row, "code")}


def test_a_reader_can_narrow_by_what_happens_owner_source_kind_and_flag(sample: Element) -> None:
    facts = {
        "done": lambda c: [{"create": "added", "update": "changed", "remove": "removed"}[c.operation]],
        "owner": lambda c: [c.owner or "No owner"] if c.kind else [],
        "source": lambda c: [c.identity.source],
        "kind": lambda c: [c.kind or "Page"],
        "flags": lambda c: [flag.value for flag in c.flags],
    }
    offered = choices(sample)
    assert set(offered) == set(facts)
    for name, fact in facts.items():
        values = {value for change in PLAN.changes for value in fact(change)}
        assert set(offered[name]) - {"", "*"} == values
        for value in values:
            left = chosen(sample, name, value)
            assert {c.what for c in PLAN.changes if value in fact(c)} <= named(left)
            assert offered[name][value] == f"{value} ({len(left)})"
    assert offered["flags"]["*"] == "Anything flagged"


def test_a_page_belongs_to_whom_its_entity_belongs_to(sample: Element) -> None:
    assert "models/team-a/granite/3.1/docs/index.md" in named(chosen(sample, "owner", "group:default/payments"))


def test_a_value_with_a_bar_is_one_value() -> None:
    [change] = [change for change in PLAN.changes if change.title == "Granite 3.1"]
    plan = Plan(changes=(change, *(Change(**{**_fields(change), "owner": "a|b"}),)))
    page = media.document(report.plan_page(plan))
    assert choices(page)["owner"]["a|b"] == "a|b (1)"


def _fields(change: Change) -> dict[str, object]:
    return {name: getattr(change, name) for name in Change.__slots__}


def test_without_its_script_all_is_there_and_no_control_is(sample: Element) -> None:
    for element in media.elements(inside(sample, "main")):
        assert element.get("hidden") is None
    assert inside(sample, "filters").get("hidden") is not None


# -- what is around what is flagged ------------------------------------------------------------------------------------


def flagged(name: str) -> Change:
    return Change(
        operation=Operation.UPDATE,
        what=f"component:default/{name}",
        kind="Component",
        file="servers/x.yaml",
        identity=Identity(f"{SERVER}/{name}"),
        title=name,
        flags=(Flag.AUTHENTICATION_OFF,),
        values=(ValueChange(pointer=AUTH_POINTER, old="auth-required", new="auth-not-required"),),
    )


def test_models_servers_and_apis_around_what_is_flagged_are_drawn() -> None:
    plan = Plan(
        changes=(flagged("a"),),
        relations={
            "component:default/a": ("resource:default/m", "api:default/a"),
            "component:default/b": ("resource:default/m", "api:default/b"),
        },
    )
    drawing = inside(media.document(report.plan_page(plan)), "graph")
    boxes = [element for element in media.elements(drawing) if (element.get("class") or "").startswith("box")]
    where = {told(elements(box, "title")[0]).split(";")[0]: elements(box, "rect")[0].get("x", "") for box in boxes}
    columns = sorted(set(where.values()), key=int)
    assert {what: columns.index(x) for what, x in where.items()} == {
        "resource:default/m": 0,
        "component:default/a": 1,
        "component:default/b": 1,
        "api:default/a": 2,
        "api:default/b": 2,
    }
    assert len(elements(drawing, "path")) == 4
    assert [(box.get("class"), box.get("href")) for box in boxes if tag(box) == "a"] == [("box flagged", "#c1")]


def test_the_drawing_is_bounded_and_says_what_it_leaves_out() -> None:
    names = [f"s{number:03}" for number in range(200)]
    relations = {f"component:default/{n}": (f"resource:default/{n}", f"api:default/{n}") for n in names}
    drawing = inside(media.document(report.plan_page(Plan(changes=(flagged("s150"),), relations=relations))), "graph")
    boxes = [element for element in media.elements(drawing) if (element.get("class") or "").startswith("box")]
    assert limits.GRAPH_NODES - 3 < len(boxes) <= limits.GRAPH_NODES
    assert "component:default/s150; authentication turned off" in told(drawing), "what is flagged comes first"
    assert f"{200 - len(boxes) // 3} more servers" in told(drawing)


# -- what a stranger can cost ------------------------------------------------------------------------------------------


def large(count: int, length: int) -> Plan:
    """So many changes of so many lines each, no two of which are equal."""
    old, new = ("\n".join(f"{side} {number} {'x' * 40}" for number in range(length)) for side in ("old", "new"))
    value = ValueChange(pointer="/spec/definition", old=old, new=new)
    change = _fields(flagged("x")) | {"flags": (), "values": (value,)}
    return Plan(changes=tuple(Change(**change | {"what": f"component:default/s{n}"}) for n in range(count)))


def test_a_page_of_any_plan_opens_in_a_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PAGE_DETAILS", ROOM)
    page = report.plan_page(large(MANY, 300))
    assert len(page) < 1.5 * ROOM
    assert page.count("<details id=") == MANY
    assert "the page is too long to show more of them" in page


def test_a_page_of_many_ordinary_changes_tells_every_value() -> None:
    page = report.plan_page(large(MANY, 10))
    assert "the page is too long" not in page and len(page) < limits.PAGE_DETAILS


def test_a_long_value_is_cut_and_says_so() -> None:
    page = report.plan_page(large(1, limits.PAGE_LINES + 50))
    assert "… and 50 more lines" in page


# -- in a browser ------------------------------------------------------------------------------------------------------

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
BROWSER = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if BROWSER is None:
        pytest.skip("no Chromium here")
    return tmp_path_factory.mktemp("browser")


def opened(folder: Path, plan: Plan, asked: Mapping[str, str] | str = "") -> Element:
    """The document of a page as a browser has it after its script ran."""
    return shown(folder, report.plan_page(plan), asked if isinstance(asked, str) else urlencode(asked))


def shown(folder: Path, text: str, ending: str = "", width: int = 800) -> Element:
    """As `opened`, of a page's text; the browser had nothing to complain of."""
    (folder / "page.html").write_text(text, "utf-8")
    options = ["--headless", "--disable-gpu", "--enable-logging=stderr", f"--user-data-dir={folder / 'profile'}"]
    options += [f"--window-size={width},1000"]
    options += ["--no-sandbox"] if os.geteuid() == 0 else []
    address = f"{(folder / 'page.html').as_uri()}{'#' if ending else ''}{ending}"
    run = subprocess.run(
        [str(BROWSER), *options, "--dump-dom", address], capture_output=True, encoding="utf-8", timeout=120
    )
    assert run.returncode == 0, run.stderr
    assert "CONSOLE" not in run.stderr, run.stderr
    return media.document(run.stdout)


def left(page: Element) -> set[str]:
    return named(row for row in elements(inside(page, "changes"), "details") if row.get("hidden") is None)


def test_a_browser_narrows_by_each_choice(folder: Path, sample: Element) -> None:
    page = opened(folder, PLAN)
    assert left(page) == {change.what for change in PLAN.changes}
    assert inside(page, "filters").get("hidden") is None
    for name, values in [*choices(sample).items()][:: tries(1, 3)]:
        for value in [value for value in values if value not in ("", "*")][:1]:
            assert left(opened(folder, PLAN, {name: value})) == named(chosen(sample, name, value)), (name, value)


def test_a_browser_narrows_by_words_and_by_several_choices(folder: Path) -> None:
    assert len(left(opened(folder, PLAN, {"q": "granite"}))) == 2
    page = opened(folder, PLAN, {"q": "GRANITE llama3.1"})
    assert left(page) == {"resource:default/team-a.granite.3.1"}
    hidden = [section.get("id") for section in elements(page, "section") if section.get("hidden") is not None]
    assert {"left-out", "problems"} <= set(hidden), "a section without a row is not shown"
    assert left(opened(folder, PLAN, {"q": "granite", "flags": "*"})) == {"resource:default/team-a.granite.3.1"}


def test_a_browser_finds_a_server_by_all_that_its_api_is(folder: Path) -> None:
    api = serving(Operation.REMOVE, "API", "b", part_of="component:default/a", owner="group:default/api", title="Tones")
    plan = Plan(changes=(serving(Operation.UPDATE, "Component", "a"), api, serving(Operation.CREATE, "Component", "c")))
    whole = {"component:default/a", "api:default/b"}
    ways = ({"q": "api:default/b"}, {"done": "removed"}, {"kind": "API"}, {"owner": "group:default/api"})
    for asked in ways[:: tries(1, 2)]:
        page = opened(folder, plan, asked)
        assert left(page) == whole, asked
        assert told(inside(page, "shown")) == "1 of 2 changes"
    assert left(opened(folder, plan, {"done": "changed"})) == whole


def test_a_browser_opens_what_an_address_leads_to(folder: Path) -> None:
    page = opened(folder, PLAN, "c3")
    assert [row.get("id") for row in elements(page, "details") if row.get("open") is not None] == ["c3"]


@pytest.mark.few(1)
@pytest.mark.parametrize("width", [500, 861, 1100])
def test_a_browser_shows_no_page_wider_than_its_window(folder: Path, width: int) -> None:
    measure = "const all = document.documentElement; all.lang = all.scrollWidth + ' of ' + all.clientWidth"
    text = re.sub(r"<meta[^>]*Content-Security-Policy[^>]*>", "", report.plan_page(PLAN))
    page = shown(folder, f"{text}<script>addEventListener('load', () => {{ {measure} }})</script>", width=width)
    wide, window = str(page.get("lang")).split(" of ")
    assert wide == window and abs(int(window) - width) < 30


def test_in_a_browser_no_text_acts(folder: Path) -> None:
    plans = [said_by(text) for text in TEXTS[:: tries(1, 4)]]
    fields = ("changes", "held", "hand_edits", "left_out", "scopes", "problems", "unreadable", "clashes")
    plan = Plan(**{name: tuple(one for plan in plans for one in getattr(plan, name)) for name in fields})
    page = opened(folder, plan)
    assert len(elements(inside(page, "changes"), "details")) == len(plan.changes)
    assert Counter(tag(element) for element in media.elements(page))["script"] == 1
    assert told(elements(page, "title")[0]) == html.unescape(report.pull_request_title(plan))
    assert list(acts_in_page(page)) == []
