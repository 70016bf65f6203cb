"""`explain`: each value with its source, its rule, or the person who wrote it."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from forges import git
from outside import at, estate, served
from ready import copy_of
from rhoai_catalog.cli import main
from rhoai_catalog.config import read_config
from rhoai_catalog.merge import Places
from rhoai_catalog.observe import read_estate
from rhoai_catalog.snapshot import to_json

ROOT = Path(__file__).parent.parent
PART = Path("catalog/servers/east/support/entities.yaml")
REF = "component:east.support.granite-chat"


@pytest.fixture(autouse=True)
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy_of(_make_catalog, tmp_path)
    monkeypatch.chdir(tmp_path)


def _make_catalog(folder: Path) -> None:
    """A catalog in a Git repository, in which a person then changed a value, a tag, a link and a page."""
    with contextlib.chdir(folder):
        make_first(folder)
        _edit(folder)


def make_first(folder: Path) -> None:
    """What the first run makes of the demo's estate, committed; we are in the folder."""
    Path("catalog").mkdir()
    Path("catalog/generator.yaml").write_text((ROOT / "catalog/generator.yaml").read_text("utf-8"), "utf-8")
    with served(estate()) as addresses:
        Path("s.json").write_text(to_json(read_estate(at(read_config(), addresses)).snapshot), "utf-8")
    run("generate", "--quiet", code=0)
    git(folder, "init", "--quiet", "--initial-branch", "main")
    commit(folder, "The first", "rhoai-catalog", "rhoai-catalog@users.noreply.github.com")


def _edit(folder: Path) -> None:
    text = PART.read_text("utf-8")
    place = text.index("kind: Component")
    edited = text[place:].replace("owner: group:default/contact-centre", "owner: group:default/orders", 1)
    edited = edited.replace("  - vllm\n", "  - ours\n", 1).replace("title: API", "title: Try it", 1)
    PART.write_text(text[:place] + edited, "utf-8")
    page = Path("catalog/models/shared/fraud-detector/2.1.0/docs/support.md")
    page.write_text(page.read_text("utf-8") + "\nOr Ana.\n", "utf-8")
    commit(folder, "Name the owner", "Ana", "ana@example.net")


def commit(folder: Path, message: str, name: str, email: str) -> None:
    git(folder, "add", "--all")
    identity = ("-c", f"user.name={name}", "-c", f"user.email={email}")
    git(folder, *identity, "commit", "--quiet", "--message", message)


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, [*arguments, "--snapshot", "s.json"])
    assert result.exit_code == code, result.output
    return result


def rows(ref: str) -> dict[str, dict[str, object]]:
    told = json.loads(run("explain", ref, "--json").stdout)
    return {row["pointer"]: row for row in told["values"]}


def test_values_of_sources_and_rules() -> None:
    told = rows(REF)
    title = told["/metadata/title"]
    assert title["origin"] == "InferenceService support/granite-chat annotation openshift.io/display-name"
    assert (title["value"], title["by_hand"]) == ("Granite for the contact centre", False)
    assert PART.read_text("utf-8").splitlines()[int(str(title["line"])) - 1] == f"  title: {title['value']}"
    assert told["/spec/lifecycle"]["origin"] == "defaults.lifecycle"
    assert told["/spec/dependsOn/resource:default~1shared.granite-3.1-8b-instruct.1.1"]["origin"]
    assert told["/metadata/tags/auth-required|auth-not-required"]["origin"].startswith("InferenceService")  # type: ignore[attr-defined]
    assert all(row["origin"] or row["by_hand"] for row in told.values())


def test_values_of_people_name_person_and_commit() -> None:
    told = rows(REF)
    owner = told["/spec/owner"]
    assert (owner["value"], owner["generated"]) == ("group:default/orders", "group:default/contact-centre")
    assert str(owner["person"]).startswith("Ana <ana@example.net> in ") and "Name the owner" in str(owner["person"])
    assert str(owner["origin"]).startswith("RegisteredModel owner, by the rule")
    ours, theirs = told["/metadata/tags/ours"], told["/metadata/tags/vllm"]
    assert (ours["by_hand"], ours["value"], "Ana" in str(ours["person"])) == (True, True, True)
    assert (theirs["by_hand"], theirs["value"], theirs["generated"]) == (True, None, True)
    assert "Ana <ana@example.net>" in str(theirs["person"]), "who deleted it"
    link = told["/metadata/links/https:~1~1granite-chat-support.apps.east.example.net/title"]
    assert (link["value"], link["generated"], "Ana" in str(link["person"])) == ("Try it", "API", True)
    page = rows("shared.fraud-detector.2.1.0")["/Support"]
    assert page["file"] == "models/shared/fraud-detector/2.1.0/docs/support.md" and "Ana" in str(page["person"])


