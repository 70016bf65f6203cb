"""`overrides`: people see every hand edit, who made it, and take it back; no source and no token is needed."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from ready import copy_of
from rhoai_catalog.base import read_lines, write_lines
from rhoai_catalog.changes import given_back, overrides, pinned
from rhoai_catalog.cli import main
from rhoai_catalog.merge import load, owned
from test_explain import commit, make_first
from test_hand_edits import CARD
from test_merge import BASE, FILE, document, entity, first, page
from test_merge import PAGE as CARD_PAGE
from test_merge import run as merged

PART = Path("catalog/servers/east/support/entities.yaml")
PAGE = Path("catalog/models/shared/fraud-detector/2.1.0/docs/support.md")
REF = "component:default/east.support.granite-chat"
API = "api:default/east.support.granite-chat"
INDEX = "catalog/models/shared/fraud-detector/2.1.0/docs/index.md"


@pytest.fixture(autouse=True)
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy_of(_make_catalog, tmp_path)
    monkeypatch.chdir(tmp_path)
    for name in ("EAST_TOKEN", "WEST_TOKEN", "GITHUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def _make_catalog(folder: Path) -> None:
    with contextlib.chdir(folder):
        make_first(folder)


def generate() -> None:
    result = CliRunner().invoke(main, ["generate", "--quiet", "--snapshot", "s.json"])
    assert result.exit_code == 0, result.output


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, ["overrides", *arguments])
    assert result.exit_code == code, result.output
    return result


def rows(*arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run(*arguments, "--json").stdout)["overrides"]
    return found


def edit(file: Path, old: str, new: str, person: str = "Ana") -> None:
    """In the Component of the file, where it has one."""
    text = file.read_text("utf-8")
    place = max(0, text.find("kind: Component"))
    assert old in text[place:], text
    file.write_text(text[:place] + text[place:].replace(old, new, 1), "utf-8")
    commit(Path(), f"{person} edits", person, f"{person.lower()}@example.net")


def observed(**declared: str) -> None:
    """The server was given annotations meanwhile."""
    snapshot = json.loads(Path("s.json").read_text("utf-8"))
    for server in snapshot["inference_services"]:
        if server["name"] == "granite-chat":
            server["annotations"] |= {f"rhdh.io/{name}": value for name, value in declared.items()}
    Path("s.json").write_text(json.dumps(snapshot), "utf-8")


def tree() -> dict[str, str]:
    return {str(path): path.read_text("utf-8") for path in Path("catalog").rglob("*") if path.is_file()}


OWNER = ("owner: group:default/contact-centre", "owner: group:default/orders")


def test_every_edit_is_told_with_who_made_it_and_what_would_be_generated() -> None:
    assert rows() == []
    edit(PART, *OWNER)
    edit(PART, "  - vllm\n", "", "Bob")
    edit(PAGE, PAGE.read_text("utf-8"), PAGE.read_text("utf-8") + "\nOr Ana.\n", "Carol")
    page = Path("catalog/models/shared/fraud-detector/2.1.0/docs/index.md")
    edit(page, "## Metrics", "## Our notes\n\nAsk Dan.\n\n## Metrics", "Dan")
    told = {(row["pointer"], row["state"]): row for row in rows()}
    owner = told["/spec/owner", "active"]
    assert (owner["mine"], owner["generated"]) == ("group:default/orders", "group:default/contact-centre")
    assert "Ana <ana@example.net> in " in owner["person"] and owner["what"] == REF
    tag = told["/metadata/tags/vllm", "deleted"]
    assert tag["mine"] is None and "Bob <bob@example.net>" in tag["person"]
    assert "tags › vllm  [deleted]\n    by Bob" in run().stdout
    assert [row["person"].split()[0] for row in rows("--state", "active", "--file", "models")] == ["Carol", "Dan"] or {
        row["person"].split()[0] for row in rows("--state", "active", "--file", "models")
    } == {"Carol", "Dan"}
    assert {row["what"] for row in rows("--owner", "group:default/orders")} == {REF}
    assert len(rows("--person", "bob")) == 1 and rows("--file", "servers/west") == []
    assert "Bob <bob@example.net>" in run().stdout and "[deleted]" in run().stdout
    assert run("--exit-code").exit_code == 0


def test_who_gave_a_section_another_heading_is_told_whoever_wrote_below_it() -> None:
    page = Path("catalog/models/shared/fraud-detector/2.1.0/docs/index.md")
    edit(page, "## Hyperparameters", "## Settings")
    assert [row["person"].split()[0] for row in rows()] == ["Ana"]
    snapshot = Path("s.json").read_text("utf-8")
    Path("s.json").write_text(snapshot.replace('"value": "8"', '"value": "9"'), "utf-8")
    generate()
    assert "| max\\_depth | `9` |" in page.read_text("utf-8")
    assert [row["person"].split()[0] for row in rows()] == ["Ana"], "what a run wrote is not committed yet"
    commit(Path(), "A run", "rhoai-catalog", "rhoai-catalog@users.noreply.github.com")
    assert [row["person"].split()[0] for row in rows()] == ["Ana"]
    edit(page, "`9` |\n", "`9` |\n\nTuned by hand.\n", "Bob")
    assert [row["person"].split()[0] for row in rows() if row["pointer"].endswith("/Settings")] == ["Bob"]


def test_what_was_deleted_whole_names_who_deleted_it() -> None:
    text = PART.read_text("utf-8")
    pieces = text.split("---\n")
    gone = next(piece for piece in pieces if "kind: API" in piece and "granite-chat" in piece)
    PART.write_text("---\n".join(piece for piece in pieces if piece is not gone), "utf-8")
    PAGE.unlink()
    commit(Path(), "Away with it", "Eve", "eve@example.net")
    told = {row["what"]: row for row in rows()}
    assert {API, "models/shared/fraud-detector/2.1.0/docs/support.md"} == set(told)
    assert all(row["state"] == "deleted" and "Eve" in row["person"] for row in told.values())
    generate()
    assert {API, "models/shared/fraud-detector/2.1.0/docs/support.md"} <= {row["what"] for row in rows()}
    assert gone not in PART.read_text("utf-8") and not PAGE.exists()
    run("drop", API)
    run("drop", "models/shared/fraud-detector/2.1.0/docs/support.md")
    generate()
    assert rows() == [] and PART.read_text("utf-8") == text


def test_of_a_file_that_cannot_be_read_nobody_knows_what_people_did_in_it() -> None:
    edit(PART, *OWNER)
    before = PART.read_text("utf-8")
    PART.write_text(before.replace("kind: API", "<<<<<<< ours\nkind: API", 1), "utf-8")
    told = run()
    assert "0 hand edits" in told.stdout and f"note: {PART.relative_to('catalog')}:" in told.stderr
    assert "what people own there is not told" in told.stderr
    assert "nothing of the catalog was given back" in run("drop", "--all", code=2).stderr
    PART.write_text(before, "utf-8")
    assert [row["pointer"] for row in rows()] == ["/spec/owner"]


def test_what_is_deleted_in_no_commit_yet_is_nobody_s() -> None:
    text = PART.read_text("utf-8")
    PART.write_text("---\n".join(p for p in text.split("---\n") if "kind: API" not in p), "utf-8")
    PAGE.unlink()
    assert {(row["state"], row["person"]) for row in rows()} == {("deleted", "not committed yet")}
    commit(Path(), "Away with it", "Eve", "eve@example.net")
    assert all("Eve" in row["person"] for row in rows())


def test_dropping_gives_back_exactly_what_is_named() -> None:
    fresh = tree()
    edit(PART, *OWNER)
    edit(PART, "  - vllm\n", "  - ours  # ask Bob\n")
    edit(PART, "title: API", "title: Try it")
    page = Path("catalog/models/shared/fraud-detector/2.1.0/docs/index.md")
    edit(page, "## Metrics", "## Our notes\n\nAsk Dan.\n\n## Metrics", "Dan")
    before = tree()
    run("drop", REF, "owner")
    changed = {name for name, text in tree().items() if before[name] != text}
    assert changed == {"catalog/.base/servers/east/support.jsonl"}
    generate()
    text = PART.read_text("utf-8")
    assert OWNER[0] in text and "- ours  # ask Bob\n" in text and "title: Try it" in text
    run("drop", str(page), "Our notes")
    generate()
    assert "Our notes" not in page.read_text("utf-8")
    run("drop", REF, "--all")
    generate()
    assert "# ask Bob" in PART.read_text("utf-8"), "a comment is nobody's to give back"
    PART.write_text(PART.read_text("utf-8").replace("  # ask Bob\n", "").replace("# ask Bob\n", ""), "utf-8")
    generate()
    left = {name for name, text in tree().items() if fresh.get(name) != text}
    assert left <= {str(PART)} and rows() == []


@pytest.mark.parametrize(
    ("ref", "pointer", "meant"),
    [
        (REF, "ownr", "owner"),
        (REF, "/spec/ownr", "/spec/owner"),
        (REF, "tags/vlm", "tags/vllm"),
        (INDEX, "Our note", "Our notes"),
    ],
)
def test_a_slip_in_what_to_drop_is_answered_with_what_was_meant(ref: str, pointer: str, meant: str) -> None:
    edit(PART, *OWNER)
    edit(PART, "  - vllm\n", "")
    edit(Path(INDEX), "## Metrics", "## Our notes\n\nAsk Dan.\n\n## Metrics", "Dan")
    before = tree()
    hint = run("drop", ref, pointer, code=2).stderr.splitlines()[-1]
    assert hint.startswith(f"hint: did you mean {meant}") and hint.endswith("?")
    assert tree() == before
    run("drop", ref, meant)


def test_what_is_like_no_edit_is_answered_with_where_they_are_told() -> None:
    edit(PART, *OWNER)
    for said in ([REF, "description"], [REF], [API, "description"]):
        result = run("drop", *said, code=2)
        assert (
            result.stderr.startswith(f"error: nothing of {said[0]}")
            and "`rhoai-catalog overrides` tells" in result.stderr
        )


def test_what_the_source_caught_up_with_is_dropped_together() -> None:
    edit(PART, *OWNER)
    edit(PART, "title: API", "title: Try it")
    observed(owner="group:default/orders")
    generate()
    states = {row["pointer"]: row["state"] for row in rows()}
    assert "now equal" in states.values(), states
    assert run("--exit-code", code=3)
    run("drop", "--now-equal")
    assert "now equal" not in {row["state"] for row in rows()} and rows() != []


def test_a_conflict_and_an_orphan_are_told_without_any_source() -> None:
    edit(PART, *OWNER)
    observed(owner="user:default/zoe")
    generate()
    [row] = [row for row in rows() if row["pointer"] == "/spec/owner" and row["what"] == REF]
    assert (row["state"], row["generated"]) == ("conflict", "user:default/zoe")
    snapshot = json.loads(Path("s.json").read_text("utf-8"))
    servers = snapshot["inference_services"]
    snapshot["inference_services"] = [server for server in servers if server["name"] != "granite-chat"]
    Path("s.json").write_text(json.dumps(snapshot), "utf-8")
    CliRunner().invoke(
        main, ["generate", "--quiet", "--snapshot", "s.json", "--allow-removal", "kserve/east/InferenceService=9"]
    )
    assert "orphan" in {row["state"] for row in rows() if row["what"] == REF}
    run("drop", REF, "--all")
    run("drop", API, "--all") if any(row["what"] == API for row in rows()) else None
    CliRunner().invoke(
        main, ["generate", "--quiet", "--snapshot", "s.json", "--allow-removal", "kserve/east/InferenceService=9"]
    )
    assert "granite-chat" not in PART.read_text("utf-8") if PART.exists() else True


def test_a_value_that_nobody_edited_can_be_pinned() -> None:
    run("keep", REF, "owner")
    assert [(row["pointer"], row["state"]) for row in rows()] == [("/spec/owner", "active")]
    observed(owner="user:default/zoe", lifecycle="experimental")
    generate()
    component = PART.read_text("utf-8").partition("kind: Component")[2]
    assert OWNER[0] in component and "lifecycle: experimental" in component
    page = "models/shared/fraud-detector/2.1.0/docs/index.md"
    run("keep", page, "Metrics")
    generate()
    assert "/Metrics" in str(rows("--file", page))
    run("drop", REF, "owner")
    run("drop", page, "Metrics")
    generate()
    assert "owner: user:default/zoe" in PART.read_text("utf-8") and rows() == []


MOVED = {"url": "https://two.example", "title": "API"}
NAMED = {"url": "https://one.example", "title": "Chat"}


@pytest.mark.few(5)
@pytest.mark.parametrize(
    ("pinned_name", "path", "value"),
    [
        ("lifecycle", ("spec", "lifecycle"), "experimental"),
        ("lifecycle", ("spec", "lifecycle"), None),
        ("x/url", ("metadata", "annotations", "x/url"), "https://two.example"),
        ("x/url", ("metadata", "annotations", "x/url"), None),
        ("vllm", ("metadata", "tags"), ["auth-required"]),
        (None, ("metadata", "links"), None),
        (None, ("metadata", "links"), [MOVED]),
        (None, ("metadata", "links"), [NAMED]),
        (None, ("metadata", "links"), [MOVED, NAMED]),
        (None, ("metadata", "title"), None),
    ],
)
@pytest.mark.parametrize("twice", [False, True])
def test_a_pinned_value_stays_until_it_is_given_back(
    pinned_name: str | None, path: tuple[str, ...], value: Any, twice: bool
) -> None:
    """Whatever its source says; also where a conflict in the base leaves a line of before it was pinned."""
    unpinned = texts = first()
    files, count = pinned(load(texts), "component:default/east.pay.a", pinned_name)
    texts = {**texts, **files}
    if twice:
        texts[BASE] = write_lines([*read_lines(unpinned[BASE]), *read_lines(texts[BASE])])
    data = document()
    *way, last = path
    inner: Any = data
    for name in way:
        inner = inner[name]
    inner[last] = value
    if value is None:
        del inner[last]
    after = dict(merged(texts, entity(data)).texts)
    added = {"https://two.example"} if value == [MOVED, NAMED] else set()  # what is new comes all the same
    assert {line.strip("- ") for line in set(after[FILE].split("\n")) - set(texts[FILE].split("\n"))} <= {
        f"url: {url}" for url in added
    }
    ledger = overrides(load(after))
    assert (len(ledger), {row.state for row in ledger}) == (count, {"active"})
    assert all(row.mine == row.generated for row in ledger), "what was generated when it was pinned"
    back = {**after, **given_back(load(after), lambda _: True)[0]}
    assert dict(merged(back, entity(data)).texts) == dict(merged({}, entity(data)).texts)


def test_a_conflict_can_be_pinned_and_again() -> None:
    """It is one no more: a person says that what stands there is meant."""
    ref = "component:default/east.pay.a"
    texts = first()
    texts[FILE] = texts[FILE].replace("lifecycle: production", "lifecycle: ours")
    data = {**document(), "spec": {**document()["spec"], "lifecycle": "experimental"}}
    texts = dict(merged(texts, entity(data)).texts)
    assert [row.state for row in overrides(load(texts))] == ["conflict"]
    for _ in range(2):
        texts |= pinned(load(texts), ref, "lifecycle")[0]
        (row,) = overrides(load(texts))
        assert (row.state, row.mine, row.generated) == ("active", "ours", "production")
    assert [row.state for row in overrides(load(dict(merged(texts, entity(data)).texts)))] == ["active"]


@pytest.mark.few(3)
@pytest.mark.parametrize("twice", [False, True])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("About.", "Other."),
        ("## Model card\n\nAbout.\n\n", ""),
        ("## Model card\n\n", "## Card\n\n"),
        ("## Model card\n\n", "## Model card\n\nAsk Ana first.\n\n"),
    ],
)
def test_a_pinned_section_stays_until_it_is_given_back(old: str, new: str, twice: bool) -> None:
    unpinned = texts = dict(merged({}, pages=(page(CARD),)).texts)
    files, count = pinned(load(texts), CARD_PAGE, "Model card")
    texts = {**texts, **files}
    if twice:
        texts |= {name: write_lines([*read_lines(unpinned[name]), *read_lines(text)]) for name, text in files.items()}
    card = CARD.replace(old, new).replace("Licence MIT", "Licence Apache-2.0")
    after = dict(merged(texts, pages=(page(card),)).texts)
    assert after[CARD_PAGE] == CARD.replace("Licence MIT", "Licence Apache-2.0")
    ledger = overrides(load(after))
    assert [(row.pointer, row.state, row.generated) for row in ledger] == [("/Granite/Model card", "active", None)]
    assert count == 1
    back = {**after, **given_back(load(after), lambda _: True)[0]}
    assert merged(back, pages=(page(card),)).texts[CARD_PAGE] == card


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("drop",), "name what to drop"),
        (
            ("drop", "component:default/east.support.granite-chta"),
            "did you mean component:default/east.support.granite-chat",
        ),
        (("drop", REF, "owner"), "nothing of component:default/east.support.granite-chat was given back"),
        (("keep", REF, "typo"), "has nothing called typo"),
        (("keep", REF, "lifecycel"), "did you mean lifecycle?"),
    ],
)
def test_a_mistake_is_told_in_a_line(arguments: tuple[str, ...], words: str) -> None:
    before = tree()
    result = run(*arguments, code=2)
    assert words in result.output and "Traceback" not in result.output
    assert tree() == before


def test_the_sections_below_one_that_is_given_back_follow_their_source() -> None:
    texts = dict(merged({}, pages=(page("# Granite\n\nIt chats.\n\n## Facts\n\nFew.\n"),)).texts)
    texts[CARD_PAGE] = texts[CARD_PAGE].replace("It chats.", "Ours.")
    back = {**texts, **given_back(load(texts), lambda _: True)[0]}
    new = "# Granite\n\nIt chats.\n\n## Facts\n\nMany.\n"
    assert merged(back, pages=(page(new),)).texts[CARD_PAGE] == new


def test_sections_that_people_deleted_are_told_in_one_order() -> None:
    names = [f"S{number}" for number in range(10)]
    texts = dict(merged({}, pages=(page("# A\n\n" + "".join(f"## {name}\n\n{name}.\n\n" for name in names)),)).texts)
    texts[CARD_PAGE] = "# A\n"
    after = load(texts)
    [key] = [key for key in after.lines if key.name == "docs/index.md"]
    assert [kept.pointer for kept in owned(after, key)] == [f"/A/{name}" for name in names]


def test_what_stood_above_the_first_heading_is_given_back_alone() -> None:
    card = "Intro.\n\n# Granite\n\nIt chats.\n\n## Facts\n\nFew.\n"
    texts = dict(merged({}, pages=(page(card),)).texts)
    texts[CARD_PAGE] = "# Granite\n\nIt chats.\n"
    back = {**texts, **given_back(load(texts), lambda row: row.pointer == "")[0]}
    assert merged(back, pages=(page(card),)).texts[CARD_PAGE] == "Intro.\n\n# Granite\n\nIt chats.\n"


LINK = "title: API\n    icon: kind:api\n    type: api\n"


def test_a_link_is_given_back_as_a_whole() -> None:
    fresh = PART.read_text("utf-8")
    text = fresh[fresh.index("kind: Component") :]
    link = text[text.index("  - url: ") : text.index(LINK) + len(LINK)]
    edit(PART, link, "  - url: https://ours.example\n    title: Ours\n")
    generate()
    told = {row["state"]: row["pointer"] for row in rows() if "links" in row["pointer"]}
    assert set(told) == {"active", "deleted"} and told["active"] == "/metadata/links/https:~1~1ours.example"
    lines = [line for line in run().stdout.splitlines() if "links" in line or '"API"' in line]
    assert sorted(lines) == ['  links: "API" removed  [deleted]', '  links: "Ours" added  [active]']
    run("drop", REF, told["deleted"])
    run("drop", REF, told["active"])
    generate()
    assert PART.read_text("utf-8") == fresh and rows() == []


def test_a_file_of_one_text_is_given_back() -> None:
    file = Path("catalog/.gitattributes")
    fresh = file.read_text("utf-8")
    file.write_text(f"# mine\n{fresh}", "utf-8")
    generate()
    run("drop", ".gitattributes", "--all")
    generate()
    assert file.read_text("utf-8") == fresh and rows() == []


def test_a_section_under_a_generated_heading_is_given_back_alone() -> None:
    page = Path("catalog/models/shared/fraud-detector/2.1.0/docs/index.md")
    fresh = page.read_text("utf-8")
    edit(page, "## Facts\n", "## Facts\n\nOurs, by hand.\n\n## Facts\n")
    generate()
    run("drop", str(page), "--all")
    generate()
    assert page.read_text("utf-8") == fresh and rows() == []


def test_a_deletion_is_not_told_of_whoever_named_the_thing_later() -> None:
    edit(PART, "  - vllm\n", "", "Bob")
    text = PART.read_text("utf-8")
    PART.write_text(text + "# vllm is what it runs on\n", "utf-8")
    commit(Path(), "A word", "Carol", "carol@example.net")
    [row] = [row for row in rows() if row["pointer"] == "/metadata/tags/vllm"]
    assert "Bob" in row["person"]


# -- what is said ------------------------------------------------------------------------------------------------------


def test_what_is_given_back_is_said_to_be() -> None:
    edit(PART, *OWNER)
    told = run("drop", REF, "owner").stdout
    assert "[active]" not in told and "given back" in told
    assert told.splitlines()[-1] == "given back: 1 hand edit; the next run generates it again"


def test_options_may_stand_before_and_behind_what_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    edit(PART, *OWNER)
    file = str(Path("catalog/generator.yaml").absolute())
    monkeypatch.chdir("/")
    run("keep", REF, "lifecycle", "--config", file)
    run("--config", file, "keep", REF, "lifecycle", "--quiet")
    run("--config", "nowhere.yaml", "drop", REF, "owner", "--config", file, "--verbose")
    run("--config", file, "drop", "--config", "nowhere.yaml", "--all", code=2)  # what is nearer counts


@pytest.mark.parametrize("command", [[], ["drop", "--now-equal"], ["keep", REF, "lifecycle"]])
def test_a_snapshot_is_nothing_to_the_ledger(command: list[str]) -> None:
    assert run(*command, "--snapshot", "s.json").output == run(*command).output
    assert "--snapshot" not in run(*command[:1], "--help").stdout


def test_a_place_that_is_none_is_no_empty_ledger() -> None:
    edit(PART, *OWNER)
    told = run("--file", "servers/eats", code=2).stderr
    assert "the catalog has no file or folder servers/eats" in told and "did you mean servers/east" in told
    assert "0 hand edits" in run("--file", "models").stdout, "which has none"
    for place in ("catalog/servers/east", "servers/east/", str(PART.absolute())):
        assert "1 hand edit" in run("--file", place).stdout
    run("--file", "/", code=2)