def test_an_entity_in_a_file_that_cannot_be_read_is_not_called_deleted() -> None:
    PART.write_text(PART.read_text("utf-8").replace("kind: API", "<<<<<<< ours\nkind: API", 1), "utf-8")
    error = run("explain", REF, code=1).stderr
    assert error.startswith(f"error: component:default/east.support.granite-chat is in {PART.relative_to('catalog')}:")
    assert "which is not YAML as Backstage reads it" in error and "hint: mend the file" in error


def test_a_deleted_entity_names_who_deleted_it() -> None:
    pieces = PART.read_text("utf-8").split("---\n")
    PART.write_text("---\n".join(p for p in pieces if "kind: API" not in p or "granite-chat" not in p), "utf-8")
    commit(Path(), "Away with it", "Eve", "eve@example.net")
    told = rows("api:east.support.granite-chat")
    assert told[""]["by_hand"] and "Eve <eve@example.net>" in str(told[""]["person"])


def test_what_is_not_committed_yet_says_so() -> None:
    PART.write_text(PART.read_text("utf-8").replace("group:default/orders", "group:default/risk"), "utf-8")
    assert rows(REF)["/spec/owner"]["person"] == "not committed yet"


def test_an_entity_of_a_person_and_a_tree_without_git(monkeypatch: pytest.MonkeyPatch) -> None:
    entity = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: mine}\nspec: {owner: me}\n"
    Path("catalog/mine.yaml").write_text(entity, "utf-8")
    assert rows("mine")["/spec/owner"]["by_hand"]
    text = run("explain", "mine").stdout
    assert "written by hand; no source shows it" in text and "owner:4: me\n    by hand: not committed yet" in text
    Path(".git").rename("no-git")
    assert "owner:4: me\n    by hand: somebody" in run("explain", "mine").stdout


def test_what_the_next_run_changes_is_told() -> None:
    text = PART.read_text("utf-8")
    data = json.loads(Path("s.json").read_text("utf-8"))
    server = next(s for s in data["inference_services"] if s["name"] == "granite-chat" and s["cluster"] == "east")
    server["display_name"] = "Granite, renamed"
    Path("s.json").write_text(json.dumps(data), "utf-8")
    assert rows(REF)["/metadata/title"]["becomes"] == "Granite, renamed"
    assert "becomes: Granite, renamed" in run("explain", REF).stdout
    assert PART.read_text("utf-8") == text


def test_a_link_whose_address_changes_is_still_its_source_s() -> None:
    data = json.loads(Path("s.json").read_text("utf-8"))
    name, server = next((s["name"], s) for s in data["inference_services"] if s["name"] == "fraud-detector")
    ref, old = f"component:east.payments.{name}", server["external_url"]["value"]
    before = rows(ref)
    server["external_url"]["value"] = "https://elsewhere.example.net"
    Path("s.json").write_text(json.dumps(data), "utf-8")
    after = rows(ref)
    link = f"/metadata/links/{old.replace('/', '~1')}"
    assert after[f"{link}/url"]["becomes"] == "https://elsewhere.example.net"
    for field in ("url", "title", "icon", "type"):
        row = after[f"{link}/{field}"]
        assert (row["origin"], row["by_hand"]) == (before[f"{link}/{field}"]["origin"], False) and row["origin"], field


@pytest.mark.parametrize(
    ("ref", "told"),
    [
        ("granite", "error: the catalog has no entity granite"),
        ("system:default/x", "the catalog has no entity system:default/x"),
        ("east.support.granite-chat", "is the name of several entities"),
        ("a:b:c/d e\x1b[31m", "the catalog has no entity a:b:c/d e\\u001B[31m"),
    ],
)
def test_a_name_that_leads_to_none_or_to_several(ref: str, told: str) -> None:
    result = run("explain", ref, code=2)
    assert told in result.stderr and "hint: " in result.stderr and result.stdout == ""


def test_in_an_outage_generated_values_are_still_generated() -> None:
    data = json.loads(Path("s.json").read_text("utf-8"))
    data["inference_services"] = []
    data["scopes"] = [
        {**scope, "complete": False} if scope["source"] == "kserve/east" else scope for scope in data["scopes"]
    ]
    Path("s.json").write_text(json.dumps(data), "utf-8")
    result = run("explain", REF, "--json", code=4)
    told = json.loads(result.stdout)
    by_hand = {row["pointer"] for row in told["values"] if row["by_hand"]}
    assert told["source"] == "kserve/east/support/InferenceService/granite-chat"
    url = "/metadata/links/https:~1~1granite-chat-support.apps.east.example.net/title"
    assert by_hand == {"/spec/owner", "/metadata/tags/ours", url}


def test_what_people_made_a_list_of_stands_where_the_list_does() -> None:
    places = Places({"metadata": {"annotations": ["a"], "tags": ["b", "a", "a"]}, "spec": {"dependsOn": [{}, "x:y"]}})
    assert places.of("/metadata/annotations/a") == "/metadata/annotations"
    assert places.of("/metadata/tags/a") == "/metadata/tags/1"
    assert places.of("/spec/dependsOn/x:default~1y") == "/spec/dependsOn/1"
